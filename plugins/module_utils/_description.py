# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what may be shown of a database, and the fields that it is made of."""

from __future__ import annotations

from ._databases import OPERATIONS, age_of, fields_for, objects_in, state_of
from ._policy import FIELDS as POLICY_FIELDS
from ._policy import describe_policy, policy_of

FIELDS = fields_for(
    OPERATIONS,
    "type",
    "version",
    "redis_version",
    "memory_size",
    "shards_count",
    "replication",
    "crdt",
    "module_list",
    "endpoints",
    "tags",
    *POLICY_FIELDS.values(),
)
#: What a description has beside uid and name.
KEYS = (
    "status",
    "type",
    "version",
    "memory_size",
    "shards_count",
    "replication",
    "active_active",
    "modules",
    "endpoints",
    "tags",
    "backup_policy",
    *OPERATIONS,
)


def describe(db, now):
    """What may be shown of a Database at the time ``now`` of its cluster. Everything is named here, since the API's object also holds passwords."""
    raw = db.raw
    return {
        "uid": db.uid,
        "name": db.name,
        "status": db.status,
        "type": _scalar(raw.get("type")),
        "version": _scalar(raw.get("version") or raw.get("redis_version")),
        "memory_size": _scalar(raw.get("memory_size")),
        "shards_count": _scalar(raw.get("shards_count")),
        "replication": bool(raw.get("replication")),
        "active_active": bool(raw.get("crdt")),
        "modules": [
            {"name": _scalar(item.get("module_name")), "version": _scalar(item.get("semantic_version"))}
            for item in objects_in(raw.get("module_list"))
        ],
        "endpoints": [
            {
                "dns_name": _scalar(item.get("dns_name")),
                "port": _scalar(item.get("port")),
                "addresses": [address for address in _list(item.get("addr")) if isinstance(address, str)],
            }
            for item in objects_in(raw.get("endpoints"))
        ],
        "tags": {str(_scalar(item.get("key"))): _scalar(item.get("value")) for item in objects_in(raw.get("tags"))},
        "backup_policy": describe_policy(policy_of(db)),
        **{operation: _describe_state(state_of(db, operation), now) for operation in OPERATIONS},
    }


def _scalar(value):
    """A text or a number; nothing else is looked into, since it may hold what must not be shown."""
    return value if isinstance(value, (str, int, float)) else None


def _list(value):
    return value if isinstance(value, list) else []


def _describe_state(state, now):
    return {
        "status": state.status,
        "progress": state.progress,
        "failure_reason": state.reason,
        "last_time": state.last_time,
        "age": age_of(state.last_time, now),
    }
