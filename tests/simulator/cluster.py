# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that all nodes share: databases, running exports, settings, users and faults."""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from . import storage
from .accounts import Account, Accounts
from .backups import Schedule, prune
from .certificates import Authority
from .clock import Clock
from .config import Config
from .database import Database
from .exporter import write_files
from .faults import FaultTable
from .importer import Import, ImportFailure
from .launcher import Launcher
from .messages import Problem
from .objects import modules
from .operations import Run
from .policy import Policy
from .requestlog import RequestLog
from .settings import ConfigError
from .sshkey import make_key

_OWN_DIRECTORIES = ("/opt/redislabs", "/var/opt/redislabs", "/etc/opt/redislabs")


class Cluster:
    """One simulated cluster."""

    def __init__(self, config: Config, state_dir: Path) -> None:
        self.settings = config.settings
        self.state_dir = state_dir
        self.clock = Clock(config.settings.clock_offset)
        self.authority = Authority(state_dir / "certificates")
        self._ssh_key = state_dir / "certificates" / "cluster_ssh_key"
        self.ssh_public_key = make_key(self._ssh_key)
        self.accounts = Accounts([self._account(user) for user in config.users], self.settings, self.clock)
        self.modules = modules(config.modules)
        self.faults = FaultTable(config.faults, self.clock)
        self.log = RequestLog()
        self.databases: dict[int, Database] = {}
        self.node_count = config.nodes
        self.state_id = 1
        self._next_shard = 1
        self._launcher = Launcher(config.settings, self.clock)
        self.schedule = Schedule(self.databases, config.settings, self.clock, self._start_backup)
        self._trigger: asyncio.Task[None] | None = None
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

    @property
    def endpoints(self) -> storage.Endpoints:
        """Where the stores are, and what they are reached with."""
        return replace(self.settings.endpoints, ssh_key=str(self._ssh_key))

    async def change_settings(self, values: dict[str, Any]) -> None:
        """Change settings and whatever follows from them."""
        for database in self.databases.values():
            database.settle()  # what has ended has ended by the clock as it was
        self.settings.change(values)
        self.clock.offset = self.settings.clock_offset
        self.schedule.changed()
        await self.schedule.start_due()
        if "certificate" in values:
            self.authority.show(self.settings.certificate)
        if "max_simultaneous_backups" in values:
            self._launcher.forget_queue()

    async def advance(self, seconds: float) -> None:
        """Move the wall clock; what is due then has started when this returns."""
        await self.change_settings({"clock_offset": self.settings.clock_offset + seconds})

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
        self.schedule.changed()
        return database

    def change_database(self, database: Database, values: dict[str, Any]) -> None:
        """Change what the configuration can say of a database."""
        database.change(values)
        self.state_id += 1
        self.schedule.changed()

    async def remove_database(self, uid: int) -> None:
        """Delete a database and end its Redis processes."""
        database = self.databases.pop(uid)
        self.state_id += 1
        await self._launcher.cancel(database)
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

    def check_paths(self, sources: list[dict[str, Any]]) -> None:
        """Raise 406 for a source in the product's own directories where the version minds (contract section 9)."""
        guarded = self.settings.version.guards_system_paths
        for source in sources:
            path = os.path.normpath(source["path"]) if guarded and source["type"] == "mount_point" else ""
            if any(path == own or path.startswith(own + "/") for own in _OWN_DIRECTORIES):
                raise Problem(406, "invalid_import_path", f"Import from {path} is not allowed")

    async def start_export(self, database: Database, location: dict[str, Any] | None, by: str = "somebody") -> None:
        """Accept an export; raise 409 while the database is busy (contract sections 2 and 5.1)."""
        real = location is not None and self._is_real(database, "export")
        await self._launcher.start(database, "export", partial(self._export, database, location) if real else None, by)
        self.state_id += 1

    async def _start_backup(self, database: Database, policy: Policy) -> Run:
        work = partial(self._back_up, database, policy) if self._is_real(database, "backup") else None
        run = await self._launcher.start(database, "backup", work, "schedule")
        self.state_id += 1
        return run

    @staticmethod
    def _is_real(database: Database, name: str) -> bool:
        return database.engine is not None and database.plan_of(name).result == "succeeded"

    async def start_import(
        self, database: Database, sources: list[dict[str, Any]] | None, by: str = "somebody"
    ) -> None:
        """Accept an import; raise 409 while the database is busy (contract sections 2, 5.1 and 12)."""
        plan, work = database.plan_of("import"), None
        if database.engine and plan.result == "failed" and plan.loses_data:
            work = partial(self._lose_data, database, plan.reason)
        elif sources is not None and self._is_real(database, "import"):
            work = partial(self._import, database, sources)
        await self._launcher.start(database, "import", work, by)
        self.state_id += 1

    async def _export(self, database: Database, location: dict[str, Any], run: Run) -> None:
        endpoints = self.endpoints
        await asyncio.to_thread(storage.check, location, endpoints)
        await database.engine.ensure()
        with tempfile.TemporaryDirectory(prefix="export-", dir=self.state_dir) as folder:
            files = await asyncio.to_thread(
                write_files, database.engine, Path(folder), database.uid, database.name, self.clock.wall()
            )
            run.files = await asyncio.to_thread(storage.put, location, files, endpoints)

    async def _back_up(self, database: Database, policy: Policy, run: Run) -> None:
        await self._export(database, policy.location, run)
        await asyncio.to_thread(prune, policy, database.uid, self.clock.wall())

    async def _import(self, database: Database, sources: list[dict[str, Any]], run: Run) -> None:
        limit = database.field("memory_size")
        with tempfile.TemporaryDirectory(prefix="import-", dir=self.state_dir) as folder:
            task = Import(database.engine, sources, self.endpoints, Path(folder))
            try:
                await task.prepare()
                run.files = task.files
                if database.field("skip_import_analyze") != "enabled":
                    task.analyze(limit)
                await self._turn(run)
                await task.load(not database.field("crdt"), limit)
            finally:
                await task.close()

    async def _lose_data(self, database: Database, reason: str, run: Run) -> None:
        await self._turn(run)
        await database.engine.flush()
        raise ImportFailure(reason, "planned, after the database was erased")

    async def _turn(self, run: Run) -> None:
        """Wait until an import may show that it loads data, and say that it does."""
        await asyncio.sleep(max(0.0, run.turns - self.clock.steady()))
        run.turned = True

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

    def open(self) -> None:
        """Let the time of the periodic backups run."""
        self._trigger = asyncio.create_task(self.schedule.run())

    async def close(self) -> None:
        """End the work that goes on and every Redis process."""
        if self._trigger is not None:
            self._trigger.cancel()
        await self._launcher.cancel()
        await asyncio.gather(
            *(item.engine.stop() for item in self.databases.values() if item.engine), return_exceptions=True
        )
