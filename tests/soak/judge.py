# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a run beside what the simulator really did. Every finding is ``(kind, text)``; see ``BAD`` for the kinds."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from .scenario import PASSWORD, Scenario

#: What makes a soak fail. ``unexplained``: a run did not know the end, though faults were only transient and time sufficed.
BAD = ("lost", "doubled", "wrong", "leaked", "unexplained", "crashed")
_GOOD_ENDS = ("exported", "attached")
_OPEN_ENDS = ("timed_out", "unknown", "not_started")
_HONEST_KINDS = ("status_lost", "not_started", "vanished", "not_found")
_TRANSIENT = ("connection", "timeout", "server", "protocol", "throttled")
_REFUSED_KINDS = ("rejected", "permission", "unsupported")
_REFUSAL_KINDS = {
    "redirect": "redirect",
    "tls": "tls",
    "basic_off": "authentication",
    "wrong_password": "authentication",
    "locked": "authentication",
    "no_role": "permission",
}
#: The password, its Base64 in every position, and the begin of a token's header: none may appear, nor the begin of one.
_CANARIES = ("canary", base64.b64encode(f"ops@cluster.local:{PASSWORD}".encode()).decode()[:24], "eyJhbGci")


@dataclass
class Truth:
    """What the simulator says after a run: its databases, deleted ones too, and the starts that it accepted."""

    databases: dict[int, dict[str, Any]]
    removed: set[int]
    starts: dict[int, int]

    def runs(self, uid: int) -> list[dict[str, Any]]:
        """Return all exports of a database, by whomever."""
        return self.databases.get(uid, {}).get("runs", [])


def read_truth(control: Any) -> Truth:
    """Ask the control API."""
    databases = {item["uid"]: item for item in control.databases()}
    gone = [event["result"] for event in control.events() if event["do"] == "remove_database" and event["result"]]
    starts = {int(uid): count for uid, count in control.counters()["accepted_starts"].items()}
    return Truth({**{item["uid"]: item for item in gone}, **databases}, {item["uid"] for item in gone}, starts)


def leaks(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Find secrets in a result as it would be printed."""
    text = json.dumps(result)
    places = [(canary, text.find(canary)) for canary in _CANARIES]
    return [("leaked", f"...{text[max(0, at - 160) : at + 40]}...") for dummy, at in places if at >= 0]


def judge(scenario: Scenario, result: dict[str, Any], truth: Truth, interrupted: bool = False) -> list[tuple[str, str]]:
    """Compare the result of one export run with the truth; ``interrupted`` when its time was made too short."""
    found = leaks(result)
    if scenario.refusal is not None:
        return found + _judge_refusal(scenario, result, truth)
    if "databases" not in result:
        kind = result["failure"]["kind"]
        honest = kind in _TRANSIENT and not truth.starts and (scenario.node_dies or interrupted)
        return [*found, ("no_answer" if honest else "unexplained", f"{kind}: {result['msg']}")]
    rows = {row["uid"]: row for row in result["databases"]}
    for uid in scenario.fates:
        if uid in rows:
            found += _judge_row(scenario, rows[uid], truth, interrupted)
        elif uid not in truth.removed:
            found.append(("lost", f"{uid}: no verdict"))
    return found + _judge_starts(scenario, truth)


def _judge_starts(scenario: Scenario, truth: Truth) -> list[tuple[str, str]]:
    """One start each. Only where somebody resets the status and a node dies with the answer, no trace tells that a first one was."""
    forgiven = {uid for uid, fate in scenario.fates.items() if scenario.node_dies and fate.name == "outside_reset"}
    return [
        ("doubled", f"{uid} ({scenario.fates[uid].name}): {count} starts accepted")
        for uid, count in truth.starts.items()
        if count > 1 and uid not in forgiven
    ]


def _judge_row(scenario: Scenario, row: dict[str, Any], truth: Truth, interrupted: bool) -> list[tuple[str, str]]:
    uid, outcome = row["uid"], row["outcome"]
    fate, runs, starts = scenario.fates[uid], truth.runs(row["uid"]), truth.starts.get(row["uid"], 0)
    kind = row["failure"]["kind"] if row["failure"] else None
    ends = {run["reason"] for run in runs if run["done"]}
    others = any(run["by"] != "request" for run in runs)
    if outcome in _GOOD_ENDS:
        right = "" in ends and (others or _was_reset(scenario, row, truth))
    elif outcome == "up_to_date":
        right = fate.name == "recent" or (others and "" in ends)
    elif outcome in ("started", "running"):
        right = not scenario.options.get("wait", True) and (starts > 0 or outcome == "running")
    elif kind == "operation_failed":
        right = bool(ends - {""}) and row["failure"]["code"] in ends
    elif kind == "busy":
        right = others and scenario.options["if_running"] == "fail"
    elif fate.name == "refused" and kind in _REFUSED_KINDS:
        right = starts == 0
    else:
        honest = outcome in _OPEN_ENDS or kind in _HONEST_KINDS
        expected = kind in fate.excuses or (interrupted and outcome in _OPEN_ENDS)
        if honest and expected:
            return [("open", f"{outcome} {kind}")]
        right, outcome = False, f"{outcome} ({'honest' if honest else 'odd'})"
        if honest:
            return [("unexplained", f"{uid} ({fate.name}): {outcome} {kind} {row['failure']}; runs {runs}")]
    if right:
        return [("right", outcome)]
    return [("wrong", f"{uid} ({fate.name}): {outcome} {kind} {row['failure']}; runs {runs}; starts {starts}")]


def _was_reset(scenario: Scenario, row: dict[str, Any], truth: Truth) -> bool:
    """With reset_status a success is idle afterwards, unless its row says that this failed."""
    if not scenario.options.get("reset_status") or row["failure"] or row["uid"] in truth.removed:
        return True
    shown = truth.databases[row["uid"]]["status_fields"].get("export_status")
    return row["status"] == "idle" and shown in (None, "", "idle")


def _judge_refusal(scenario: Scenario, result: dict[str, Any], truth: Truth) -> list[tuple[str, str]]:
    """A run that could not be allowed: it says why, starts nothing, and does not lock the user."""
    kind = result["failure"]["kind"] if result["failure"] else None
    if scenario.refusal == "scoped":
        rows = result.get("databases", [])
        if [row["uid"] for row in rows] == [1]:
            return _judge_row(scenario, rows[0], truth, False) + _judge_starts(scenario, truth)
        return [("wrong", f"a scoped user was given {rows}")]
    if scenario.refusal == "viewer":
        rows = result.get("databases", [])
        right = len(rows) == len(scenario.fates) and all(row["failure"]["kind"] == "permission" for row in rows)
    else:
        login = scenario.options["auth_method"] == "jwt" and kind == "authentication"  # the login was refused already
        right = login or kind == _REFUSAL_KINDS[scenario.refusal]
    if right and not truth.starts:
        return [("refused", scenario.refusal)]
    return [("wrong", f"{scenario.refusal}: {result['failure']} with starts {truth.starts}")]


def judge_reset(scenario: Scenario, result: dict[str, Any], truth: Truth) -> list[tuple[str, str]]:
    """After a reset that says so, the status is idle; a running export is left alone."""
    found = leaks(result)
    for row in result.get("databases", []):
        uid = row["uid"]
        if uid in truth.removed:
            continue
        shown = truth.databases[uid]["status_fields"].get(f"{row['operation']}_status")
        kind = row["failure"]["kind"] if row["failure"] else None
        if row["outcome"] in ("reset", "idle") and shown in (None, "", "idle"):
            found.append(("right", row["outcome"]))
        elif kind == "busy" and shown == "exporting":
            found.append(("right", "busy"))
        else:
            found.append(("wrong", f"reset of {uid}: {row['outcome']} {row['failure']}, but the status is {shown!r}"))
    if "databases" not in result:
        found.append(("unexplained", f"reset: {result['msg']}"))
    return found
