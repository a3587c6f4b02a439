# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to log in and to reach the cluster, through real Ansible."""

from __future__ import annotations

import re

import pytest
import requests

from ansible_collections.community.redis_enterprise.plugins.module_utils._connection import ENVIRONMENT
from tests.integration.conftest import MODULES_PYTHON, load, mount


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


def test_a_module_runs_on_the_python_that_is_to_be_tested(ansible, cluster):
    """Whatever `make matrix` promises of other Pythons rests on this."""
    run = ansible.use(cluster({"databases": 1})).module("bdb_info", "-vvv", uid=1)
    assert run.rc == 0 and re.findall(r"(\S+) \S+AnsiballZ_bdb_info\.py", run.text)[-1].endswith(MODULES_PYTHON)


def test_empty_environment_is_none_and_names_may_be_one_text(ansible, cluster):
    """As a credential of AWX gives what was left open in it, and a survey its answer."""
    sim = cluster({"databases": [load(1, "orders"), load(2, "sessions"), load(3, "cart")]})
    ansible.use(sim)
    empty = dict.fromkeys(set(ENVIRONMENT.values()) - ansible.env.keys(), "")
    assert len(empty) == 5
    run = ansible.module("bdb_info", env=empty, name="orders , sessions")
    assert run.rc == 0 and [db["name"] for db in run.result["databases"]] == ["orders", "sessions"], run.text
    nothing = ansible.module("bdb_export", env={"REDIS_ENTERPRISE_URL": ""}, name="", export_location=mount("/nowhere"))
    assert "url: it is missing." in nothing.result["msg"]


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


def test_several_endpoints_stand_in_the_environment_with_commas(ansible, cluster):
    sim = cluster({"databases": 1}, nodes=2)
    sim.control.stop_node(1)
    run = ansible.use(sim).module("bdb_info", uid=1, env={"REDIS_ENTERPRISE_URL": ",".join(sim.urls)})
    assert run.rc == 0, run.text


def test_missing_requests_is_said_in_words(ansible, cluster):
    """A Python without requests, played by a folder that shadows it."""
    sim = cluster({"databases": 1})
    shadow = ansible.folder / "shadow"
    shadow.mkdir()
    (shadow / "requests.py").write_text("raise ImportError('no requests here')\n", encoding="utf-8")
    run = ansible.use(sim).module("bdb_info", uid=1, env={"PYTHONPATH": str(shadow)})
    assert run.rc != 0 and "Failed to import the required Python library (requests)" in run.result["msg"]
