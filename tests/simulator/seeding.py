# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data for a database: the same keys for the same seed, of every plain Redis type."""

from __future__ import annotations

import random
from typing import Any

_EXPIRES_AT = 4102444800  # 2100-01-01, so that no key of a test ever goes away
_STREAM_BASE = 1700000000000


def _text(maker: random.Random, length: int) -> str:
    return "".join(maker.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))


def _string(pipe: Any, key: str, maker: random.Random) -> None:
    pipe.set(key, _text(maker, maker.randint(1, 200)))


def _number(pipe: Any, key: str, maker: random.Random) -> None:
    pipe.set(key, maker.randint(0, 10**9))


def _hash(pipe: Any, key: str, maker: random.Random) -> None:
    pipe.hset(key, mapping={f"field{index}": _text(maker, 12) for index in range(maker.randint(1, 20))})


def _list(pipe: Any, key: str, maker: random.Random) -> None:
    pipe.rpush(key, *(_text(maker, 8) for dummy in range(maker.randint(1, 30))))


def _set(pipe: Any, key: str, maker: random.Random) -> None:
    pipe.sadd(key, *(_text(maker, 6) for dummy in range(maker.randint(1, 30))))


def _sorted_set(pipe: Any, key: str, maker: random.Random) -> None:
    pipe.zadd(key, {f"member{index}": maker.random() for index in range(maker.randint(1, 30))})


def _stream(pipe: Any, key: str, maker: random.Random) -> None:
    """A stream with a consumer group, whose first entry was delivered and never acknowledged."""
    for index in range(maker.randint(1, 5)):
        pipe.xadd(key, {"value": _text(maker, 10)}, id=f"{_STREAM_BASE + index}-0")
    first = f"{_STREAM_BASE}-0"
    pipe.xgroup_create(key, "workers", id=first)
    # XREADGROUP would note the present time.
    pipe.xclaim(key, "workers", "worker-1", 0, [first], time=_STREAM_BASE, retrycount=1, force=True, justid=True)


def _expiring(pipe: Any, key: str, maker: random.Random) -> None:
    """A string or a hash that expires at some millisecond of the year 2100."""
    maker.choice((_string, _hash))(pipe, key, maker)
    pipe.pexpireat(key, _EXPIRES_AT * 1000 + maker.randrange(1000))


def _binary(pipe: Any, key: bytes, maker: random.Random) -> None:
    pipe.set(key, maker.randbytes(maker.randint(1, 64)))


_MAKERS = (_string, _number, _hash, _list, _set, _sorted_set, _stream, _expiring, _binary)


def key_name(index: int) -> str | bytes:
    """Return the name of the key with this number; every ninth one is binary."""
    kind = _MAKERS[index % len(_MAKERS)]
    if kind is _binary:
        return b"bin:\x00\xff" + index.to_bytes(4, "big")
    return f"{kind.__name__[1:]}:{index}"


def put_key(pipe: Any, index: int, seed: int) -> None:
    """Queue the commands that make the key with this number."""
    _MAKERS[index % len(_MAKERS)](pipe, key_name(index), random.Random(seed * 1000003 + index))
