# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets of Google Cloud Storage, by its JSON API, at the address that the cluster is set to (``gs_url``).

The private key must be a real one in PEM. It is not exchanged for a token: emulators of the store know no logins.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from . import TIMEOUT, Endpoints, StorageFailure, _objects

_REASONS = {401: "no-permission", 403: "no-permission", 404: "wrong-file-path"}


class _Bucket:
    """A bucket, seen with the credentials of a location."""

    def __init__(self, location: dict[str, Any], endpoints: Endpoints) -> None:
        if not endpoints.gs_url:
            raise StorageFailure("general-error", "the setting gs_url names no store")
        try:
            load_pem_private_key(location["private_key"].encode(), None)
        except (ValueError, TypeError) as error:
            raise StorageFailure("no-permission", "private_key is no private key in PEM") from error
        self._base, self._verify = endpoints.gs_url.rstrip("/"), endpoints.ca or True
        self._objects = f"/storage/v1/b/{quote(location['bucket_name'], safe='')}/o"
        self.url = f"gs://{location['bucket_name']}"

    @contextlib.contextmanager
    def _call(self, method: str, path: str, **arguments: Any) -> Iterator[requests.Response]:
        try:
            with requests.Session() as session:
                session.trust_env = False
                with session.request(
                    method, self._base + path, verify=self._verify, timeout=TIMEOUT, **arguments
                ) as answer:
                    answer.raise_for_status()
                    yield answer
        except requests.HTTPError as error:
            raise StorageFailure(_REASONS.get(error.response.status_code, "general-error"), str(error)) from error
        except (requests.RequestException, OSError) as error:
            raise StorageFailure("general-error", str(error)) from error

    def send(self, name: str, body: bytes | BinaryIO) -> None:
        """Write an object."""
        query, kind = {"uploadType": "media", "name": name}, {"Content-Type": "application/octet-stream"}
        with self._call("POST", "/upload" + self._objects, params=query, data=body, headers=kind):
            pass

    def delete(self, name: str) -> None:
        """Delete an object."""
        with self._call("DELETE", f"{self._objects}/{quote(name, safe='')}"):
            pass

    def get(self, name: str, target: Path) -> None:
        """Read an object into a file."""
        path, query = f"{self._objects}/{quote(name, safe='')}", {"alt": "media"}
        with self._call("GET", path, params=query, stream=True) as answer, open(target, "wb") as file:
            shutil.copyfileobj(answer.raw, file)  # as it is: a .gz stays packed


check, put, fetch = _objects.functions(_Bucket)
