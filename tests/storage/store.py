# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test knows of a running store, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

#: a user whose name and password have what must be percent-encoded in a URL
USER, PASSWORD = "ex:porter", "p@ss/w0rd#?%20 ü"
#: a user who may read only
READER, READER_PASSWORD = "reader", "0nly-t0-look"
#: where the files go, below what the login leads to
SUBDIR = "exports"


class StoreMissing(Exception):
    """The server is not installed; the text says which and what to do."""


@dataclass(frozen=True)
class Store:
    """A store that runs, with one place for files that is empty at first."""

    #: export_location of a user who may write
    location: dict[str, Any]
    #: names() of all files and objects in that place, sorted
    names: Callable[[], list[str]]
    #: read(name) gives the bytes
    read: Callable[[str], bytes]
    #: write(name, bytes), as somebody else
    write: Callable[[str, bytes], object]
    #: source(name) is the file as one of dataset_import_sources
    source: Callable[[str], dict[str, Any]]
    #: export_location of a user who may read only, where there is such a user
    read_only: dict[str, Any] | None = None
    #: what a simulator has to be set to for this store
    settings: dict[str, str] = field(default_factory=dict)
    #: what only this kind has
    extra: dict[str, Any] = field(default_factory=dict)


def url_login(user: str = USER, password: str = PASSWORD) -> str:
    """Return user:password, percent-encoded for a URL."""
    return f"{quote(user, safe='')}:{quote(password, safe='')}"


def of_folder(folder: Path, location: dict[str, Any], source: Callable[[str], dict[str, Any]], **more: Any) -> Store:
    """Return a store whose files are those of a local folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    return Store(
        location,
        names=lambda: sorted(path.name for path in folder.iterdir()),
        read=lambda name: (folder / name).read_bytes(),
        write=lambda name, content: (folder / name).write_bytes(content),
        source=source,
        **more,
    )
