# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what a waiting module tells the controller, so that the operator sees it move.

The action plugin names a pipe in the environment and prints what comes through it. Without one nothing is told. All of it was read anyway.
The controller imports this as well, so it must not import the client: requests alone would cost each task 70 ms there.
"""

from __future__ import annotations

import json
import os
import stat

from ._databases import is_running

#: The variable that names the pipe.
CHANNEL = "REDIS_ENTERPRISE_PROGRESS_CHANNEL"
#: So many running databases are told by their names, of which so many letters: a message must be short to be written as a whole.
_NAMED, _LETTERS = 3, 60
#: Percent that a database must have come further before its pace says anything.
_LEAST_GAIN = 5


class Progress:
    """Tells how far the jobs are: once at the beginning, and then what has changed, at most every ``interval`` seconds; 0 is never.

    ``hide(text)`` is the text without secrets. It neither waits for whoever listens nor fails: who cannot be told is told no more.
    """

    def __init__(self, interval, hide=str):
        self._interval = interval
        self._hide = hide
        self._pipe = _open_pipe(os.environ.get(CHANNEL)) if interval else None
        self._began = None
        self._due = 0
        self._told = None

    def __call__(self, jobs, now):
        if self._pipe is None:
            return
        try:
            self._tell(jobs, now)
        except Exception:
            os.close(self._pipe)
            self._pipe = None

    def _tell(self, jobs, now):
        running = [(job, _percent(job)) for job in jobs if job.is_followed]
        facts = _facts(jobs, running, self._hide)
        self._began = now if self._told is None else self._began
        if facts == self._told or (self._told and now < self._due):
            return
        message = {**facts, "elapsed": round(now - self._began, 1), "left": _left(running, now)}
        os.write(self._pipe, json.dumps(message).encode("ascii") + b"\n")
        self._told = facts
        self._due = now + self._interval


def _open_pipe(path):
    """A descriptor that never blocks, or None where there is no pipe, or nobody at its other end."""
    if not path:
        return None
    try:
        pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None
    if stat.S_ISFIFO(os.fstat(pipe).st_mode):
        return pipe
    os.close(pipe)
    return None


def _facts(jobs, running, hide):
    """How many are where, and how far the running ones are, in whole percent or None."""
    over = [job for job in jobs if job.is_done]
    failed = sum(1 for job in over if job.error)
    known = [percent for dummy, percent in running if percent is not None]
    return {
        "operation": jobs[0].operation,
        "done": len(over) - failed,
        "failed": failed,
        "running": len(running),
        "waiting": len(jobs) - len(over) - len(running),
        "percent": int(sum(known) / len(known)) if known else None,
        "names": [[hide(job.name)[:_LETTERS], percent if percent is None else int(percent)] for job, percent in running]
        if len(running) <= _NAMED
        else [],
    }


def _percent(job):
    """0 between the start and the first sign of it: what the database shows then is of a former run."""
    return job.state.progress if is_running(job.state.status) else 0.0


def _left(running, now):
    """Seconds until the last of the running ones is through if each goes on at its pace, or None when one has no pace yet."""
    left = []
    for job, percent in running:
        gain = (percent or 0) - ((job.before.progress or 0) if job.attached else 0)
        if gain < _LEAST_GAIN:
            return None
        left.append((now - job.began) * (100 - percent) / gain)
    return round(max(left), 1) if left else None
