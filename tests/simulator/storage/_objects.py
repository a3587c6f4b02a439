# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the object stores have in common: names made of a folder and a file, and all of a run's files or none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from . import Endpoints, StorageFailure, probe_name


class Bucket(Protocol):
    """A bucket or container, seen with the credentials of a location. Each method raises StorageFailure."""

    url: str

    def send(self, name: str, body: bytes | BinaryIO) -> None:
        """Write an object."""

    def delete(self, name: str) -> None:
        """Delete an object."""

    def get(self, name: str, target: Path) -> None:
        """Read an object into a file."""


def _object_name(location: dict[str, Any], name: str) -> str:
    """Return the name of a file's object; ``subdir`` is written both as a/b and as /a/b/."""
    return "/".join(part for part in ((location.get("subdir") or "").strip("/"), name) if part)


def functions(bucket_of: Callable[[dict[str, Any], Endpoints], Bucket]) -> tuple[Callable, Callable, Callable]:
    """Return ``check``, ``put`` and ``fetch`` of a kind of store, as the package describes them."""

    def check(location: dict[str, Any], endpoints: Endpoints) -> None:
        """Write an object and delete it; rights that allow no deletion are enough for a cluster."""
        bucket, probe = bucket_of(location, endpoints), _object_name(location, probe_name())
        bucket.send(probe, b"can it be written?")
        with contextlib.suppress(StorageFailure):
            bucket.delete(probe)

    def put(location: dict[str, Any], files: list[Path], endpoints: Endpoints) -> list[str]:
        """Send all files, and delete those that were sent when one cannot be; return their URLs."""
        bucket = bucket_of(location, endpoints)
        sent: list[str] = []
        try:
            for file in files:
                name = _object_name(location, file.name)
                with open(file, "rb") as body:
                    bucket.send(name, body)
                sent.append(name)
        except (StorageFailure, OSError) as error:
            for name in sent:
                with contextlib.suppress(StorageFailure):
                    bucket.delete(name)
            if isinstance(error, StorageFailure):
                raise
            raise StorageFailure("general-error", str(error)) from error
        return [f"{bucket.url}/{name}" for name in sent]

    def fetch(source: dict[str, Any], folder: Path, endpoints: Endpoints) -> Path:
        """Get the object that ``subdir`` and ``filename`` name."""
        target = folder / source["filename"].rpartition("/")[2]
        bucket_of(source, endpoints).get(_object_name(source, source["filename"]), target)
        return target

    return check, put, fetch
