# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing the files of an export: one compressed RDB per shard, under the names of contract section 11."""

from __future__ import annotations

import contextlib
import gzip
import os
import shutil
from pathlib import Path

import redis

from .clock import file_time
from .engine import DataEngine, Shard


class ExportFailure(Exception):
    """An export that cannot work; ``reason`` is what ``export_failure_reason`` shows (contract section 5)."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def file_name(uid: int, name: str, index: int, shards: list[Shard], wall: float) -> str:
    """Return the name of one shard's file; the database name is cut to 30 characters."""
    shard = shards[index]
    return (
        f"bk{file_time(wall)}-{uid}-{name[:30]}-{index + 1}_of_{len(shards)}"
        f"-{shard.uid}-{shard.first_slot}-{shard.last_slot}.rdb.gz"
    )


def check_directory(path: str) -> Path:
    """Return the directory of a mount_point, or raise what a cluster would report for it.

    A directory without any write bit is refused even for root, who could write to it: the simulator stands for the
    user redislabs.
    """
    directory = Path(path)
    if not directory.is_absolute():
        raise ExportFailure("wrong-file-path", f"{path} is not absolute")
    try:
        mode = directory.stat().st_mode
    except PermissionError as error:
        raise ExportFailure("no-permission", str(error)) from error
    except OSError as error:
        raise ExportFailure("wrong-file-path", str(error)) from error
    if not directory.is_dir():
        raise ExportFailure("wrong-file-path", f"{path} is no directory")
    if not mode & 0o222 or not os.access(directory, os.W_OK | os.X_OK):
        raise ExportFailure("no-permission", f"{path} is not writable")
    return directory


def _write_shard(shard: Shard, target: Path) -> None:
    with shard.server.client() as client:
        client.save()
    with open(shard.server.dump, "rb") as source, gzip.open(target, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(source, packed, 1 << 20)


def write_files(engine: DataEngine, path: str, uid: int, name: str, wall: float) -> list[str]:
    """Save every shard and put its file into the directory; all files appear complete, or none does. Blocks."""
    directory = check_directory(path)
    finals = [directory / file_name(uid, name, index, engine.shards, wall) for index in range(len(engine.shards))]
    partials = [final.with_name(f".{final.name}.partial") for final in finals]
    try:
        for shard, partial in zip(engine.shards, partials):
            _write_shard(shard, partial)
        for partial, final in zip(partials, finals):
            os.replace(partial, final)
    except PermissionError as error:
        raise ExportFailure("no-permission", str(error)) from error
    except (OSError, redis.RedisError) as error:
        raise ExportFailure("general-error", str(error)) from error
    finally:
        for partial in partials:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
    return [str(final) for final in finals]
