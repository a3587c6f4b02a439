# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers of Azure Blob Storage at the address that the cluster is set to (``abs_url``, without the account)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from azure.core.exceptions import AzureError, HttpResponseError
from azure.storage.blob import ContainerClient

from . import TIMEOUT, Endpoints, StorageFailure, _objects

_REASONS = {401: "no-permission", 403: "no-permission", 404: "wrong-file-path"}


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except HttpResponseError as error:
        raise StorageFailure(_REASONS.get(error.status_code, "general-error"), str(error)) from error
    except (AzureError, OSError, ValueError) as error:
        # A key that is no base64 cannot sign; the client has no type of its own for it that it shows.
        reason = "no-permission" if "Sign" in type(error).__name__ else "general-error"
        raise StorageFailure(reason, str(error)) from error


class _Bucket:
    """A container, seen with the credentials of a location."""

    def __init__(self, location: dict[str, Any], endpoints: Endpoints) -> None:
        if not endpoints.abs_url:
            raise StorageFailure("general-error", "the setting abs_url names no store")
        self.url = f"abs://{location['account_name']}/{location['container']}"
        key = location.get("account_key")
        with _failures():
            self._client = ContainerClient(
                f"{endpoints.abs_url.rstrip('/')}/{location['account_name']}",
                location["container"],
                credential={"account_name": location["account_name"], "account_key": key}
                if key
                else location["sas_token"].removeprefix("?"),
                retry_total=0,
                connection_timeout=TIMEOUT,
                read_timeout=TIMEOUT,
                connection_verify=endpoints.ca or True,
                use_env_settings=False,
            )

    def send(self, name: str, body: bytes | BinaryIO) -> None:
        """Write an object."""
        with _failures():
            self._client.upload_blob(name, body, overwrite=True)

    def delete(self, name: str) -> None:
        """Delete an object."""
        with _failures():
            self._client.delete_blob(name)

    def get(self, name: str, target: Path) -> None:
        """Read an object into a file."""
        with _failures(), open(target, "wb") as file:
            self._client.download_blob(name).readinto(file)


check, put, fetch = _objects.functions(_Bucket)
