# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accepting a run of an operation, queueing it, and doing its real work (contract section 5.1)."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Awaitable
from typing import Callable

from .clock import Clock
from .database import Database
from .importer import ImportFailure
from .messages import Problem
from .operations import Run
from .settings import Settings
from .storage import StorageFailure

LOG = logging.getLogger("simulator")
_INITIALIZING = 0.3  # share of an import's time before its data is loaded
Work = Callable[[Run], Awaitable[None]]


class Launcher:
    """Starts the runs of all databases."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._slots: list[float] = []
        self._tasks: dict[asyncio.Task[None], Database] = {}

    async def start(self, database: Database, name: str, work: Work | None, by: str) -> Run:
        """Accept a run, or raise 409 while the database is busy; ``work`` None succeeds when its time is over."""
        if (name != "backup" and database.take_busy(name)) or database.busy:
            raise Problem(409, "busy", f"Database {database.uid} is busy with another action, try again later")
        plan, now = database.plan_of(name), self._clock.steady()
        usual = self._settings.import_duration if name == "import" else self._settings.export_duration
        duration, delay = usual if plan.duration is None else plan.duration, plan.start_delay
        if plan.finish_instantly:
            duration = delay = 0.0
        starts = now + delay if name == "import" else self._queue(now + delay, duration)
        run = Run(starts, starts + duration, starts + duration * _INITIALIZING, operation=name, by=by)
        run.obey(plan)
        if work is None:
            run.reason = plan.reason if plan.result == "failed" else ""
        database.runs.append(run)
        database.operations[name].begin(run)
        database.seen_running = 0
        if work is not None:
            task = asyncio.create_task(self._carry_out(database, work, run))
            self._tasks[task] = database
            task.add_done_callback(self._tasks.pop)
            if plan.finish_instantly:
                await asyncio.wait({task})
        return run

    def forget_queue(self) -> None:
        """Let the next run start at once."""
        self._slots.clear()

    def _queue(self, wanted: float, duration: float) -> float:
        """Return when an export may start if only ``max_simultaneous_backups`` (0 is no limit) run at a time."""
        limit = self._settings.max_simultaneous_backups
        if not limit:
            return wanted
        if len(self._slots) < limit:
            starts = wanted
        else:
            starts = max(wanted, heapq.heappop(self._slots))
        heapq.heappush(self._slots, starts + duration)
        return starts

    async def _carry_out(self, database: Database, work: Work, run: Run) -> None:
        """Do the real work of one run and store what it came to."""
        await asyncio.sleep(max(0.0, run.starts - self._clock.steady()))
        try:
            await work(run)
            run.finish(self._clock.steady(), "")
        except (StorageFailure, ImportFailure) as error:
            LOG.warning("%s of database %s failed, %s: %s", run.operation, database.uid, error.reason, error)
            run.finish(self._clock.steady(), error.reason, str(error))
        except Exception as error:
            LOG.exception("%s of database %s failed", run.operation, database.uid)
            run.finish(self._clock.steady(), "general-error", str(error))

    async def cancel(self, database: Database | None = None) -> None:
        """End the work that goes on for a database, or for all."""
        tasks = [task for task, its in self._tasks.items() if database in (None, its)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
