# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_status_reset: resets what is not idle, never what is running, and reads back."""

from __future__ import annotations

import pytest

from ansible_collections.community.redis_enterprise.plugins.modules import bdb_status_reset
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import LOST, bdb, fence, read, refusal


@pytest.fixture
def reset(run):
    """reset(options, *steps): the Report of the module and what was sent."""

    def call(options, *steps, check_mode=False):
        return run(
            bdb_status_reset, {"name": "orders", "operation": "export", **options}, *steps, check_mode=check_mode
        )

    return call


def outcomes(report):
    return [(row["operation"], row["outcome"], row["changed"]) for row in report.data["databases"]]


@pytest.mark.parametrize("idle", [{}, {"export_status": None}, {"export_status": ""}, {"export_status": "idle"}])
def test_idle_in_each_spelling_is_left_alone(reset, idle):
    report, script = reset({}, read(bdb(**idle)))
    assert outcomes(report) == [("export", "idle", False)] and report.changed is False and script.writes == []


def test_failed_is_reset_read_back_and_kept_in_before(reset):
    failed = bdb(export_status="failed", export_failure_reason="no-permission", last_export_time="2026-11-01T01:00:00Z")
    report, dummy = reset(
        {}, read(failed), fence(), read(bdb(export_status="", last_export_time="2026-11-01T01:00:00Z"))
    )
    assert outcomes(report) == [("export", "reset", True)]
    assert report.data["databases"][0]["before"] == {
        "status": "failed",
        "failure_reason": "no-permission",
        "last_time": "2026-11-01T01:00:00Z",
    }
    assert (
        report.diff["before"]["orders (uid 1)"]["status"] == "failed"
        and report.diff["after"]["orders (uid 1)"]["status"] == "idle"
    )


def test_reason_left_behind_an_idle_status_is_cleared(reset):
    report, dummy = reset({}, read(bdb(export_failure_reason="general-error")), fence(), read(bdb()))
    assert outcomes(report) == [("export", "reset", True)]


def test_all_three_operations_of_one_database(reset):
    before = bdb(export_status="succeeded", import_status="failed", backup_status="")
    report, script = reset(
        {"operation": ["backup", "import", "export"], "max_parallel": 1},
        read(before),
        fence(),
        fence(operation="import"),
        read(bdb()),
    )
    assert outcomes(report) == [("export", "reset", True), ("import", "reset", True), ("backup", "idle", False)]
    assert len(script.writes) == 2


def test_running_fails_by_default(reset):
    report, script = reset({}, read(bdb(export_status="exporting")))
    assert outcomes(report) == [("export", "failed", False)] and script.writes == []
    assert "if_running wait" in report.msg


def test_running_is_skipped_on_demand(reset):
    report, script = reset({"if_running": "skip"}, read(bdb(export_status="exporting")))
    assert outcomes(report) == [("export", "skipped", False)] and report.failure is None and script.writes == []


def test_running_is_waited_for_on_demand(reset):
    report, dummy = reset(
        {"if_running": "wait"},
        read(bdb(export_status="exporting")),
        read(bdb(export_status="succeeded")),
        fence(),
        read(bdb()),
    )
    assert outcomes(report) == [("export", "reset", True)]
    assert report.data["databases"][0]["before"]["status"] == "succeeded"


def test_reset_that_shows_late_is_waited_for(reset):
    stale = bdb(export_status="succeeded")
    report, script = reset({}, read(stale), fence(), read(stale), read(stale), read(bdb()))
    assert outcomes(report) == [("export", "reset", True)] and len(script.writes) == 1


def test_lost_answer_is_cleared_up_by_reading(reset):
    report, script = reset({}, read(bdb(export_status="succeeded")), fence(answer=LOST), read(bdb()))
    assert outcomes(report) == [("export", "reset", True)] and len(script.writes) == 1


def test_reset_that_was_lost_on_its_way_is_sent_again(reset, clock):
    stale = read(bdb(export_status="succeeded"))
    report, script = reset({}, stale, fence(answer=LOST), stale, fence(), read(bdb()))
    assert outcomes(report) == [("export", "reset", True)] and len(script.writes) == 2
    assert sum(clock.sleeps) < 5 and report.data["databases"][0]["before"]["status"] == "succeeded"


def test_status_of_a_run_that_came_in_between_is_reset_too(reset):
    first, second = (bdb(export_status="succeeded", last_export_time=f"2026-11-01T0{hour}:00:00Z") for hour in (1, 2))
    report, script = reset({}, read(first), fence(), read(second), fence(), read(bdb()))
    assert outcomes(report) == [("export", "reset", True)] and len(script.writes) == 2


def test_status_of_a_run_that_came_in_between_and_was_reset_by_others_counts_as_reset(reset):
    before = bdb(export_status="failed", last_export_time="2026-11-01T01:00:00Z")
    after = bdb(export_status="succeeded", last_export_time="2026-11-01T02:00:00Z")
    report, script = reset({}, read(before), fence(), read(after), fence(answer=refusal(409, "conflict")), read(bdb()))
    assert outcomes(report) == [("export", "reset", True)] and len(script.writes) == 2


def test_conflict_is_tried_again(reset):
    stale = read(bdb(export_status="succeeded"))
    report, script = reset({}, stale, fence(answer=refusal(409, "conflict")), stale, fence(), read(bdb()))
    assert outcomes(report) == [("export", "reset", True)] and len(script.writes) == 2


def test_refusal_for_good_is_a_failure(reset):
    report, dummy = reset({}, read(bdb(export_status="succeeded")), fence(answer=refusal(403, "permission")))
    assert outcomes(report) == [("export", "failed", False)] and report.data["databases"][0]["failure"]["status"] == 403


@pytest.mark.parametrize(
    "shown, options, expected",
    [
        ({"export_status": "failed"}, {}, ("would_reset", True)),
        ({"export_status": ""}, {}, ("idle", False)),
        ({"export_status": "exporting"}, {}, ("would_fail", False)),
        ({"export_status": "exporting"}, {"if_running": "skip"}, ("skipped", False)),
        ({"export_status": "exporting"}, {"if_running": "wait"}, ("would_reset", True)),
    ],
)
def test_check_mode_predicts_with_one_read(reset, shown, options, expected):
    report, script = reset(options, read(bdb(**shown)), check_mode=True)
    assert outcomes(report) == [("export", *expected)]
    assert len(script.sent) == 1
