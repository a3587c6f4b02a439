# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens by itself at a given time: somebody else acts, a node dies, a login ends.

A new event is one function and one line in ``EVENTS``. Events of the configuration count their time from when the
simulator serves, those of the control API from when they are posted. An event that is refused says so in its ``error``.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable
from dataclasses import asdict, dataclass, field
from typing import Any, Callable

from .cluster import Cluster
from .config import CHANGE_SCHEMA, EVENT_SCHEMA
from .database import Database
from .messages import Problem
from .nodes import ListeningNode
from .schemas import check_body
from .settings import SETTINGS_SCHEMA, ConfigError, check

_GLANCE = 0.01  # seconds between two looks at a condition


@dataclass
class Event:
    """One line of the timetable; ``values`` holds what the kind of event needs beside its time.

    ``seen`` is how often a client must have read the database as running; 0 is no condition.
    """

    id: int
    at: float
    do: str
    seen: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    done: bool = False
    error: str | None = None
    result: Any = None


class Stage:
    """What events act upon."""

    def __init__(self, cluster: Cluster, nodes: list[ListeningNode]) -> None:
        self.cluster = cluster
        self.nodes = nodes

    def database(self, uid: int) -> Database:
        """Return a database, or raise the Problem."""
        if uid not in self.cluster.databases:
            raise Problem(404, "not_found", f"no database {uid}")
        return self.cluster.databases[uid]

    def node(self, number: int) -> ListeningNode:
        """Return a node by its number, or raise the Problem."""
        if not 1 <= number <= len(self.nodes):
            raise Problem(404, "not_found", f"no node {number}")
        return self.nodes[number - 1]


async def _remove_database(stage: Stage, uid: int) -> dict[str, Any]:
    """Delete a database; the result is what was known of it at the end."""
    found = stage.database(uid).summary()
    await stage.cluster.remove_database(uid)
    return found


async def _rename_database(stage: Stage, uid: int, name: str) -> None:
    """Give a database another name."""
    await _change_database(stage, uid, {"name": name})


async def _change_database(stage: Stage, uid: int, values: dict[str, Any]) -> None:
    """Change whatever ``PATCH /databases/{uid}`` can change; ``plan.hang: false`` lets a run end."""
    stage.cluster.change_database(stage.database(uid), values)


async def _start_export(stage: Stage, uid: int, export_location: dict[str, Any] | None = None) -> None:
    """Start an export as somebody else; without a location no file is written."""
    if export_location is not None:
        check_body("export", {"export_location": export_location})
    await stage.cluster.start_export(stage.database(uid), export_location)


async def _start_import(stage: Stage, uid: int, dataset_import_sources: list[dict[str, Any]] | None = None) -> None:
    """Start an import as somebody else; without sources no data is replaced."""
    if dataset_import_sources is not None:
        check_body("import", {"dataset_import_sources": dataset_import_sources})
    await stage.cluster.start_import(stage.database(uid), dataset_import_sources)


async def _reset(stage: Stage, uid: int, operation: str = "export") -> bool:
    """Reset a status as somebody else; a running one is refused or left alone, as the setting says."""
    return stage.cluster.reset(stage.database(uid), operation)


async def _stop_node(stage: Stage, node: int) -> None:
    """Let a node die."""
    await stage.node(node).stop()


async def _start_node(stage: Stage, node: int) -> None:
    """Bring a node back."""
    await stage.node(node).start()


async def _revoke_tokens(stage: Stage) -> None:
    """Make every issued token worthless."""
    stage.cluster.accounts.revoke_tokens()


async def _lock_user(stage: Stage, username: str) -> None:
    """Lock a user, as five failed logins do."""
    stage.cluster.accounts.lock(username)


async def _settings(stage: Stage, values: dict[str, Any]) -> None:
    """Change settings."""
    await stage.cluster.change_settings(values)


async def _advance(stage: Stage, seconds: float) -> None:
    """Move the wall clock forward; the periodic backups that are due then start."""
    await stage.cluster.advance(seconds)


Action = Callable[..., Awaitable[Any]]
# do -> (what it needs, what it may have, function)
EVENTS: dict[str, tuple[set[str], set[str], Action]] = {
    "remove_database": ({"uid"}, set(), _remove_database),
    "rename_database": ({"uid", "name"}, set(), _rename_database),
    "change_database": ({"uid", "values"}, set(), _change_database),
    "start_export": ({"uid"}, {"export_location"}, _start_export),
    "start_import": ({"uid"}, {"dataset_import_sources"}, _start_import),
    "reset": ({"uid"}, {"operation"}, _reset),
    "stop_node": ({"node"}, set(), _stop_node),
    "start_node": ({"node"}, set(), _start_node),
    "revoke_tokens": (set(), set(), _revoke_tokens),
    "lock_user": ({"username"}, set(), _lock_user),
    "settings": ({"values"}, set(), _settings),
    "advance": ({"seconds"}, set(), _advance),
}
_VALUES_SCHEMAS = {"change_database": CHANGE_SCHEMA, "settings": SETTINGS_SCHEMA}


def check_event(spec: Any) -> None:
    """Raise ConfigError for an event that is unknown or has other keys than its kind needs."""
    check(spec, EVENT_SCHEMA, "event")
    if spec["do"] not in EVENTS:
        raise ConfigError(f"event: do must be one of {', '.join(EVENTS)}")
    needed, possible, dummy = EVENTS[spec["do"]]
    given = set(spec) - {"at", "do", "seen"}
    if needed - given or given - needed - possible:
        wanted = ", ".join(sorted(needed)) or "nothing"
        more = f", may have {', '.join(sorted(possible))}" if possible else ""
        raise ConfigError(f"event: {spec['do']} needs {wanted}{more}; given: {', '.join(sorted(given)) or 'nothing'}")
    if "seen" in spec and "uid" not in given:
        raise ConfigError("event: seen needs a uid")
    if spec["do"] in _VALUES_SCHEMAS:
        check(spec["values"], _VALUES_SCHEMAS[spec["do"]], "event.values")


class Timetable:
    """The events to come and those that were."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self.events: list[Event] = []

    def add(self, spec: dict[str, Any]) -> Event:
        """Check an event and let its time run."""
        check_event(spec)
        values = {name: value for name, value in spec.items() if name not in ("at", "do", "seen")}
        event = Event(next(self._numbers), spec.get("at", 0), spec["do"], spec.get("seen", 0), values)
        self.events.append(event)
        task = asyncio.create_task(self._carry_out(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return event

    async def _carry_out(self, event: Event) -> None:
        await asyncio.sleep(event.at)
        if event.seen:
            await self._wait_until_seen(event)
        try:
            event.result = await EVENTS[event.do][2](self._stage, **event.values)
        except (Problem, ConfigError, OSError) as error:
            event.error = str(error)
        event.done = True

    async def _wait_until_seen(self, event: Event) -> None:
        """Wait until a client has read the event's database often enough while something ran on it."""
        database = self._stage.cluster.databases.get(event.values["uid"])
        while database is not None and database.seen_running < event.seen:
            await asyncio.sleep(_GLANCE)

    def describe(self) -> list[dict[str, Any]]:
        """Return all events with ``done``, ``error`` and ``result``."""
        return [asdict(event) for event in self.events]

    async def clear(self) -> int:
        """Forget all events, those to come too; return how many."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        removed, self.events = len(self.events), []
        return removed
