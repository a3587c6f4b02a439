# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loading the files of an import into a database (contract sections 5 and 12)."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import storage
from .engine import DataEngine
from .keyspace import batches, expiries
from .redisserver import RedisServer, check_rdb

if TYPE_CHECKING:
    import redis


class ImportFailure(Exception):
    """An import that cannot work; ``reason`` is what ``import_failure_reason`` shows."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def _fetch(source: dict[str, Any], folder: Path, endpoints: storage.Endpoints) -> tuple[str, Path]:
    """Fetch, unpack and check the file of one source; return its name and the plain RDB."""
    folder.mkdir()
    plain = file = storage.fetch(source, folder, endpoints)
    if file.name.endswith(".gz"):
        plain = folder / "unpacked"
        try:
            with gzip.open(file, "rb") as packed, open(plain, "wb") as target:
                shutil.copyfileobj(packed, target, 1 << 20)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ImportFailure("file-corrupted", f"{file.name}: {error}") from error
    sound, output = check_rdb(plain)
    if not sound:
        raise ImportFailure("file-corrupted", f"{file.name}: {' '.join(output.split())[-300:]}")
    return file.name, plain


def _size(servers: list[RedisServer]) -> tuple[int, int]:
    """Return the bytes of memory that the data of some servers takes, and their number of keys."""
    size = keys = 0
    for server in servers:
        with server.client() as client:
            size += client.info("memory")["used_memory_dataset"]
            keys += client.dbsize()
    return size, keys


def _copy(servers: list[RedisServer], engine: DataEngine, most: int) -> None:
    """Write up to ``most`` keys, with their exact expiries, each to the shard that owns its slot."""
    clients = [shard.server.client() for shard in engine.shards]
    try:
        for server in servers:
            with server.client() as source:
                for keys in batches(source):
                    keys, most = keys[:most], most - min(most, len(keys))
                    if keys:
                        _copy_batch(source, keys, clients, engine)
    finally:
        for client in clients:
            client.close()


def _copy_batch(source: redis.Redis, keys: list[bytes], clients: list[redis.Redis], engine: DataEngine) -> None:
    reading = source.pipeline(transaction=False)
    for key in keys:
        reading.dump(key)
    pipes = [client.pipeline(transaction=False) for client in clients]
    for key, value, expiry in zip(keys, reading.execute(), expiries(source, keys)):
        if value is not None:  # it has just expired
            pipes[engine.owner(key)].restore(key, expiry or 0, value, replace=True, absttl=expiry is not None)
    for pipe in pipes:
        pipe.execute()


class Import:
    """One import: ``prepare`` leaves the database as it was, ``load`` does not."""

    def __init__(
        self, engine: DataEngine, sources: list[dict[str, Any]], endpoints: storage.Endpoints, folder: Path
    ) -> None:
        self._engine = engine
        self._sources = sources
        self._endpoints = endpoints
        self._folder = folder
        self._servers: list[RedisServer] = []
        self._size = self._keys = 0
        self.files: list[str] = []

    async def prepare(self) -> None:
        """Get all files and read each into a Redis of its own."""
        for index, source in enumerate(self._sources):
            name, plain = await asyncio.to_thread(_fetch, source, self._folder / f"source-{index}", self._endpoints)
            self.files.append(name)
            self._servers.append(RedisServer(self._folder / f"scratch-{index}"))
            await self._servers[-1].start(plain)
        self._size, self._keys = await asyncio.to_thread(_size, self._servers)
        await self._engine.ensure()

    def analyze(self, limit: int) -> None:
        """Refuse data that takes more memory than ``limit`` bytes, where 0 is no limit."""
        if limit and self._size > limit:
            reason = f"file-larger-than-mem-limit:{self._size}:{limit}"
            raise ImportFailure(reason, f"{self._keys} keys take {self._size} bytes, the limit is {limit}")

    async def load(self, erase: bool, limit: int) -> None:
        """Put the keys into the database; what does not fit into the memory is lost, and what was there before, too."""
        if erase:
            await self._engine.flush()
        fitting = self._keys if not limit else min(self._keys, self._keys * limit // max(1, self._size))
        await asyncio.to_thread(_copy, self._servers, self._engine, fitting)
        if fitting < self._keys:
            raise ImportFailure("out-of-memory", f"{fitting} of {self._keys} keys fit into {limit} bytes")

    async def close(self) -> None:
        """End the processes that read the files."""
        await asyncio.gather(*(server.stop() for server in self._servers), return_exceptions=True)
