# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: how many keys databases hold, and how much memory they take.

Source: ``GET /v1/bdbs/stats/last``, which is deprecated since release 7.22, so a cluster that does not answer it is no fault.
"""

from __future__ import annotations

from ._databases import read_optional

_METRICS = {"key_count": "no_of_keys", "used_memory": "used_memory"}


def read_stats(client):
    """``{uid: {key_count, used_memory}}``, whole numbers, the memory in bytes; what the cluster does not tell is missing or None. One request."""
    found = read_optional(client, "/v1/bdbs/stats/last", {"metrics": ",".join(_METRICS.values())}, "view_all_bdb_stats")
    if not isinstance(found, dict):
        return {}
    return {
        int(uid): _numbers(values) for uid, values in found.items() if str(uid).isdigit() and isinstance(values, dict)
    }


def _numbers(values):
    return {name: _whole(values.get(metric)) for name, metric in _METRICS.items()}


def _whole(value):
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return None
