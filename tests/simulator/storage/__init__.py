# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where files go to and come from: one module for each ``type`` of a location (contract section 4), under that name.

Each has the three functions below for its own type. They block, and raise StorageFailure for what a cluster would report.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any


class StorageFailure(Exception):
    """A storage that cannot be used; ``reason`` is the cluster's word for it (contract section 5), the text is ours.

    Reasons: ``no-permission``, ``wrong-file-path``, ``download-error``, ``general-error``.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class Endpoints:
    """What holds for the whole cluster: URLs of the object stores, and the CA file that signs FTPS and HTTPS servers."""

    s3_url: str | None = None
    gs_url: str | None = None
    abs_url: str | None = None
    ftp_ca: str | None = None


def _module(kind: str) -> ModuleType:
    if importlib.util.find_spec(f"{__name__}.{kind}") is None:
        raise StorageFailure("general-error", f"this simulator has no storage of type {kind}")
    return importlib.import_module(f"{__name__}.{kind}")


def put(location: dict[str, Any], files: list[Path], endpoints: Endpoints) -> list[str]:
    """Bring local files, whose names are the final ones, to a location; all appear complete or none does.

    Return what to call them there: paths, or URLs without user info.
    """
    return _module(location["type"]).put(location, files, endpoints)


def check(location: dict[str, Any], endpoints: Endpoints) -> None:
    """Raise StorageFailure when a location cannot be written to."""
    _module(location["type"]).check(location, endpoints)


def fetch(source: dict[str, Any], folder: Path, endpoints: Endpoints) -> Path:
    """Bring the file of an import's source to a local folder under its own name; one that is missing is a failure."""
    return _module(source["type"]).fetch(source, folder, endpoints)
