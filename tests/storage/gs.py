# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Google Cloud Storage (gcp-storage-emulator). It knows no logins: a location's private key must only be one."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from gcp_storage_emulator.server import RequestHandler
from gcp_storage_emulator.storage import Storage

from .store import SUBDIR, Store
from .webserver import running

_BUCKET = "redis-exports"
_OBJECTS = f"/storage/v1/b/{_BUCKET}/o"


def _account() -> dict[str, str]:
    """Return the fields of a service account, with a key that nobody knows."""
    key = generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "client_id": "104857600000000000001",
        "client_email": "exporter@project.iam.gserviceaccount.com",
        "private_key_id": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
        "private_key": key.decode(),
    }


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Store]:
    """Run the server in a thread of its own; it keeps everything in memory."""
    logging.getLogger("gcp_storage_emulator").setLevel(logging.CRITICAL)
    handler = functools.partial(RequestHandler, Storage(use_memory_fs=True))
    with running(HTTPServer(("127.0.0.1", 0), handler)) as port, requests.Session() as session:
        session.trust_env = False
        url = f"http://127.0.0.1:{port}"

        def call(method: str, path: str, **arguments: Any) -> requests.Response:
            answer = session.request(method, url + path, timeout=10, **arguments)
            answer.raise_for_status()
            return answer

        def names() -> list[str]:
            found = call("GET", _OBJECTS, params={"prefix": f"{SUBDIR}/"}).json().get("items", [])
            return sorted(item["name"].partition("/")[2] for item in found)

        def read(name: str) -> bytes:
            return call("GET", f"{_OBJECTS}/{quote(f'{SUBDIR}/{name}', safe='')}", params={"alt": "media"}).content

        def write(name: str, content: bytes) -> None:
            query = {"uploadType": "media", "name": f"{SUBDIR}/{name}"}
            call("POST", "/upload" + _OBJECTS, params=query, data=content)

        call("POST", "/storage/v1/b", params={"project": "project"}, json={"name": _BUCKET})
        location = {"type": "gs", "bucket_name": _BUCKET, "subdir": SUBDIR, **_account()}
        yield Store(location, names, read, write, lambda name: {**location, "filename": name}, settings={"gs_url": url})
