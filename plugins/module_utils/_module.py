# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the Ansible edge. Nothing else knows AnsibleModule, and nothing else ends a task."""

from __future__ import annotations

import os
from collections import namedtuple

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import AnsibleFallbackNotFound
from ansible.module_utils.parsing.convert_bool import boolean

from ._answers import redact_user_info
from ._connection import ENVIRONMENT, UNVERIFIED, connect
from ._errors import RedisEnterpriseError, bug_error, option_error
from ._secrets import Secrets
from ._transport import REQUESTS_IMPORT_ERROR

#: What a module's function gets: the Client, the options, whether it must not write, what takes the secrets out of a text, and
#: AnsibleModule's ``run_command``.
Task = namedtuple("Task", "client params check_mode hide run_command", defaults=(str, None))
#: What it returns: ``data`` is the result beside ``changed`` and ``msg``, ``failure`` a RedisEnterpriseError or None.
Report = namedtuple("Report", "changed msg data failure warnings diff", defaults=(None, (), None))


def _environment(variable):
    """Its value. An empty variable is none: that is how a credential of AWX passes on what was left open in it."""
    value = os.environ.get(variable)
    if not value:
        raise AnsibleFallbackNotFound
    return value


def _validate_unless_insecure(variable):
    """The environment says 'insecure', the option says 'validate'."""
    return not boolean(_environment(variable))


def _from_environment(option):
    return _environment, [ENVIRONMENT[option]]


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
#: Options with names of databases, which may come as one text: ``orders, sessions``, or an empty one, from a question that was left open.
_NAMES = ("name", "confirm_erase", "confirm_merge")
#: The least and the most of each number; no socket and no sleep takes much more seconds than these.
_RANGES = {
    "timeout": (1, 10**6),
    "wait_timeout": (1, 10**6),
    "poll_interval": (0.1, 10**6),
    "max_parallel": (0, 10**6),
    "start_timeout": (1, 10**6),
    "progress_interval": (0, 10**6),
    "max_age": (0, 10**9),
    "window": (0, 10**6),
    "latest": (0, 10**6),
    "wait_for_files": (0, 10**6),
    "interval": (1, 10**9),
    "interval_offset": (0, 10**9),
    "history": (0, 10**6),
}


class _Module(AnsibleModule):
    """AnsibleModule that hides secrets in every spelling, and whose words on a bad uid are explained."""

    def __init__(self, **keywords):
        self.secrets = Secrets()
        super().__init__(**keywords)
        for option in _NAMES:
            names = self.params.get(option)
            if isinstance(names, list):
                self.params[option] = [] if names == [""] else [name.strip() for name in names]

    def hide(self, value, keys=False):
        """``value`` without what the options that are marked so hold, and without what was derived from it or added since."""
        self.secrets.add(*map(str, self.no_log_values))
        return self.secrets.hide(value, keys)

    def log(self, msg, log_args=None):
        """For the log of the host, where Ansible writes a dict as Python does, with a key's line breaks escaped."""
        super().log(self.hide(msg), log_args=self.hide(log_args))

    def warn(self, warning, **keywords):
        super().warn(redact_user_info(self.hide(warning)), **keywords)

    def fail_json(self, msg, **kwargs):
        super().fail_json(msg=self._last_words(explained(str(msg))), **kwargs)

    def exit_json(self, msg, **kwargs):
        super().exit_json(msg=self._last_words(msg), **kwargs)

    def _last_words(self, msg):
        """The message without secrets; and Ansible is told of all of them, for the arguments, which it adds to the result itself."""
        for option, spec in self.argument_spec.items():
            if "options" in spec:
                self.secrets.add(*strangers(self.params.get(option), spec["options"]))
                self.params[option] = self.hide(self.params.get(option), keys=True)
        msg = self.hide(msg)
        self.no_log_values.update(self.secrets)
        return msg


def run_module(options, act):
    """Run ``act(Task) -> Report`` as an Ansible module with these options and those of the connection. Ends the process.

    Whatever goes wrong below ends in a failed task with RV(failure), never in a traceback: that would print what no_log hides.
    """
    module = _Module(argument_spec={**CONNECTION_OPTIONS, **options}, supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    module.secrets.add(*user_info(module.params["url"]))
    report = _report(module, act, lambda: connect(module.params, module.secrets))
    if not module.params["validate_certs"]:
        module.warn(UNVERIFIED)
    _end(module, report)


def run_module_without_cluster(options, act):
    """The same for a module that needs no cluster: it has no options of a connection, and its Task no Client."""
    module = _Module(argument_spec=options, supports_check_mode=True)
    texts = [
        text for value in module.params.values() if isinstance(value, list) for text in value if isinstance(text, str)
    ]
    urls = [text for text in texts if "://" in text]
    module.secrets.add(*user_info(urls), *(url.partition("?")[2] for url in urls))
    _end(module, _report(module, act, lambda: None))


def _report(module, act, make_client):
    try:
        check_numbers(module.params)
        return act(Task(make_client(), module.params, module.check_mode, module.hide, module.run_command))
    except RedisEnterpriseError as error:
        return Report(False, error.sentence(), {}, error)
    except Exception as error:
        failure = bug_error(error)
        return Report(False, failure.sentence(), {}, failure)


def _end(module, report):
    for warning in report.warnings:
        module.warn(warning)
    result = {
        "changed": report.changed,
        "failure": module.hide(report.failure.as_failure()) if report.failure else None,
        **module.hide(report.data),
    }
    if report.diff is not None:
        result["diff"] = module.hide(report.diff, keys=True)
    if report.failure:
        module.fail_json(msg=report.msg, **result)
    module.exit_json(msg=report.msg, **result)


def explained(msg):
    """Ansible's own words on a bad uid, and what to do instead."""
    if "'uid'" in msg and "unable to convert to int" in msg:
        return f"uid: it takes whole numbers only. Give the database's uid, or its name in the option name. ({msg})"
    return msg


def user_info(urls):
    """What stands before the host in a URL: it is refused, but Ansible prints the arguments of a refused task as well."""
    found = [url.rpartition("@")[0].rpartition("://")[2] for url in urls or () if "@" in url]
    return found + [text.partition(":")[2] for text in found]


def strangers(value, options=None):
    """Every text in ``value``, the value of an option with these suboptions, but under their names.

    A misspelled key may hold a secret, and so may a value that is no dict at all: Ansible refuses both, and prints them as arguments.
    Where such a text has an equals sign, Ansible makes a dict of it, so a key that is no name may be a piece of a secret too.
    """
    if isinstance(value, dict):
        options = options or {}
        strange = {key: item for key, item in value.items() if key not in options}
        found = [str(key) for key in strange if not str(key).isidentifier()]
        deeper = [(item, None) for item in strange.values()]
        deeper += [(value[key], spec["options"]) for key, spec in options.items() if key in value and "options" in spec]
        return found + [text for item, known in deeper for text in strangers(item, known)]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in strangers(item, options)]
    return [value] if isinstance(value, str) else []


def check_numbers(params, **ranges):
    """Raise RedisEnterpriseError of kind ``option`` for a number that is out of its range.

    ranges: name=(least, most) of options that mean something else than a module's.
    """
    for option, (least, most) in {**_RANGES, **ranges}.items():
        value = params.get(option)
        if value is not None and not least <= value <= most:  # which is how nan is refused too
            problem = "it is too small" if value < least else "it is too large, or no number"
            raise option_error(option, problem, f"Give {least} or more, and {most} at the most.")
