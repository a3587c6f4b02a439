# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster's own CA, its server certificate and the users' client certificates (contract sections 1 and 8.1)."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import trustme

CLUSTER_NAME = "cluster.local"
_NAMES = ("localhost", "127.0.0.1", "::1", CLUSTER_NAME, "*." + CLUSTER_NAME)
_ORGANISATION, _UNIT = "Simulated cluster", "Users"


class Authority:
    """A CA made afresh for each run, with its files below ``directory``."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._ca = trustme.CA()
        self._server: dict[str, trustme.LeafCert] = {}
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.ca_path = directory / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.ca_path))

    def server_context(self, kind: str) -> ssl.SSLContext:
        """Return the TLS context of the nodes: a client certificate is asked for, not demanded."""
        self.show(kind)
        self._ca.configure_trust(self._context)
        self._context.verify_mode = ssl.CERT_OPTIONAL
        return self._context

    def show(self, kind: str) -> None:
        """Let new connections see the ``valid`` certificate, one that has ``expired``, or one of a ``foreign`` CA."""
        if kind not in self._server:
            dates = {}
            if kind == "expired":
                yesterday = datetime.now(timezone.utc) - timedelta(days=1)
                dates = {"not_before": yesterday - timedelta(days=365), "not_after": yesterday}
            authority = trustme.CA() if kind == "foreign" else self._ca
            self._server[kind] = authority.issue_cert(*_NAMES, common_name=CLUSTER_NAME, **dates)
        self._server[kind].configure_cert(self._context)

    def client_certificate(self, username: str) -> dict[str, str]:
        """Issue a certificate for a user; return the paths of ``cert`` and ``key`` and its ``subject`` line."""
        issued = self._ca.issue_cert(
            username, common_name=username, organization_name=_ORGANISATION, organization_unit_name=_UNIT
        )
        stem = username.replace("@", "_at_").replace("/", "_")
        cert, key = self._directory / (stem + ".crt"), self._directory / (stem + ".key")
        cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        key.touch(mode=0o600)
        issued.private_key_pem.write_to_path(str(key))
        subject = f"organizationName={_ORGANISATION},organizationalUnitName={_UNIT},commonName={username}"
        return {"cert": str(cert), "key": str(key), "subject": subject}


def subject_line(transport: Any) -> str | None:
    """Return the subject of the client certificate of a connection, None without one."""
    peer = transport.get_extra_info("peercert") if transport is not None else None
    if not peer:
        return None
    return ",".join(f"{name}={value}" for part in peer["subject"] for name, value in part)
