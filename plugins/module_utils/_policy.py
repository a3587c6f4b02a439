# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the policy of periodic backups, as a database has it, as it is wanted, and the difference. Sends nothing."""

from __future__ import annotations

from collections import namedtuple

from ._databases import IDLE
from ._errors import option_error
from ._location import location_payload
from ._stored_location import differs, public_location, secret_keys

#: option -> field of the API.
FIELDS = {
    "enabled": "backup",
    "interval": "backup_interval",
    "interval_offset": "backup_interval_offset",
    "history": "backup_history",
    "backup_location": "backup_location",
}
#: What a field has that the cluster does not show: releases before 7.22.2-20 leave out what has its default value.
_DEFAULTS = {"enabled": False, "interval": 86400, "interval_offset": 0, "history": 0}
#: The status of a database while the cluster carries out a change of it.
_CHANGING = "active-change-pending"
_SHOWN = 10

#: ``status`` is idle or the word for a change that is going on. The settings are None where the cluster does not show them;
#: ``backup_location`` is what it shows, whatever that is, and never goes into a result as it is.
Policy = namedtuple("Policy", ["status", *FIELDS])
#: ``settings`` are options with what they are to be, a location as the API's object among them. ``always`` sends its secrets at every run.
Wanted = namedtuple("Wanted", "settings always")


def wanted_policy(params):
    """The Wanted of a task's options. Raises kind ``option`` for what cannot be wanted."""
    settings = {option: params[option] for option in FIELDS if params[option] is not None}
    if not settings:
        raise option_error(
            "enabled",
            f"none of {', '.join(FIELDS)} is given",
            "Give what the policy is to be; what is not given stays as it is.",
        )
    if settings.get("interval_offset", 0) >= settings.get("interval", float("inf")):
        raise _late(settings["interval_offset"], settings["interval"], "")
    if "backup_location" in settings:
        settings["backup_location"] = location_payload("backup_location", settings["backup_location"])
    elif params["update_secrets"] == "always":
        raise option_error(
            "update_secrets",
            "it is always, but there is no backup_location whose secrets to send",
            "Give backup_location.",
        )
    return Wanted(settings, params["update_secrets"] == "always")


def policy_of(database, dummy=None):
    """The Policy of a database, leniently: numbers come as text too, and a field may be missing."""
    raw = database.raw
    return Policy(
        _CHANGING if database.status == _CHANGING else IDLE,
        _flag(raw.get(FIELDS["enabled"])),
        *(_number(raw.get(FIELDS[option])) for option in ("interval", "interval_offset", "history")),
        raw.get(FIELDS["backup_location"]),
    )


def describe_policy(policy):
    """What may be shown of it, under the names of the options."""
    shown = {option: getattr(policy, option) for option in FIELDS}
    return {**shown, "enabled": bool(policy.enabled), "backup_location": public_location(policy.backup_location)}


def differences(wanted, policy):
    """The options that the policy does not fulfil, as far as that can be told: secrets cannot be compared."""
    found = []
    for option, value in wanted.settings.items():
        present = getattr(policy, option)
        if option == "backup_location":
            different = differs(value, present)
        else:
            different = value != (_DEFAULTS[option] if present is None else present)
        found += [option] if different else []
    return found


def changes(wanted, policy, refresh=False):
    """What a PUT must hold: ``{field of the API: value}``, empty when there is nothing to do. ``refresh`` sends a location with secrets again."""
    due = differences(wanted, policy)
    location = wanted.settings.get("backup_location")
    if refresh and location and secret_keys(location) and "backup_location" not in due:
        due.append("backup_location")
    body = {FIELDS[option]: wanted.settings[option] for option in FIELDS if option in due}
    interval = _merged(wanted, policy, "interval")
    if body.get("backup") and interval:
        body["backup_interval"] = (
            interval  # one that is shown may be no more than a default, which may count as missing
        )
    return body


def predicted(policy, body):
    """What may be shown of the policy after the PUT of ``body``. In place of each secret in it there is a word that says so."""
    after = describe_policy(policy)
    after.update({option: body[field] for option, field in FIELDS.items() if field in body})
    location = body.get(FIELDS["backup_location"])
    if location:
        sent = [key for key in secret_keys(location) if not key.endswith("url")]
        after["backup_location"] = {**public_location(location), **dict.fromkeys(sent, "sent, not shown")}
        for key in set(secret_keys(location)) - set(sent):
            after["backup_location"][key] = after["backup_location"][key].replace("://", "://***@", 1)
    return after


def require_possible(wanted, jobs):
    """Refuse what no cluster can take, for what it has already and what is wanted of it do not fit. Raises kind ``option``."""
    enabling = [
        job for job in jobs if "enabled" in differences(wanted, job.state) and wanted.settings["enabled"] is True
    ]
    no_location = [job for job in enabling if not public_location(_merged(wanted, job.state, "backup_location"))]
    if no_location:
        raise option_error(
            "backup_location",
            f"it is not given, and there is none yet for {titles(no_location)}, whose backup is to be enabled",
            "Give the location to back up to.",
        )
    no_interval = [job for job in enabling if not _merged(wanted, job.state, "interval")]
    if no_interval:
        raise option_error(
            "interval",
            f"it is not given, and none is known yet for {titles(no_interval)}, whose backup is to be enabled",
            "Give the seconds from one backup to the next, such as 86400.",
        )
    timed = [job for job in jobs if "interval_offset" in differences(wanted, job.state)]
    late = [
        job for job in timed if 0 < (_merged(wanted, job.state, "interval") or 0) <= wanted.settings["interval_offset"]
    ]
    if late:
        raise _late(
            wanted.settings["interval_offset"], _merged(wanted, late[0].state, "interval"), f" for {titles(late)}"
        )


def _late(offset, interval, where):
    return option_error(
        "interval_offset",
        f"{offset} s is not less than the interval of {interval} s{where}",
        "Give an interval_offset that is less than the interval, such as 0.",
    )


def _merged(wanted, policy, option):
    return wanted.settings.get(option, getattr(policy, option))


def titles(jobs):
    """These databases in a message, the first ten of them by name."""
    more = f" and {len(jobs) - _SHOWN} more" if len(jobs) > _SHOWN else ""
    return ", ".join(job.title for job in jobs[:_SHOWN]) + more


def _flag(value):
    return None if value is None else str(value).lower() in ("true", "1", "enabled")


def _number(value):
    try:
        return None if isinstance(value, bool) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None
