# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to log in and to reach the cluster, through real Ansible."""

from __future__ import annotations

import pytest
import requests

from tests.integration.conftest import load, mount


def jwt(sim):
    answer = requests.post(
        sim.url + "/v1/users/authorize",
        json={"ttl": 300},
        auth=(sim.username, sim.password),
        verify=sim.ca_cert,
        timeout=10,
    )
    return answer.json()["access_token"]


@pytest.mark.parametrize("schemes", [["jwt"], ["bearer"], ["jwt", "bearer"]])
def test_given_token_is_used_as_it_is(ansible, cluster, schemes):
    sim = cluster({"databases": 1, "token_schemes": schemes})
    token = jwt(sim)
    sim.control.reset_log()
    run = ansible.use(sim).module(
        "bdb_info",
        env={"REDIS_ENTERPRISE_USER": "", "REDIS_ENTERPRISE_PASSWORD": "", "REDIS_ENTERPRISE_TOKEN": token},
        uid=1,
    )
    assert run.rc == 0 and token not in run.text
    assert sim.control.counters()["methods"] == {"GET": 1 if "jwt" in schemes else 2}


def test_wrong_token_is_refused_in_words(ansible, cluster):
    sim = cluster({"databases": 1})
    run = ansible.use(sim).module("bdb_info", uid=1, env={"REDIS_ENTERPRISE_TOKEN": "canary-token"})
    assert (
        run.result["failure"]["kind"] == "authentication"
        and sim.control.locked_users() == []
        and "canary-token" not in run.text
    )


@pytest.mark.parametrize("profile", ["7.4", "8.0"])
def test_login_happens_once_a_task(ansible, cluster, profile):
    sim = cluster({"profile": profile, "export_duration": 0.3, "databases": 5})
    run = ansible.use(sim).module("bdb_export", "-vvvv", name="*", export_location=mount("/nowhere"), auth_method="jwt")
    assert run.result["msg"] == "5 databases: 5 exported."
    assert sim.control.counters()["routes"]["POST /v1/users/authorize"] == 1


def test_revoked_token_is_renewed_while_waiting(ansible, cluster):
    sim = cluster({"databases": [load(1, "orders", plan={"duration": 1.5})]})
    sim.control.fault("status", method="GET", path="/v1/bdbs", skip=3, times=1, status=401)
    run = ansible.use(sim).module("bdb_export", uid=1, export_location=mount("/nowhere"), auth_method="jwt")
    assert run.result["databases"][0]["outcome"] == "exported", run.text
    assert sim.control.counters()["routes"]["POST /v1/users/authorize"] == 2


def test_client_certificate_where_passwords_are_switched_off(ansible, cluster):
    sim = cluster({"databases": 1, "basic_auth": False})
    pair = sim.client_certificates["db_member@cluster.local"]
    refused = ansible.use(sim).module("bdb_info", uid=1)
    assert refused.result["failure"]["status"] == 401
    run = ansible.module(
        "bdb_export",
        env={"REDIS_ENTERPRISE_USER": "", "REDIS_ENTERPRISE_PASSWORD": ""},
        uid=1,
        export_location=mount("/nowhere"),
        client_cert=pair["cert"],
        client_key=pair["key"],
    )
    assert run.result["databases"][0]["outcome"] == "exported", run.text


def test_credentials_of_netrc_are_never_used(ansible, cluster):
    sim = cluster({"databases": 1})
    (ansible.folder / ".netrc").write_text(
        f"machine 127.0.0.1 login {sim.username} password {sim.password}\n", encoding="utf-8"
    )
    run = ansible.use(sim).module("bdb_info", uid=1, token="not-a-token")
    assert run.result["failure"]["kind"] == "authentication"


def test_next_endpoint_takes_over_from_a_dead_one(ansible, cluster):
    sim = cluster({"databases": 1, "export_duration": 0.5}, nodes=2)
    sim.control.stop_node(1)
    run = ansible.use(sim).module("bdb_export", uid=1, export_location=mount("/nowhere"), url=sim.urls)
    assert run.result["databases"][0]["outcome"] == "exported", run.text
    comma = ansible.module("bdb_info", uid=1, env={"REDIS_ENTERPRISE_URL": ",".join(sim.urls)})
    assert comma.rc == 0


def test_redirect_to_the_primary_keeps_method_and_body(ansible, cluster):
    sim = cluster({"databases": 3, "export_duration": 0.3, "followers_redirect": True}, nodes=2)
    run = ansible.use(sim).module("bdb_export", name="*", export_location=mount("/nowhere"), url=sim.urls[1])
    assert run.result["msg"] == "3 databases: 3 exported.", run.text
    assert len([entry for entry in sim.control.requests() if entry["node"] == 2]) == 1


@pytest.mark.parametrize("form", ["inner_address", "foreign_host"])
def test_redirect_out_of_the_cluster_is_not_followed(ansible, cluster, form):
    sim = cluster({"databases": 1, "followers_redirect": True, "redirect_location": form}, nodes=2)
    run = ansible.use(sim).module("bdb_info", uid=1, url=sim.urls[1])
    assert run.result["failure"]["kind"] == "redirect"
    assert all(word in run.result["msg"] for word in ("FQDN", "handle_redirects", "url"))


@pytest.mark.parametrize("effect", ["truncate", "cut_off", "empty", "wrong_type", "drop_before"])
def test_one_broken_answer_is_survived(ansible, cluster, effect):
    sim = cluster({"databases": 1})
    sim.control.fault(effect, method="GET", times=1)
    run = ansible.use(sim).module("bdb_info", uid=1)
    assert run.rc == 0 and len(run.result["databases"]) == 1, run.text


@pytest.mark.parametrize("effect", ["truncate", "cut_off", "empty"])
def test_broken_answer_to_an_accepted_start_is_still_an_acceptance(ansible, cluster, effect):
    sim = cluster({"databases": 1})
    sim.control.fault(effect, method="POST", times=1)
    run = ansible.use(sim).module("bdb_export", uid=1, export_location=mount("/nowhere"))
    assert run.result["databases"][0]["outcome"] == "exported" and sim.control.counters()["accepted_starts"] == {"1": 1}


def test_html_error_page_is_cut_down_to_its_words(ansible, cluster):
    sim = cluster({"databases": 1})
    sim.control.fault(
        "status", status=502, html=True, body="<html><style>p{}</style><body><p>Bad   gateway</p></body></html>"
    )
    run = ansible.use(sim).module("bdb_info", uid=1)
    assert run.result["failure"] == {
        "kind": "server",
        "status": 502,
        "code": None,
        "description": "Bad gateway",
        "hint": None,
    }


def test_old_cluster_that_does_not_know_fields(ansible, cluster):
    sim = cluster({"databases": 2, "export_duration": 0})
    sim.control.fault("refuse_fields")
    run = ansible.use(sim).module("bdb_export", name="*", export_location=mount("/nowhere"))
    assert run.result["msg"] == "2 databases: 2 exported."


def test_missing_requests_is_said_in_words(ansible, cluster):
    """A Python without requests, played by a folder that shadows it."""
    sim = cluster({"databases": 1})
    shadow = ansible.folder / "shadow"
    shadow.mkdir()
    (shadow / "requests.py").write_text("raise ImportError('no requests here')\n", encoding="utf-8")
    run = ansible.use(sim).module("bdb_info", uid=1, env={"PYTHONPATH": str(shadow)})
    assert run.rc != 0 and "Failed to import the required Python library (requests)" in run.result["msg"]
