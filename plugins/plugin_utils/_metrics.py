# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: a report in Prometheus's text format, for the textfile collector of its node exporter."""

from __future__ import annotations

from ..module_utils._databases import OPERATIONS, parse_time
from ._protection import BAD, COPIES

_PREFIX = "redis_enterprise_"
#: name: help. All are gauges.
_HELP = {
    "report_timestamp_seconds": "When the report was made, in seconds since 1970.",
    "report_problems": "How many databases and clusters are not as they should be.",
    "cluster_reachable": "Whether the databases of the cluster could be read.",
    "cluster_databases": "How many databases were read of the cluster.",
    "database_protected": "Whether the database is as it should be: its copies are young enough, and nothing has failed.",
    "database_within_service_level": "Whether the last success is as recent as wanted, of an operation by itself or of the newer of both (any).",
    "database_service_level_seconds": "How old the last success may be.",
    "database_last_success_timestamp_seconds": "When the operation succeeded last, by the clock of the cluster, in seconds since 1970.",
    "database_last_success_age_seconds": "How long ago that was when the report was made.",
    "database_operation_status": "The status that the cluster shows for the operation, always 1.",
    "database_backup_enabled": "Whether the cluster backs the database up periodically.",
    "database_backup_next_timestamp_seconds": "When its next periodic backup is due, in seconds since 1970.",
    "database_keys": "How many keys the database holds.",
    "database_used_memory_bytes": "How much memory it takes.",
    "database_memory_limit_bytes": "How much memory it may take.",
}


def render_metrics(report):
    """The text, with a line feed at its end. What is not known has no sample."""
    samples = {name: [] for name in _HELP}

    def add(name, value, **labels):
        if value is not None:
            samples[name].append((labels, value))

    add("report_timestamp_seconds", _seconds(report["generated"]))
    add("report_problems", report["counts"][BAD] + report["counts"]["clusters_not_read"])
    for cluster in report["clusters"]:
        add("cluster_reachable", int(cluster["reachable"]), cluster=cluster["name"])
        add("cluster_databases", cluster["databases"] if cluster["reachable"] else None, cluster=cluster["name"])
    for row in report["databases"]:
        _add_database(add, row, {"cluster": row["cluster"], "database": row["name"], "uid": row["uid"]})
    return "".join(line for name, found in samples.items() if found for line in _family(name, found))


def _add_database(add, row, labels):
    add("database_protected", int(row["verdict"] != BAD), **labels)
    add("database_keys", row["key_count"], **labels)
    add("database_used_memory_bytes", row["used_memory"], **labels)
    add("database_memory_limit_bytes", row["memory_size"], **labels)
    add("database_backup_enabled", int(row["backup"]["enabled"]), **labels)
    add("database_backup_next_timestamp_seconds", _seconds(row["backup"]["next_time"]), **labels)
    ages = {"any": (row["newest"] or {}).get("age"), **{operation: row[operation]["age"] for operation in COPIES}}
    wanted = {"any": "max_age", "export": "export_max_age", "backup": "backup_max_age"}
    for operation, age in ages.items():
        limit = row["level"][wanted[operation]]
        add("database_service_level_seconds", limit, operation=operation, **labels)
        if limit is not None:
            add("database_within_service_level", int(age is not None and age <= limit), operation=operation, **labels)
    for operation in OPERATIONS:
        add("database_operation_status", 1, operation=operation, status=row[operation]["status"], **labels)
    for operation in COPIES:
        add(
            "database_last_success_timestamp_seconds",
            _seconds(row[operation]["last_time"]),
            operation=operation,
            **labels,
        )
        add("database_last_success_age_seconds", row[operation]["age"], operation=operation, **labels)


def _seconds(time):
    moment = parse_time(time)
    return None if moment is None else int(moment.timestamp())


def _family(name, samples):
    yield f"# HELP {_PREFIX}{name} {_HELP[name]}\n"
    yield f"# TYPE {_PREFIX}{name} gauge\n"
    for labels, value in samples:
        written = ",".join(f'{label}="{_escape(text)}"' for label, text in labels.items())
        yield f"{_PREFIX}{name}{{{written}}} {value}\n" if written else f"{_PREFIX}{name} {value}\n"


def _escape(text):
    return str(text).replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
