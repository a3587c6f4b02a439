# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP and HTTPS with Basic authentication, for imports: the web server shows the files of a directory that is exported to."""

from __future__ import annotations

import contextlib
import functools
import ssl
from base64 import b64encode
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .certificate import make_certificate
from .store import PASSWORD, SUBDIR, USER, Store, of_folder, url_login
from .webserver import running

#: a colon in a user's name cannot be told to a server with Basic authentication
_USER = USER.replace(":", ".")
_AUTHORIZATION = "Basic " + b64encode(f"{_USER}:{PASSWORD}".encode()).decode()


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        """Send a file to the one user."""
        if self.headers.get("Authorization") == _AUTHORIZATION:
            super().do_GET()
        else:
            self.send_error(401)

    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *arguments: object) -> None:
        """Print nothing: a client that does not trust the certificate has gone away."""


@contextlib.contextmanager
def serve(folder: Path, tls: bool = False) -> Iterator[Store]:
    """Run the server in a thread of its own."""
    files = folder / SUBDIR
    server = _Server(("127.0.0.1", 0), functools.partial(_Handler, directory=str(files)))
    settings = {}
    if tls:
        certificate = make_certificate(folder / "certificates")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.server)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        settings = {"storage_ca": str(certificate.ca)}
    with running(server) as port:
        start = f"{'https' if tls else 'http'}://{url_login(_USER)}@127.0.0.1:{port}/"
        yield of_folder(
            files,
            {"type": "mount_point", "path": str(files)},
            lambda name: {"type": "url", "url": start + name},
            settings=settings,
        )
