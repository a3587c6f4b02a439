# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with an import: each row is one database of one task that imports into all of them at once.

The guide on reliability prints this table, and test_bdb_import.py proves it row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Row:
    """``database`` is what the simulator gets beside uid and name, ``effect`` the fault that meets its start, ``sent`` and ``accepted`` count imports."""

    fault: str
    promise: str
    outcome: str
    kind: str | None = None
    database: dict[str, Any] = field(default_factory=dict)
    effect: dict[str, Any] | None = None
    sent: int = 1
    accepted: int = 1


_NEVER_AGAIN = "Never sent again; unknown when nothing shows within start_timeout"
ROWS = {
    "fine": Row("None", "One import, followed to its end", "imported"),
    "stale-success": Row(
        "The success of a former import is left",
        "Reset and read back before the start, and not believed",
        "imported",
        database={"import_status": "succeeded"},
    ),
    "stale-failure": Row(
        "The failure of a former import is left",
        "The same",
        "imported",
        database={"import_status": "failed", "import_failure_reason": "download-error"},
    ),
    "busy-twice": Row(
        "409 twice",
        "Tried again after a jittered pause, inside wait_timeout",
        "imported",
        database={"import_plan": {"busy_times": 2}},
        sent=3,
    ),
    "instant": Row(
        "It ends between two looks",
        "Believed, because the status was idle before",
        "imported",
        database={"import_plan": {"finish_instantly": True}},
    ),
    "accepted-but-lost": Row(
        "The connection breaks after it was taken",
        "Reads what came of it, and follows it",
        "imported",
        effect={"effect": "drop_after"},
    ),
    "accepted-but-500": Row(
        "500 although it was taken",
        "Reads what came of it, and follows it",
        "imported",
        effect={"effect": "status_after", "status": 500},
    ),
    "lost-on-the-way": Row(
        "The connection breaks before it is taken",
        _NEVER_AGAIN,
        "unknown",
        "not_started",
        effect={"effect": "drop_before"},
        accepted=0,
    ),
    "503-and-nothing": Row(
        "503, and it was not taken",
        _NEVER_AGAIN,
        "unknown",
        "not_started",
        effect={"effect": "status", "status": 503},
        accepted=0,
    ),
    "never-starts": Row(
        "It is taken and never begins",
        "Unknown, for it may still begin",
        "unknown",
        "not_started",
        database={"import_plan": {"start_delay": 60}},
    ),
    "403": Row(
        "The user may not import",
        "Failed, with the permission and the roles that have it",
        "failed",
        "permission",
        effect={"effect": "status", "status": 403},
        accepted=0,
    ),
    "no-backup-restore": Row(
        "A module without the capability",
        "Failed, in the cluster's words",
        "failed",
        "unsupported",
        database={"modules": ["graph"]},
        accepted=0,
    ),
    "too-large": Row(
        "The data is larger than the memory limit",
        "Failed, with both sizes and what to do",
        "failed",
        "operation_failed",
        database={"import_plan": {"result": "failed", "reason": "file-larger-than-mem-limit:2147483648:1073741824"}},
    ),
    "hangs": Row(
        "It does not end in time",
        "Timed out with the progress; the next run follows it",
        "timed_out",
        "wait_timeout",
        database={"import_plan": {"hang": True}},
    ),
    "recovering": Row(
        "The database is not active",
        "Failed, and nothing is sent",
        "failed",
        "not_active",
        database={"fields": {"status": "recovery"}},
        sent=0,
        accepted=0,
    ),
    "running-already": Row(
        "Somebody else imports into it",
        "That import is followed, none is started, and a warning says that its files are unknown",
        "attached",
        database={"import_plan": {"hang": True}},
        sent=0,
        accepted=0,
    ),
    "deleted": Row(
        "It is deleted while it is imported into",
        "Failed as vanished; the others go on",
        "failed",
        "vanished",
        database={"import_plan": {"hang": True}},
    ),
}
