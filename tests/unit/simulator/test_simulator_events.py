# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events that come by themselves: each kind, its time, and what is refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from tests.simulator.events import EVENTS
from tests.simulator.process import SimulatorProcess


def _happen(control, do, **values):
    """Post an event, wait for it and return it."""
    number = control.event(do, **values)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        event = next(item for item in control.events() if item["id"] == number)
        if event["done"]:
            return event
        time.sleep(0.01)
    raise TimeoutError(f"{do} did not happen")


def test_an_event_waits_for_its_time(api, uid):
    control = api.simulator.control
    begin = time.monotonic()
    control.event("rename_database", at=0.2, uid=uid, name="renamed")
    assert api.get(f"/v1/bdbs/{uid}").json()["name"] != "renamed" and control.events()[0]["done"] is False
    while not control.events()[0]["done"]:
        time.sleep(0.01)
    assert time.monotonic() - begin >= 0.2
    assert api.get(f"/v1/bdbs/{uid}").json()["name"] == "renamed"


def test_a_database_is_deleted_and_its_last_state_is_kept(api, uid):
    api.export(uid)
    api.simulator.control.wait_done(uid)
    event = _happen(api.simulator.control, "remove_database", uid=uid)
    assert event["result"]["last_run"]["reason"] == "" and event["result"]["last_run"]["by"] == "request"
    assert api.get(f"/v1/bdbs/{uid}").status_code == 404


def test_somebody_else_starts_an_export_and_resets_its_status(api, uid):
    control = api.simulator.control
    assert _happen(control, "start_export", uid=uid)["error"] is None
    found = control.wait_done(uid)
    assert found["last_run"]["by"] == "somebody" and control.counters()["accepted_starts"] == {}
    assert _happen(control, "reset", uid=uid, operation="export")["result"] is True
    assert control.database(uid)["status_fields"]["export_status"] == ""


def test_what_the_cluster_refuses_is_told(api, uid):
    control = api.simulator.control
    control.set_database(uid, plan={"hang": True})
    api.export(uid)
    assert "in progress" in _happen(control, "reset", uid=uid)["error"]
    assert "no database" in _happen(control, "remove_database", uid=999)["error"]
    assert "no node" in _happen(control, "stop_node", node=9)["error"]


def test_nodes_settings_tokens_and_locks(api):
    control = api.simulator.control
    _happen(control, "stop_node", node=1)
    assert [node["running"] for node in control.nodes()] == [False, True]
    _happen(control, "start_node", node=1)
    assert api.get("/v1/cluster").ok
    token = api.call("POST", "/v1/users/authorize").json()["access_token"]
    header = {"headers": {"Authorization": f"JWT {token}"}, "user": None}
    assert api.get("/v1/cluster", **header).ok
    _happen(control, "revoke_tokens")
    assert api.get("/v1/cluster", **header).status_code == 401
    _happen(control, "lock_user", username="db_viewer@cluster.local")
    assert api.get("/v1/cluster", user="db_viewer").status_code == 401 and api.get("/v1/cluster").ok
    _happen(control, "settings", values={"basic_auth": False})
    assert api.get("/v1/cluster").status_code == 401


def test_events_can_be_taken_back(api, uid):
    control = api.simulator.control
    control.event("remove_database", at=0.1, uid=uid)
    assert control.clear_events() == 1 and control.events() == []
    time.sleep(0.15)
    assert api.get(f"/v1/bdbs/{uid}").ok


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"do": "explode"}, "do must be one of"),
        ({"do": "rename_database", "uid": 1}, "needs name, uid; given: uid"),
        ({"do": "revoke_tokens", "node": 1}, "needs nothing; given: node"),
        ({"do": "settings", "values": {"colour": "red"}}, "colour"),
        ({"do": "change_database", "uid": 1, "values": {"plan": {"hang": "no"}}}, "not of type"),
        ({"do": "revoke_tokens", "at": -1}, "minimum"),
    ],
)
def test_wrong_events_are_refused(sim, spec, message):
    with pytest.raises(requests.HTTPError, match=message):
        sim.control.event(**spec)


def test_events_faults_plans_and_settings_of_the_command_line():
    with SimulatorProcess(
        databases=2,
        set=["basic_auth=false token_ttl_max=1.5", "token_schemes=[jwt]"],
        fault=["effect=status method=GET status=429 times=2 headers.Retry-After=1", "effect=drop_after probability=0"],
        event=["at=0 do=rename_database uid=2 name=other", "do=lock_user username=scoped@cluster.local"],
        plan=["uid=1 progress=stuck", "duration=0.25"],
    ) as sim:
        settings = sim.control.settings()
        assert (settings["basic_auth"], settings["token_ttl_max"], settings["token_schemes"]) == (False, 1.5, ["jwt"])
        assert [fault["effect"] for fault in sim.control.faults()] == ["status", "drop_after"]
        answer = requests.get(f"{sim.url}/v1/cluster", verify=sim.ca_cert, timeout=10)
        assert answer.status_code == 429 and answer.headers["Retry-After"] == "1"
        while not all(event["done"] for event in sim.control.events()):
            time.sleep(0.01)
        assert sim.control.database(2)["name"] == "other" and sim.control.locked_users() == ["scoped@cluster.local"]
        plans = [database["plan"] for database in sim.control.databases()]
        assert [plan["progress"] for plan in plans] == ["stuck", "moving"]
        assert [plan["duration"] for plan in plans] == [0.25, 0.25]


def test_events_of_the_configuration():
    config = {"databases": 1, "events": [{"at": 0.05, "do": "remove_database", "uid": 1}]}
    with SimulatorProcess(config) as sim:
        while not sim.control.events()[0]["done"]:
            time.sleep(0.01)
        assert sim.control.databases() == []


def test_an_event_waits_until_a_run_was_seen(api, uid):
    control = api.simulator.control
    control.set_database(uid, plan={"hang": True})
    with pytest.raises(requests.HTTPError, match="seen needs a uid"):
        control.event("revoke_tokens", seen=1)
    control.event("change_database", seen=2, uid=uid, values={"plan": {"hang": False}})
    api.get("/v1/bdbs")
    api.export(uid)
    seen = [api.get(f"/v1/bdbs/{uid}").json()["export_status"] for dummy in range(2)]
    assert seen == ["exporting", "exporting"], "a read while nothing runs does not count"
    assert control.wait_done(uid)["status_fields"]["export_status"] == "succeeded"
    assert [event["done"] for event in control.events()] == [True]


def test_every_event_is_documented():
    text = (Path(__file__).parents[2] / "simulator" / "README.md").read_text(encoding="utf-8")
    assert not [name for name in EVENTS if name not in text]
