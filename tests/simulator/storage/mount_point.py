# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directories of this machine, which stand for those that are mounted on every node.

The simulator stands for the user redislabs: a directory without any write bit and a file without any read bit are
refused even when it runs as root, who could use them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any

from . import Endpoints, StorageFailure


def _directory(location: dict[str, Any]) -> Path:
    path = location["path"]
    directory = Path(path)
    if not directory.is_absolute():
        raise StorageFailure("wrong-file-path", f"{path} is not absolute")
    try:
        mode = directory.stat().st_mode
    except PermissionError as error:
        raise StorageFailure("no-permission", str(error)) from error
    except OSError as error:
        raise StorageFailure("wrong-file-path", str(error)) from error
    if not directory.is_dir():
        raise StorageFailure("wrong-file-path", f"{path} is no directory")
    if not mode & 0o222 or not os.access(directory, os.W_OK | os.X_OK):
        raise StorageFailure("no-permission", f"{path} is not writable")
    return directory


def check(location: dict[str, Any], endpoints: Endpoints) -> None:
    """Raise StorageFailure unless the path is a directory that can be written to."""
    _directory(location)


def put(location: dict[str, Any], files: list[Path], endpoints: Endpoints) -> list[str]:
    """Copy files into the directory; return their paths."""
    directory = _directory(location)
    finals = [directory / file.name for file in files]
    partials = [final.with_name(f".{final.name}.partial") for final in finals]
    try:
        for file, partial in zip(files, partials):
            shutil.copyfile(file, partial)
        for partial, final in zip(partials, finals):
            os.replace(partial, final)
    except PermissionError as error:
        raise StorageFailure("no-permission", str(error)) from error
    except OSError as error:
        raise StorageFailure("general-error", str(error)) from error
    finally:
        for partial in partials:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
    return [str(final) for final in finals]


def fetch(source: dict[str, Any], folder: Path, endpoints: Endpoints) -> Path:
    """Link the file that ``path`` names; a cluster reads it in place, too (contract section 4)."""
    path = Path(source["path"])
    try:
        if not path.is_absolute() or not path.is_file():
            raise StorageFailure("download-error", f"{path} is no absolute path of a file")
        if not path.stat().st_mode & 0o444 or not os.access(path, os.R_OK):
            raise StorageFailure("download-error", f"{path} is not readable")
        link = folder / path.name
        link.symlink_to(path)
    except OSError as error:
        raise StorageFailure("download-error", str(error)) from error
    return link
