# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The latest statistics of databases, as ``GET /v1/bdbs/stats/last`` gives them: by uid as text, numbers as floats, only those asked for.

Source: the reference's pages "Latest database stats requests" and "DB metrics".
"""

from __future__ import annotations

import asyncio
from typing import Any

from .clock import api_time
from .cluster import Cluster
from .database import Database

SPAN = 5.0


def _measure(database: Database) -> dict[str, float]:
    keys, memory = database.engine.usage() if database.engine else (0, 0)
    return {"no_of_keys": float(keys), "used_memory": float(memory), "conns": 0.0, "total_req": 0.0}


async def last(cluster: Cluster, databases: list[Database], metrics: str) -> dict[str, Any]:
    """Return ``{uid: {stime, etime, metric: value}}``; ``metrics`` is the comma-separated query, empty for all."""
    wanted = [name.strip() for name in metrics.split(",") if name.strip()]
    times = {"stime": api_time(cluster.clock.wall() - SPAN), "etime": api_time(cluster.clock.wall())}
    found = {}
    for database in databases:
        measured = await asyncio.to_thread(_measure, database)
        found[str(database.uid)] = times | {
            name: value for name, value in measured.items() if not wanted or name in wanted
        }
    return found
