# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a database holds, in a form that is equal when nothing differs, however the keys are spread over shards."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from .keyspace import batches, expiries

if TYPE_CHECKING:
    import redis


class Key(NamedTuple):
    """One key; ``expires_at`` is in milliseconds since 1970, None for never.

    ``value`` is bytes, a list, a set, a dict of a hash or of a sorted set's scores, or a dict of a stream with
    ``entries``, ``last_id`` and ``groups``.
    """

    type: str
    value: Any
    expires_at: int | None


def _named(reply: Any) -> dict[str, Any]:
    """Return a map of the protocol's third version, or the flat list that stands for it in the second."""
    pairs = reply.items() if isinstance(reply, dict) else zip(reply[::2], reply[1::2])
    # The list of what was never acknowledged has another name in Redis 7.
    return {{b"pel": "pending"}.get(name, name.decode()): value for name, value in pairs}


def _stream(client: redis.Redis, key: bytes) -> dict[str, Any]:
    """Return a stream with its groups, and of those all but when a consumer was last seen."""
    whole = _named(client.execute_command("XINFO", "STREAM", key, "FULL", "COUNT", 0))
    groups = {
        group["name"]: {
            "last_id": group["last-delivered-id"],
            "pending": group["pending"],
            "consumers": {item["name"]: item["pending"] for item in map(_named, group["consumers"])},
        }
        for group in map(_named, whole["groups"])
    }
    return {"entries": whole["entries"], "last_id": whole["last-generated-id"], "groups": groups}


_READERS = {
    "string": lambda client, key: client.get(key),
    "list": lambda client, key: client.lrange(key, 0, -1),
    "set": lambda client, key: client.smembers(key),
    "hash": lambda client, key: client.hgetall(key),
    "zset": lambda client, key: dict(client.zrange(key, 0, -1, withscores=True)),
    "stream": _stream,
}


def read(client: redis.Redis) -> dict[bytes, Key]:
    """Return all keys of one server."""
    found = {}
    for keys in batches(client):
        pipe = client.pipeline(transaction=False)
        for key in keys:
            pipe.type(key)
        kinds = [kind.decode() for kind in pipe.execute()]
        for key, kind, expiry in zip(keys, kinds, expiries(client, keys)):
            if kind != "none":  # it has just expired
                found[key] = Key(kind, _READERS[kind](client, key), expiry)
    return found


def _stable(value: Any) -> str:
    """Return a text that does not depend on the order of a set or a dict."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{_stable(name)}:{_stable(item)}" for name, item in value.items())) + "}"
    if isinstance(value, (set, frozenset)):
        return "{" + ",".join(sorted(map(_stable, value))) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_stable, value)) + "]"
    return repr(value)


def digest(contents: dict[bytes, Key]) -> str:
    """Return 16 hexadecimal digits that stand for all keys, types, values and expiries."""
    return hashlib.sha256(_stable(contents).encode()).hexdigest()[:16]


def summary(contents: dict[bytes, Key]) -> str:
    """Return one line: number of keys, of each type, of those that expire, and the digest."""
    kinds = Counter(item.type for item in contents.values())
    parts = [f"{count} {kind}" for kind, count in sorted(kinds.items())]
    parts.append(f"{sum(item.expires_at is not None for item in contents.values())} expire")
    return f"{len(contents):>6} keys  digest {digest(contents)}  ({', '.join(parts)})"
