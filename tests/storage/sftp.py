# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SFTP, with logins by password and by key (asyncssh)."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import asyncssh

from .store import PASSWORD, READER, READER_PASSWORD, SUBDIR, USER, Store, of_folder, url_login

_PASSWORDS = {USER: PASSWORD, READER: READER_PASSWORD}
_WRITE_FLAGS = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC | asyncssh.FXF_APPEND


class _Files(asyncssh.SFTPServer):
    """The files of one folder, as the root of the server; the reader may not open any for writing."""

    root: Path

    def __init__(self, channel: asyncssh.SSHServerChannel) -> None:
        super().__init__(channel, chroot=str(self.root))

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file."""
        if pflags & _WRITE_FLAGS and self.channel.get_extra_info("username") == READER:
            raise asyncssh.SFTPPermissionDenied("read only")
        return super().open(path, pflags, attrs)


class _Logins(asyncssh.SSHServer):
    """Passwords, and for the exporter the keys that are authorised at that moment."""

    def __init__(self, authorised: list[str]) -> None:
        self._authorised = authorised

    def password_auth_supported(self) -> bool:
        """Passwords are taken."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Compare."""
        return _PASSWORDS.get(username) == password

    def public_key_auth_supported(self) -> bool:
        """Keys are taken."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Look the key up."""
        known = [asyncssh.import_public_key(line) for line in self._authorised]
        return username == USER and key.public_data in [item.public_data for item in known]


async def _listen(root: Path, authorised: list[str]) -> asyncssh.SSHAcceptor:
    return await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        server_factory=lambda: _Logins(authorised),
        sftp_factory=type("Files", (_Files,), {"root": root}),
        config=None,
    )


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[Store]:
    """Run the server in a thread of its own; append to ``extra["authorised"]`` to authorise a public key."""
    root = folder / "root"
    (root / SUBDIR).mkdir(parents=True, exist_ok=True)
    own = asyncssh.generate_private_key("ssh-ed25519")
    authorised = [own.export_public_key().decode()]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    server = run(_listen(root, authorised))

    def at(path: str = "", login: str = "", **more: str) -> dict[str, str]:
        url = f"sftp://{login or url_login()}@127.0.0.1:{server.get_port()}/{SUBDIR}/{path}"
        return {"type": "sftp", "sftp_url": url, **more}

    key = own.export_private_key().decode()
    try:
        yield of_folder(
            root / SUBDIR,
            at(),
            at,
            read_only=at(login=url_login(READER, READER_PASSWORD)),
            extra={"at": at, "key": key, "authorised": authorised},
        )
    finally:
        server.close()
        run(server.wait_closed())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
