# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files from a web server."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

from . import TIMEOUT, StorageFailure


def fetch(url: str, folder: Path, ca: str | None) -> Path:
    """Get the file; the user info of the URL goes with Basic authentication."""
    parts = urlsplit(url)
    login = None
    if parts.username is not None:
        login = unquote(parts.username).encode(), unquote(parts.password or "").encode()
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    target = folder / (PurePosixPath(unquote(parts.path)).name or "index")
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(bare, auth=login, verify=ca or True, stream=True, timeout=TIMEOUT) as answer:
                answer.raise_for_status()
                with open(target, "wb") as file:
                    shutil.copyfileobj(answer.raw, file)  # as it is: a .gz stays packed
    except (requests.RequestException, OSError) as error:
        raise StorageFailure("download-error", str(error)) from error
    return target
