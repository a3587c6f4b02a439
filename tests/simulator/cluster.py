# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that all nodes share: databases, running exports, settings, users and faults."""

from __future__ import annotations

import asyncio
import heapq
import logging
import tempfile
from pathlib import Path
from typing import Any

from . import storage
from .accounts import Account, Accounts
from .certificates import Authority
from .clock import Clock
from .config import Config, ConfigError
from .database import Database
from .exporter import write_files
from .faults import FaultTable
from .messages import Problem
from .objects import modules
from .operations import Run
from .requestlog import RequestLog
from .storage import StorageFailure

LOG = logging.getLogger("simulator")
_EXPORT = "export"


class Cluster:
    """One simulated cluster."""

    def __init__(self, config: Config, state_dir: Path) -> None:
        self.settings = config.settings
        self.state_dir = state_dir
        self.clock = Clock(config.settings.clock_offset)
        self.authority = Authority(state_dir / "certificates")
        self.accounts = Accounts([self._account(user) for user in config.users], self.settings, self.clock)
        self.modules = modules(config.modules)
        self.faults = FaultTable(config.faults, self.clock)
        self.log = RequestLog()
        self.databases: dict[int, Database] = {}
        self.node_count = config.nodes
        self.state_id = 1
        self._next_shard = 1
        self._slots: list[float] = []
        self._tasks: set[asyncio.Task[None]] = set()
        for spec in config.databases:
            self.add_database(spec)

    def _account(self, user: dict[str, Any]) -> Account:
        scope = user.get("databases")
        certificate = self.authority.client_certificate(user["username"]) if user.get("certificate") else None
        return Account(
            user["username"],
            user["password"],
            user.get("role", "admin"),
            None if scope is None else frozenset(scope),
            certificate,
        )

    def change_settings(self, values: dict[str, Any]) -> None:
        """Change settings and whatever follows from them."""
        self.settings.change(values)
        self.clock.offset = self.settings.clock_offset
        if "certificate" in values:
            self.authority.show(self.settings.certificate)
        if "max_simultaneous_backups" in values:
            self._slots.clear()

    def add_database(self, spec: dict[str, Any]) -> Database:
        """Create a database; the next free uid and the next shard uids are used."""
        spec = {"uid": max(self.databases, default=0) + 1, **spec}
        if spec["uid"] in self.databases:
            raise ConfigError(f"database uid {spec['uid']} is used twice")
        count = spec.get("shards", 1)
        uids = list(range(self._next_shard, self._next_shard + count))
        self._next_shard += count
        database = Database(spec, uids, self.state_dir, self.settings, self.clock)
        self.databases[database.uid] = database
        self.state_id += 1
        return database

    async def remove_database(self, uid: int) -> None:
        """Delete a database and end its Redis processes."""
        database = self.databases.pop(uid)
        self.state_id += 1
        if database.engine:
            await database.engine.stop()

    def check_modules(self, database: Database) -> None:
        """Raise the permanent 406 when a module of the database lacks ``backup_restore`` (contract section 2)."""
        able = {item["module_name"] for item in self.modules if "backup_restore" in item["capabilities"]}
        lacking = [name for name in database.modules if name not in able]
        if lacking:
            raise Problem(
                406,
                "unsupported_module_capabilities",
                "Module without the capability backup_restore: " + ", ".join(lacking),
            )

    async def start_export(self, database: Database, location: dict[str, Any] | None, by: str = "somebody") -> None:
        """Accept an export; raise 409 while the database is busy (contract sections 2 and 5.1)."""
        if database.take_busy() or database.busy:
            raise Problem(409, "busy", f"Database {database.uid} is busy with another action, try again later")
        plan, now = database.plan, self.clock.steady()
        duration = self.settings.export_duration if plan.duration is None else plan.duration
        delay = plan.start_delay
        if plan.finish_instantly:
            duration = delay = 0.0
        starts = self._queue(now + delay, duration)
        run = Run(starts, starts + duration, by=by)
        run.obey(plan)
        operation = database.operations[_EXPORT]
        if plan.result == "failed":
            run.reason = plan.reason
        elif database.engine is None or location is None:
            run.reason = ""
        database.runs.append(run)
        self.state_id += 1
        operation.begin(run)
        if run.reason is None:
            task = asyncio.create_task(self._work(database, location, run))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if plan.finish_instantly:
                await asyncio.wait({task})

    def _queue(self, wanted: float, duration: float) -> float:
        """Return when an export may start if only ``max_simultaneous_backups`` (0 is no limit) run at a time."""
        limit = self.settings.max_simultaneous_backups
        if not limit:
            return wanted
        if len(self._slots) < limit:
            starts = wanted
        else:
            starts = max(wanted, heapq.heappop(self._slots))
        heapq.heappush(self._slots, starts + duration)
        return starts

    async def _work(self, database: Database, location: dict[str, Any], run: Run) -> None:
        """Do the real copying of one export and store what it came to."""
        await asyncio.sleep(max(0.0, run.starts - self.clock.steady()))
        try:
            run.files = await self._copy(database, location)
            run.finish(self.clock.steady(), "")
        except StorageFailure as error:
            LOG.warning("export of database %s failed, %s: %s", database.uid, error.reason, error)
            run.finish(self.clock.steady(), error.reason, str(error))
        except Exception as error:  # pylint: disable=broad-exception-caught
            LOG.exception("export of database %s failed", database.uid)
            run.finish(self.clock.steady(), "general-error", str(error))

    async def _copy(self, database: Database, location: dict[str, Any]) -> list[str]:
        endpoints = self.settings.endpoints
        await asyncio.to_thread(storage.check, location, endpoints)
        await database.engine.ensure()
        with tempfile.TemporaryDirectory(prefix="export-", dir=self.state_dir) as folder:
            files = await asyncio.to_thread(
                write_files, database.engine, Path(folder), database.uid, database.name, self.clock.wall()
            )
            return await asyncio.to_thread(storage.put, location, files, endpoints)

    def reset(self, database: Database, name: str) -> bool:
        """Reset one operation to idle; while it runs, refuse or do nothing, as the setting says."""
        operation = database.operations[name]
        if operation.busy:
            if self.settings.reset_while_running == 409:
                raise Problem(409, "busy", f"An {name} of database {database.uid} is in progress, try again later")
            return False
        operation.reset()
        self.state_id += 1
        return True

    async def close(self) -> None:
        """End the work that goes on and every Redis process."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(
            *(item.engine.stop() for item in self.databases.values() if item.engine), return_exceptions=True
        )
