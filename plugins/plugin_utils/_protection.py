# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: whether a database is protected as it should be, what is wrong where it is not, and what to do."""

from __future__ import annotations

from ..module_utils._databases import FAILED, OPERATIONS, SUCCEEDED, is_running, parse_time
from ..module_utils._reasons import explain
from ._words import duration_words, utc

#: From worst to best; what is exempt has no service level and no problem.
BAD, WARN, OK, EXEMPT = "bad", "warn", "ok", "exempt"
#: The kinds of problems, the most urgent first.
KINDS = ("unprotected", "failed", "never", "unknown", "late", "not_exportable", "not_active", "backup_late")
COPIES = ("export", "backup")
#: The cluster looks every five minutes for backups that are due, some at a time, and tries again what failed.
_BACKUP_GRACE = 3600
_DONE = {"export": "exported", "backup": "backed up"}
_MAKE_COPY = (
    "Export it with community.redis_enterprise.bdb_export, and have the cluster back it up regularly with "
    "community.redis_enterprise.bdb_backup_policy. If it may be lost, give it max_age none in a rule."
)
_EXPORT_AGAIN = "See whether the scheduled job that exports it still runs, and export it now with community.redis_enterprise.bdb_export."
_LOOK_AT_BACKUP = (
    "See why the cluster's periodic backup no longer runs: its alerts, its log, and the free space of the location."
)
_FIRST_BACKUP = f"Wait for its first periodic backup. If one was due before: {_LOOK_AT_BACKUP}"
_ENABLE_BACKUP = "Have the cluster back it up regularly with community.redis_enterprise.bdb_backup_policy."
_CLOCK = "Check the clocks of the cluster's nodes, and export it anew."


def judge(database, level, now):
    """What a report says of an entry of bdb_info's ``databases`` under a Level, at ``now`` (seconds since 1970 by the cluster's clock)."""
    copies = {operation: _copy(database.get(operation) or {}) for operation in OPERATIONS}
    copies["backup"].update(_policy(database.get("backup_policy") or {}, now))
    newest = _newest(copies)
    problems = _failures(copies) + _too_old(copies, newest, level)
    problems += _conditions(database, copies["backup"], bool(problems))
    problems.sort(key=lambda problem: (problem["severity"] != BAD, KINDS.index(problem["kind"])))
    free = level.max_age is None and level.export_max_age is None and level.backup_max_age is None
    stats = database.get("stats") or {}
    return {
        "uid": database["uid"],
        "name": database["name"],
        "verdict": problems[0]["severity"] if problems else EXEMPT if free else OK,
        "status": database.get("status"),
        "type": database.get("type"),
        "version": database.get("version"),
        "shards_count": database.get("shards_count"),
        "active_active": bool(database.get("active_active")),
        "modules": [str(module.get("name")) for module in database.get("modules") or []],
        "tags": dict(database.get("tags") or {}),
        "key_count": stats.get("key_count"),
        "used_memory": stats.get("used_memory"),
        "memory_size": database.get("memory_size"),
        "level": dict(level._asdict()),
        "newest": newest,
        **copies,
        "problems": problems,
    }


def _copy(state):
    """The status of an operation and its last success, ``age`` None where there was none or where its time cannot be believed."""
    moment = parse_time(state.get("last_time"))
    return {
        "status": state.get("status"),
        "progress": state.get("progress"),
        "failure_reason": state.get("failure_reason"),
        "last_time": utc(moment.timestamp()) if moment else state.get("last_time"),
        "age": state.get("age"),
    }


def _policy(policy, now):
    """Whether the cluster backs up by itself, and when next: at round intervals since 1970, UTC, plus an offset, where both are shown."""
    interval, offset, enabled = policy.get("interval"), policy.get("interval_offset"), bool(policy.get("enabled"))
    known = enabled and interval and offset is not None and now is not None
    return {
        "enabled": enabled,
        "interval": interval,
        "next_time": utc(((now - offset) // interval + 1) * interval + offset) if known else None,
    }


def _newest(copies):
    known = [(copies[operation]["age"], operation) for operation in COPIES if copies[operation]["age"] is not None]
    if not known:
        return None
    age, operation = min(known)
    return {"operation": operation, "last_time": copies[operation]["last_time"], "age": age}


def _failures(copies):
    found = []
    for operation in OPERATIONS:
        if copies[operation]["status"] == FAILED:
            sentence, hint = explain(operation, copies[operation]["failure_reason"])
            found.append(_problem(BAD, "failed", operation, sentence, hint))
    return found


def _too_old(copies, newest, level):
    found = []
    for operation, limit in zip(COPIES, (level.export_max_age, level.backup_max_age)):
        if limit is not None:
            found += _age_problem(operation, limit, [operation], copies, copies[operation]["age"])
    if level.max_age is not None:
        found += _age_problem("any", level.max_age, COPIES, copies, newest and newest["age"])
    return found


def _age_problem(operation, limit, operations, copies, age):
    """What is wrong with the age of the newest copy by one of these operations, as a list of at most one problem."""
    if age is None:
        return [_no_age(operation, limit, operations, copies)]
    if age <= limit:
        return []
    what = {"any": "newest copy", "export": "last good export", "backup": "last good backup"}[operation]
    message = f"Its {what} is {duration_words(age)} old, {duration_words(age - limit)} more than the {duration_words(limit)} allowed."
    enabled = copies["backup"]["enabled"]
    remedy = {
        "any": f"{_EXPORT_AGAIN} {_LOOK_AT_BACKUP if enabled else ''}".strip(),
        "export": _EXPORT_AGAIN,
        "backup": _LOOK_AT_BACKUP if enabled else _ENABLE_BACKUP,
    }[operation]
    return [_problem(BAD, "late", operation, message, remedy, limit, age)]


def _no_age(operation, limit, operations, copies):
    """There is no copy, or none whose time can be believed."""
    enabled = copies["backup"]["enabled"]
    doubtful = [name for name in operations if copies[name]["last_time"]]
    if doubtful:
        times = " and ".join(f"the last {name} ({copies[name]['last_time']})" for name in doubtful)
        message = f"The time of {times} cannot be compared with the cluster's clock."
        return _problem(BAD, "unknown", operation, message, _CLOCK, limit)
    never = " or ".join(_DONE[name] for name in operations)
    expected = copies["backup"]["next_time"]
    if operation == "any" and not enabled:
        return _problem(
            BAD, "unprotected", "any", f"It was never {never}, and the cluster does not back it up.", _MAKE_COPY, limit
        )
    if operation == "export":
        return _problem(BAD, "never", "export", "It was never exported.", _EXPORT_AGAIN, limit)
    message = f"It was never {never}." + (f" Its next periodic backup is due at {expected}." if expected else "")
    return _problem(BAD, "never", operation, message, _FIRST_BACKUP if enabled else _ENABLE_BACKUP, limit)


def _conditions(database, backup, cause):
    """What is no breach of the service level, but may become one, or is perhaps the ``cause`` of what is."""
    severity = BAD if cause else WARN
    found = [
        _problem(
            severity,
            "not_exportable" if item["kind"] == "unsupported" else "not_active",
            "export",
            item["message"],
            item["hint"],
        )
        for item in database.get("preflight") or []
        if item.get("blocking")
    ]
    interval, age = backup["interval"], backup["age"]
    if (
        backup["enabled"]
        and interval
        and age is not None
        and age > interval + _BACKUP_GRACE
        and backup["status"] != FAILED
    ):
        message = f"Its last periodic backup is {duration_words(age)} old, although one is due every {duration_words(interval)}."
        found.append(_problem(WARN, "backup_late", "backup", message, _LOOK_AT_BACKUP, interval, age))
    return found


def _problem(severity, kind, operation, message, remedy, allowed=None, age=None):
    """``allowed`` and ``age`` in seconds, ``excess`` the difference, each None where it does not apply."""
    return {
        "severity": severity,
        "kind": kind,
        "operation": operation,
        "message": message,
        "remedy": remedy,
        "allowed": allowed,
        "age": age,
        "excess": None if age is None or allowed is None else age - allowed,
    }


def state_word(copy):
    """``never``, ``running``, ``failed``, ``good`` or ``unknown`` for the last run of an operation and what it has left."""
    if copy["status"] == FAILED:
        return "failed"
    if is_running(copy["status"] or SUCCEEDED):
        return "running"
    return "good" if copy["age"] is not None else "unknown" if copy["last_time"] else "never"
