# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listening ports: one per node, all with the same state, each can die and come back."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import ssl
from typing import Any

from aiohttp import web

from .cluster import Cluster
from .pipeline import Node, Pipeline

_BACKLOG = 1024
_IDLE_SECONDS = 75.0


class _Server(web.Server):
    """A web server that numbers its connections and can cut them all."""

    def __init__(self, node: ListeningNode) -> None:
        super().__init__(node.answer, access_log=None, keepalive_timeout=_IDLE_SECONDS)
        self._node = node

    def connection_made(self, handler: Any, transport: asyncio.Transport) -> None:
        """Note a connection, after its TLS handshake."""
        super().connection_made(handler, transport)
        self._node.opened(transport)

    def connection_lost(self, handler: Any, exc: BaseException | None = None) -> None:
        """Forget the connections that are gone."""
        super().connection_lost(handler, exc)
        self._node.closed()


class ListeningNode(Node):
    """One node of the cluster."""

    _numbers = itertools.count(1)

    def __init__(self, number: int, cluster: Cluster, context: ssl.SSLContext) -> None:
        super().__init__(number)
        self._cluster = cluster
        self._context = context
        self._listener: asyncio.AbstractServer | None = None
        self._connections: dict[asyncio.Transport, int] = {}
        self.pipeline: Pipeline | None = None

    @property
    def url(self) -> str:
        """Base URL of this node."""
        return f"https://127.0.0.1:{self.port}"

    def opened(self, transport: asyncio.Transport) -> None:
        """Number a new connection."""
        self._connections[transport] = next(self._numbers)
        self._cluster.log.connections += 1

    def closed(self) -> None:
        """Drop the numbers of closed connections."""
        for transport in [item for item in self._connections if item.is_closing()]:
            del self._connections[transport]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Hand a request to the pipeline."""
        return await self.pipeline.handle(self, request, self._connections.get(request.transport, 0))

    async def start(self, port: int | None = None) -> None:
        """Listen, on the same port as before if there was one."""
        if self.running:
            return
        self._listener = await asyncio.get_running_loop().create_server(
            _Server(self),
            "127.0.0.1",
            self.port if port is None else port,
            ssl=self._context,
            backlog=_BACKLOG,
            reuse_address=True,
        )
        self.port = self._listener.sockets[0].getsockname()[1]
        self.running = True

    async def stop(self) -> None:
        """Die: close the port and cut every connection."""
        if not self.running:
            return
        self.running = False
        self._listener.close()
        for transport in list(self._connections):
            with contextlib.suppress(OSError, RuntimeError):
                transport.abort()
        self._connections.clear()
