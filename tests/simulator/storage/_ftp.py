# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on FTP and FTPS servers. FTPS is explicit (AUTH TLS on the usual port), with the data connections encrypted too.

A path is relative to the directory that the login leads to (RFC 1738); ``%2F`` at its beginning makes it absolute.
"""

from __future__ import annotations

import contextlib
import ftplib
import io
import ssl
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from . import TIMEOUT, StorageFailure, probe_name
from ._address import Address, parse

_NOT_LOGGED_IN = "530"


@contextlib.contextmanager
def _failures(refused: str) -> Iterator[None]:
    """Turn errors into the cluster's; ``refused`` is the reason when the server says no."""
    try:
        yield
    except ftplib.error_perm as error:
        reason = "no-permission" if str(error).startswith(_NOT_LOGGED_IN) else refused
        raise StorageFailure(reason, str(error)) from error
    except (OSError, EOFError, ValueError, ftplib.Error) as error:
        raise StorageFailure("general-error", str(error) or "the server closed the connection") from error


@contextlib.contextmanager
def _login(address: Address, ca: str | None) -> Iterator[ftplib.FTP]:
    with _failures("no-permission"):
        if address.scheme == "ftps":
            server = ftplib.FTP_TLS(timeout=TIMEOUT, context=ssl.create_default_context(cafile=ca))
        else:
            server = ftplib.FTP(timeout=TIMEOUT)
        server.connect(address.host, address.port)
    try:
        with _failures("no-permission"):
            server.login(address.user or "anonymous", address.password or "")
            if address.scheme == "ftps":
                server.prot_p()
        yield server
    finally:
        with contextlib.suppress(OSError, EOFError, ftplib.Error):
            server.quit()
        server.close()


@contextlib.contextmanager
def _directory(url: str, ca: str | None) -> Iterator[tuple[ftplib.FTP, Address]]:
    with _failures("general-error"):
        address = parse(url)
    with _login(address, ca) as server:
        if address.path:
            with _failures("wrong-file-path"):
                server.cwd(address.path)
        yield server, address


def check(url: str, ca: str | None) -> None:
    """Log in, go to the directory, and write an empty file that is deleted at once."""
    with _directory(url, ca) as (server, dummy), _failures("no-permission"):
        probe = probe_name()
        server.storbinary(f"STOR {probe}", io.BytesIO())
        server.delete(probe)


def put(url: str, files: list[Path], ca: str | None) -> list[str]:
    """Send all files under other names, then rename them."""
    with _directory(url, ca) as (server, address):
        left = {f".{file.name}.partial": file for file in files}
        try:
            with _failures("no-permission"):
                for partial, file in left.items():
                    with open(file, "rb") as content:
                        server.storbinary(f"STOR {partial}", content)
                for partial, file in list(left.items()):
                    server.rename(partial, file.name)
                    del left[partial]
        finally:
            for partial in left:
                with contextlib.suppress(OSError, EOFError, ftplib.Error):
                    server.delete(partial)
        return [address.shown(file.name) for file in files]


def fetch(url: str, folder: Path, ca: str | None) -> Path:
    """Get one file."""
    with _failures("general-error"):
        address = parse(url)
    target = folder / PurePosixPath(address.path).name
    with _login(address, ca) as server, _failures("wrong-file-path"), open(target, "wb") as content:
        server.retrbinary(f"RETR {address.path}", content.write)
    return target
