# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The trigger of periodic backups, on the cluster's wall clock, which can be moved (contract section 14)."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Callable

from .clock import Clock
from .database import Database
from .operations import Run
from .policy import Policy
from .settings import Settings

_NEVER = float("inf")
_TIME_FORMAT = "%Y%m%d-%H%M%S"


def prune(policy: Policy, uid: int, wall: float) -> list[str]:
    """Delete the files of a database that are older than the policy's history from a directory; return their names.

    The names of exports are no others, so that those in the same directory go, too. Other kinds of storage are kept.
    """
    if not policy.history or policy.location["type"] != "mount_point":
        return []
    ours = re.compile(rf"bk(\d{{8}}-\d{{6}})-{uid}-.+-\d+_of_\d+-\d+-\d+-\d+\.rdb\.gz")
    oldest = datetime.fromtimestamp(wall, timezone.utc) - timedelta(days=policy.history)
    limit, removed = oldest.strftime(_TIME_FORMAT), []
    for path in Path(policy.location["path"]).iterdir():
        found = ours.fullmatch(path.name)
        if found and found.group(1) < limit:
            path.unlink(missing_ok=True)
            removed.append(path.name)
    return removed


@dataclass
class _Entry:
    """What the trigger knows of one database: two times of the wall clock, and the run that it started last."""

    policy: Policy
    scheduled: float
    retry: float = _NEVER
    run: Run | None = None


class Schedule:
    """Starts what is due; a jump of the clock over several scheduled times makes one backup."""

    def __init__(
        self,
        databases: dict[int, Database],
        settings: Settings,
        clock: Clock,
        start: Callable[[Database, Policy], Awaitable[Run]],
    ) -> None:
        self._databases = databases
        self._settings = settings
        self._clock = clock
        self._start = start
        self._entries: dict[int, _Entry] = {}
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Start backups for ever, each when its time has come."""
        while True:
            self._wake.clear()
            await self.start_due()
            next_time = min((min(item.scheduled, item.retry) for item in self._entries.values()), default=_NEVER)
            delay = None if next_time == _NEVER else max(0.0, next_time - self._clock.wall())
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), delay)

    def changed(self) -> None:
        """Look at the databases and at the clock again."""
        self._wake.set()

    def next_time(self, uid: int) -> float | None:
        """Return when the next backup of a database is scheduled, by the wall clock; None for never."""
        entry = self._refresh(self._databases[uid])
        return entry.scheduled if entry else None

    def _refresh(self, database: Database) -> _Entry | None:
        """Return the entry of a database, made anew when its policy is another or the clock was moved back."""
        policy, now = Policy.of(database.fields), self._clock.wall()
        if policy is None:
            self._entries.pop(database.uid, None)
            return None
        entry = self._entries.get(database.uid)
        if entry is None or entry.policy != policy or entry.scheduled > now + policy.interval:
            entry = self._entries[database.uid] = _Entry(policy, policy.next_time(now))
        return entry

    async def start_due(self) -> None:
        """Start what is due now; what failed, or found its database busy, is tried again after a while."""
        for uid in self._entries.keys() - self._databases.keys():
            del self._entries[uid]
        for database in list(self._databases.values()):
            entry, now = self._refresh(database), self._clock.wall()
            if entry is None or now < min(entry.scheduled, entry.retry):
                continue
            operation, run = database.operations["backup"], entry.run
            operation.settle()
            if now >= entry.scheduled:
                entry.scheduled, run = entry.policy.next_time(now), None
            elif run is not None and operation.run is not run and run.reason == "":
                entry.retry = _NEVER
                continue
            entry.retry = now + self._settings.backup_retry
            entry.run = run if database.busy else await self._start(database, entry.policy)
