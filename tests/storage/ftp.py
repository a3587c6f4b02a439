# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FTP, and FTPS with AUTH TLS that insists on encrypted control and data connections (pyftpdlib)."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from .certificate import make_certificate
from .store import PASSWORD, READER, READER_PASSWORD, SUBDIR, USER, Store, of_folder, url_login

_POLL_SECONDS = 0.05


def _handler(root: Path, tls: bool, folder: Path) -> tuple[type[FTPHandler], dict[str, str]]:
    """Return a class of connections for this server alone, and the settings of a simulator that trusts it."""
    users = DummyAuthorizer()
    users.add_user(USER, PASSWORD, str(root), perm="elradfmw")
    users.add_user(READER, READER_PASSWORD, str(root), perm="elr")
    values = {"authorizer": users, "auth_failed_timeout": 0, "banner": "ready"}
    if not tls:
        return type("Handler", (FTPHandler,), values), {}
    certificate = make_certificate(folder / "certificates")
    values.update(certfile=str(certificate.server), tls_control_required=True, tls_data_required=True)
    return type("Handler", (TLS_FTPHandler,), values), {"storage_ca": str(certificate.ca)}


@contextlib.contextmanager
def serve(folder: Path, tls: bool = False) -> Iterator[Store]:
    """Run the server in a thread of its own."""
    log = logging.getLogger("pyftpdlib")
    log.handlers = [logging.NullHandler()]  # without one it makes its own, and sets another level
    log.setLevel(logging.CRITICAL)
    root = folder / "root"
    (root / SUBDIR).mkdir(parents=True, exist_ok=True)
    handler, settings = _handler(root, tls, folder)
    loop = IOLoop()
    server = FTPServer(("127.0.0.1", 0), handler, ioloop=loop)
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            loop.loop(timeout=_POLL_SECONDS, blocking=False)
        server.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    where = f"127.0.0.1:{server.address[1]}/{SUBDIR}/"
    scheme = "ftps" if tls else "ftp"

    def at(path: str = "", login: str = "") -> dict[str, str]:
        return {"type": "url", "url": f"{scheme}://{login or url_login()}@{where}{path}"}

    try:
        yield of_folder(
            root / SUBDIR, at(), at, read_only=at(login=url_login(READER, READER_PASSWORD)), settings=settings
        )
    finally:
        ended.set()
        thread.join()
