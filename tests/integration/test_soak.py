# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A short soak with a fixed seed, and proof that the judge sees what it has to see."""

from __future__ import annotations

import copy

import pytest

from tests.soak.__main__ import soak
from tests.soak.judge import BAD, Truth, judge
from tests.soak.scenario import Fate, Scenario

SECONDS = 8


@pytest.mark.long
def test_a_short_soak_finds_nothing():
    report = soak("20", SECONDS, 4)
    assert report["passed"], "\n".join(report["findings"]) or report
    assert report["cycles"] >= 4 and report["exports_started"] >= 50 and report["faults_injected"] >= 50
    assert not any(report[kind] for kind in BAD)


def _row(outcome, kind=None, code=None):
    return {"uid": 1, "outcome": outcome, "failure": {"kind": kind, "code": code} if kind else None}


def _run(reason, done=True, by="request"):
    return {"by": by, "done": done, "reason": reason}


@pytest.mark.parametrize(
    ("rows", "runs", "starts", "expected"),
    [
        ([_row("exported")], [_run("")], 1, "right"),
        ([_row("failed", "operation_failed", "no-permission")], [_run("no-permission")], 1, "right"),
        ([], [_run("")], 1, "lost"),
        ([_row("exported")], [_run(""), _run("")], 2, "doubled"),
        ([_row("exported")], [_run("general-error")], 1, "wrong"),
        ([_row("exported")], [_run("", done=False)], 1, "wrong"),
        ([_row("attached")], [], 0, "wrong"),
        ([_row("failed", "operation_failed", "general-error")], [_run("")], 1, "wrong"),
        ([_row("failed", "operation_failed", "general-error")], [_run("no-permission")], 1, "wrong"),
        ([_row("failed", "permission")], [_run("")], 1, "wrong"),
        ([_row("unknown", "timeout")], [_run("")], 1, "unexplained"),
        ([_row("failed", "status_lost")], [_run("")], 1, "unexplained"),
        ([_row("exported") | {"msg": "canary"}], [_run("")], 1, "leaked"),
    ],
)
def test_the_judge_sees(rows, runs, starts, expected):
    scenario = Scenario("whole", {1: Fate({}, "success")}, options={"if_running": "attach"})
    result = {"databases": copy.deepcopy(rows), "failure": None, "msg": ""}
    findings = judge(scenario, result, Truth({1: {"runs": runs}}, set(), {1: starts}))
    assert expected in {kind for kind, dummy in findings}
    assert expected == "right" or {kind for kind, dummy in findings} & set(BAD) == {expected}


@pytest.mark.parametrize(
    ("told", "failure", "shown", "by", "expected"),
    [
        ("idle", None, "", "request", "right"),
        ("idle", None, "succeeded", "request", "wrong"),
        ("succeeded", None, "succeeded", "request", "wrong"),
        ("succeeded", {"kind": "permission", "code": None}, "succeeded", "request", "right"),
        ("idle", None, "succeeded", "control", "right"),
    ],
)
def test_the_judge_sees_whether_a_success_was_reset(told, failure, shown, by, expected):
    options = {"if_running": "attach", "reset_status": True}
    scenario = Scenario("whole", {1: Fate({}, "success")}, options=options)
    result = {"databases": [{**_row("exported"), "status": told, "failure": failure}], "failure": failure, "msg": ""}
    truth = Truth({1: {"runs": [_run("", by=by)], "status_fields": {"export_status": shown}}}, set(), {1: 1})
    assert {kind for kind, dummy in judge(scenario, result, truth)} == {expected}
