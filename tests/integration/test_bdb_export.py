# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_export through real Ansible: what it says, what the cluster got, and which files are there."""

from __future__ import annotations

import json

import pytest

from tests.integration.conftest import load, mount
from tests.simulator.rdb import examine


def writes(sim):
    """The method and the path of each write, in the order of both."""
    return sorted((each["method"], each["path"]) for each in sim.control.requests() if each["method"] != "GET")


def reads(sim):
    """The routes that were read, however often."""
    return {route for route in sim.control.counters()["routes"] if route.startswith("GET ")}


def by_name(run):
    return {row["name"]: row for row in run.result["databases"]}


def test_real_data_of_several_shards_ends_in_files_that_redis_accepts(ansible, cluster, exports):
    sim = cluster(
        {
            "databases": [
                {"uid": 1, "name": "orders", "shards": 2, "keys": 300},
                {"uid": 2, "name": "sessions", "keys": 40},
            ]
        }
    )
    run = ansible.use(sim).module("bdb_export", name=["orders", "sessions"], export_location=mount(exports))
    assert run.rc == 0 and run.result["msg"] == "2 databases: 2 exported." and run.result["changed"] is True
    verdicts = [examine(path) for path in sorted(exports.iterdir())]
    assert [verdict.sound for verdict in verdicts] == [True] * 3
    assert sum(verdict.keys for verdict in verdicts) == 340
    assert sim.control.counters()["accepted_starts"] == {"1": 1, "2": 1}
    assert by_name(run)["orders"]["last_time"] and by_name(run)["orders"]["elapsed"] > 0


@pytest.mark.parametrize("profile", ["7.4", "8.0"])
def test_every_idle_is_idle(ansible, cluster, profile):
    """Each database has its own way to show that it is."""
    spellings = {"as-the-release": "profile", "missing": "missing", "empty": "", "word": "idle", "null": None}
    databases = [load(uid, name, idle=idle) for uid, (name, idle) in enumerate(spellings.items(), 1)]
    sim = cluster({"profile": profile, "export_duration": 0, "databases": databases})
    ansible.use(sim)
    run = ansible.module("bdb_export", name="*", export_location=mount("/nowhere"))
    assert {name: row["outcome"] for name, row in by_name(run).items()} == dict.fromkeys(spellings, "exported")
    assert sim.control.counters()["writes"] == len(spellings)
    for number, outcome in enumerate(("reset", "idle")):
        reset = ansible.module("bdb_status_reset", name="*", operation="export")
        assert {name: row["outcome"] for name, row in by_name(reset).items()} == dict.fromkeys(spellings, outcome)
        assert reset.result["changed"] is (number == 0) and sim.control.counters()["writes"] == 2 * len(spellings)


@pytest.mark.parametrize("profile", ["7.4", "8.0"])
def test_no_verdict_of_a_former_run_is_believed(ansible, cluster, profile):
    """Each database begins with a stale status, and each run is one that a naive poller takes for ended too early or never."""
    old = "2026-01-01T00:00:00Z"
    sim = cluster(
        {
            "profile": profile,
            "export_duration": 0.6,
            "databases": [
                load(
                    1,
                    "stale-success-fails-now",
                    export_status="succeeded",
                    export_progress=100,
                    last_export_time=old,
                    plan={"result": "failed", "reason": "general-error"},
                ),
                load(2, "stale-success", export_status="succeeded", last_export_time=old),
                load(
                    3,
                    "stale-failure-fails-the-same-way",
                    export_status="failed",
                    export_failure_reason="no-permission",
                    plan={"result": "failed", "reason": "no-permission"},
                ),
                load(
                    4,
                    "stale-failure",
                    export_status="failed",
                    export_failure_reason="no-permission",
                    last_export_time=old,
                ),
                load(5, "between-two-polls", last_export_time=old, plan={"finish_instantly": True}),
                load(6, "delayed-start", export_status="succeeded", last_export_time=old, plan={"start_delay": 1.2}),
                load(7, "busy-at-first", plan={"busy_times": 2}),
                load(
                    8,
                    "fails-between-two-polls",
                    plan={"finish_instantly": True, "result": "failed", "reason": "wrong-file-path"},
                ),
            ],
        }
    )
    run = ansible.use(sim).module("bdb_export", name="*", export_location=mount("/nowhere"), max_parallel=0)
    rows = by_name(run)
    assert {name: (row["outcome"], row["failure_reason"]) for name, row in rows.items()} == {
        "stale-success-fails-now": ("failed", "general-error"),
        "stale-success": ("exported", None),
        "stale-failure-fails-the-same-way": ("failed", "no-permission"),
        "stale-failure": ("exported", None),
        "between-two-polls": ("exported", None),
        "delayed-start": ("exported", None),
        "busy-at-first": ("exported", None),
        "fails-between-two-polls": ("failed", "wrong-file-path"),
    }
    assert rows["delayed-start"]["elapsed"] >= 1.8
    assert rows["stale-failure"]["before"]["failure_reason"] == "no-permission"
    assert run.rc != 0 and "3 of 8 failed" in run.result["failure"]["description"]
    assert set(sim.control.counters()["accepted_starts"].values()) == {1}


def test_each_reason_comes_with_what_to_do(ansible, cluster):
    reasons = ("no-permission", "wrong-file-path", "general-error", "something-new")
    databases = [load(uid, why, plan={"result": "failed", "reason": why}) for uid, why in enumerate(reasons, 1)]
    sim = cluster({"export_duration": 0, "databases": databases})
    run = ansible.use(sim).module("bdb_export", name="*", export_location=mount("/nowhere"))
    rows, message = by_name(run), run.result["msg"]
    for reason in reasons:
        failure = rows[reason]["failure"]
        assert (rows[reason]["failure_reason"], failure["code"]) == (reason, reason)
        assert len(failure["hint"]) > 40 and f"failed: {reason}" in message and failure["hint"] in message


def test_second_run_reads_once_and_says_why_it_does_nothing(ansible, cluster):
    sim = cluster({"export_duration": 0, "databases": 3})
    ansible.use(sim)
    assert ansible.module("bdb_export", name="*", export_location=mount("/nowhere")).result["changed"] is True
    sim.control.reset_log()
    again = ansible.module("bdb_export", name="*", export_location=mount("/nowhere"))
    assert again.rc == 0 and again.result["changed"] is False and again.result["msg"] == "3 databases: 3 up to date."
    assert "Not exported again, because max_age is 900 s" in again.words
    assert sim.control.counters()["methods"] == {"GET": 1}


def test_check_names_what_would_fail_and_what_is_running_and_writes_nothing(ansible, cluster):
    sim = cluster(
        {
            "databases": [
                load(1, "orders"),
                load(2, "legacy", modules=["old"]),
                load(3, "running", plan={"duration": 60}),
            ],
            "modules": [{"module_name": "old", "capabilities": ["types"]}],
        }
    )
    sim.control.start_export(3)
    sim.control.reset_log()
    run = ansible.use(sim).module("bdb_export", "--check", "--diff", name="*", export_location=mount("/nowhere"))
    rows = by_name(run)
    assert {name: row["outcome"] for name, row in rows.items()} == {
        "orders": "would_export",
        "legacy": "would_fail",
        "running": "would_attach",
    }
    problems = {problem["name"]: problem for problem in run.result["preflight"]["problems"]}
    assert "backup_restore" in problems["legacy"]["message"] and problems["legacy"]["blocking"] is True
    assert "exporting" in problems["running"]["message"] and problems["running"]["blocking"] is False
    assert run.result["changed"] is True and run.rc != 0
    counters = sim.control.counters()
    assert counters["writes"] == 0 and set(counters["methods"]) == {"GET"}


def test_check_of_a_location_that_the_release_does_not_know(ansible, cluster):
    sim = cluster({"profile": "7.4", "databases": 1})
    location = {
        "type": "s3",
        "bucket_name": "b",
        "access_key_id": "AKIAEXAMPLE",
        "secret_access_key": "not-so-secret",
        "region_name": "eu-west-1",
    }
    old = ansible.use(sim).module("bdb_export", "--check", uid=1, export_location=location)
    without = ansible.module("bdb_export", "--check", uid=1, export_location={**location, "region_name": ""})
    assert without.rc == 0 and without.result["preflight"]["ready"] is True
    assert old.result["preflight"]["ready"] is ("region_name" not in old.result["msg"])
    assert sim.control.counters()["writes"] == 0


def test_hundred_databases_in_one_task_share_one_poll(ansible, cluster):
    sim = cluster({"databases": 100, "export_duration": 0.6})
    run = ansible.use(sim).module("bdb_export", name="*", export_location=mount("/nowhere"), max_parallel=0)
    assert run.result["msg"] == "100 databases: 100 exported."
    counters = sim.control.counters()
    assert set(counters["accepted_starts"].values()) == {1} and len(counters["accepted_starts"]) == 100
    assert counters["methods"]["POST"] == 100
    assert counters["routes"] == {"GET /v1/bdbs": counters["methods"]["GET"], "POST /v1/bdbs/{uid}/actions/export": 100}
    assert counters["methods"]["GET"] <= 25
    assert counters["connections"] <= 16


def test_reset_status_takes_each_success_back_to_idle_and_leaves_a_failure(ansible, cluster):
    sim = cluster(
        {
            "export_duration": 0.3,
            "databases": [
                load(1, "orders"),
                load(2, "sessions", plan={"result": "failed", "reason": "no-permission"}),
                load(3, "catalogue"),
            ],
        }
    )
    options = {"name": "*", "export_location": mount("/nowhere"), "max_age": 86400, "reset_status": True}
    run = ansible.use(sim).module("bdb_export", **options)
    assert run.rc != 0 and run.result["msg"].startswith("3 databases: 2 exported, 1 failed. sessions (uid 2): ")
    assert "no-permission" in run.result["msg"] and run.result["failure"]["description"] == "1 of 3 failed."
    rows = by_name(run)
    assert {name: (row["outcome"], row["status"], row["changed"]) for name, row in rows.items()} == {
        "orders": ("exported", "idle", True),
        "sessions": ("failed", "failed", True),
        "catalogue": ("exported", "idle", True),
    }
    assert [rows[name]["failure"] for name in ("orders", "catalogue")] == [None, None]
    assert rows["orders"]["last_time"] and rows["catalogue"]["last_time"]
    shown = {row["name"]: row["status_fields"]["export_status"] for row in sim.control.databases()}
    assert shown == {"orders": "", "sessions": "failed", "catalogue": ""}
    assert writes(sim) == [
        ("POST", "/v1/bdbs/1/actions/export"),
        ("POST", "/v1/bdbs/2/actions/export"),
        ("POST", "/v1/bdbs/3/actions/export"),
        ("PUT", "/v1/bdbs/1/actions/export_reset_status"),
        ("PUT", "/v1/bdbs/3/actions/export_reset_status"),
    ]
    assert reads(sim) == {"GET /v1/bdbs"}
    sim.control.reset_log()
    again = ansible.module("bdb_export", **options)
    assert {name: (row["outcome"], row["changed"]) for name, row in by_name(again).items()} == {
        "orders": ("up_to_date", False),
        "sessions": ("failed", True),
        "catalogue": ("up_to_date", False),
    }
    # its failure is taken away before the new start, as without reset_status
    assert writes(sim) == [
        ("POST", "/v1/bdbs/2/actions/export"),
        ("PUT", "/v1/bdbs/2/actions/export_reset_status"),
    ]
    assert reads(sim) == {"GET /v1/bdbs"}
    assert sim.control.database(2)["status_fields"]["export_status"] == "failed"


def test_reset_that_is_refused_fails_the_task_and_not_the_export(ansible, cluster):
    sim = cluster({"export_duration": 0, "databases": [load(1, "orders"), load(2, "sessions")]})
    sim.control.fault("status", method="PUT", path="/bdbs/1/actions/", status=403)
    run = ansible.use(sim).module("bdb_export", name="*", export_location=mount("/nowhere"), reset_status=True)
    assert run.rc != 0 and run.result["msg"].startswith(
        "2 databases: 2 exported. orders (uid 1): The export succeeded, but"
    )
    rows = by_name(run)
    assert [(rows[name]["outcome"], rows[name]["status"]) for name in ("orders", "sessions")] == [
        ("exported", "succeeded"),
        ("exported", "idle"),
    ]
    assert rows["orders"]["failure"]["status"] == 403 and rows["sessions"]["failure"] is None


def test_max_parallel_holds_the_others_back(ansible, cluster):
    sim = cluster({"databases": 9, "export_duration": 0.3})
    run = ansible.use(sim).module("bdb_export", name="*", export_location=mount("/nowhere"), max_parallel=3)
    assert run.result["msg"] == "9 databases: 9 exported."
    starts = [entry["time"] for entry in sim.control.requests(method="POST")]
    assert all(later - earlier >= 0.29 for earlier, later in zip(sorted(starts), sorted(starts)[3:]))


def let_end(sim, seen):
    """Let the run of the first database end as soon as it was read so many times while it ran."""
    sim.control.event("change_database", seen=seen, uid=1, values={"plan": {"hang": False}})


def test_time_out_says_how_far_it_is_and_the_next_run_follows_it(ansible, cluster):
    sim = cluster({"databases": [load(1, "orders", plan={"hang": True})]})
    run = ansible.use(sim).module("bdb_export", uid=1, export_location=mount("/nowhere"), wait_timeout=1)
    assert run.rc != 0 and by_name(run)["orders"]["outcome"] == "timed_out"
    assert "still exporting at" in run.result["msg"] and "the cluster goes on" in run.result["msg"]
    let_end(sim, seen=sim.control.database(1)["seen_running"] + 1)
    again = ansible.module("bdb_export", uid=1, export_location=mount("/nowhere"))
    assert again.rc == 0 and by_name(again)["orders"]["outcome"] == "attached" and again.result["changed"] is False
    assert sim.control.counters()["accepted_starts"] == {"1": 1}


@pytest.mark.parametrize(
    "if_running, outcome, starts", [("attach", "attached", 0), ("wait", "exported", 1), ("fail", "failed", 0)]
)
def test_running_export_of_somebody_else(ansible, cluster, if_running, outcome, starts):
    sim = cluster({"databases": [load(1, "orders", plan={"hang": True})]})
    sim.control.start_export(1)
    let_end(sim, seen=1)
    sim.control.reset_log()
    run = ansible.use(sim).module("bdb_export", uid=1, export_location=mount("/nowhere"), if_running=if_running)
    assert by_name(run)["orders"]["outcome"] == outcome
    assert sim.control.counters()["methods"].get("POST", 0) == starts


def test_without_waiting(ansible, cluster):
    sim = cluster({"databases": 6, "export_duration": 30})
    run = ansible.use(sim).module(
        "bdb_export", name="*", export_location=mount("/nowhere"), wait=False, email_notification=True
    )
    assert run.result["msg"] == "6 databases: 6 started." and run.result["changed"] is True
    assert sim.control.counters()["methods"] == {"GET": 1, "POST": 6}
    assert all('"email_notification": true' in entry["body"] for entry in sim.control.requests(method="POST"))


def test_diff_shows_what_changed(ansible, cluster):
    sim = cluster(
        {
            "export_duration": 0,
            "databases": [load(1, "orders", export_status="failed", export_failure_reason="no-permission")],
        }
    )
    run = ansible.use(sim).module("bdb_export", "--diff", uid=1, export_location=mount("/nowhere"))
    assert '-        "failure_reason": "no-permission"' in run.out and '+        "status": "succeeded"' in run.out


LOCATIONS = {
    "mount_point": {"path": "/mnt/exports"},
    "url": {"url": "ftp://user:secret@files.example.com/redis/"},
    "sftp": {
        "sftp_url": "sftp://user@files.example.com/redis/",
        "key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
    },
    "s3": {"bucket_name": "b", "subdir": "d", "access_key_id": "AKIAEXAMPLE", "secret_access_key": "not-so-secret"},
    "gs": {
        "bucket_name": "b",
        "client_id": "1000000001",
        "client_email": "a@b.example.com",
        "private_key_id": "2000000002",
        "private_key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
    },
    "abs": {"container": "c", "account_name": "a", "sas_token": "sv=1"},
}


def test_each_type_of_location_is_taken_by_a_strict_server(ansible, cluster):
    sim = cluster({"export_duration": 0, "databases": 1})
    calls = [{"type": kind, **location} for kind, location in LOCATIONS.items()]
    run = ansible.use(sim).play(
        [{"community.redis_enterprise.bdb_export": {"uid": 1, "export_location": call, "max_age": 0}} for call in calls]
    )
    assert run.rc == 0 and run.recap()["changed"] == len(calls), run.text
    sent = [json.loads(entry["body"])["export_location"] for entry in sim.control.requests(method="POST")]
    assert sent == calls
