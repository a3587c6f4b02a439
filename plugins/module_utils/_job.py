# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what is known of one operation on one database while it is carried out."""

from __future__ import annotations

from collections import namedtuple

from ._client import back_off
from ._databases import is_running, state_of

QUEUED, FENCING, FOLLOWING, DONE = "queued", "fencing", "following", "done"
ACTION_PATH = "/v1/bdbs/{uid}/actions/{action}"
#: The shortest pause between two polls in seconds, and the part of an operation's age that a poll may come late.
POLL_FLOOR, POLL_SHARE = 0.03, 0.1
#: Seconds in which a database may show something that must be confirmed: a reset not yet visible, a status that went away.
CONFIRM_GRACE = 10

#: One POST or PUT that a rule wants.
Write = namedtuple("Write", "method path body permission")


class Job:
    """What is known of one operation on one database; the rules move it from phase to phase until it is done.

    ``body`` is what its start sends, where it has one. ``read(Database, operation)`` is what the rules look at: it has a ``status``.
    ``rules`` may be given later, by the Runner.
    """

    def __init__(self, database, operation, body=None, read=state_of, rules=None):
        self.rules = rules
        self.uid = database.uid
        self.name = database.name
        self.operation = operation
        self.body = body
        self.read = read
        self.before = self.state = read(database, operation)
        self.phase = QUEUED
        self.outcome = None
        self.changed = False
        self.error = None
        self.since = None  # when the present phase began
        self.began = None  # when the operation was started or found running
        self.elapsed = None
        self.not_before = 0
        self.refusals = 0
        self.refusal = None
        self.starts = 0
        self.fence_sent = False
        self.erased = False  # whether a reset may have erased the status of a former run
        self.fenced = False
        self.time_before = None
        self.seen_running = False
        self.attached = False
        self.unconfirmed = False
        self.lost_since = None

    @property
    def is_done(self):
        """True when there is a verdict."""
        return self.phase == DONE

    @property
    def is_followed(self):
        """True from its start on, or from when it was found running, to its end."""
        return self.phase == FOLLOWING

    @property
    def title(self):
        """The database as messages name it."""
        return f"{self.name} (uid {self.uid})"

    def move(self, phase, now):
        """Enter a phase."""
        self.phase = phase
        self.since = now

    def finish(self, outcome, now, error=None):
        """The verdict. Nothing moves the job after it."""
        self.phase = DONE
        self.outcome = outcome
        self.error = error
        if self.began is not None:
            self.elapsed = round(now - self.began, 1)

    def postpone(self, error, now):
        """The cluster refused for now: try again after a while, and let others go first."""
        self.refusal = error
        self.not_before = now + back_off(self.refusals, error.retry_after)
        self.refusals += 1
        self.move(QUEUED, now)

    def is_ready(self, now):
        """True when its rules may write: nothing is under way on the database, which was looked at just now."""
        return self.phase == QUEUED and now >= self.not_before and not is_running(self.state.status)

    def look_again(self, now):
        """Seconds until another look at this database can show something new, or None when nothing is expected of it."""
        if self.phase == QUEUED and now < self.not_before:
            return self.not_before - now
        if self.phase == QUEUED and not is_running(self.state.status):
            return None
        return max(POLL_FLOOR, POLL_SHARE * (now - self.since))

    def row(self):
        """This job in the result, where its state is a State: the same keys whatever happened."""
        return {
            "uid": self.uid,
            "name": self.name,
            "operation": self.operation,
            "outcome": self.outcome,
            "changed": self.changed,
            "status": self.state.status,
            "progress": self.state.progress,
            "failure_reason": self.state.reason,
            "last_time": self.state.last_time,
            "elapsed": self.elapsed,
            "before": {
                "status": self.before.status,
                "failure_reason": self.before.reason,
                "last_time": self.before.last_time,
            },
            "failure": self.error.as_failure() if self.error else None,
        }


def may_repeat(error):
    """True when the write that met ``error`` did nothing in the cluster and may work later: refused for now, or never sent."""
    return error.kind in ("conflict", "throttled") or (error.transient and not error.delivered)
