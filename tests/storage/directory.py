# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory of this machine, which stands for one that is mounted on every node: no server at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from .store import SUBDIR, Store, of_folder


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Store]:
    """Give the directory."""
    files = folder / SUBDIR

    def mounted(path: Path) -> dict[str, str]:
        return {"type": "mount_point", "path": str(path)}

    yield of_folder(files, mounted(files), lambda name: mounted(files / name))
