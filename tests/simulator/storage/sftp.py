# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directories and files of SFTP servers, whose host keys are not checked: the API has no place for them.

The login is the location's ``key``, else the password in its URL, else the cluster's own key. Paths are absolute.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path, PurePosixPath
from typing import Any

import asyncssh

from . import TIMEOUT, Endpoints, StorageFailure, probe_name
from ._address import Address, parse


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Do the work to its end and turn its errors into the cluster's."""
    try:
        return asyncio.run(work)
    except (asyncssh.PermissionDenied, asyncssh.SFTPPermissionDenied, asyncssh.KeyImportError) as error:
        raise StorageFailure("no-permission", str(error)) from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory) as error:
        raise StorageFailure("wrong-file-path", str(error)) from error
    except (asyncssh.Error, OSError, ValueError) as error:
        raise StorageFailure("general-error", str(error) or type(error).__name__) from error


def _credentials(address: Address, location: dict[str, Any], endpoints: Endpoints) -> dict[str, Any]:
    if location.get("key"):
        return {"client_keys": [asyncssh.import_private_key(location["key"])]}
    if address.password is not None:
        return {"password": address.password, "client_keys": None}
    return {"client_keys": [endpoints.ssh_key] if endpoints.ssh_key else None}


@contextlib.asynccontextmanager
async def _server(location: dict[str, Any], endpoints: Endpoints) -> AsyncIterator[tuple[asyncssh.SFTPClient, Address]]:
    address = parse(location["sftp_url"])
    connection = await asyncssh.connect(
        address.host,
        address.port,
        username=address.user or "redislabs",
        known_hosts=None,
        config=None,
        agent_path=None,
        connect_timeout=TIMEOUT,
        login_timeout=TIMEOUT,
        **_credentials(address, location, endpoints),
    )
    async with connection, connection.start_sftp_client() as server:
        yield server, address


def _folder(address: Address) -> str:
    path = address.path.strip("/")
    return f"/{path}/" if path else "/"


async def _check(location: dict[str, Any], endpoints: Endpoints) -> None:
    async with _server(location, endpoints) as (server, address):
        probe = _folder(address) + probe_name()
        async with server.open(probe, "wb"):
            pass
        await server.remove(probe)


async def _put(location: dict[str, Any], files: list[Path], endpoints: Endpoints) -> list[str]:
    async with _server(location, endpoints) as (server, address):
        path = _folder(address)
        left = {f"{path}.{file.name}.partial": file for file in files}
        try:
            for partial, file in left.items():
                await server.put(str(file), partial)
            for partial, file in list(left.items()):
                await server.posix_rename(partial, path + file.name)
                del left[partial]
        finally:
            for partial in left:
                with contextlib.suppress(asyncssh.Error, OSError):
                    await server.remove(partial)
        return [address.shown(file.name) for file in files]


async def _fetch(source: dict[str, Any], folder: Path, endpoints: Endpoints) -> Path:
    async with _server(source, endpoints) as (server, address):
        target = folder / PurePosixPath(address.path).name
        await server.get("/" + address.path.lstrip("/"), str(target))
        return target


def check(location: dict[str, Any], endpoints: Endpoints) -> None:
    """Log in, and write an empty file that is deleted at once."""
    _run(_check(location, endpoints))


def put(location: dict[str, Any], files: list[Path], endpoints: Endpoints) -> list[str]:
    """Send all files under other names, then rename them; return their URLs without user info."""
    return _run(_put(location, files, endpoints))


def fetch(source: dict[str, Any], folder: Path, endpoints: Endpoints) -> Path:
    """Get the one file that the URL names."""
    return _run(_fetch(source, folder, endpoints))
