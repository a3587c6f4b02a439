# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what the modules that start an operation share: options, and the way of jobs to their end or to a prediction."""

from __future__ import annotations

from ._databases import IDLE, SUCCEEDED, is_running
from ._errors import RedisEnterpriseError, option_error
from ._job import Job
from ._module import DATABASE_OPTIONS, WAIT_OPTIONS
from ._operation import Limits, Runner
from ._preflight import blocked, preflight
from ._progress import Progress
from ._reset import Reset
from ._start import Start

#: Those that only these modules have.
OWN_OPTIONS = {
    "if_running": {"type": "str", "choices": ["attach", "wait", "fail"], "default": "attach"},
    "wait": {"type": "bool", "default": True},
    "start_timeout": {"type": "int", "default": 60},
    "reset_status": {"type": "bool", "default": False},
    "progress_interval": {"type": "float", "default": 10},
    "email_notification": {"type": "bool", "default": False},
}
START_OPTIONS = {**DATABASE_OPTIONS, **WAIT_OPTIONS, **OWN_OPTIONS}


def start_body(params, **body):
    """The body of a start: ``email_notification`` only where it is asked for."""
    return {**body, **({"email_notification": True} if params["email_notification"] else {})}


def require_followed(params):
    """A success that nobody sees is not reset: raise kind ``option`` where a task does not wait for it."""
    if params["reset_status"] and not params["wait"]:
        raise option_error(
            "reset_status",
            "with wait false the task ends before there is a success whose status could be reset",
            "Leave wait true, or reset later with bdb_status_reset.",
        )


def final_status(params):
    """What a database shows after a success of this task."""
    return IDLE if params["reset_status"] else SUCCEEDED


def carry_out(task, done, reader, jobs, databases, time):
    """Bring the jobs, all of one operation, to their end; ``done`` is the outcome of a success. Returns the warnings."""
    if not jobs:
        return []
    params = task.params
    wait = params["wait"]
    rules = Start(jobs[0].operation, done, params["if_running"], wait, params["start_timeout"])
    limits = Limits(
        params["wait_timeout"] if wait else params["start_timeout"],
        params["poll_interval"],
        params["max_parallel"] if wait else 0,
    )
    tell = Progress(params["progress_interval"], task.hide) if wait else None
    resets = {}

    def reset_success(job, database):
        if job.outcome in (done, "attached"):
            resets[job.uid] = Job(database, job.operation, rules=Reset("skip"))
            return resets[job.uid]
        return None

    then = reset_success if params["reset_status"] else None
    runner = Runner(task.client, reader, limits, time.monotonic, time.sleep, tell, then)
    runner.carry_out(rules, jobs, databases)
    for job in jobs:
        if job.uid in resets:
            _take_over(job, resets[job.uid])
    return runner.warnings


def _take_over(job, reset):
    """What became of the reset belongs to its job, whose outcome stands: the operation has succeeded."""
    job.state = reset.state
    job.changed = job.changed or reset.changed
    if reset.error:
        job.error = RedisEnterpriseError(
            reset.error.kind,
            f"The {job.operation} succeeded, but its status was not reset: {reset.error.message}",
            hint=f"Reset it with bdb_status_reset. {reset.error.hint or ''}".strip(),
            status=reset.error.status,
            code=reset.error.code,
            description=reset.error.description,
        )


def predict(task, jobs, databases, locations):
    """Give the jobs the outcome and the change that the real run would have. Returns RV(preflight); ``locations`` as ``preflight`` takes them."""
    if_running = task.params["if_running"]
    chosen = [databases[job.uid] for job in jobs]
    problems = preflight(task.client, chosen, jobs[0].operation, locations, if_running) if jobs else []
    blocking = blocked(problems, chosen)
    for job in jobs:
        attaches = is_running(job.state.status) and if_running == "attach"
        if job.uid in blocking:
            job.finish("would_fail", 0, blocking[job.uid])
        else:
            job.changed = not attaches or task.params["reset_status"]
            job.finish("would_attach" if attaches else f"would_{job.operation}", 0)
    return {"ready": not any(problem["blocking"] for problem in problems), "problems": problems}
