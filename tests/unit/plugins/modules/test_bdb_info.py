# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_info: one request, the same words for every release, and only what may be shown."""

from __future__ import annotations

import json

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils import _description
from ansible_collections.community.redis_enterprise.plugins.modules import bdb_info
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import bdb, read, refusal

FULL = bdb(
    type="redis",
    version="7.4",
    memory_size=1073741824,
    shards_count=2,
    replication=True,
    crdt=False,
    backup=True,
    backup_interval=86400,
    backup_interval_offset="7200",
    backup_location={
        "type": "url",
        "url": "ftp://canary-user:canary-hash@files.example.com/redis/",
        "access_key_id": "canary-key",
        "new_key": "canary-new",
    },
    module_list=[{"module_name": "search", "semantic_version": "2.10.5", "module_args": "PASSWORD canary-args"}],
    endpoints=[{"dns_name": "redis-12000.cluster.local", "port": 12000, "addr": ["10.0.0.5"]}],
    tags=[{"key": "environment", "value": "production"}],
    authentication_admin_pass="canary-admin",
    authentication_redis_pass="canary-redis",
    replica_sources=[{"uri": "redis://admin:canary-uri@10.0.0.9:12000"}],
    export_status="succeeded",
    export_progress="100",
    last_export_time="2026-11-01T02:00:00Z",
    backup_status="failed",
    backup_failure_reason="no-permission",
    backup_progress=14.29,
)


def test_one_request_and_no_secret(run):
    report, script = run(bdb_info, {}, read(FULL))
    (shown,) = report.data["databases"]
    assert "canary" not in json.dumps(report.data)
    assert shown["export"] == {
        "status": "succeeded",
        "progress": 100.0,
        "failure_reason": None,
        "last_time": "2026-11-01T02:00:00Z",
        "age": 3600,
    }
    assert shown["import"]["status"] == "idle"
    assert shown["backup"] == {
        "status": "failed",
        "progress": 14.29,
        "failure_reason": "no-permission",
        "last_time": None,
        "age": None,
    }
    assert shown["modules"] == [{"name": "search", "version": "2.10.5"}]
    assert shown["endpoints"] == [{"dns_name": "redis-12000.cluster.local", "port": 12000, "addresses": ["10.0.0.5"]}]
    assert shown["tags"] == {"environment": "production"}
    assert shown["backup_policy"] == {
        "enabled": True,
        "interval": 86400,
        "interval_offset": 7200,
        "history": None,
        "backup_location": {"type": "url", "url": "ftp://files.example.com/redis/"},
    }
    assert report.changed is False and len(script.sent) == 1


def test_missing_keys_of_an_old_release(run):
    report, dummy = run(bdb_info, {}, read({"uid": 3}))
    (shown,) = report.data["databases"]
    assert (shown["name"], shown["export"]["status"], shown["export"]["age"], shown["modules"], shown["version"]) == (
        "",
        "idle",
        None,
        [],
        None,
    )
    assert shown["backup_policy"] == {
        "enabled": False,
        "interval": None,
        "interval_offset": None,
        "history": None,
        "backup_location": None,
    }


def test_selection_keeps_the_order_of_the_selectors_and_names_each_once(run):
    databases = [bdb(), bdb(uid=2, name="orders-eu"), bdb(uid=3, name="sessions")]
    report, dummy = run(bdb_info, {"uid": [3], "name": ["orders*", "sessions"]}, read(*databases))
    assert [shown["uid"] for shown in report.data["databases"]] == [3, 1, 2]


def test_whole_objects_are_read_where_fields_is_refused(run):
    report, script = run(bdb_info, {}, ("GET", "/v1/bdbs", refusal(400, "rejected")), read(FULL))
    assert len(report.data["databases"]) == 1 and len(script.sent) == 2


def test_only_the_fields_that_are_named_are_returned(run):
    report, script = run(bdb_info, {"fields": ["export", "tags"]}, read(FULL))
    assert list(report.data["databases"][0]) == ["uid", "name", "tags", "export"] and len(script.sent) == 1
    every = {"uid", "name", *_description.KEYS}
    whole, dummy = run(bdb_info, {}, read(FULL))
    named, dummy = run(bdb_info, {"fields": list(_description.KEYS)}, read(FULL))
    assert set(whole.data["databases"][0]) == every and whole.data["databases"] == named.data["databases"]


def stats(answer):
    return ("GET", "/v1/bdbs/stats/last", answer)


def test_statistics_cost_one_request_more_and_only_when_asked_for(run):
    measured = {"1": {"no_of_keys": 1000.0, "used_memory": 5651576.0, "etime": "2026-11-01T03:00:00Z"}, "note": []}
    report, dummy = run(bdb_info, {"stats": True}, read(bdb(), bdb(uid=2, name="new")), stats(measured))
    assert [db["stats"] for db in report.data["databases"]] == [
        {"key_count": 1000, "used_memory": 5651576},
        {"key_count": None, "used_memory": None},
    ]
    report, dummy = run(bdb_info, {}, read(bdb()))
    assert "stats" not in report.data["databases"][0]


@pytest.mark.parametrize(
    "answer", [refusal(404, "not_found"), refusal(403, "permission"), [], {"1": {"no_of_keys": "many"}}]
)
def test_cluster_without_statistics_is_no_fault(run, answer):
    report, dummy = run(bdb_info, {"stats": True}, read(bdb()), stats(answer))
    assert report.data["databases"][0]["stats"] == {"key_count": None, "used_memory": None}


def test_what_an_export_would_run_into_is_told_only_when_asked_for(run):
    graph = bdb(uid=2, name="graph", module_list=[{"module_name": "graph"}], export_status="exporting")
    listed = ("GET", "/v1/modules", [{"module_name": "graph", "capabilities": []}])
    report, dummy = run(bdb_info, {"preflight": True}, read(bdb(), graph), listed)
    assert report.data["databases"][0]["preflight"] == []
    found = report.data["databases"][1]["preflight"]
    assert [(item["kind"], item["blocking"]) for item in found] == [("unsupported", True), ("busy", False)]
    assert set(found[0]) == {"kind", "blocking", "message", "hint"}
    report, dummy = run(bdb_info, {}, read(graph))
    assert "preflight" not in report.data["databases"][0]
