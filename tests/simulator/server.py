# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing a simulated cluster up, saying where it is, and taking it down without leaving anything behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from .cluster import Cluster
from .config import Config
from .control import ControlApi
from .events import Stage, Timetable, check_event
from .nodes import ListeningNode
from .pipeline import Pipeline


class Simulator:
    """A cluster, its nodes and its control API."""

    def __init__(self, config: Config, state_dir: Path) -> None:
        self.cluster = Cluster(config, state_dir)
        context = self.cluster.authority.server_context(config.settings.certificate)
        self.nodes = [ListeningNode(number, self.cluster, context) for number in range(1, config.nodes + 1)]
        pipeline = Pipeline(self.cluster, list(self.nodes))
        for node in self.nodes:
            node.pipeline = pipeline
        for spec in config.events:
            check_event(spec)
        self._events = config.events
        self._timetable = Timetable(Stage(self.cluster, self.nodes))
        control = ControlApi(self.cluster, self.nodes, self._timetable)
        self._runner = web.AppRunner(control.app, access_log=None)
        self._control_url = ""

    async def start(self, port: int, control_port: int) -> None:
        """Listen everywhere; with a fixed port the nodes take it and the ones after it."""
        for index, node in enumerate(self.nodes):
            await node.start(port + index if port else 0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", control_port, shutdown_timeout=1)
        await site.start()
        self._control_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.cluster.open()
        for spec in self._events:
            self._timetable.add(spec)

    async def stop(self) -> None:
        """Close the ports, end the exports and every Redis process."""
        await self._timetable.clear()
        for node in self.nodes:
            await node.stop()
        await self._runner.cleanup()
        await self.cluster.close()

    def facts(self) -> dict[str, Any]:
        """Return the content of the ready file."""
        accounts = self.cluster.accounts.by_name.values()
        return {
            "url": self.nodes[0].url,
            "urls": [node.url for node in self.nodes],
            "control_url": self._control_url,
            "ca_cert": str(self.cluster.authority.ca_path),
            "pid": os.getpid(),
            "state_dir": str(self.cluster.state_dir),
            "users": [
                {
                    "username": item.username,
                    "password": item.password,
                    "role": item.role,
                    "databases": None if item.databases is None else sorted(item.databases),
                }
                for item in accounts
            ],
            "client_certificates": {item.username: item.certificate for item in accounts if item.certificate},
        }


def write_ready_file(path: str, facts: dict[str, Any]) -> None:
    """Write the ready file so that a reader sees nothing or all of it; it holds passwords, so only for the owner."""
    temporary = Path(path).with_name(Path(path).name + ".partial")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(facts, indent=2), encoding="utf-8")
    os.replace(temporary, path)


async def run(config: Config, state_dir: Path, options: Any, announce: Any) -> None:
    """Serve until SIGTERM, SIGINT or, if asked for, the end of standard input."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.stop_on_stdin_end:
        loop.add_reader(sys.stdin.fileno(), lambda: os.read(sys.stdin.fileno(), 4096) or stop.set())
    simulator = Simulator(config, state_dir)
    try:
        await simulator.start(options.port, options.control_port)
        if options.ready_file:
            write_ready_file(options.ready_file, simulator.facts())
        announce(simulator.facts())
        await stop.wait()
    finally:
        if options.stop_on_stdin_end:
            loop.remove_reader(sys.stdin.fileno())
        await simulator.stop()
        if options.ready_file:
            with contextlib.suppress(OSError):
                os.unlink(options.ready_file)
