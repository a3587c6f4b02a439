# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where files go to and come from: one module for each ``type`` of a location (contract section 4), under that name.

Each has the three functions below for its own type. They block, and raise StorageFailure for what a cluster would report.
A module is imported when its type is first used, so that a simulator without such a storage needs none of its packages.
"""

from __future__ import annotations

import importlib
import importlib.util
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

#: seconds that a server may be silent
TIMEOUT = 20


class StorageFailure(Exception):
    """A storage that cannot be used; ``reason`` is the cluster's word for it (contract section 5), the text is ours.

    Reasons: ``no-permission``, ``wrong-file-path``, ``download-error``, ``general-error``.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class Endpoints:
    """What holds for the whole cluster: URLs of the object stores, the file of the CA that servers of FTPS and HTTPS are
    trusted by (null: the system's), and the file of the cluster's own SSH key."""

    s3_url: str | None = None
    gs_url: str | None = None
    abs_url: str | None = None
    ca: str | None = None
    ssh_key: str | None = None


def probe_name() -> str:
    """Return a name for the small file that is written, and deleted at once, to learn whether a location can be written to.

    Runs of several databases look at one location at the same time, so no name comes twice.
    """
    return f".access-check-{uuid.uuid4().hex}"


def _module(kind: str) -> ModuleType:
    if importlib.util.find_spec(f"{__name__}.{kind}") is None:
        raise StorageFailure("general-error", f"this simulator has no storage of type {kind}")
    try:
        return importlib.import_module(f"{__name__}.{kind}")
    except ModuleNotFoundError as error:
        text = f"storage of type {kind} needs the Python module {error.name}, see tests/requirements/dev.in"
        raise StorageFailure("general-error", text) from error


def put(location: dict[str, Any], files: list[Path], endpoints: Endpoints) -> list[str]:
    """Bring local files, whose names are the final ones, to a location; all appear complete or none does.

    Return what to call them there: paths, or URLs without user info.
    """
    return _module(location["type"]).put(location, files, endpoints)


def check(location: dict[str, Any], endpoints: Endpoints) -> None:
    """Raise StorageFailure when a location cannot be written to."""
    _module(location["type"]).check(location, endpoints)


def fetch(source: dict[str, Any], folder: Path, endpoints: Endpoints) -> Path:
    """Bring the file of an import's source to a local folder under its own name.

    Whatever the storage has against it is a download-error: an import has no other word for it.
    """
    module = _module(source["type"])
    try:
        return module.fetch(source, folder, endpoints)
    except StorageFailure as error:
        raise StorageFailure("download-error", str(error)) from error
