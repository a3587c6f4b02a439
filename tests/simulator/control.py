# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API: plain HTTP on a loopback port of its own, so that it is never counted."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Callable

import orjson
from aiohttp import web

from .cluster import Cluster
from .config import CHANGE_SCHEMA, CLOCK_SCHEMA, DATABASE_SCHEMA
from .database import Database
from .events import Timetable
from .messages import Problem
from .nodes import ListeningNode
from .schemas import check_body
from .settings import ConfigError, check


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(value), content_type="application/json")


async def _body(request: web.Request) -> Any:
    raw = await request.read()
    return orjson.loads(raw) if raw else {}


@web.middleware
async def _errors(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
    try:
        return await handler(request)
    except (ConfigError, orjson.JSONDecodeError) as error:
        return _json({"error": str(error)}, 400)
    except Problem as problem:
        return _json({"error": problem.description}, problem.status)


class ControlApi:
    """What tests and demos steer the simulator with."""

    def __init__(self, cluster: Cluster, nodes: list[ListeningNode], timetable: Timetable) -> None:
        self._cluster = cluster
        self._timetable = timetable
        self._nodes = nodes
        self.app = web.Application(middlewares=[_errors])
        self.app.add_routes(
            [
                web.get("/requests", self._requests),
                web.get("/counters", self._counters),
                web.post("/requests/reset", self._reset_log),
                web.get("/databases", self._list),
                web.post("/databases", self._add),
                web.get("/databases/{uid}", self._get),
                web.patch("/databases/{uid}", self._change),
                web.delete("/databases/{uid}", self._remove),
                web.get("/settings", self._settings),
                web.patch("/settings", self._change_settings),
                web.get("/clock", self._clock),
                web.post("/clock", self._clock),
                web.get("/faults", self._faults),
                web.post("/faults", self._add_fault),
                web.delete("/faults", self._remove_faults),
                web.delete("/faults/{id}", self._remove_faults),
                web.get("/events", self._events),
                web.post("/events", self._add_event),
                web.delete("/events", self._remove_events),
                web.post("/export/{uid}", self._export),
                web.post("/import/{uid}", self._import),
                web.post("/reset/{uid}/{operation}", self._reset),
                web.post("/nodes/{n}/{action:stop|start}", self._node),
                web.get("/nodes", self._list_nodes),
                web.post("/users/unlock", self._unlock),
                web.get("/users/locked", self._locked),
                web.post("/tokens/revoke", self._revoke),
            ]
        )

    def _database(self, request: web.Request) -> Database:
        text = request.match_info["uid"]
        database = self._cluster.databases.get(int(text)) if text.isdigit() else None
        if database is None:
            raise Problem(404, "not_found", f"no database {text}")
        return database

    async def _requests(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        return _json([entry for entry in self._cluster.log.entries if entry["n"] > since])

    async def _counters(self, dummy: web.Request) -> web.Response:
        return _json(self._cluster.log.counters())

    async def _reset_log(self, dummy: web.Request) -> web.Response:
        self._cluster.log.reset()
        return _json({})

    async def _list(self, dummy: web.Request) -> web.Response:
        return _json([database.summary() for database in self._cluster.databases.values()])

    async def _describe(self, database: Database, start: bool = False) -> dict[str, Any]:
        if start and database.engine:
            await database.engine.ensure()
        shards = await database.engine.describe() if database.engine else []
        return {**database.summary(), "shards": shards, "next_backup": self._cluster.schedule.next_time(database.uid)}

    async def _get(self, request: web.Request) -> web.Response:
        return _json(await self._describe(self._database(request), "start" in request.query))

    async def _add(self, request: web.Request) -> web.Response:
        spec = await _body(request)
        check(spec, DATABASE_SCHEMA, "database")
        return _json(await self._describe(self._cluster.add_database(spec)), 201)

    async def _change(self, request: web.Request) -> web.Response:
        values, database = await _body(request), self._database(request)
        check(values, CHANGE_SCHEMA, "database")
        self._cluster.change_database(database, values)
        return _json(await self._describe(database))

    async def _remove(self, request: web.Request) -> web.Response:
        await self._cluster.remove_database(self._database(request).uid)
        return _json({})

    async def _settings(self, dummy: web.Request) -> web.Response:
        return _json(self._cluster.settings.as_dict())

    async def _change_settings(self, request: web.Request) -> web.Response:
        await self._cluster.change_settings(await _body(request))
        return _json(self._cluster.settings.as_dict())

    async def _clock(self, request: web.Request) -> web.Response:
        """Tell the time; a POST moves the clock first, and starts the backups that are due then."""
        if request.method == "POST":
            body = await _body(request)
            check(body, CLOCK_SCHEMA, "clock")
            await self._cluster.advance(body["advance"])
        return _json({"time": self._cluster.clock.wall()})

    async def _faults(self, dummy: web.Request) -> web.Response:
        return _json(self._cluster.faults.describe())

    async def _add_fault(self, request: web.Request) -> web.Response:
        fault = self._cluster.faults.add(await _body(request))
        return _json({"id": fault.id}, 201)

    async def _remove_faults(self, request: web.Request) -> web.Response:
        number = request.match_info.get("id")
        return _json({"removed": self._cluster.faults.remove(None if number is None else int(number))})

    async def _events(self, dummy: web.Request) -> web.Response:
        return _json(self._timetable.describe())

    async def _add_event(self, request: web.Request) -> web.Response:
        return _json({"id": self._timetable.add(await _body(request)).id}, 201)

    async def _remove_events(self, dummy: web.Request) -> web.Response:
        return _json({"removed": await self._timetable.clear()})

    async def _export(self, request: web.Request) -> web.Response:
        """Start an export as somebody else would; without a body no file is written."""
        body, database = await _body(request), self._database(request)
        if body:
            check_body("export", body)
        await self._cluster.start_export(database, body.get("export_location"))
        return _json(await self._describe(database))

    async def _import(self, request: web.Request) -> web.Response:
        """Start an import as somebody else would; without a body no data is replaced."""
        body, database = await _body(request), self._database(request)
        if body:
            check_body("import", body)
        await self._cluster.start_import(database, body.get("dataset_import_sources"))
        return _json(await self._describe(database))

    async def _reset(self, request: web.Request) -> web.Response:
        database, operation = self._database(request), request.match_info["operation"]
        if operation not in database.operations:
            raise Problem(404, "not_found", f"no operation {operation}")
        return _json({"reset": self._cluster.reset(database, operation)})

    async def _node(self, request: web.Request) -> web.Response:
        number = request.match_info["n"]
        if not number.isdigit() or not 1 <= int(number) <= len(self._nodes):
            raise Problem(404, "not_found", f"no node {number}")
        node = self._nodes[int(number) - 1]
        await (node.stop() if request.match_info["action"] == "stop" else node.start())
        return await self._list_nodes(request)

    async def _list_nodes(self, dummy: web.Request) -> web.Response:
        return _json(
            [
                {
                    "node": node.number,
                    "url": node.url,
                    "running": node.running,
                    "primary": node is node.pipeline.primary,
                }
                for node in self._nodes
            ]
        )

    async def _unlock(self, dummy: web.Request) -> web.Response:
        self._cluster.accounts.unlock()
        return _json({})

    async def _locked(self, dummy: web.Request) -> web.Response:
        return _json(self._cluster.accounts.locked())

    async def _revoke(self, dummy: web.Request) -> web.Response:
        self._cluster.accounts.revoke_tokens()
        return _json({})
