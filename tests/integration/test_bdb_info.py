# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_info through real Ansible."""

from __future__ import annotations

import json

from tests.integration.conftest import load


def test_many_databases_cost_one_request_and_show_no_password(ansible, cluster):
    sim = cluster({"databases": 200})
    run = ansible.use(sim).module("bdb_info", "-vvvv")
    assert len(run.result["databases"]) == 200 and sim.control.counters()["methods"] == {"GET": 1}
    sim.control.fault("ignore_fields")
    whole = ansible.module("bdb_info", "-vvvv")
    raw = json.dumps(sim.control.database(1))
    assert whole.result["databases"] == run.result["databases"]
    for text in (run.text, whole.text):
        assert "authentication_" not in text and "replica_sources" not in text
    assert raw


def test_selection_state_and_age(ansible, cluster):
    sim = cluster(
        {
            "export_duration": 0,
            "databases": [
                load(1, "orders", backup_status="failed", backup_failure_reason="no-permission"),
                load(2, "orders-eu"),
                load(3, "sessions"),
            ],
        }
    )
    sim.control.start_export(2)
    sim.control.wait_done(2)
    run = ansible.use(sim).module("bdb_info", name="orders*")
    shown = {row["name"]: row for row in run.result["databases"]}
    assert set(shown) == {"orders", "orders-eu"}
    assert shown["orders"]["backup"]["failure_reason"] == "no-permission"
    assert shown["orders-eu"]["export"]["status"] == "succeeded" and 0 <= shown["orders-eu"]["export"]["age"] < 60


def test_values_can_be_used_in_templates_with_a_dot(ansible, cluster):
    ansible.use(cluster({"databases": 1}))
    run = ansible.play(
        [
            {"name": "Read", "community.redis_enterprise.bdb_info": {}, "register": "all_databases"},
            {
                "name": "Use",
                "ansible.builtin.assert": {
                    "that": [
                        "all_databases.databases[0].import.status == 'idle'",
                        "all_databases.databases[0].export.age is none",
                    ]
                },
            },
        ]
    )
    assert run.rc == 0, run.text


def test_scoped_user_sees_only_the_own_databases(ansible, cluster):
    sim = cluster({"databases": 3})
    run = ansible.use(sim, "scoped").module("bdb_info")
    assert [row["uid"] for row in run.result["databases"]] == [1]
    other = ansible.module("bdb_info", uid=2)
    assert (
        other.rc != 0 and "no database matches 2" in other.result["msg"] and "hidden by the role" in other.result["msg"]
    )


def test_ages_follow_the_clock_of_the_cluster(ansible, cluster):
    sim = cluster({"clock_offset": 3600, "export_duration": 0, "databases": 1})
    sim.control.start_export(1)
    sim.control.wait_done(1)
    assert 0 <= ansible.use(sim).module("bdb_info", uid=1).result["databases"][0]["export"]["age"] < 60
