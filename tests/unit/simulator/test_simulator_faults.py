# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault of each kind, and a node that dies."""

from __future__ import annotations

import time

import pytest
import requests


def _starts(api):
    return api.simulator.control.counters()["accepted_starts"]


@pytest.mark.parametrize("status", [409, 429, 500, 502, 503, 504])
def test_status_for_some_requests_only(api, uid, status):
    control = api.simulator.control
    control.fault(
        "status",
        method="POST",
        path="/actions/export$",
        uid=uid,
        times=2,
        skip=1,
        status=status,
        headers={"Retry-After": "1"},
    )
    assert api.get(f"/v1/bdbs/{uid}").ok
    assert api.export(uid).ok
    control.wait_done(uid)
    answers = [api.export(uid) for dummy in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].headers["Retry-After"] == "1" and answers[0].json()["error_code"] == "simulated_fault"
    assert control.faults()[0]["hits"] == 2 and _starts(api) == {str(uid): 2}


def test_html_text_and_json_bodies(api):
    control = api.simulator.control
    for values, expected in (
        ({"html": True}, "text/html"),
        ({"body": "upstream gone"}, "text/plain"),
        ({"body": {"message": "no"}}, "application/json"),
    ):
        control.fault("status", status=502, times=1, **values)
        answer = api.get("/v1/cluster")
        assert answer.status_code == 502 and answer.headers["Content-Type"].startswith(expected)


def test_echo_of_a_request(api, uid):
    control = api.simulator.control
    for spelling, expected in {
        "plain": "/x/%2F+y",
        "decoded": "/x//+y",
        "percent": "%2Fx%2F%252F%2By",
        "json": "\\/x\\/%2F+y",
    }.items():
        control.fault("echo", method="POST", times=1, status=400, body=spelling)
        answer = api.export(uid, {"type": "mount_point", "path": "/x/%2F+y"})
        assert answer.status_code == 400 and expected in answer.json()["description"]
        assert "Basic" in answer.json()["description"]
    control.fault("echo", method="POST", times=1, status=400, body="plain")
    sources = [{"type": "mount_point", "path": "/first"}, {"type": "mount_point", "path": "/second"}]
    answer = api.call("POST", f"/v1/bdbs/{uid}/actions/import", json={"dataset_import_sources": sources})
    assert "/first" in answer.json()["description"] and "/second" in answer.json()["description"]
    assert _starts(api) == {}


def test_status_after_the_request_was_applied(api, uid):
    api.simulator.control.fault("status_after", method="POST", status=504, times=1)
    assert api.export(uid).status_code == 504
    assert _starts(api) == {str(uid): 1}


@pytest.mark.parametrize(
    ("effect", "applied"), [("drop_before", False), ("drop_after", True), ("stall", False), ("stall_after", True)]
)
def test_connection_lost(api, uid, effect, applied):
    api.simulator.control.fault(effect, method="POST", times=1, delay=0.1)
    with pytest.raises(requests.ConnectionError):
        api.export(uid)
    assert _starts(api) == ({str(uid): 1} if applied else {})
    assert api.simulator.control.requests()[-1]["status"] is None
    assert api.get("/v1/cluster").ok


@pytest.mark.parametrize("effect", ["latency", "latency_after"])
def test_latency(api, effect):
    api.simulator.control.fault(effect, delay=0.15, times=1)
    begin = time.monotonic()
    assert api.get("/v1/cluster").ok
    assert time.monotonic() - begin >= 0.15


def test_bodies_that_are_wrong(api):
    control = api.simulator.control
    control.fault("truncate", times=1)
    with pytest.raises(requests.JSONDecodeError):
        api.get("/v1/bdbs").json()
    control.fault("empty", times=1)
    assert api.get("/v1/bdbs").content == b""
    control.fault("wrong_type", times=1)
    assert api.get("/v1/bdbs").json() == {}
    control.fault("wrong_type", times=1, body="text")
    assert api.get("/v1/bdbs").json() == "text"
    control.fault("cut_off", times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        api.get("/v1/bdbs")


def test_fields_refused_and_ignored(api):
    number = api.simulator.control.fault("refuse_fields")
    assert api.get("/v1/bdbs?fields=uid").status_code == 400 and api.get("/v1/bdbs").ok
    api.simulator.control.clear_faults(number)
    api.simulator.control.fault("ignore_fields")
    assert "name" in api.get("/v1/bdbs/1?fields=uid").json()


def test_probability_seconds_and_node(api):
    control = api.simulator.control
    control.fault("status", probability=0.5)
    share = [api.get("/v1/cluster").status_code for dummy in range(60)].count(503)
    assert 10 < share < 50
    control.clear_faults()
    control.fault("status", seconds=0.0)
    control.fault("status", node=2, status=500)
    time.sleep(0.01)
    assert api.get("/v1/cluster").ok and api.get("/v1/cluster", node=2).status_code == 500


def test_a_fault_that_is_unknown_is_refused(sim):
    with pytest.raises(requests.HTTPError, match="effect must be one of"):
        sim.control.fault("earthquake")
    with pytest.raises(requests.HTTPError, match="Additional properties"):
        sim.control.fault("status", colour="red")


def test_node_dies_and_comes_back(api):
    control = api.simulator.control
    assert api.get("/v1/cluster").ok
    assert [node["primary"] for node in control.stop_node(1)] == [False, True]
    with pytest.raises(requests.ConnectionError):
        api.get("/v1/cluster")
    assert api.get("/v1/cluster", node=2).ok
    control.start_node(1)
    assert api.get("/v1/cluster").ok


@pytest.mark.parametrize("first", ["empty", "wrong_type", "truncate"])
def test_two_faults_of_a_body_make_no_sound_one(api, first):
    api.simulator.control.fault(first, times=1)
    api.simulator.control.fault("wrong_type", times=1)
    assert api.get("/v1/bdbs").text in ("", "{}")
