# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, roles, permissions, logins and tokens (contract sections 7, 8.1 and 8.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import deque
from dataclasses import dataclass
from typing import Any

import orjson

from .clock import Clock
from .messages import Exchange, Problem

_VIEW = frozenset(
    {
        "view_bdb_info",
        "view_all_bdbs_info",
        "view_status_of_cluster_action",
        "view_cluster_info",
        "view_license",
        "view_all_nodes_info",
        "view_node_info",
        "view_cluster_modules",
        "view_all_bdb_stats",
    }
)
_ACT = frozenset(
    {
        "start_bdb_export",
        "start_bdb_import",
        "reset_bdb_current_export_status",
        "reset_bdb_current_import_status",
        "reset_bdb_current_backup_status",
        "update_bdb",
        "update_bdb_with_action",
    }
)
ANY_USER = "any_user"
ROLES = {
    "admin": _VIEW | _ACT | {"view_redis_pass", "view_logged_events", "update_cluster"},
    "cluster_member": _VIEW | _ACT | {"view_redis_pass", "view_logged_events"},
    "db_member": _VIEW | _ACT | {"view_redis_pass", "view_logged_events"},
    "cluster_viewer": _VIEW | {"view_logged_events"},
    "db_viewer": _VIEW,
    "user_manager": _VIEW | {"view_redis_pass", "view_logged_events"},
    "none": frozenset(),
}
_MAX_FAILURES, _FAILURE_WINDOW, _LOCK_SECONDS = 5, 900, 1800  # contract section 1, "Account lockout"


@dataclass
class Account:
    """A user of the cluster; ``databases`` None means all of them (8.2 knows database-scoped roles)."""

    username: str
    password: str
    role: str
    databases: frozenset[int] | None = None
    certificate: dict[str, str] | None = None

    def may(self, permission: str) -> bool:
        """Tell whether the role grants a permission; ``none`` grants nothing at all."""
        return self.role != "none" if permission == ANY_USER else permission in ROLES[self.role]

    def sees(self, uid: int) -> bool:
        """Tell whether a database is visible to this user."""
        return self.databases is None or uid in self.databases


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


class Accounts:
    """Finds out who sent a request; a wrong password counts towards the lock, a wrong token does not (UNCERTAIN)."""

    def __init__(self, accounts: list[Account], settings: Any, clock: Clock) -> None:
        self.by_name = {account.username: account for account in accounts}
        self._settings = settings
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._failures: dict[str, deque[float]] = {}
        self._locked_until: dict[str, float] = {}

    def identify(self, exchange: Exchange) -> Account:
        """Return the sender of a request, or raise the 401."""
        scheme, dummy, value = exchange.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            if not self._settings.basic_auth:
                raise Problem(401, "basic_auth_disabled", "Basic authentication is disabled on this cluster")
            return self._by_basic(exchange, value)
        if scheme.lower() in self._settings.token_schemes:
            return self._by_token(value.strip())
        if not scheme and exchange.subject:
            return self._by_subject(exchange.subject)
        raise Problem(401, "unauthorized", "Authentication required", {"WWW-Authenticate": 'Basic realm="cluster"'})

    def log_in(self, exchange: Exchange, username: str, password: str) -> Account:
        """Check a user name and a password, keep count of failures and lock the user after too many."""
        now = self._clock.wall()
        account = self.by_name.get(username)
        locked = self._settings.lockout and self._locked_until.get(username, 0) > now
        good = account is not None and hmac.compare_digest(account.password.encode(), password.encode())
        if good and not locked:
            self._failures.pop(username, None)
            return account
        exchange.failed_login = True
        if account is not None and not locked:
            recent = self._failures.setdefault(username, deque())
            recent.append(now)
            while recent[0] <= now - _FAILURE_WINDOW:
                recent.popleft()
            if len(recent) >= _MAX_FAILURES:
                self._locked_until[username] = now + _LOCK_SECONDS
                recent.clear()
        raise Problem(401, "unauthorized", "Wrong user name or password, or the user is locked")

    def locked(self) -> list[str]:
        """Return the names of the users that are locked now."""
        now = self._clock.wall()
        return sorted(name for name, until in self._locked_until.items() if until > now)

    def unlock(self) -> None:
        """Forget every failed login and every lock."""
        self._failures.clear()
        self._locked_until.clear()

    def lock(self, username: str) -> None:
        """Lock a user as five failed logins do."""
        self._locked_until[username] = self._clock.wall() + _LOCK_SECONDS

    def issue_token(self, account: Account, ttl: float) -> str:
        """Return a signed token of ``ttl`` seconds, or of ``token_ttl_max`` if that is less."""
        ttl = min(ttl, self._settings.token_ttl_max or ttl)
        head = _b64(orjson.dumps({"alg": "HS256", "typ": "JWT"}))
        now = self._clock.wall()
        payload = {"sub": account.username, "iat": int(now), "exp": now + ttl, "jti": secrets.token_hex(8)}
        signed = head + "." + _b64(orjson.dumps(payload))
        return signed + "." + self._sign(signed)

    def revoke_tokens(self) -> None:
        """Make every issued token worthless, as an upgrade to 8.0.22 does."""
        self._key = secrets.token_bytes(32)

    def _sign(self, text: str) -> str:
        return _b64(hmac.new(self._key, text.encode("ascii", "replace"), hashlib.sha256).digest())

    def _by_basic(self, exchange: Exchange, value: str) -> Account:
        try:
            username, dummy, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Problem(401, "unauthorized", "The Authorization header cannot be read") from None
        return self.log_in(exchange, username, password)

    def _by_token(self, token: str) -> Account:
        signed, dummy, signature = token.rpartition(".")
        if signed and hmac.compare_digest(self._sign(signed).encode(), signature.encode()):
            part = signed.partition(".")[2]
            payload = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            if payload["exp"] > self._clock.wall() and payload["sub"] in self.by_name:
                return self.by_name[payload["sub"]]
        raise Problem(401, "invalid_token", "The token is not valid or has expired")

    def _by_subject(self, subject: str) -> Account:
        if self._settings.certificate_auth:
            for account in self.by_name.values():
                if account.certificate and account.certificate["subject"] == subject:
                    return account
        raise Problem(401, "unauthorized", "No user has this certificate subject")
