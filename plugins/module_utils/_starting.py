# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what the modules that start an operation share: options, and the way of jobs to their end or to a prediction."""

from __future__ import annotations

from ._databases import is_running
from ._module import DATABASE_OPTIONS, WAIT_OPTIONS
from ._operation import Limits, Runner
from ._preflight import blocked, preflight
from ._progress import Progress
from ._start import Start

#: Those that only these modules have.
OWN_OPTIONS = {
    "if_running": {"type": "str", "choices": ["attach", "wait", "fail"], "default": "attach"},
    "wait": {"type": "bool", "default": True},
    "start_timeout": {"type": "int", "default": 60},
    "progress_interval": {"type": "float", "default": 10},
    "email_notification": {"type": "bool", "default": False},
}
START_OPTIONS = {**DATABASE_OPTIONS, **WAIT_OPTIONS, **OWN_OPTIONS}


def start_body(params, **body):
    """The body of a start: ``email_notification`` only where it is asked for."""
    return {**body, **({"email_notification": True} if params["email_notification"] else {})}


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
    runner = Runner(task.client, reader, limits, time.monotonic, time.sleep, tell)
    runner.carry_out(rules, jobs, databases)
    return runner.warnings


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
            job.changed = not attaches
            job.finish("would_attach" if attaches else f"would_{job.operation}", 0)
    return {"ready": not any(problem["blocking"] for problem in problems), "problems": problems}
