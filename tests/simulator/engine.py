# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of one database: a Redis process per shard, keys placed by hash slot, started when first touched."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .keyspace import BATCH, owner
from .redisserver import RedisServer
from .seeding import key_name, put_key

_SLOTS = 16384


@dataclass
class Shard:
    """A master shard and the hash slots that it holds."""

    uid: int
    first_slot: int
    last_slot: int
    server: RedisServer | None = None


def make_shards(uids: list[int]) -> list[Shard]:
    """Share the hash slots out evenly."""
    bounds = [_SLOTS * index // len(uids) for index in range(len(uids) + 1)]
    return [Shard(uid, bounds[index], bounds[index + 1] - 1) for index, uid in enumerate(uids)]


class DataEngine:
    """Starts, seeds, counts and stops the shards of a database."""

    def __init__(self, shards: list[Shard], directory: Path, keys: int, seed: int) -> None:
        self.shards = shards
        self._directory = directory
        self._keys = keys
        self._seed = seed
        self._lock = asyncio.Lock()
        self._ready = False

    def owner(self, key: bytes) -> int:
        """Return the index of the shard that holds a key."""
        return owner([shard.first_slot for shard in self.shards], key)

    async def ensure(self) -> None:
        """Start and seed all shards unless that was done."""
        async with self._lock:
            if self._ready:
                return
            for shard in self.shards:
                shard.server = RedisServer(self._directory / f"shard-{shard.uid}")
            await asyncio.gather(*(shard.server.start() for shard in self.shards))
            await asyncio.to_thread(self._seed_all)
            self._ready = True

    def _seed_all(self) -> None:
        clients = [shard.server.client() for shard in self.shards]
        for start in range(0, self._keys, BATCH):
            pipes = [client.pipeline(transaction=False) for client in clients]
            for index in range(start, min(start + BATCH, self._keys)):
                name = key_name(index)
                put_key(pipes[self.owner(name if isinstance(name, bytes) else name.encode())], index, self._seed)
            for pipe in pipes:
                pipe.execute()
        for client in clients:
            client.close()

    async def flush(self) -> None:
        """Erase all keys."""
        await self.ensure()
        await asyncio.to_thread(self._flush_all)

    def _flush_all(self) -> None:
        for shard in self.shards:
            with shard.server.client() as client:
                client.flushall()

    def usage(self) -> tuple[int, int]:
        """Return the number of keys and the bytes of memory of all shards; before the start, the keys that there will be. Blocks."""
        if not self._ready:
            return self._keys, 0
        keys = memory = 0
        for shard in self.shards:
            with shard.server.client() as client:
                keys += client.dbsize()
                memory += client.info("memory")["used_memory"]
        return keys, memory

    def _counts(self) -> list[int | None]:
        counts: list[int | None] = []
        for shard in self.shards:
            if not self._ready or shard.server is None or shard.server.port is None:
                counts.append(None)
                continue
            with shard.server.client() as client:
                counts.append(client.dbsize())
        return counts

    async def describe(self) -> list[dict[str, Any]]:
        """Return uid, slots, Redis port and key count of each shard; port and keys are null before the start."""
        counts = await asyncio.to_thread(self._counts)
        return [
            {
                "uid": shard.uid,
                "first_slot": shard.first_slot,
                "last_slot": shard.last_slot,
                "port": shard.server.port if shard.server else None,
                "keys": count,
            }
            for shard, count in zip(self.shards, counts)
        ]

    async def stop(self) -> None:
        """End every process of this database."""
        async with self._lock:
            await asyncio.gather(*(shard.server.stop() for shard in self.shards if shard.server))
            self._ready = False
