# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints' contract: answers, headers, refusals and versions."""

from __future__ import annotations

import jsonschema
import pytest

STATUS = "fields=export_status,export_progress,export_failure_reason,last_export_time"


def test_list_and_single(api):
    whole = api.get("/v1/bdbs").json()
    assert [item["uid"] for item in whole] == [1, 2, 3]
    one = api.get("/v1/bdbs/1").json()
    assert one == whole[0]
    assert one["shards_count"] == 2 and one["status"] == "active"
    assert "password" not in one and one["authentication_admin_pass"] and one["authentication_redis_pass"]
    assert "@" in one["replica_sources"][0]["uri"]


def test_fields_select_and_unknown_ones_are_absent(api):
    assert api.get("/v1/bdbs/2?fields=uid,name,no_such_field,last_export_time").json() == {"uid": 2, "name": "sessions"}
    assert api.get("/v1/bdbs?fields=uid").json() == [{"uid": 1}, {"uid": 2}, {"uid": 3}]


def test_headers_and_empty_success_bodies(api, uid):
    for answer in (api.export(uid), api.get(f"/v1/bdbs/{uid}")):
        assert answer.status_code == 200
        assert answer.headers["Server"] == "envoy" and answer.headers["Date"].endswith(" GMT")
        assert int(answer.headers["cluster-state-id"]) > 0
    api.simulator.control.wait_done(uid)
    assert api.export(uid, json=None, data=b"", headers={"Content-Type": "application/json"}).status_code == 400
    assert api.export(uid).content == b""
    api.simulator.control.wait_done(uid)
    assert api.reset(uid).content == b""


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/no-such-thing", 404),
        ("GET", "/v1/bdbs/99", 404),
        ("GET", "/v1/nodes/9", 404),
        ("GET", "/v1/bdbs/1/actions/export", 405),
        ("POST", "/v1/bdbs/1/actions/export_reset_status", 405),
        ("DELETE", "/v1/bdbs/1", 405),
        ("POST", "/v1/bdbs/1/actions/backup", 404),
        ("GET", "/v1/jsonschema?object=x", 406),
    ],
)
def test_unknown_routes_and_methods(api, method, path, status):
    answer = api.call(method, path, json={} if method == "POST" else None)
    assert answer.status_code == status
    assert set(answer.json()) == {"error_code", "description"}
    assert ("Allow" in answer.headers) == (status == 405)


def test_options_tells_the_methods(api):
    assert api.call("OPTIONS", "/v1/bdbs").headers["Allow"] == "GET, OPTIONS"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"export_location": "ftp://host/"},
        {"export_location": {"type": "nfs"}},
        {"export_location": {"type": "mount_point"}},
        {"export_location": {"type": "mount_point", "path": 1}},
        {"export_location": {"type": "mount_point", "path": "/x", "subdir": "y"}},
        {"export_location": {"type": "mount_point", "path": "/x"}, "more": 1},
        {"export_location": {"type": "mount_point", "path": "/x"}, "email_notification": "yes"},
        {"export_location": {"type": "url", "url": "file:///x"}},
        {"export_location": {"type": "abs", "container": "c", "account_name": "a"}},
        {
            "export_location": {
                "type": "abs",
                "container": "c",
                "account_name": "a",
                "account_key": "k",
                "sas_token": "s",
            }
        },
        {"export_location": {"type": "s3", "bucket_name": "b", "access_key_id": "hush", "secret_access_key": 5}},
    ],
)
def test_wrong_export_bodies(api, uid, body):
    answer = api.export(uid, json=body)
    assert answer.status_code == 400 and "hush" not in answer.text
    assert api.simulator.control.counters()["accepted_starts"] == {}


@pytest.mark.parametrize(
    "location",
    [
        {"type": "url", "url": "ftp://user:pw@host/path/"},
        {"type": "sftp", "sftp_url": "sftp://host/", "key": "k"},
        {
            "type": "s3",
            "bucket_name": "b",
            "access_key_id": "a",
            "secret_access_key": "s",
            "subdir": "",
            "region_name": "r",
        },
        {
            "type": "gs",
            "bucket_name": "b",
            "client_id": "i",
            "client_email": "e",
            "private_key_id": "p",
            "private_key": "k",
        },
        {"type": "abs", "container": "c", "account_name": "a", "sas_token": "s"},
        {"type": "mount_point", "path": "/x"},
    ],
)
def test_every_location_is_accepted_and_in_the_schema(api, uid, location):
    schema = api.get("/v1/jsonschema?object=bdb").json()
    jsonschema.Draft7Validator(schema).validate({"backup_location": location})
    body = {"export_location": location, "email_notification": True}
    assert api.export(uid, json=body).status_code == 200
    assert api.simulator.control.wait_done(uid)["status_fields"]["export_status"] == "succeeded"


def test_content_type_and_json(api, uid):
    path = f"/v1/bdbs/{uid}/actions/export_reset_status"
    for headers, data in (
        ({"Content-Type": "text/plain"}, "{}"),
        ({}, b"{}"),
        ({"Content-Type": "application/json"}, "{"),
    ):
        assert api.call("PUT", path, data=data, headers=headers).status_code == 400
    assert api.reset(uid, json={"more": 1}).status_code == 400
    assert api.call("PUT", path, data="{}", headers={"Content-Type": "application/json; charset=utf-8"}).ok


def test_body_of_a_put_by_version(api, uid):
    assert api.reset(uid, json=None).status_code == 200
    api.simulator.control.settings(profile="7.4")
    assert api.reset(uid, json=None).status_code == 400


@pytest.mark.parametrize(
    ("profile", "idle"),
    [("7.4", {}), ("8.0", {"export_status": "", "export_progress": 0.0, "export_failure_reason": ""})],
)
def test_idle_before_and_after(api, uid, profile, idle):
    control = api.simulator.control
    control.settings(profile=profile, export_duration=0.5)
    path = f"/v1/bdbs/{uid}?{STATUS}"
    assert api.get(path).json() == idle
    api.export(uid)
    assert api.get(path).json()["export_status"] == "exporting"
    control.wait_done(uid)
    done = api.get(path).json()
    assert done["export_status"] == "succeeded" and done["export_progress"] == 100.0
    assert len(done["last_export_time"]) == 20 and done["last_export_time"].endswith("Z")
    assert api.reset(uid).ok
    assert api.get(path).json() == {**idle, "last_export_time": done["last_export_time"]}
    assert api.get(f"/v1/bdbs/{uid}?fields=import_status,backup_status").json() == {
        "import_status": "",
        "backup_status": "",
    }


@pytest.mark.parametrize("idle", [None, "idle", "", "missing"])
def test_idle_spelling_of_a_database(api, uid, idle):
    api.simulator.control.set_database(uid, idle=idle)
    found = api.get(f"/v1/bdbs/{uid}?fields=export_status").json()
    assert found == ({} if idle == "missing" else {"export_status": idle})


@pytest.mark.parametrize("operation", ["import", "backup"])
def test_import_and_backup_resets(api, uid, operation):
    control = api.simulator.control
    control.set_database(uid, **{f"{operation}_status": "failed", f"{operation}_failure_reason": "general-error"})
    assert api.get(f"/v1/bdbs/{uid}").json()[f"{operation}_failure_reason"] == "general-error"
    assert api.reset(uid, operation).ok
    assert api.get(f"/v1/bdbs/{uid}").json()[f"{operation}_status"] == ""
    control.set_database(uid, **{f"{operation}_status": "importing" if operation == "import" else "exporting"})
    assert api.reset(uid, operation).status_code == 409
    assert (api.get(f"/v1/bdbs/{uid}").json()["status"] == "import-pending") == (operation == "import")


def test_module_without_backup_restore(api):
    assert api.export(3).status_code == 406 and api.reset(3).status_code == 406
    graph = next(item for item in api.get("/v1/modules").json() if item["module_name"] == "graph")
    assert "backup_restore" not in graph["capabilities"]


def test_masked_credentials(api):
    clear = api.get("/v1/bdbs/1").json()
    api.simulator.control.settings(mask_bdb_credentials=True)
    text = api.get("/v1/bdbs/1").text
    assert clear["authentication_admin_pass"] not in text and "s3cret" not in text


def test_backup_location_secrets_are_hashed(api, uid):
    location = {"type": "s3", "bucket_name": "b", "access_key_id": "id", "secret_access_key": "hush"}
    api.simulator.control.set_database(uid, fields={"backup_location": location})
    answer = api.get(f"/v1/bdbs/{uid}")
    assert answer.json()["backup_location"]["bucket_name"] == "b" and "hush" not in answer.text


def test_cluster_objects(api):
    assert [node["uid"] for node in api.get("/v1/nodes").json()] == [1, 2]
    assert api.get("/v1/nodes/2").json()["software_version"].startswith("8.0")
    assert api.get("/v1/cluster").json()["name"] == "cluster.local"
    assert api.get("/v1/license").json()["expired"] is False
    api.simulator.control.settings(license="none", schema_endpoint=False)
    assert api.get("/v1/license").status_code == 404 and api.get("/v1/jsonschema?object=bdb").status_code == 404


@pytest.mark.parametrize(
    ("form", "prefix"),
    [
        ("same_host", "https://127.0.0.1:"),
        ("inner_address", "https://10."),
        ("foreign_host", "https://elsewhere.example"),
        ("cluster_domain", "https://node1.cluster.local:"),
    ],
)
def test_follower_redirects(api, uid, form, prefix):
    api.simulator.control.settings(followers_redirect=True, redirect_location=form)
    answer = api.export(uid, node=2)
    assert answer.status_code == 307
    assert answer.headers["Location"].startswith(prefix)
    assert answer.headers["Location"].endswith(f"/v1/bdbs/{uid}/actions/export")
    assert api.get("/v1/local/node/master_healthcheck", node=2).json() == {"status": "active"}
    assert api.simulator.control.counters()["accepted_starts"] == {}
    assert api.export(uid).ok
