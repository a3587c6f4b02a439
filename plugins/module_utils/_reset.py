# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the rules of resetting a status: only what is not idle, never what is running, and read again until it is idle."""

from __future__ import annotations

from ._databases import IDLE, is_running
from ._errors import RedisEnterpriseError
from ._job import CONFIRM_GRACE, FOLLOWING, QUEUED, may_repeat
from ._start import reset_write


def needs_reset(state):
    """True when a reset would erase something."""
    return state.status != IDLE or state.reason is not None


class Reset:
    """``if_running`` is fail, wait or skip."""

    runs = False

    def __init__(self, if_running):
        self._if_running = if_running

    def observe(self, job, state, now):
        """Take in what the cluster shows of the database."""
        job.state = state
        if is_running(state.status):
            self._meet_running(job, now)
        elif job.phase == QUEUED:
            if not needs_reset(state):
                job.changed = job.changed or job.unconfirmed
                job.finish("reset" if job.changed else "idle", now)
        elif state.status == IDLE:
            job.changed = True
            job.finish("reset", now)
        elif state.last_time not in (None, job.before.last_time):
            # Another run has begun and ended since: this reset took effect, and what is seen now is the other's.
            job.changed = True
            job.move(QUEUED, now)
        elif now - job.since >= CONFIRM_GRACE:
            job.finish(
                "failed",
                now,
                RedisEnterpriseError(
                    "not_reset",
                    f"The reset was sent, but the status of the {job.operation} is still {state.status}.",
                    hint="Run the task again; if it stays so, look into the logs of the cluster's nodes.",
                ),
            )

    @staticmethod
    def write(job):
        """The reset for a job that is ready."""
        job.before = job.state
        return reset_write(job)

    @staticmethod
    def answered(job, error, now):
        """Take in how the cluster answered; where the answer was lost, the next reads tell, and the same reset harms nobody."""
        if error is not None and not error.transient and not may_repeat(error):
            job.finish("failed", now, error)
            return
        if error is None or not may_repeat(error):
            job.began = now if job.began is None else job.began
            job.unconfirmed = error is not None
        if error is None:
            job.move(FOLLOWING, now)
        else:
            job.postpone(error, now)

    @staticmethod
    def expire(job, now, wait_timeout):
        """The time is up: say what is known."""
        why = (
            job.refusal.message
            if job.refusal and not is_running(job.state.status)
            else f"The {job.operation} is {job.state.status}."
        )
        job.finish(
            "failed",
            now,
            RedisEnterpriseError(
                "wait_timeout",
                f"The status was not reset within {wait_timeout} s. {why}",
                hint="Run the task again, or raise wait_timeout.",
            ),
        )

    @staticmethod
    def abandon(job, error, now):
        """The cluster cannot be asked any more."""
        job.finish("failed" if job.phase == QUEUED and not job.unconfirmed else "unknown", now, error)

    def predict(self, job):
        """The outcome and the change that a run would have, from what was read."""
        if is_running(job.state.status) and self._if_running != "wait":
            self._meet_running(job, 0)
            job.outcome = "would_fail" if job.outcome == "failed" else job.outcome
        elif needs_reset(job.state):
            job.changed = True
            job.finish("would_reset", 0)
        else:
            job.finish("idle", 0)

    def _meet_running(self, job, now):
        if self._if_running == "fail":
            job.finish(
                "failed",
                now,
                RedisEnterpriseError(
                    "busy",
                    f"The {job.operation} of the database is running ({job.state.status}), and a running one is not reset.",
                    hint="Use if_running wait to reset it after its end, or skip to leave it alone.",
                ),
            )
        elif self._if_running == "skip":
            job.finish("skipped", now)
        else:
            job.phase = QUEUED
