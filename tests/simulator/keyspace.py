# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a key besides its value: the shard that owns it, and the exact time when it expires."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import redis


BATCH = 1000
# PTTL counts from the present millisecond. It is taken again when the millisecond changed meanwhile, so that the sum
# is exact; PEXPIRETIME does the same from Redis 7 on, which the wheel of the tests is not.
_EXPIRIES = """
local found = {}
for index, key in ipairs(KEYS) do
  local left, before, after
  repeat
    before = redis.call('TIME')
    left = redis.call('PTTL', key)
    after = redis.call('TIME')
    before = before[1] * 1000 + math.floor(before[2] / 1000)
    after = after[1] * 1000 + math.floor(after[2] / 1000)
  until before == after
  found[index] = left < 0 and left or after + left
end
return found
"""


def owner(first_slots: list[int], key: bytes) -> int:
    """Return the index of the shard that holds a key; ``first_slots`` are those of the shards, in order."""
    import redis

    return bisect.bisect_right(first_slots, redis.crc.key_slot(key)) - 1


def expiries(client: redis.Redis, keys: list[bytes]) -> list[int | None]:
    """Return when keys expire in milliseconds since 1970; None for a key that never does, or is gone."""
    return [None if found < 0 else found for found in client.eval(_EXPIRIES, len(keys), *keys)]


def batches(client: redis.Redis) -> Iterator[list[bytes]]:
    """Return all keys of a server, in lists of a bounded length."""
    keys: Iterable[bytes] = iter(client.scan_iter(count=BATCH))
    while found := list(islice(keys, BATCH)):
        yield found
