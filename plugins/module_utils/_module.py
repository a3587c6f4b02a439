# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the Ansible edge. Nothing else knows AnsibleModule, and nothing else ends a task."""

from __future__ import annotations

import json
import os
import sys
from collections import namedtuple
from urllib.parse import quote

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib
from ansible.module_utils.common.parameters import AnsibleFallbackNotFound
from ansible.module_utils.parsing.convert_bool import boolean

from ._answers import redact_user_info
from ._connection import ENVIRONMENT, connect
from ._errors import RedisEnterpriseError, option_error
from ._transport import REQUESTS_IMPORT_ERROR

#: What a module's function gets: the Client, the options, and whether it must not write.
Task = namedtuple("Task", "client params check_mode")
#: What it returns: ``data`` is the result beside ``changed`` and ``msg``, ``failure`` a RedisEnterpriseError or None,
#: ``secrets`` texts that no output may hold beyond the options that are marked so.
Report = namedtuple("Report", "changed msg data failure warnings diff secrets", defaults=(None, (), None, ()))


def _validate_unless_insecure(variable):
    """The environment says 'insecure', the option says 'validate'."""
    if variable not in os.environ:
        raise AnsibleFallbackNotFound
    return not boolean(os.environ[variable] or "no")


def _from_environment(option):
    return env_fallback, [ENVIRONMENT[option]]


CONNECTION_OPTIONS = {
    "url": {"type": "list", "elements": "str", "fallback": _from_environment("url")},
    "username": {"type": "str", "fallback": _from_environment("username")},
    "password": {"type": "str", "no_log": True, "fallback": _from_environment("password")},
    "token": {"type": "str", "no_log": True, "fallback": _from_environment("token")},
    "auth_method": {"type": "str", "choices": ["basic", "jwt"], "default": "basic"},
    "client_cert": {"type": "path", "fallback": _from_environment("client_cert")},
    "client_key": {"type": "path", "no_log": False, "fallback": _from_environment("client_key")},
    "ca_cert": {"type": "path", "fallback": _from_environment("ca_cert")},
    "validate_certs": {
        "type": "bool",
        "default": True,
        "fallback": (_validate_unless_insecure, [ENVIRONMENT["validate_certs"]]),
    },
    "timeout": {"type": "int", "default": 30, "fallback": _from_environment("timeout")},
}
DATABASE_OPTIONS = {
    "uid": {"type": "list", "elements": "int"},
    "name": {"type": "list", "elements": "str"},
}
WAIT_OPTIONS = {
    "wait_timeout": {"type": "int", "default": 3600},
    "poll_interval": {"type": "float", "default": 5},
    "max_parallel": {"type": "int", "default": 4},
}
#: The least and the most of each number; no socket and no sleep takes much more seconds than these.
_RANGES = {
    "timeout": (1, 10**6),
    "wait_timeout": (1, 10**6),
    "poll_interval": (0.1, 10**6),
    "max_parallel": (0, 10**6),
    "start_timeout": (1, 10**6),
    "max_age": (0, 10**9),
}


class _Module(AnsibleModule):
    """AnsibleModule whose own words on a bad uid say what to do instead."""

    def fail_json(self, msg, **kwargs):
        if "'uid'" in str(msg) and "unable to convert to int" in str(msg):
            msg = f"uid: it takes whole numbers only. Give the database's uid, or its name in the option name. ({msg})"
        super().fail_json(msg=msg, **kwargs)


def run_module(options, act):
    """Run ``act(Task) -> Report`` as an Ansible module with these options and those of the connection. Ends the process.

    Whatever goes wrong below ends in a failed task with RV(failure), never in a traceback: that would print what no_log hides.
    """
    module = _Module(argument_spec={**CONNECTION_OPTIONS, **options}, supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    client = None
    try:
        _check_numbers(module.params)
        client = connect(module.params)
        report = act(Task(client, module.params, module.check_mode))
    except RedisEnterpriseError as error:
        report = Report(False, error.sentence(), {}, error)
    except Exception as error:
        report = Report(False, *_bug(error))
    if not module.params["validate_certs"]:
        module.warn(
            "The cluster's certificate is not verified, so anybody on the way can read the credentials. Give its CA in ca_cert instead."
        )
    for warning in report.warnings:
        module.warn(redact_user_info(warning))
    _hide(module, list(report.secrets) + (client.secrets() if client else []))
    result = {
        "changed": report.changed,
        "failure": report.failure.as_failure() if report.failure else None,
        **report.data,
    }
    if report.diff is not None:
        result["diff"] = report.diff
    if report.failure:
        module.fail_json(msg=report.msg, **result)
    module.exit_json(msg=report.msg, **result)


def _check_numbers(params):
    for option, (least, most) in _RANGES.items():
        value = params.get(option)
        if value is not None and not least <= value <= most:  # which is how nan is refused too
            problem = "it is too small" if value < least else "it is too large, or no number"
            raise option_error(option, problem, f"Give {least} or more, and {most} at the most.")


def _bug(error):
    """Message, data and failure for a fault of ours: where it happened, but not its text, which may hold a secret."""
    frame = error.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    where = f"{os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}"
    failure = RedisEnterpriseError(
        "bug",
        f"This is a bug of the collection: {type(error).__name__} at {where} (Python {sys.version.split()[0]}).",
        hint="Please report it with this message.",
    )
    return failure.sentence(), {}, failure


def _hide(module, secrets):
    """Let Ansible replace secrets also where a server's answer spells them another way: percent-encoded or escaped as in JSON."""
    known = [str(secret) for secret in [*secrets, *module.no_log_values] if secret]
    module.no_log_values.update(known)
    for secret in known:
        quoted = (quote(secret, safe, errors="surrogatepass") for safe in ("/", ""))
        module.no_log_values.update((*quoted, json.dumps(secret)[1:-1]))
