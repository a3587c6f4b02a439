# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practical limit: export, wait and reset with nothing but the standard library, and no care for anything that may go wrong.

``asyncio_client.py COUNT``: 16 kept connections, one GET for all databases every 0.05 s, and the reset of each as soon as it is finished.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
import sys
from urllib.parse import urlsplit

CONNECTIONS = 16
PAUSE = 0.05
LOCATION = {"export_location": {"type": "mount_point", "path": "/mnt/exports"}}


class Api:
    """Requests over connections that are opened when they are needed, and kept."""

    def __init__(self) -> None:
        url = urlsplit(os.environ["REDIS_ENTERPRISE_URL"])
        self._host, self._port = url.hostname, url.port
        self._tls = ssl.create_default_context(cafile=os.environ["REDIS_ENTERPRISE_CA_CERT"])
        pair = f"{os.environ['REDIS_ENTERPRISE_USER']}:{os.environ['REDIS_ENTERPRISE_PASSWORD']}"
        self._head = (
            f"Host: {url.netloc}\r\nAuthorization: Basic {base64.b64encode(pair.encode()).decode()}\r\n"
            "Accept: application/json\r\nContent-Type: application/json\r\n"
        )
        self._idle: asyncio.LifoQueue = asyncio.LifoQueue()
        for dummy in range(CONNECTIONS):
            self._idle.put_nowait(None)

    async def request(self, method: str, path: str, body: object = None) -> bytes:
        """The body of the answer to one request."""
        data = b"" if body is None else json.dumps(body).encode()
        connection = await self._idle.get()
        if connection is None:
            connection = await asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=2**20)
        reader, writer = connection
        writer.write(f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"\r\ncontent-length:")[2].split(b"\r\n", 1)[0])
        answer = await reader.readexactly(length)
        self._idle.put_nowait(connection)
        if head.split(b" ", 2)[1] != b"200":
            raise SystemExit(f"{method} {path}: {head!r} {answer!r}")
        return answer


async def main(count: int) -> None:
    """Export the databases 1 to ``count``, wait until all have succeeded, and reset each."""
    api = Api()
    waiting: set[int] = set()

    async def start(uid: int) -> None:
        await api.request("POST", f"/v1/bdbs/{uid}/actions/export", LOCATION)
        waiting.add(uid)

    starts = asyncio.gather(*(start(uid) for uid in range(1, count + 1)))
    resets = []
    while waiting or not starts.done():
        await asyncio.sleep(PAUSE)
        for database in json.loads(await api.request("GET", "/v1/bdbs?fields=uid,export_status,export_failure_reason")):
            if database.get("export_status") == "failed":
                raise SystemExit(f"failed: {database}")
            if database.get("export_status") == "succeeded" and database["uid"] in waiting:
                waiting.discard(database["uid"])
                path = f"/v1/bdbs/{database['uid']}/actions/export_reset_status"
                resets.append(asyncio.ensure_future(api.request("PUT", path, {})))
    await starts
    await asyncio.gather(*resets)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
