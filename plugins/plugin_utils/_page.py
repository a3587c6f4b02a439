# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: a report as one HTML page that needs nothing else. Every value is escaped by the template engine itself."""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ._problem_groups import group_problems, titles
from ._protection import BAD, EXEMPT, OK, WARN, state_word
from ._protection_report import is_away
from ._sparkline import sparkline
from ._words import duration_words, size_words

_WORDS = {BAD: "Problem", WARN: "Look at it", OK: "Good", EXEMPT: "Not required"}
_NEVER = 10**12


def render_page(report, template, style, script):
    """The page as text. ``template`` is a Jinja template, ``style`` and ``script`` go into it as they are, and nothing else may run."""
    engine = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    engine.filters.update(duration=duration_words, size=size_words, moment=_moment, number=_number)
    groups = group_problems(report)
    return engine.from_string(template).render(
        report=report,
        counts=report["counts"],
        tiles=_tiles(report),
        bad_groups=[group for group in groups if group["severity"] == BAD],
        warn_groups=[group for group in groups if group["severity"] == WARN],
        clusters=[_cluster(cluster) for cluster in report["clusters"]],
        rows=[_row(number, row, report["runs"]) for number, row in enumerate(report["databases"], 1)],
        levels=_level_words(report["level"]),
        words=_WORDS,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _hash(text):
    """How a content security policy names the one text that is allowed."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _moment(time):
    """``2026-11-22 02:00 UTC`` from ``2026-11-22T02:00:41Z``; other text as it is."""
    return f"{time[:10]} {time[11:16]} UTC" if len(time) == 20 and time.endswith("Z") else time


def _number(value):
    return "–" if value is None else f"{value:,}"


def _tiles(report):
    """``(verdict, number, words)``: what is always shown, and what is there to be shown."""
    counts, kinds = report["counts"], {}
    for row in report["databases"]:
        for kind in {problem["kind"] for problem in row["problems"] if problem["severity"] == BAD}:
            kinds[kind] = kinds.get(kind, 0) + 1
    never = kinds.get("never", 0) + kinds.get("unprotected", 0)
    tiles = [
        (OK, counts[OK], "good"),
        (BAD, kinds.get("failed", 0), "failed"),
        (BAD, kinds.get("late", 0) + kinds.get("unknown", 0), "too old"),
        (BAD, never, "without a copy"),
        (WARN, counts[WARN], "to look at"),
        (EXEMPT, counts[EXEMPT], "not required"),
    ]
    if counts["clusters"] > 1 or counts["clusters_not_read"]:
        number = counts["clusters_not_read"]
        tiles.append((BAD, number, "cluster not read" if number == 1 else "clusters not read"))
    return [
        {"verdict": verdict if number or verdict == OK else "none", "number": number, "words": words}
        for verdict, number, words in tiles
        if number or verdict == BAD or verdict == OK
    ]


def _cluster(cluster):
    failure = cluster["failure"]
    word = _WORDS[cluster["verdict"]] if not failure else "Unreachable" if is_away(failure) else "Not read"
    return {**cluster, "word": word}


def _row(number, row, runs):
    fields = (
        "cluster",
        "uid",
        "name",
        "verdict",
        "status",
        "type",
        "version",
        "shards_count",
        "active_active",
        "modules",
        "tags",
    )
    trend = row.get("trend") or {}
    return {
        **{field: row[field] for field in fields},
        "number": number,
        "titles": titles(row),
        "copies": [_copy(operation, row[operation]) for operation in ("export", "backup")],
        "backup": row["backup"],
        "key_count": row["key_count"],
        "used_memory": row["used_memory"],
        "memory_size": row["memory_size"],
        "text": " ".join(
            [
                row["name"],
                row["cluster"],
                *row["modules"],
                *(f"{key}={value}" for key, value in sorted(row["tags"].items())),
            ]
        ).lower(),
        "keys_line": sparkline("Keys", trend.get("key_count"), runs, _number),
        "memory_line": sparkline("Memory", trend.get("used_memory"), runs, size_words),
        "age_line": sparkline("Age of the newest copy", trend.get("age"), runs, duration_words, from_zero=True),
    }


def _copy(operation, copy):
    return {
        "operation": operation,
        "word": state_word(copy),
        "age": copy["age"],
        "order": _NEVER if copy["age"] is None else copy["age"],
        "time": copy["last_time"],
        "reason": copy["failure_reason"],
        "progress": copy["progress"],
        "status": copy["status"],
    }


def _level_words(level):
    names = {"max_age": "newest copy", "export_max_age": "last export", "backup_max_age": "last backup"}
    return [f"{names[field]} at most {duration_words(level[field])} old" for field in names if level[field] is not None]
