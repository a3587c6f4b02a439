# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what kept reports tell of earlier runs."""

from __future__ import annotations

import json
from collections import namedtuple

#: The ``version`` of a report's form.
VERSION = 1
#: ``runs`` are reports, the oldest first; ``skipped`` is how many files could not be read as one.
History = namedtuple("History", "runs skipped")
_SERIES = ("key_count", "used_memory", "age")


def read_history(texts, generated):
    """The History in the texts of kept reports. Those that are broken, of another version, or not older than ``generated`` are left out."""
    runs, skipped = {}, 0
    for text in texts:
        try:
            run = json.loads(text)
            usable = run["version"] == VERSION and isinstance(run["generated"], str) and _index(run) is not None
        except (ValueError, KeyError, TypeError, AttributeError):
            usable = False
        if not usable:
            skipped += 1
        elif run["generated"] < generated:
            runs[run["generated"]] = run
    return History([runs[time] for time in sorted(runs)], skipped)


def _index(run):
    return {(row["cluster"], row["uid"]): row for row in run["databases"]}


def add_trends(databases, history):
    """Give each row of this report its ``trend``: one list for each measure, the oldest first, this run last, None where it is not known."""
    earlier = [_index(run) for run in history.runs]
    for row in databases:
        points = [index.get((row["cluster"], row["uid"])) for index in earlier] + [row]
        # A uid that was given to another database is another database.
        points = [point if point and point.get("name") == row["name"] else None for point in points]
        row["trend"] = {measure: [_value(point, measure) for point in points] for measure in _SERIES}


def _value(row, measure):
    if row is None:
        return None
    return (row.get("newest") or {}).get("age") if measure == "age" else row.get(measure)


def last_reading(history, cluster):
    """``(time, rows)`` of the last kept report that could read a cluster of this name; None without one."""
    for run in reversed(history.runs):
        if any(item.get("name") == cluster and item.get("reachable") for item in run.get("clusters") or []):
            return run["generated"], [row for row in run["databases"] if row["cluster"] == cluster]
    return None
