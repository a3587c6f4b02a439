# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure Blob Storage (Azurite, where npm has brought its command azurite-blob on PATH)."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from azure.storage.blob import ContainerClient, ContainerSasPermissions, generate_container_sas

from .store import SUBDIR, Store, StoreMissing

_CONTAINER, _ACCOUNT = "redis-exports", "backups"
_LISTENING = re.compile(r"listen\S* \S+ (http://127\.0\.0\.1:\d+)")


@contextlib.contextmanager
def _azurite(folder: Path, key: str) -> Iterator[str]:
    """Run the server as a process on a free port; gives its URL."""
    command = shutil.which("azurite-blob")
    if command is None:
        raise StoreMissing("azurite-blob is not on PATH; where there is npm, make unit brings it")
    process = subprocess.Popen(
        [command, "--silent", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"]
        + ["--blobHost", "127.0.0.1", "--blobPort", "0"],
        cwd=folder,
        env={**os.environ, "AZURITE_ACCOUNTS": f"{_ACCOUNT}:{key}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            found = _LISTENING.search(line)
            if found:
                yield found.group(1)
                return
        raise RuntimeError(f"azurite-blob did not start:\n{printed}")
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Store]:
    """Run the server; it keeps everything in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    key = b64encode(os.urandom(48)).decode()
    with _azurite(folder, key) as url:
        login = {"account_name": _ACCOUNT, "account_key": key}

        def sas(**rights: bool) -> str:
            end = datetime.now(timezone.utc) + timedelta(hours=1)
            return generate_container_sas(
                _ACCOUNT, _CONTAINER, account_key=key, permission=ContainerSasPermissions(**rights), expiry=end
            )

        with ContainerClient(f"{url}/{_ACCOUNT}", _CONTAINER, credential=login, use_env_settings=False) as container:
            container.create_container()
            place = {"type": "abs", "container": _CONTAINER, "account_name": _ACCOUNT, "subdir": SUBDIR}
            location = {**place, "account_key": key}
            yield Store(
                location,
                names=lambda: sorted(
                    item.partition("/")[2] for item in container.list_blob_names(name_starts_with=f"{SUBDIR}/")
                ),
                read=lambda name: container.download_blob(f"{SUBDIR}/{name}").readall(),
                write=lambda name, content: container.upload_blob(f"{SUBDIR}/{name}", content, overwrite=True),
                source=lambda name: {**location, "filename": name},
                read_only={**place, "sas_token": sas(read=True, list=True)},
                settings={"abs_url": url},
                extra={"sas": {**place, "sas_token": sas(read=True, write=True, create=True)}},
            )
