# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files behind a URL: FTP and FTPS, and as the source of an import HTTP and HTTPS too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import Endpoints, _ftp, _http


def check(location: dict[str, Any], endpoints: Endpoints) -> None:
    """Raise StorageFailure unless a file can be written to the directory."""
    _ftp.check(location["url"], endpoints.ca)


def put(location: dict[str, Any], files: list[Path], endpoints: Endpoints) -> list[str]:
    """Send files to the directory; return their URLs without user info."""
    return _ftp.put(location["url"], files, endpoints.ca)


def fetch(source: dict[str, Any], folder: Path, endpoints: Endpoints) -> Path:
    """Get the one file that the URL names."""
    protocol = _http if source["url"].startswith("http") else _ftp
    return protocol.fetch(source["url"], folder, endpoints.ca)
