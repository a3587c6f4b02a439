# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: one report from what was read of each cluster, and the sentence that sums it up."""

from __future__ import annotations

from ..module_utils._databases import parse_time
from ._history import VERSION, add_trends, last_reading
from ._protection import BAD, EXEMPT, KINDS, OK, WARN, judge
from ._words import duration_words

_VERDICTS = (BAD, WARN, OK, EXEMPT)
#: Kinds of failures after which it is not even known whether the cluster runs.
_AWAY = ("connection", "timeout", "tls", "server", "throttled", "protocol", "unreachable")
#: A clock that is this many seconds wrong makes times of the cluster and of the report hard to compare.
_SKEW = 300
_NOT_RUN = {
    "kind": "not_run",
    "description": "The play had ended for this cluster before its databases were read.",
    "hint": "The output of the play says why; variables that are wrong are refused there.",
}


def build_report(readings, levels, generated, history):
    """The report as data, see the schema. ``readings`` are ``(host, name, result of bdb_info or None)``; ``generated`` is a time in UTC."""
    clusters, databases = [], []
    for host, name, result in _distinct(readings):
        cluster, rows = _cluster(host, name, result or {}, levels, generated)
        _compare(cluster, rows, history)
        clusters.append(cluster)
        databases += rows
    databases.sort(key=_urgency)
    clusters.sort(key=lambda cluster: (_VERDICTS.index(cluster["verdict"]), cluster["name"]))
    add_trends(databases, history)
    counts = {
        "clusters": len(clusters),
        "clusters_not_read": sum(not cluster["reachable"] for cluster in clusters),
        "databases": len(databases),
        **{verdict: sum(row["verdict"] == verdict for row in databases) for verdict in _VERDICTS},
    }
    headline = _headline(counts, clusters, levels)
    return {
        "version": VERSION,
        "generated": generated,
        "verdict": _verdict(counts, clusters),
        "headline": headline,
        "problems": _lines(clusters, databases) or ([headline] if not databases else []),
        "level": dict(levels.default._asdict()),
        "counts": counts,
        "runs": [run["generated"] for run in history.runs] + [generated],
        "clusters": clusters,
        "databases": databases,
    }


def _distinct(readings):
    """Each with a name of its own: the second of the same name gets its host's behind it."""
    seen = set()
    for host, name, result in readings:
        shown, number = name or host, 2
        if shown in seen and shown != host:
            shown = f"{name} ({host})"
        while shown in seen:
            shown, number = f"{name or host} ({number})", number + 1
        seen.add(shown)
        yield host, shown, result


def _cluster(host, name, result, levels, generated):
    """``(cluster, rows)``."""
    failure = _failure(result)
    moment = parse_time(result.get("cluster_time"))
    clock = moment or parse_time(generated)
    rows = []
    for database in [] if failure else result["databases"]:
        level = levels.of(name, database["name"], database.get("tags") or {})
        rows.append({"cluster": name, **judge(database, level, clock.timestamp())})
    present = {row["verdict"] for row in rows}
    cluster = {
        "name": name,
        "host": host,
        "reachable": failure is None,
        "verdict": BAD if failure else next((verdict for verdict in _VERDICTS if verdict in present), WARN),
        "failure": failure,
        "cluster_time": result.get("cluster_time"),
        "databases": len(rows),
        **{verdict: sum(row["verdict"] == verdict for row in rows) for verdict in _VERDICTS},
        "notes": _notes(failure, rows, moment, generated),
    }
    return cluster, rows


def _failure(result):
    """Why there are no databases of a cluster: ``kind``, ``description`` and ``hint``; None when there are."""
    if result.get("unreachable"):
        return {
            "kind": "unreachable",
            "description": f"Ansible did not reach the host: {result.get('msg')}",
            "hint": None,
        }
    if isinstance(result.get("databases"), list) and not result.get("failed"):
        return None
    failure = result.get("failure")
    if isinstance(failure, dict):
        hint = failure.get("hint")
        description = str(result.get("msg") or failure.get("description"))
        if hint and description.endswith(hint):
            description = description[: -len(hint)].rstrip()
        return {"kind": failure.get("kind"), "description": description, "hint": hint}
    if result.get("msg") and not result.get("skipped"):
        return {"kind": "failed", "description": str(result["msg"]), "hint": None}
    return dict(_NOT_RUN)


def is_away(failure):
    """Whether the cluster itself may be down, rather than that it refuses to be read."""
    return failure["kind"] in _AWAY


def _notes(failure, rows, moment, generated):
    """What is worth knowing of a cluster and no fault of a database."""
    notes = []
    if not failure and not rows:
        notes.append("No database was found. The role of the user may hide them.")
    if moment is not None:
        skew = int((moment - parse_time(generated)).total_seconds())
        if abs(skew) > _SKEW:
            direction = "ahead of" if skew > 0 else "behind"
            notes.append(
                f"Its clock is {duration_words(abs(skew))} {direction} that of the host that made this report."
            )
    return notes


def _compare(cluster, rows, history):
    """What has changed since the last report that could read the cluster."""
    last = last_reading(history, cluster["name"])
    cluster["last_read"], cluster["gone"] = (last[0] if last else None), []
    if last is None:
        return
    if not cluster["reachable"]:
        cluster["notes"].append(f"It was last read at {last[0]}, with {_databases(len(last[1]))}.")
        return
    present = {(row["uid"], row["name"]) for row in rows}
    cluster["gone"] = [
        {"uid": row["uid"], "name": row["name"]} for row in last[1] if (row["uid"], row["name"]) not in present
    ]
    if cluster["gone"]:
        names = ", ".join(item["name"] for item in cluster["gone"])
        cluster["notes"].append(f"No longer there since the report of {last[0]}: {names}.")


def _urgency(row):
    """What needs somebody comes first, the oldest copies before younger ones."""
    first = row["problems"][0] if row["problems"] else None
    kind = KINDS.index(first["kind"]) if first else len(KINDS)
    return (
        _VERDICTS.index(row["verdict"]),
        kind,
        -((first or {}).get("excess") or 0),
        row["cluster"],
        row["name"],
        row["uid"],
    )


def _verdict(counts, clusters):
    if counts["clusters_not_read"] or counts[BAD] or not counts["databases"]:
        return BAD
    return WARN if counts[WARN] or any(cluster["verdict"] == WARN for cluster in clusters) else OK


def _headline(counts, clusters, levels):
    """One sentence that answers whether the last night can be trusted."""
    total, missing = counts["databases"], counts["clusters_not_read"]
    unread = f"{missing} of {counts['clusters']} clusters" if counts["clusters"] > 1 else "the cluster"
    if counts[BAD]:
        verb = "is not protected as it" if counts[BAD] == 1 else "are not protected as they"
        tail = f", and {unread} could not be read" if missing else ""
        return f"No: {counts[BAD]} of {_databases(total)} {verb} should be{tail}."
    if missing:
        return f"No: {unread} could not be read, so nothing is known of {'their' if missing > 1 else 'its'} databases."
    if not total:
        return "No: not one database was found, so there is nothing to trust."
    looks = counts[WARN] + sum(1 for cluster in clusters if cluster["verdict"] == WARN and not cluster[WARN])
    level = levels.default.max_age
    judged = total - counts[EXEMPT]
    if not judged:
        return f"Yes, but nothing is wanted: none of {_databases(total)} has a service level."
    those = _databases(judged) if judged == total else f"{_databases(judged)} with a service level"
    young = f"from the last {duration_words(level)}" if level and not levels.varied else "as recent as wanted"
    each = (
        f"the only database has a good copy {young}"
        if judged == total == 1
        else f"all {those} have good copies {young}"
    )
    if looks:
        return f"Yes, {each}, but {looks} {'needs' if looks == 1 else 'need'} a look."
    return f"Yes: {each}."


def _databases(number):
    return f"{number:,} database{'' if number == 1 else 's'}"


def _lines(clusters, databases):
    """One line for each cluster that could not be read and each thing that is wrong with a database, with the remedy."""
    lines = []
    for cluster in clusters:
        if cluster["failure"]:
            failure = cluster["failure"]
            lines.append(
                f"{cluster['name']}: could not be read. {failure['description']} {failure['hint'] or ''}".strip()
            )
    for row in databases:
        for problem in row["problems"]:
            if problem["severity"] == BAD:
                lines.append(
                    f"{row['cluster']}/{row['name']} (uid {row['uid']}): {problem['message']} {problem['remedy']}"
                )
    return lines
