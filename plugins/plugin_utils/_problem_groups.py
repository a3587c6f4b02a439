# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the problems of many databases, put together where one remedy helps all of them."""

from __future__ import annotations

from ._protection import BAD, KINDS
from ._words import duration_words

_TITLES = {
    ("unprotected", "any"): "Never exported or backed up, and no periodic backup",
    ("never", "any"): "Never exported or backed up",
    ("never", "export"): "Never exported",
    ("never", "backup"): "Never backed up",
    ("unknown", "any"): "Age of the copies not known",
    ("unknown", "export"): "Age of the last export not known",
    ("unknown", "backup"): "Age of the last backup not known",
    ("late", "any"): "Newest copy too old",
    ("late", "export"): "Last good export too old",
    ("late", "backup"): "Last good backup too old",
    ("not_active", "export"): "Database not active",
    ("backup_late", "backup"): "Periodic backup late",
}


def group_problems(report):
    """``[{severity, title, remedy, items: [{cluster, name, uid, detail}]}]``, the most urgent first, clusters before databases."""
    groups = {}
    for cluster in report["clusters"]:
        if cluster["failure"]:
            failure = cluster["failure"]
            groups[(cluster["name"],)] = {
                "severity": BAD,
                "title": f"Cluster {cluster['name']} could not be read",
                "text": failure["description"],
                "remedy": failure["hint"],
                "order": -1,
                "rows": [],
            }
    for row in report["databases"]:
        for problem in row["problems"]:
            title = _title(problem)
            group = groups.setdefault(
                (problem["severity"], problem["kind"], title, problem["remedy"]),
                {
                    "severity": problem["severity"],
                    "title": title,
                    "text": None,
                    "remedy": problem["remedy"],
                    "order": KINDS.index(problem["kind"]),
                    "rows": [],
                },
            )
            group["rows"].append(
                {"cluster": row["cluster"], "name": row["name"], "uid": row["uid"], "detail": _detail(row, problem)}
            )
    return sorted(groups.values(), key=lambda group: group["order"])


def titles(row):
    """The problems of a database as short as they can be said."""
    return [_title(problem) for problem in row["problems"]]


def _title(problem):
    return _TITLES.get((problem["kind"], problem["operation"])) or problem["message"].rstrip(".")


def _detail(row, problem):
    if problem["excess"] is not None:
        return f"{duration_words(problem['age'])} old, {duration_words(problem['excess'])} too old"
    if problem["kind"] == "failed" and problem["operation"] != "import":
        age = row[problem["operation"]]["age"]
        return "none succeeded before" if age is None else f"last success {duration_words(age)} ago"
    return problem["message"] if problem["kind"] in ("unknown", "not_active") or "due at" in problem["message"] else ""
