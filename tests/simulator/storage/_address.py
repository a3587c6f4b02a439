# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a URL that leads to a file or a directory, with what is percent-encoded in it decoded."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

_PORTS = {"ftp": 21, "ftps": 21, "sftp": 22}


@dataclass(frozen=True)
class Address:
    """Where a server is and who logs in there; ``path`` is what follows the slash after the host."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    path: str

    def shown(self, name: str) -> str:
        """Return the URL of a file in the directory, without user info."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        path = "/".join(part for part in (quote(self.path).strip("/"), quote(name)) if part)
        return f"{self.scheme}://{host}:{self.port}/{path}"


def parse(url: str) -> Address:
    """Take a URL of FTP, FTPS or SFTP apart; ValueError when its host or port is none."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("the URL names no host")
    return Address(
        parts.scheme,
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
        unquote(parts.path[1:]),
    )
