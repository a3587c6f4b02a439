# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the rules of changing a backup policy: send what differs, and read again until it is there.

The same PUT twice does what it does once, so one whose answer was lost may be sent again.
"""

from __future__ import annotations

from ._databases import is_running
from ._errors import RedisEnterpriseError
from ._job import CONFIRM_GRACE, FOLLOWING, QUEUED, Write, may_repeat
from ._policy import FIELDS, changes, differences
from ._stored_location import secret_keys

PATH = "/v1/bdbs/{uid}"
PERMISSION = "update_bdb"
_HINTS = {
    "missing_backup_interval": "Give the interval.",
    "unsupported_module_capabilities": "A module of the database has no capability backup_restore: upgrade it, or leave this database out.",
}
_INVALID = (
    "The cluster checks that its nodes reach the location when it is set: check the location, its credentials and their rights; "
    "a mount_point must exist on every node and be writable for redislabs:redislabs. Nothing of the policy was changed."
)


class PolicyChange:
    """``wanted`` is a Wanted. The body of a job is that of its last PUT."""

    runs = True

    def __init__(self, wanted):
        self._wanted = wanted

    def observe(self, job, state, now):
        """Take in what the cluster shows of the database."""
        job.state = state
        if job.phase == QUEUED and not job.unconfirmed:
            if not changes(self._wanted, state, self._wanted.always):
                job.body = {}
                job.finish("unchanged", now)
            return
        left = differences(self._wanted, state)
        if is_running(state.status):
            return
        if not left and (job.phase == FOLLOWING or self._is_visible(job)):
            job.changed = True
            job.finish("updated", now)
        elif left and job.phase == FOLLOWING and now - job.since >= CONFIRM_GRACE:
            job.finish(
                "failed",
                now,
                RedisEnterpriseError(
                    "not_applied",
                    f"The cluster took the change, but does not show what was asked of {', '.join(left)}.",
                    hint="The change failed in the cluster, or somebody else changes the database: look into the cluster's events, and run the task again.",
                ),
            )

    def write(self, job):
        """The PUT for a job that is ready."""
        again = job.unconfirmed and FIELDS["backup_location"] in job.body
        if not job.unconfirmed:
            job.before = job.state
        job.body = changes(self._wanted, job.state, self._wanted.always or again)
        return Write("PUT", PATH.format(uid=job.uid), job.body, PERMISSION)

    @staticmethod
    def answered(job, error, now):
        """Take in how the cluster answered."""
        if error is None:
            job.changed = True
            job.move(FOLLOWING, now)
        elif may_repeat(error):
            job.postpone(error, now)
        elif error.transient:
            job.unconfirmed = job.changed = True
            job.postpone(error, now)
        else:
            explain(error, job)
            job.changed = False
            job.finish("failed", now, error)

    def expire(self, job, now, wait_timeout):
        """The time is up: say what is known."""
        if job.phase == FOLLOWING:
            outcome, message = (
                "timed_out",
                f"The cluster took the change, but after {wait_timeout} s it does not show yet that it is done.",
            )
        elif job.unconfirmed:
            outcome = "unknown"
            message = f"The answer to the change was lost, and after {wait_timeout} s nothing shows whether the cluster took it."
        else:
            outcome = "not_started"
            why = job.refusal.message.rstrip(".") if job.refusal else "its turn did not come"
            why = "another change of it was going on" if is_running(job.state.status) else why
            message = f"The policy was not changed within {wait_timeout} s: {why}."
        hint = "Run the task again: it changes what is not as asked. Or raise wait_timeout."
        job.finish(outcome, now, RedisEnterpriseError("wait_timeout", message, hint=hint))

    @staticmethod
    def abandon(job, error, now):
        """The cluster cannot be asked any more."""
        job.finish("unknown" if job.phase == FOLLOWING or job.unconfirmed else "not_started", now, error)

    def _is_visible(self, job):
        """True when what the lost PUT changed can be seen: a location that was sent for its secrets alone shows no difference."""
        location = job.body.get(FIELDS["backup_location"], {})
        return not secret_keys(location) or "backup_location" in differences(self._wanted, job.before)


def explain(error, job):
    """Say what the refusal of the job's body means for a policy."""
    if error.kind == "unsupported":
        error.hint = _HINTS.get(error.code) or _offset_hint(job) or _INVALID


def _offset_hint(job):
    """A cluster may keep the offset that it has, and then find it too long for a shorter interval."""
    offset = job.state.interval_offset or 0
    if "backup_interval_offset" in job.body or not 0 < job.body.get("backup_interval", 0) <= offset:
        return None
    return (
        f"Its present offset of {offset} s is not less than the interval: give an interval_offset that is, such as 0."
    )
