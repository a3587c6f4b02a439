# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role export_databases, and the playbook that runs it."""

from __future__ import annotations

import json

import pytest

from tests.integration.conftest import load, mount
from tests.simulator.rdb import examine

ROLE = "community.redis_enterprise.export_databases"
BOOK = "community.redis_enterprise.export_databases"


@pytest.fixture
def export(ansible):
    """export(variables, *flags): run the collection's playbook with these variables."""

    def call(variables, *flags, **env):
        text = json.dumps({f"export_databases_{key}": value for key, value in variables.items()})
        return ansible.command("ansible-playbook", BOOK, "-e", text, *flags, **env)

    return call


def test_exports_verifies_resets_and_then_finds_nothing_to_do(ansible, cluster, exports, export):
    sim = cluster(
        {
            "databases": [
                {
                    "uid": 1,
                    "name": "orders",
                    "shards": 2,
                    "keys": 60,
                    "export_status": "failed",
                    "export_failure_reason": "no-permission",
                },
                {
                    "uid": 2,
                    "name": "sessions",
                    "keys": 20,
                    "export_status": "succeeded",
                    "last_export_time": "2026-01-01T00:00:00Z",
                },
            ]
        }
    )
    ansible.use(sim)
    run = export({"names": "*", "location": mount(exports)})
    assert run.rc == 0, run.text
    assert (
        '"2 exported: orders, sessions"' in run.out
        and "2 of 2 successes verified" in run.out
        and "Statuses: 2 reset" in run.out
    )
    assert sum(examine(path).keys for path in exports.iterdir()) == 80 and len(list(exports.iterdir())) == 3
    assert all(sim.control.database(uid)["status_fields"]["export_status"] == "" for uid in (1, 2))
    sim.control.reset_log()
    again = export({"names": "*", "location": mount(exports)})
    assert again.rc == 0 and again.recap()["changed"] == 0
    assert '"2 up to date: orders, sessions"' in again.out and "Not exported again" in again.words
    assert set(sim.control.counters()["methods"]) == {"GET"}


def test_some_failures_stop_no_other_database(ansible, cluster, export):
    sim = cluster(
        {
            "export_duration": 0.1,
            "databases": [
                load(1, "orders"),
                load(2, "broken", plan={"result": "failed", "reason": "no-permission"}),
                load(3, "graph", modules=["graph"]),
                load(4, "sessions"),
            ],
        }
    )
    run = export({"names": "*", "location": mount("/nowhere")}, **ansible.use(sim).env)
    assert run.rc != 0 and run.recap()["failed"] == 1
    assert (
        '"2 exported: orders, sessions"' in run.out
        and '"2 failed: broken, graph"' in run.out
        and "Statuses: 2 reset" in run.out
    )
    assert (
        "broken (uid 2): failed. The export failed: no-permission. The cluster's nodes may not write there" in run.words
    )
    assert "graph (uid 3): failed." in run.words and "backup_restore" in run.words
    assert [sim.control.database(uid)["status_fields"].get("export_status") for uid in (1, 2, 4)] == ["", "failed", ""]


def test_check_mode_goes_through_the_whole_chain_and_writes_nothing(ansible, cluster, export):
    sim = cluster(
        {
            "databases": [
                load(1, "orders", export_status="failed"),
                load(2, "graph", modules=["graph"]),
                load(3, "running", plan={"duration": 60}),
            ]
        }
    )
    sim.control.start_export(3)
    sim.control.reset_log()
    ansible.use(sim)
    run = export({"names": "*", "location": mount("/nowhere")}, "--check", "--diff")
    assert run.rc != 0 and "graph (uid 2): would fail." in run.words
    assert '"1 would attach: running"' in run.out and '"1 would export: orders"' in run.out
    counters = sim.control.counters()
    assert counters["writes"] == 0 and set(counters["methods"]) == {"GET"}
    only_good = export({"names": ["orders", "running"], "location": mount("/nowhere")}, "--check")
    assert only_good.rc == 0 and only_good.recap()["changed"] >= 1


def test_success_that_the_cluster_does_not_confirm_is_a_failure(ansible, cluster, export):
    """After the export somebody else's run fails: the verification reads the cluster again and notices."""
    sim = cluster({"export_duration": 0, "databases": [load(1, "orders")]})
    ansible.use(sim)
    sim.control.fault(
        "wrong_type",
        method="GET",
        path="/v1/bdbs",
        skip=3,
        times=1,
        body=[{"uid": 1, "name": "orders", "status": "active", "export_status": "failed"}],
    )
    run = export({"names": "orders", "location": mount("/nowhere")})
    hits = sim.control.faults()[0]["hits"]
    assert hits == 1 and run.rc != 0 and "orders (uid 1): not verified." in run.words
    assert sim.control.database(1)["status_fields"]["export_status"] == "succeeded"


def test_cluster_that_goes_away_is_reported(ansible, cluster, export):
    sim = cluster({"databases": 1})
    sim.control.fault("status", status=503, html=True)
    run = export({"names": "*", "location": mount("/nowhere")}, **ansible.use(sim).env)
    assert run.rc != 0 and "answered 503" in run.words


@pytest.mark.parametrize("where", ["variables", "module_defaults", "environment keyword"])
def test_credentials_may_come_from_anywhere(ansible, cluster, where):
    sim = cluster({"export_duration": 0, "databases": 1})
    connection = {"url": sim.url, "username": sim.username, "password": sim.password, "ca_cert": sim.ca_cert}
    variables = {"export_databases_names": "*", "export_databases_location": mount("/nowhere")}
    keywords = {}
    if where == "variables":
        variables.update({f"export_databases_{key}": value for key, value in connection.items()})
    elif where == "module_defaults":
        keywords["module_defaults"] = {"group/community.redis_enterprise.all": connection}
    else:
        keywords["environment"] = sim.env
    run = ansible.play([{"name": "Export", "ansible.builtin.include_role": {"name": ROLE}}], vars=variables, **keywords)
    assert run.rc == 0 and '"1 exported: db-001"' in run.out, run.text
    assert run.text.count(sim.password) == 0


def test_result_is_there_for_the_tasks_that_follow(ansible, cluster):
    sim = cluster({"export_duration": 0, "databases": 2})
    kept = ansible.folder / "result.json"
    run = ansible.use(sim).play(
        [
            {"name": "Export", "ansible.builtin.include_role": {"name": ROLE}},
            {
                "name": "Keep",
                "ansible.builtin.copy": {
                    "content": "{{ export_databases_result | to_json }}",
                    "dest": str(kept),
                    "mode": "0600",
                },
            },
        ],
        vars={"export_databases_uids": [1, 2], "export_databases_location": mount("/nowhere")},
    )
    assert run.rc == 0, run.text
    result = json.loads(kept.read_text(encoding="utf-8"))
    assert result["verified"] == [1, 2] and result["failed"] == result["unverified"] == []
    assert [row["outcome"] for row in result["databases"]] == ["exported", "exported"]
    assert [row["outcome"] for row in result["statuses"]] == ["reset", "reset"]


@pytest.mark.parametrize(
    "tags, writes",
    [
        (("--skip-tags", "export_databases_reset"), {"PUT": 0, "POST": 1}),
        (("--skip-tags", "export_databases_verify"), {"PUT": 1, "POST": 1}),
        (("--tags", "export_databases_export"), {"PUT": 0, "POST": 1}),
        (("--tags", "export_databases_prepare"), {"PUT": 0, "POST": 0}),
    ],
)
def test_steps_can_be_chosen_by_their_tags(ansible, cluster, export, tags, writes):
    sim = cluster({"export_duration": 0, "databases": 1})
    run = export({"names": "*", "location": mount("/nowhere")}, *tags, **ansible.use(sim).env)
    assert run.rc == 0, run.text
    methods = sim.control.counters()["methods"]
    assert {method: methods.get(method, 0) for method in writes} == writes


def test_variables_are_checked(ansible, cluster, export):
    sim = cluster({"databases": 1})
    run = export({"names": "*", "location": mount("/nowhere"), "if_running": "hope"}, **ansible.use(sim).env)
    assert run.rc != 0 and "export_databases_if_running" in run.words and "attach, wait, fail" in run.words
    nothing = export({"location": mount("/nowhere")})
    assert nothing.rc != 0 and "neither uid nor name" in nothing.words
    assert sim.control.counters()["writes"] == 0


def test_one_inventory_host_for_each_cluster(ansible, cluster):
    clusters = {
        "east": cluster({"export_duration": 0, "databases": 1}),
        "west": cluster({"export_duration": 0, "databases": 2}),
    }
    inventory = ansible.folder / "inventory.yml"
    hosts = {
        name: {
            "export_databases_url": sim.url,
            "export_databases_username": sim.username,
            "export_databases_password": sim.password,
            "export_databases_ca_cert": sim.ca_cert,
        }
        for name, sim in clusters.items()
    }
    inventory.write_text(json.dumps({"clusters": {"hosts": hosts}}), encoding="utf-8")
    text = json.dumps(
        {
            "export_databases_hosts": "clusters",
            "export_databases_names": "*",
            "export_databases_location": mount("/nowhere"),
        }
    )
    run = ansible.command("ansible-playbook", "-i", str(inventory), BOOK, "-e", text)
    assert run.rc == 0, run.text
    assert [sim.control.counters()["accepted_starts"] for sim in clusters.values()] == [{"1": 1}, {"1": 1, "2": 1}]
