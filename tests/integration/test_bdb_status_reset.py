# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_status_reset through real Ansible."""

from __future__ import annotations

import pytest

from tests.integration.conftest import load

STALE = {
    "export_status": "succeeded",
    "import_status": "failed",
    "import_failure_reason": "file-corrupted",
    "backup_status": "failed",
    "backup_failure_reason": "no-permission",
}


@pytest.mark.parametrize("profile", ["7.4", "8.0"])
def test_all_three_statuses_are_reset_once_and_then_left_alone(ansible, cluster, profile):
    sim = cluster({"profile": profile, "databases": [load(1, "orders", **STALE), load(2, "sessions")]})
    ansible.use(sim)
    options = {"name": "*", "operation": ["export", "import", "backup"]}
    check = ansible.module("bdb_status_reset", "--check", "--diff", **options)
    assert check.result["changed"] is True and sim.control.counters()["writes"] == 0
    run = ansible.module("bdb_status_reset", **options)
    assert [(row["name"], row["operation"], row["outcome"]) for row in run.result["databases"] if row["changed"]] == [
        ("orders", "export", "reset"),
        ("orders", "import", "reset"),
        ("orders", "backup", "reset"),
    ]
    assert run.result["databases"][1]["before"]["failure_reason"] == "file-corrupted"
    sim.control.reset_log()
    again = ansible.module("bdb_status_reset", **options)
    assert again.result["changed"] is False and sim.control.counters()["methods"] == {"GET": 1}


@pytest.mark.parametrize("answer", [409, 200])
def test_running_export_is_never_reset(ansible, cluster, answer):
    sim = cluster({"reset_while_running": answer, "databases": [load(1, "orders", plan={"duration": 60})]})
    sim.control.start_export(1)
    run = ansible.use(sim).module("bdb_status_reset", uid=1, operation="export")
    assert run.rc != 0 and "is running (exporting)" in run.result["msg"] and "if_running" in run.result["msg"]
    assert ansible.module("bdb_status_reset", uid=1, operation="export", if_running="skip").rc == 0
    assert sim.control.counters()["writes"] == 0


def test_running_export_is_waited_for(ansible, cluster):
    sim = cluster({"databases": [load(1, "orders", plan={"duration": 2})]})
    sim.control.start_export(1)
    run = ansible.use(sim).module("bdb_status_reset", uid=1, operation="export", if_running="wait")
    assert (
        run.result["databases"][0]["outcome"] == "reset"
        and run.result["databases"][0]["before"]["status"] == "succeeded"
    )


def test_viewer_is_told_which_permission_is_missing(ansible, cluster):
    sim = cluster({"databases": [load(1, "orders", export_status="succeeded")]})
    run = ansible.use(sim, "db_viewer").module("bdb_status_reset", uid=1, operation="export")
    failure = run.result["databases"][0]["failure"]
    assert (failure["kind"], failure["status"]) == ("permission", 403)
    assert "reset_bdb_current_export_status" in failure["hint"] and "db_member" in failure["hint"]
