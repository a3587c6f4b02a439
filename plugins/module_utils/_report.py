# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: from jobs that are done to what a task says."""

from __future__ import annotations

from ._errors import RedisEnterpriseError
from ._module import Report

_SHOWN = 10


def _row(job):
    return job.row()


def _shown(state):
    return {"status": state.status, "failure_reason": state.reason, "last_time": state.last_time}


def report_jobs(jobs, warnings=(), after=None, row=_row, shown=_shown, **data):
    """The Report of these jobs: how many had which outcome, every failure with its remedy, and the rows in RV(databases).

    ``row(job)`` is one of these. ``shown(state)`` is a state in the diff, and ``after(job)`` what a changed database will look like, where
    that cannot be read, or not yet (check mode).
    """
    counts = {}
    for job in jobs:
        counts[job.outcome] = counts.get(job.outcome, 0) + 1
    bad = [job for job in jobs if job.error]
    noun = "database" if len({job.uid for job in jobs}) == 1 else "databases"
    msg = (
        f"{len({job.uid for job in jobs})} {noun}: "
        + ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in counts.items())
        + "."
    )
    failure = None
    if bad:
        said = [f"{job.title}: {job.error.sentence()}" for job in bad[:_SHOWN]]
        said += [f"and {len(bad) - _SHOWN} more, see databases."] if len(bad) > _SHOWN else []
        msg = f"{msg} {' '.join(said)}"
        failure = RedisEnterpriseError(
            "databases",
            f"{len(bad)} of {len(jobs)} failed.",
            hint="The item failure of each entry of databases says why.",
        )
    changed = [job for job in jobs if job.changed]
    shown_after = after or (lambda job: shown(job.state))
    diff = {
        "before": {job.title: shown(job.before) for job in changed},
        "after": {job.title: shown_after(job) for job in changed},
    }
    return Report(bool(changed), msg, {"databases": [row(job) for job in jobs], **data}, failure, warnings, diff)
