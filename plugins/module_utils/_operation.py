# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: many databases at once, from one poll to the next.

One turn reads all databases in ONE request, shows each job its database, and sends the writes that the rules now want.
The rules (``_start``, ``_reset``, ``_policy_change``) decide and send nothing; this file sends and decides nothing. Time is given, never taken.

How often the cluster is asked: a job is looked at again after ``POLL_SHARE`` of the time since it last moved, from one question to the next, so that its
end is known at the latest that share of its duration and one answer's time after it came; the youngest job decides for all. The pause is no less than
``POLL_FLOOR``, no less than what the last answer took, and no more than ``poll_interval``. Where there is much to send, what is followed is looked at
meanwhile, and after ``SEND_SLICE`` all is.
"""

from __future__ import annotations

from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

from ._client import back_off
from ._errors import RedisEnterpriseError, bug_error
from ._job import DONE, FENCING, FOLLOWING, POLL_FLOOR
from ._transport import MAX_CONNECTIONS

#: Seconds of sending after which the cluster is looked at, and the least by the last answer's time, so that most of the time is for sending.
SEND_SLICE, SEND_SHARE = 0.25, 4

#: ``wait_timeout`` and ``poll_interval`` in seconds, ``max_parallel`` 0 for no limit.
Limits = namedtuple("Limits", "wait_timeout poll_interval max_parallel")
#: What stands for the answer to a write that was left for the next turn.
_LEFT = object()


class Runner:
    """Carries jobs out against one cluster.

    ``clock()`` and ``sleep(seconds)`` are the time, ``reader`` a DatabaseReader that asks for the operations' fields.
    ``tell(jobs, now)`` is told after each look how far they are. ``then(job, Database)`` is asked when a look has ended a job, and may return one that
    follows on it, with rules of its own. ``warnings`` holds what a user should know although it ended well.
    """

    def __init__(self, client, reader, limits, clock, sleep, tell=None, then=None):
        self._client = client
        self._reader = reader
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._tell = tell or (lambda jobs, now: None)
        self._then = then or (lambda job, database: None)
        self._jobs = []
        self._failed_polls = 0
        self._answer_time = 0  # seconds that the last poll took
        self.warnings = []

    def carry_out(self, rules, jobs, databases):
        """Bring every job to its end, beginning from ``databases``, which were just read. Raises nothing: each job holds its own error.

        Not even a bug of ours does away with what is known of the databases by then.
        """
        try:
            self._carry_out(rules, jobs, databases)
        except Exception as error:
            self._abandon(bug_error(error))

    def _carry_out(self, rules, jobs, databases):
        asked = self._clock()  # what an answer shows is no younger, however long it took
        deadline = asked + self._limits.wait_timeout
        self._jobs = list(jobs)
        for job in jobs:
            job.rules = rules
            job.since = asked
        while True:
            if databases is not None:
                self._show(self._open(), databases, asked)
            now = self._clock()
            left = False
            if now >= deadline:
                for job in self._open():
                    job.rules.expire(job, now, self._limits.wait_timeout)
            elif databases is not None:
                left = self._send(now, deadline)
            if not self._open():
                return
            self._tell(jobs, now)
            if not left:
                self._sleep(max(0.0, min(self._pause(), deadline - self._clock())))
            asked = self._clock()
            try:
                databases = self._poll()
            except RedisEnterpriseError as error:
                self._abandon(error)

    def _open(self):
        return [job for job in self._jobs if job.phase != DONE]

    def _abandon(self, error):
        for job in self._open():
            job.rules.abandon(job, error, self._clock())

    def _show(self, jobs, databases, now):
        for job in jobs:
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
                job.rules.observe(job, job.read(database, job.operation), now)
                following = self._then(job, database) if job.phase == DONE else None
                if following:
                    following.rules.observe(following, following.state, now)
                    self._jobs.append(following)

    def _confirm_absence(self, job):
        """A list may lack a database for once: None only when the cluster says that it is gone, an error when it says nothing."""
        try:
            return self._reader.read_one(job.uid, attempts=1)
        except RedisEnterpriseError as error:
            return None if error.kind == "not_found" else error

    def _send(self, now, deadline):
        """The writes that are due, side by side, as many as there is room for. True when there is more to send after one look."""
        known = len(self._jobs)
        room = self._limits.max_parallel or known
        room -= sum(
            1 for job in self._jobs if job.rules.runs and job.phase in (FENCING, FOLLOWING) and not job.attached
        )
        due = []
        for job in self._open():
            if job.is_ready(now) and (room > 0 or not job.rules.runs):
                due.append(job)
                room -= job.rules.runs
        until = min(deadline, now + max(SEND_SLICE, SEND_SHARE * self._answer_time))
        answers = self._send_all(due, until)
        for job, answer in zip(due, answers):
            if answer is not _LEFT:
                job.rules.answered(job, answer, self._clock())
        for answer in answers:
            if answer not in (None, _LEFT) and answer.kind == "authentication":
                self._abandon(answer)
        return _LEFT in answers or len(self._jobs) > known

    def _send_all(self, jobs, until):
        """The answers to the writes of these jobs. The looks at others meanwhile have a connection of their own among those that are allowed."""
        followed = any(job.is_followed for job in self._jobs)
        connections = min(self._limits.max_parallel or MAX_CONNECTIONS, MAX_CONNECTIONS)
        if len(jobs) + followed < 2 or connections < 2:
            return [self._send_one(job, until) for job in jobs]
        sent, over = count(1), Event()

        def send(job):
            answer = self._send_one(job, until)
            if next(sent) == len(jobs):
                over.set()
            return answer

        with ThreadPoolExecutor(max_workers=min(len(jobs), connections - followed)) as pool:
            answers = pool.map(send, jobs)
            if followed:
                self._look_until(over)
            return list(answers)

    def _look_until(self, over):
        """Look at what is followed while something else is sent, as often as without that. A fault is left to the next turn."""
        while not over.wait(self._pause()):
            asked = self._clock()
            try:
                databases = self._poll()
            except RedisEnterpriseError:
                return
            if databases is not None:
                self._show([job for job in self._jobs if job.is_followed], databases, asked)

    def _send_one(self, job, until):
        """The error with which the cluster answered, or None, or _LEFT when it was too late to send."""
        if self._clock() >= until:
            return _LEFT
        try:
            self._client.write(*job.rules.write(job))
        except RedisEnterpriseError as error:
            return error
        except Exception as error:
            return bug_error(error)
        return None

    def _pause(self):
        """Seconds until the next poll; a silent cluster is asked more and more seldom."""
        if self._failed_polls:
            return back_off(self._failed_polls)
        now = self._clock()
        looks = [look for look in (job.look_again(now) for job in self._open()) if look is not None]
        pause = max(POLL_FLOOR, self._answer_time, min(looks, default=0) - self._answer_time)
        return min(pause, max(POLL_FLOOR, self._limits.poll_interval))

    def _poll(self):
        """All databases, or None when the cluster did not answer for once. Raises what waiting cannot cure."""
        asked = self._clock()
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
        self._answer_time = self._clock() - asked
        return databases
