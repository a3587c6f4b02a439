# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what has happened between two looks at a database. Pure: it asks no cluster and knows no clock of this host."""

from __future__ import annotations

from collections import namedtuple

from ..module_utils._databases import FAILED, SUCCEEDED, age_of, state_of
from ..module_utils._reasons import explain

#: Operations of which the cluster keeps the time of the last success, and so an age.
AGED = ("export", "backup")
#: What is known of one operation of one database: the last ``status`` and ``reason``, the newest ``last_time`` ever seen, the ``failures`` in a row
#: since the last success, whether it is ``stale``, and ``half``: of the two signs of a success, a new time and the status, which one is still to come.
Known = namedtuple("Known", "status reason last_time failures stale half", defaults=(0, False, None))
_TIME, _STATUS = "time", "status"
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def look(known, databases, now, operations, limits):
    """The events since the last look, in the order of the databases: ``(known, events)``.

    ``known`` maps ``(uid, operation)`` to Known, and is empty before the first look; what it holds of databases that are not among ``databases`` is kept.
    ``now`` is the cluster's clock or None, ``limits`` the seconds after which an operation of AGED is stale. An event is a dict, see ``_event``.
    """
    known, events = dict(known), []
    for database in databases:
        for operation in operations:
            state = state_of(database, operation)
            before = known.get((database.uid, operation))
            after, happened = _begin(state) if before is None else advance(before, state)
            events += [_run_event(database, operation, state, after, now, what) for what in happened]
            if operation in limits:
                limit = limits[operation]
                stale = _is_stale(after, database, now, limit)
                if stale is not None and stale != after.stale:
                    after = after._replace(stale=stale)
                    events.append(_age_event(database, operation, state, after, now, limit))
            known[database.uid, operation] = after
    return known, events


def advance(known, state):
    """The Known after ``state`` was seen, and what has happened meanwhile: none, one or both of ``succeeded`` and ``failed``, in this order.

    Statuses stay until the next run, so a status that is still there says nothing. A success shows in a new time, or in a status that was not there
    before; where a cluster shows one of the two later than the other, the second is no news. A run that failed like the one before it, with
    nothing else seen between them, cannot be told from it.
    """
    last_time = state.last_time or known.last_time
    newer = last_time != known.last_time
    arrived = state.status == SUCCEEDED and known.status != SUCCEEDED
    happened, half = [], None if state.status == FAILED else known.half
    if newer:
        if not (half == _TIME and state.status == known.status == SUCCEEDED):
            happened.append(SUCCEEDED)
        half = None if state.status in (SUCCEEDED, FAILED) else _STATUS
    elif arrived:
        if half != _STATUS:
            happened.append(SUCCEEDED)
        half = _TIME if half != _STATUS else None
    if state.status == FAILED and (newer or known.status != FAILED or _other_reason(known, state)):
        happened.append(FAILED)
    failures = 0 if SUCCEEDED in happened else known.failures
    failures += FAILED in happened
    return Known(state.status, state.reason, last_time, failures, known.stale, half), happened


def _begin(state):
    """The same for the first sight of a database: a failure that is there is told, a success may be old."""
    failed = state.status == FAILED
    return Known(state.status, state.reason, state.last_time, int(failed)), [FAILED] if failed else []


def _other_reason(known, state):
    """A reason that merely comes after its status is that of the same run."""
    return None not in (known.reason, state.reason) and known.reason != state.reason


def _is_stale(known, database, now, limit):
    """Whether the last success is older than ``limit`` seconds, or None where that cannot be told. Without any, the age of the database counts."""
    since = known.last_time or database.raw.get("created_time")
    if not since:
        return True
    age = age_of(since, now)
    return None if age is None else age > limit


def _run_event(database, operation, state, known, now, what):
    if what == FAILED:
        reason, hint = explain(operation, state.reason)
        return _event(database, operation, state, known, now, FAILED, reason, hint, state.reason)
    reason = f"The {operation} succeeded" + (f" at {known.last_time}." if known.last_time else ".")
    # Where a later run has failed already, that failure is the next event, and no part of this one.
    return _event(database, operation, state, known._replace(failures=0), now, SUCCEEDED, reason)


def _age_event(database, operation, state, known, now, limit):
    if not known.stale:
        reason = f"The last successful {operation} is not older than {_duration(limit)} any more."
        return _event(database, operation, state, known, now, "recovered", reason)
    age = age_of(known.last_time, now)
    if age is not None:
        reason = f"The last successful {operation} is {_duration(age)} old, which is more than {_duration(limit)}."
    else:
        reason = f"The database has no successful {operation}, and is older than {_duration(limit)}."
    if operation == "export":
        hint = "Export it, or look why what should have done so did not."
    else:
        hint = "Check its backup policy with community.redis_enterprise.bdb_backup_policy, and the location of its backups."
    return _event(database, operation, state, known, now, "stale", reason, hint)


def _event(database, operation, state, known, now, event, reason, hint=None, failure_reason=None):
    """What a rulebook sees below ``redis_enterprise``, but for ``cluster`` and ``initial``. The keys are always the same."""
    return {
        "event": event,
        "operation": operation,
        "uid": database.uid,
        "name": database.name,
        "status": state.status,
        "failure_reason": failure_reason,
        "failures": known.failures,
        "reason": reason,
        "hint": hint,
        "last_time": known.last_time,
        "age": age_of(known.last_time, now),
    }


def cluster_event(event, reason, hint=None, failure_reason=None):
    """An event of the cluster as a whole: the keys of ``_event``, null where they belong to a database."""
    keys = ("operation", "uid", "name", "status", "failures", "last_time", "age")
    return {"event": event, **dict.fromkeys(keys), "failure_reason": failure_reason, "reason": reason, "hint": hint}


def _duration(seconds):
    """``26 hours``, ``90 minutes``: the largest unit of which there are at least two, rounded down."""
    size, unit = next((pair for pair in _UNITS if seconds >= 2 * pair[0]), _UNITS[-1])
    count = int(seconds // size)
    return f"{count} {unit}" + ("" if count == 1 else "s")
