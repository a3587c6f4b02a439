# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making the files of an export: one compressed RDB per shard, under the names of contract section 11."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

from .clock import file_time
from .engine import DataEngine, Shard
from .storage import StorageFailure


def file_name(uid: int, name: str, index: int, shards: list[Shard], wall: float) -> str:
    """Return the name of one shard's file; the database name is cut to 30 characters."""
    shard = shards[index]
    return (
        f"bk{file_time(wall)}-{uid}-{name[:30]}-{index + 1}_of_{len(shards)}"
        f"-{shard.uid}-{shard.first_slot}-{shard.last_slot}.rdb.gz"
    )


def _write_shard(shard: Shard, target: Path) -> None:
    with shard.server.client() as client:
        client.save()
    with open(shard.server.dump, "rb") as source, gzip.open(target, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(source, packed, 1 << 20)


def write_files(engine: DataEngine, folder: Path, uid: int, name: str, wall: float) -> list[Path]:
    """Save every shard and pack it into a folder of the node, the first step of an export. Blocks."""
    import redis

    targets = [folder / file_name(uid, name, index, engine.shards, wall) for index in range(len(engine.shards))]
    try:
        for shard, target in zip(engine.shards, targets):
            _write_shard(shard, target)
    except (OSError, redis.RedisError) as error:
        raise StorageFailure("general-error", str(error)) from error
    return targets
