# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the rules of starting an operation and of believing its end.

The status of a database stays that of the last run until the next run or a reset, and the answer to a start names no run.
So a verdict counts only when the status was idle before the start, or was seen running after it, or the time of the last
success has changed since. And a start is sent again only when the cluster said 409 or 429, when nothing of it was sent, or when its
answer was lost and nothing has come of it for the whole of ``start_timeout``; an import, which erases, not even then.
"""

from __future__ import annotations

from ._databases import FAILED, IDLE, SUCCEEDED, is_running
from ._errors import RedisEnterpriseError
from ._job import ACTION_PATH, CONFIRM_GRACE, FENCING, FOLLOWING, QUEUED, Write, may_repeat
from ._reasons import explain

#: Starts of one database that may have been lost on the way, before the task gives up on it.
_MOST_STARTS = {"export": 3, "import": 1}


class Start:
    """Starts ``operation`` with the body of each job; ``done`` is the outcome of a success, ``if_running`` is attach, wait or fail."""

    runs = True

    def __init__(self, operation, done, if_running, wait, start_timeout):
        self._operation = operation
        self._done = done
        self._if_running = if_running
        self._wait = wait
        self._start_timeout = start_timeout

    def observe(self, job, state, now):
        """Take in what the cluster shows of the database."""
        job.state = state
        if job.phase == FOLLOWING:
            self._follow(job, now)
        elif is_running(state.status):
            self._meet_running(job, now)
        elif job.phase == FENCING and (state.status == IDLE or now - job.since >= CONFIRM_GRACE):
            job.move(QUEUED, now)

    def write(self, job):
        """The next request for a job that is ready."""
        if job.state.status != IDLE and not job.fence_sent:
            return reset_write(job)
        job.time_before = job.state.last_time
        job.fenced = job.state.status == IDLE
        job.starts += 1
        path = ACTION_PATH.format(uid=job.uid, action=self._operation)
        return Write("POST", path, job.body, f"start_bdb_{self._operation}")

    def answered(self, job, error, now):
        """Take in how the cluster answered the request that ``write`` returned."""
        fence = job.state.status != IDLE and not job.fence_sent
        unknown = error is not None and error.transient and error.delivered
        if error is not None and may_repeat(error):
            job.starts -= 0 if fence else 1
            job.postpone(error, now)
        elif error is not None and not unknown:
            job.finish("failed", now, error)
        elif fence:
            job.fence_sent = not unknown  # one that was lost on its way is sent again when nothing comes of it
            job.refusal = error
            job.erased = job.changed = True
            job.move(FENCING, now)
        else:
            job.unconfirmed = unknown
            job.changed = True
            job.began = now
            job.move(FOLLOWING, now)
            if not unknown and not self._wait:
                job.finish("started", now)

    def expire(self, job, now, wait_timeout):
        """The time is up: say what is known."""
        running = is_running(job.state.status)
        limit = "wait_timeout" if self._wait else "start_timeout"
        hint = f"Run the task again: it follows what is running, and starts what is not. Or raise {limit}."
        if job.phase != FOLLOWING:
            why = f"another {self._operation} of it was running" if running else "its turn did not come"
            why = job.refusal.message.rstrip(".") if job.refusal and not running else why
            outcome, message = "not_started", f"It was not started within {wait_timeout} s: {why}."
            hint = f"Run the task again, or raise {limit}{' or max_parallel' if self._wait else ''}."
        elif job.unconfirmed:
            outcome = "unknown"
            message = "The answer to its start was lost, and nothing shows yet whether the cluster took it."
        elif running:
            progress = "" if job.state.progress is None else f" at {job.state.progress:g} %"
            outcome = "timed_out"
            message = (
                f"After {wait_timeout} s it is still {job.state.status}{progress}, and the cluster goes on with it."
            )
        else:
            outcome = "timed_out"
            message = f"The cluster has accepted its start, but after {wait_timeout} s nothing shows yet that it began."
        job.finish(outcome, now, RedisEnterpriseError("wait_timeout", message, hint=hint))

    def abandon(self, job, error, now):
        """The cluster cannot be asked any more."""
        outcome = "unknown" if job.phase == FOLLOWING else "not_started"
        goes_on = (
            f"Its {self._operation} may go on in the cluster; run the task again to follow it."
            if outcome == "unknown"
            else "It was not started."
        )
        job.finish(
            outcome,
            now,
            RedisEnterpriseError(
                error.kind,
                error.message,
                hint=f"{goes_on} {error.hint or ''}".strip(),
                status=error.status,
                code=error.code,
                description=error.description,
            ),
        )

    def _meet_running(self, job, now):
        """Somebody else's run, or one of an earlier task."""
        if self._if_running == "fail":
            job.finish(
                "failed",
                now,
                RedisEnterpriseError(
                    "busy",
                    f"The database is {job.state.status} already.",
                    hint="Use if_running attach to follow that run, or wait to start a new one after it.",
                ),
            )
        elif self._if_running == "attach" and not self._wait:
            job.finish("running", now)
        elif self._if_running == "attach":
            job.attached = job.seen_running = True
            job.time_before = job.state.last_time
            job.began = now
            job.move(FOLLOWING, now)
        else:
            job.fence_sent = False
            job.phase = QUEUED

    def _follow(self, job, now):
        state = job.state
        new_success = state.last_time is not None and state.last_time != job.time_before
        believed = job.fenced or job.seen_running or new_success
        if is_running(state.status) and not new_success:
            job.seen_running, job.unconfirmed, job.lost_since = True, False, None
            if not self._wait:
                job.finish("started", now)
        elif state.status == FAILED and believed:
            self._fail(job, now)
        elif new_success or (state.status == SUCCEEDED and believed):
            job.finish("attached" if job.attached else self._done, now)
        elif job.seen_running:
            self._lose(job, now)
        elif now - job.since >= self._start_timeout:
            self._give_up_start(job, now)

    @staticmethod
    def _fail(job, now):
        message, hint = explain(job.operation, job.state.reason)
        error = RedisEnterpriseError("operation_failed", message, code=job.state.reason, hint=hint)
        job.finish("failed", now, error)

    @staticmethod
    def _lose(job, now):
        """It ran, and now the database is idle without a new success: somebody reset the status, and took the verdict with it."""
        if job.lost_since is None:
            job.lost_since = now
        elif now - job.lost_since >= CONFIRM_GRACE:
            job.finish(
                "failed",
                now,
                RedisEnterpriseError(
                    "status_lost",
                    f"The {job.operation} ended, but its status was reset by somebody else, and no new success is recorded.",
                    hint="Take it as failed: run the task again, and let nobody reset the statuses while it runs.",
                ),
            )

    def _give_up_start(self, job, now):
        if job.unconfirmed and job.starts < _MOST_STARTS[self._operation]:
            job.changed = job.erased
            job.fence_sent = job.unconfirmed = False
            job.move(QUEUED, now)
            return
        outcome = "failed"
        what = "The cluster accepted the start"
        hint = (
            "Check the cluster's health and its limit max_simultaneous_backups, raise start_timeout, "
            "and let nobody else reset the statuses while it runs."
        )
        if job.unconfirmed:
            what = "The answer to its start was lost" if job.starts == 1 else "The answers to its starts were lost"
        if _MOST_STARTS[self._operation] == 1:
            outcome = "unknown"
            hint = (
                "It is not sent twice, and may still begin: look at the database with bdb_info before it is used. "
                f"If it stays idle, run the task again. {hint}"
            )
        message = (
            f"{what}, but nothing shows after {self._start_timeout} s that the database began to {self._operation}."
        )
        job.finish(outcome, now, RedisEnterpriseError("not_started", message, hint=hint))


def reset_write(job):
    """The PUT that takes the status of the job's operation back to idle."""
    action = f"{job.operation}_reset_status"
    return Write("PUT", ACTION_PATH.format(uid=job.uid, action=action), {}, f"reset_bdb_current_{job.operation}_status")
