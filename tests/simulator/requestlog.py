# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came in: a log of requests and the counters that prove what was, and was not, sent."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from .messages import Exchange

_KEPT = 50_000
_BODY_LIMIT = 20_000
_ACCEPTED = {
    "export": "accepted_starts",
    "import": "accepted_imports",
    "change": "accepted_changes",
    "dry_run": "accepted_dry_runs",
}


class RequestLog:
    """Counts everything, keeps the latest requests in full."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start from zero."""
        self.entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._total = 0
        self._methods: Counter[str] = Counter()
        self._routes: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._accepted: dict[str, Counter[int]] = {name: Counter() for name in _ACCEPTED}
        self._failed_logins = self._writes = self.connections = self._in_flight = self._most_in_flight = 0

    def begin(self, exchange: Exchange, connection: int, wall: float) -> dict[str, Any]:
        """Note a request that was received whole; return its entry, to be ended with ``end``."""
        self._total += 1
        self._in_flight += 1
        self._most_in_flight = max(self._most_in_flight, self._in_flight)
        self._methods[exchange.method] += 1
        self._writes += exchange.writes
        entry = {
            "n": self._total,
            "time": wall,
            "node": exchange.node,
            "method": exchange.method,
            "path": exchange.path,
            "query": dict(exchange.query),
            "user": None,
            "status": None,
            "body": exchange.raw_body[:_BODY_LIMIT].decode("utf-8", "replace"),
            "connection": connection,
        }
        self.entries.append(entry)
        return entry

    def end(self, entry: dict[str, Any], exchange: Exchange, status: int | None) -> None:
        """Note how a request ended; ``status`` None means that the connection was dropped."""
        self._in_flight = max(0, self._in_flight - 1)
        entry["status"] = status
        entry["user"] = exchange.account.username if exchange.account else None
        self._routes[f"{exchange.method} {exchange.route}"] += 1
        self._statuses[str(status)] += 1
        self._failed_logins += exchange.failed_login

    def accept(self, operation: str, uid: int) -> None:
        """Note what the API accepted for a database."""
        self._accepted[operation][uid] += 1

    def counters(self) -> dict[str, Any]:
        """Return every counter; requests in flight are in ``total`` and ``methods`` only."""
        return {
            "total": self._total,
            "methods": dict(self._methods),
            "routes": dict(self._routes),
            "statuses": dict(self._statuses),
            "failed_logins": self._failed_logins,
            "connections": self.connections,
            "writes": self._writes,
            **{
                counter: {str(uid): count for uid, count in self._accepted[name].items()}
                for name, counter in _ACCEPTED.items()
            },
            "in_flight": self._in_flight,
            "most_in_flight": self._most_in_flight,
        }
