# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the options of the event source. Its documentation says the same; a unit test compares them."""

from __future__ import annotations

import re
from collections import namedtuple
from urllib.parse import urlsplit

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._databases import OPERATIONS
from ..module_utils._errors import option_error
from ..module_utils._module import CONNECTION_OPTIONS, DATABASE_OPTIONS, check_numbers
from ..module_utils._secrets import Secrets
from ._transitions import AGED

EVENTS = ("failed", "succeeded", "stale", "recovered", "unreachable", "login_refused", "reachable")
OPTIONS = {
    **CONNECTION_OPTIONS,
    **DATABASE_OPTIONS,
    "operations": {"type": "list", "elements": "str", "choices": list(OPERATIONS), "default": list(OPERATIONS)},
    "events": {"type": "list", "elements": "str", "choices": list(EVENTS), "default": list(EVENTS)},
    "interval": {"type": "float", "default": 30},
    "export_stale_after": {"type": "str"},
    "backup_stale_after": {"type": "str"},
    "emit_initial": {"type": "bool", "default": True},
}
#: What ansible-rulebook adds to the arguments by itself.
_FOREIGN = ("eda_feedback_queue",)
_INTERVAL = (0.1, 86400)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
#: A year and more is no limit that anybody means.
_LONGEST = 10**9

#: ``connection`` is what ``_connection.connect`` takes, ``limits`` maps an operation of AGED to seconds, ``cluster`` names the cluster in events.
Settings = namedtuple(
    "Settings", "connection secrets cluster uids names operations events interval limits emit_initial"
)


def read_options(args):
    """The Settings of a rulebook's arguments and the environment. Raises kind ``option`` for whatever is wrong with them."""
    given = {key: value for key, value in args.items() if key not in _FOREIGN}
    secrets = Secrets(*(given.get(key) for key in ("password", "token") if isinstance(given.get(key), str)))
    result = ArgumentSpecValidator(OPTIONS).validate(given)
    params = result.validated_parameters
    secrets.add(*(params.get(key) for key in ("password", "token") if isinstance(params.get(key), str)))
    unknown = sorted(str(key) for key in given if key not in OPTIONS)
    if unknown:
        raise option_error(secrets.hide(unknown[0]), "the source has no such option", f"It has {', '.join(OPTIONS)}.")
    if result.error_messages:
        problem = secrets.hide("; ".join(result.error_messages)).rstrip(".")
        raise option_error("arguments of the source", problem, "See the documentation of the source.")
    check_numbers(params, interval=_INTERVAL)
    limits = {operation: _seconds(f"{operation}_stale_after", params[f"{operation}_stale_after"]) for operation in AGED}
    urls = params["url"] or ()
    return Settings(
        connection=params,
        secrets=secrets,
        cluster=urlsplit(urls[0].strip()).hostname if urls and "@" not in urls[0] else None,
        uids=params["uid"] or (),
        names=params["name"] or (),
        operations=[operation for operation in OPERATIONS if operation in params["operations"]],
        events=params["events"],
        interval=params["interval"],
        limits={
            operation: limit
            for operation, limit in limits.items()
            if limit is not None and operation in params["operations"]
        },
        emit_initial=params["emit_initial"],
    )


def _seconds(option, text):
    """Seconds of ``93600``, ``26h``, ``7d``; None of nothing."""
    if not text:
        return None
    found = re.fullmatch(r"([0-9]{1,9})\s*([smhd]?)", text.strip())
    seconds = int(found.group(1)) * _SECONDS[found.group(2)] if found else 0
    if not 1 <= seconds <= _LONGEST:
        raise option_error(
            option, f"{text!r} is no duration", "Give seconds, or a whole number with s, m, h or d, such as 26h."
        )
    return seconds
