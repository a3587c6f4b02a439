# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: many databases at once, from one poll to the next.

One turn reads all databases in ONE request, shows each job its database, and sends the writes that the rules now want.
The rules (``_start``, ``_reset``, ``_policy_change``) decide and send nothing; this file sends and decides nothing. Time is given, never taken.
"""

from __future__ import annotations

from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

from ._client import back_off
from ._databases import is_running, state_of
from ._errors import RedisEnterpriseError, bug_error
from ._transport import MAX_CONNECTIONS

QUEUED, FENCING, FOLLOWING, DONE = "queued", "fencing", "following", "done"
ACTION_PATH = "/v1/bdbs/{uid}/actions/{action}"
#: The shortest pause between two polls, in seconds, and the part of an operation's age that a poll may come late.
POLL_FLOOR, POLL_SHARE = 0.1, 0.1
#: Seconds in which a database may show something that must be confirmed: a reset not yet visible, a status that went away.
CONFIRM_GRACE = 10

#: ``wait_timeout`` and ``poll_interval`` in seconds, ``max_parallel`` 0 for no limit.
Limits = namedtuple("Limits", "wait_timeout poll_interval max_parallel")
#: One POST or PUT that a rule wants.
Write = namedtuple("Write", "method path body permission")


class Job:
    """What is known of one operation on one database; the rules move it from phase to phase until it is done.

    ``body`` is what its start sends, where it has one. ``read(Database, operation)`` is what the rules look at: it has a ``status``.
    """

    def __init__(self, database, operation, body=None, read=state_of):
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


class Runner:
    """Carries jobs out against one cluster.

    ``clock()`` and ``sleep(seconds)`` are the time, ``reader`` a DatabaseReader that asks for the operations' fields.
    ``tell(jobs, now)`` is told after each look how far they are. ``warnings`` holds what a user should know although it ended well.
    """

    def __init__(self, client, reader, limits, clock, sleep, tell=None):
        self._client = client
        self._reader = reader
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._tell = tell or (lambda jobs, now: None)
        self._failed_polls = 0
        self.warnings = []

    def carry_out(self, rules, jobs, databases):
        """Bring every job to its end, beginning from ``databases``, which were just read. Raises nothing: each job holds its own error.

        Not even a bug of ours does away with what is known of the databases by then.
        """
        try:
            self._carry_out(rules, jobs, databases)
        except Exception as error:
            for job in _open(jobs):
                rules.abandon(job, bug_error(error), self._clock())

    def _carry_out(self, rules, jobs, databases):
        asked = self._clock()  # what an answer shows is no younger, however long it took
        deadline = asked + self._limits.wait_timeout
        for job in jobs:
            job.since = asked
        while True:
            if databases is not None:
                self._show(rules, jobs, databases, asked)
            now = self._clock()
            if now >= deadline:
                for job in _open(jobs):
                    rules.expire(job, now, self._limits.wait_timeout)
            elif databases is not None:
                self._send(rules, jobs, now)
            if not _open(jobs):
                return
            self._tell(jobs, now)
            self._sleep(max(0.0, min(self._pause(jobs), deadline - self._clock())))
            asked = self._clock()
            try:
                databases = self._poll()
            except RedisEnterpriseError as error:
                for job in _open(jobs):
                    rules.abandon(job, error, self._clock())

    def _show(self, rules, jobs, databases, now):
        for job in _open(jobs):
            database = databases.get(job.uid) or self._confirm_absence(job)
            if database is None:
                job.finish(
                    "failed",
                    now,
                    RedisEnterpriseError(
                        "vanished",
                        "The database is gone: it was deleted, or hidden from this user, while the task ran.",
                        hint="Its operation cannot be followed any more.",
                        status=404,
                    ),
                )
            elif not isinstance(database, RedisEnterpriseError):
                rules.observe(job, job.read(database, job.operation), now)

    def _confirm_absence(self, job):
        """A list may lack a database for once: None only when the cluster says that it is gone, an error when it says nothing."""
        try:
            return self._reader.read_one(job.uid, attempts=1)
        except RedisEnterpriseError as error:
            return None if error.kind == "not_found" else error

    def _send(self, rules, jobs, now):
        """The writes that are due, side by side, as many as there is room for."""
        room = self._limits.max_parallel or len(jobs)
        room -= sum(1 for job in jobs if job.phase in (FENCING, FOLLOWING) and not job.attached)
        due = []
        for job in _open(jobs):
            if len(due) >= room:
                break
            write = rules.write(job, now)
            if write is not None:
                due.append((job, write))
        for (job, dummy), error in zip(due, self._send_all([write for dummy, write in due])):
            if job.phase != DONE:
                rules.answered(job, error, self._clock())
            if error is not None and error.kind == "authentication":
                for other in _open(jobs):
                    rules.abandon(other, error, self._clock())

    def _send_all(self, writes):
        if len(writes) < 2:
            return [self._send_one(write) for write in writes]
        with ThreadPoolExecutor(max_workers=min(len(writes), MAX_CONNECTIONS)) as pool:
            return list(pool.map(self._send_one, writes))

    def _send_one(self, write):
        try:
            self._client.write(*write)
        except RedisEnterpriseError as error:
            return error
        return None

    def _pause(self, jobs):
        """Seconds until the next poll: young operations are looked at often, old ones seldom, a silent cluster more and more seldom."""
        if self._failed_polls:
            return back_off(self._failed_polls)
        now = self._clock()
        looks = [look for look in (job.look_again(now) for job in _open(jobs)) if look is not None]
        return min(max(POLL_FLOOR, min(looks, default=POLL_FLOOR)), max(POLL_FLOOR, self._limits.poll_interval))

    def _poll(self):
        """All databases, or None when the cluster did not answer for once. Raises what waiting cannot cure."""
        try:
            databases = self._reader.read(attempts=1)
        except RedisEnterpriseError as error:
            if not error.transient:
                raise
            if not self._failed_polls:
                self.warnings.append(
                    f"The cluster did not answer while the task waited, so it was asked again: {error.message}"
                )
            self._failed_polls += 1
            return None
        self._failed_polls = 0
        return databases


def _open(jobs):
    return [job for job in jobs if job.phase != DONE]


def may_repeat(error):
    """True when the write that met ``error`` did nothing in the cluster and may work later: refused for now, or never sent."""
    return error.kind in ("conflict", "throttled") or (error.transient and not error.delivered)
