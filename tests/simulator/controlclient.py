# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API as plain methods, for tests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import requests

from .contents import Key, read
from .keyspace import owner

if TYPE_CHECKING:
    import redis

_TIMEOUT = 30


class Control:
    """Steers a running simulator; every method raises ``requests.HTTPError`` when it is refused."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def _call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self._session.request(method, self.url + path, json=body, params=query, timeout=_TIMEOUT)
        if answer.status_code >= 400:
            raise requests.HTTPError(f"{method} {path}: {answer.status_code} {answer.text}", response=answer)
        return answer.json()

    def requests(self, since: int = 0, method: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        """Return the log of requests, if wanted only those of a method or with a part of the path."""
        return [
            entry
            for entry in self._call("GET", "/requests", since=since)
            if (method is None or entry["method"] == method) and (path is None or path in entry["path"])
        ]

    def counters(self) -> dict[str, Any]:
        """Return the counters.

        ``accepted_starts`` (of exports), ``accepted_imports``, ``accepted_changes`` and ``accepted_dry_runs`` have the
        uids as strings.
        """
        return self._call("GET", "/counters")

    def reset_log(self) -> None:
        """Empty the log and set all counters to zero."""
        self._call("POST", "/requests/reset")

    def databases(self) -> list[dict[str, Any]]:
        """Return all databases without their shards."""
        return self._call("GET", "/databases")

    def database(self, uid: int, start: bool = False) -> dict[str, Any]:
        """Return one database with its shards; ``start`` starts and seeds its Redis processes first."""
        return self._call("GET", f"/databases/{uid}", **({"start": "1"} if start else {}))

    def set_database(self, uid: int, **values: Any) -> dict[str, Any]:
        """Change name, modules, fields, idle, plan, import_plan or any status field of a database."""
        return self._call("PATCH", f"/databases/{uid}", values)

    def add_database(self, **spec: Any) -> dict[str, Any]:
        """Create a database; keys as in the configuration."""
        return self._call("POST", "/databases", spec)

    def remove_database(self, uid: int) -> None:
        """Delete a database."""
        self._call("DELETE", f"/databases/{uid}")

    def wait_done(self, uid: int, timeout: float = 30.0) -> dict[str, Any]:
        """Wait until nothing runs on a database and return it."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.database(uid)
            if not found["busy"]:
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"database {uid} is still busy after {timeout} s")
            time.sleep(0.02)

    def settings(self, **values: Any) -> dict[str, Any]:
        """Change settings, if any are given, and return all of them."""
        return self._call("PATCH", "/settings", values)

    def time(self) -> float:
        """Return the cluster's wall clock in seconds since 1970."""
        return self._call("GET", "/clock")["time"]

    def advance(self, seconds: float) -> float:
        """Move the cluster's wall clock forward and return it; the backups that are due then have started."""
        return self._call("POST", "/clock", {"advance": seconds})["time"]

    def fault(self, effect: str, **values: Any) -> int:
        """Add a fault and return its id."""
        return self._call("POST", "/faults", {"effect": effect, **values})["id"]

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults in force with their ``hits``."""
        return self._call("GET", "/faults")

    def clear_faults(self, number: int | None = None) -> int:
        """Remove one fault or all; return how many."""
        return self._call("DELETE", "/faults" if number is None else f"/faults/{number}")["removed"]

    def event(self, do: str, at: float = 0.0, **values: Any) -> int:
        """Let something happen ``at`` seconds from now; return the event's id."""
        return self._call("POST", "/events", {"do": do, "at": at, **values})["id"]

    def events(self) -> list[dict[str, Any]]:
        """Return all events with ``done``, ``error`` and ``result``."""
        return self._call("GET", "/events")

    def clear_events(self) -> int:
        """Forget all events, those to come too; return how many."""
        return self._call("DELETE", "/events")["removed"]

    def start_export(self, uid: int, export_location: dict[str, Any] | None = None) -> dict[str, Any]:
        """Start an export as somebody else; without a location no file is written."""
        return self._call("POST", f"/export/{uid}", {"export_location": export_location} if export_location else {})

    def start_import(self, uid: int, sources: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """Start an import as somebody else; without sources no data is replaced."""
        return self._call("POST", f"/import/{uid}", {"dataset_import_sources": sources} if sources else {})

    def shard_clients(self, uid: int) -> list[redis.Redis]:
        """Return a client of each shard of a database, in the order of their slots; the caller closes them."""
        import redis

        return [redis.Redis(port=shard["port"]) for shard in self.database(uid, start=True)["shards"]]

    def client(self, uid: int, key: str | bytes) -> redis.Redis:
        """Return a client of the shard that owns a key, to read or change it; the caller closes it."""
        import redis

        shards = self.database(uid, start=True)["shards"]
        index = owner([shard["first_slot"] for shard in shards], key if isinstance(key, bytes) else key.encode())
        return redis.Redis(port=shards[index]["port"])

    def flush(self, uid: int) -> None:
        """Erase all keys of a database."""
        for client in self.shard_clients(uid):
            with client:
                client.flushall()

    def contents(self, uid: int) -> dict[bytes, Key]:
        """Return all keys of a database with their types, values and expiries; equal when nothing differs."""
        found: dict[bytes, Key] = {}
        for client in self.shard_clients(uid):
            with client:
                found.update(read(client))
        return found

    def reset(self, uid: int, operation: str = "export") -> bool:
        """Reset a status as somebody else; tell whether that had an effect."""
        return self._call("POST", f"/reset/{uid}/{operation}")["reset"]

    def nodes(self) -> list[dict[str, Any]]:
        """Return number, url, running and primary of each node."""
        return self._call("GET", "/nodes")

    def stop_node(self, number: int) -> list[dict[str, Any]]:
        """Let a node die: its port closes and its connections are cut."""
        return self._call("POST", f"/nodes/{number}/stop")

    def start_node(self, number: int) -> list[dict[str, Any]]:
        """Bring a node back on the same port."""
        return self._call("POST", f"/nodes/{number}/start")

    def unlock_users(self) -> None:
        """Forget failed logins and locks."""
        self._call("POST", "/users/unlock")

    def locked_users(self) -> list[str]:
        """Return the names of locked users."""
        return self._call("GET", "/users/locked")

    def revoke_tokens(self) -> None:
        """Make all issued tokens worthless."""
        self._call("POST", "/tokens/revoke")

    def close(self) -> None:
        """Close the connection to the control API."""
        self._session.close()
