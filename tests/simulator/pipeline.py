# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of every request: log, faults, redirect, route, login, permission, body, endpoint, faults, headers."""

from __future__ import annotations

import asyncio
import logging

import orjson
from aiohttp import hdrs, web

from . import faults
from .api import ROUTES, find_route
from .certificates import CLUSTER_NAME, subject_line
from .cluster import Cluster
from .messages import DropConnection, Exchange, Problem, Reply

LOG = logging.getLogger("simulator")
_LOCAL = "/v1/local/"


class Node:
    """What the pipeline needs to know about the node that got a request."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.port = 0
        self.running = False


class Pipeline:
    """Answers the requests of all nodes of one cluster."""

    def __init__(self, cluster: Cluster, nodes: list[Node]) -> None:
        self._cluster = cluster
        self._nodes = nodes

    @property
    def primary(self) -> Node:
        """The first node that runs; another one takes over when it stops."""
        return next((node for node in self._nodes if node.running), self._nodes[0])

    async def handle(self, node: Node, request: web.BaseRequest, connection: int) -> web.StreamResponse:
        """Answer one request, whatever happens."""
        cluster = self._cluster
        exchange = Exchange(
            request.method,
            request.path,
            dict(request.query),
            request.headers,
            await request.read(),
            node.number,
            request.transport,
            request.path_qs,
            subject_line(request.transport),
        )
        entry = cluster.log.begin(exchange, connection, cluster.clock.wall())
        status: int | None = None
        try:
            reply = await self._reply(node, exchange)
            status = reply.status
            return await self._send(request, reply)
        except DropConnection:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        finally:
            cluster.log.end(entry, exchange, status)

    async def _reply(self, node: Node, exchange: Exchange) -> Reply:
        cluster = self._cluster
        if cluster.settings.latency:
            await asyncio.sleep(cluster.settings.latency)
        hitting = cluster.faults.hitting(exchange) if cluster.faults.faults else []
        try:
            reply = await faults.apply(hitting, "before", exchange, None)
            if reply is None:
                reply = self._redirect(node, exchange) or await self._call(exchange)
        except Problem as problem:
            reply = problem.reply()
        except DropConnection:
            raise
        except Exception:
            LOG.exception("internal error of the simulator in %s %s", exchange.method, exchange.path)
            reply = Problem(500, "internal_error", "Internal error of the simulator, see its log").reply()
        return await faults.apply(hitting, "after", exchange, reply)

    def _redirect(self, node: Node, exchange: Exchange) -> Reply | None:
        """Send a client from a follower to the primary unless ``handle_redirects`` is on (contract section 8.3)."""
        primary = self.primary
        if not self._cluster.settings.followers_redirect or node is primary or exchange.path.startswith(_LOCAL):
            return None
        base = {
            "same_host": f"https://127.0.0.1:{primary.port}",
            "inner_address": "https://10.255.255.254:9443",
            "foreign_host": "https://elsewhere.example:9443",
            "cluster_domain": f"https://node{primary.number}.{CLUSTER_NAME}:{primary.port}",
        }[self._cluster.settings.redirect_location]
        return Reply(307, headers={"Location": base + exchange.path_and_query})

    async def _call(self, exchange: Exchange) -> Reply:
        cluster = self._cluster
        route = find_route(exchange.path)
        if route is None:
            raise Problem(404, "not_found", "No such resource")
        exchange.route, uid = route
        methods = ROUTES[exchange.route]
        if exchange.method not in methods:
            allow = {"Allow": ", ".join([*methods, "OPTIONS"])}
            if exchange.method == "OPTIONS":
                return Reply(headers=allow)
            raise Problem(405, "method_not_allowed", f"{exchange.method} is not allowed here", allow)
        handler, permission = methods[exchange.method]
        if permission is not None:
            exchange.account = cluster.accounts.identify(exchange)
            if not exchange.account.may(permission):
                raise Problem(403, "forbidden", f"The role {exchange.account.role} lacks the permission {permission}")
        if exchange.method in ("POST", "PUT"):
            exchange.body = self._parse(exchange)
        return await handler(cluster, exchange, uid)

    def _parse(self, exchange: Exchange) -> object:
        """Check Content-Type and JSON (contract section 1); None stands for no body where that is allowed."""
        settings = self._cluster.settings
        kind = exchange.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower()
        if (exchange.raw_body or kind) and kind != "application/json":
            raise Problem(400, "invalid_content_type", "The Content-Type must be application/json")
        if exchange.raw_body:
            try:
                return orjson.loads(exchange.raw_body)
            except orjson.JSONDecodeError:
                raise Problem(400, "invalid_json", "The request body is not valid JSON") from None
        required = settings.put_body_required
        if required is None:
            required = settings.version.put_body_required
        if exchange.method == "PUT" and required:
            raise Problem(400, "invalid_json", "A request body is required")
        return None

    async def _send(self, request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        """Add the headers of every answer (contract section 1) and send it."""
        headers = {
            "Date": self._cluster.clock.http_date(),
            "Server": "envoy",
            "Content-Type": reply.content_type,
            "cluster-state-id": str(self._cluster.state_id),
            "x-envoy-upstream-service-time": "1",
            **reply.headers,
        }
        if reply.declared_length is None:
            return web.Response(status=reply.status, body=reply.body, headers=headers)
        response = web.StreamResponse(status=reply.status, headers=headers)
        response.content_length = reply.declared_length
        await response.prepare(request)
        await response.write(reply.body)
        await asyncio.sleep(0.02)  # lets the first part reach the client before the connection is cut
        raise DropConnection
