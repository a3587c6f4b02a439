# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: one sentence that names the option and the way out, and no write has reached the cluster."""

from __future__ import annotations

import json

import pytest

from tests.integration.conftest import Ansible, load, mount
from tests.simulator.process import SimulatorProcess

ABS = {"type": "abs", "container": "c", "account_name": "a"}
CASES = {
    "unknown location type": (
        {"export_location": {"type": "azure"}},
        ["export_location", "mount_point", "abs", "azure"],
    ),
    "missing type": ({"export_location": {"path": "/x"}}, ["type", "export_location"]),
    "missing key": (
        {"export_location": {"type": "s3", "bucket_name": "b"}},
        ["export_location.access_key_id", "missing", "Type s3 needs"],
    ),
    "surplus key": (
        {"export_location": {**mount("/x"), "bucket_name": "b"}},
        ["export_location.bucket_name", "Remove it"],
    ),
    "unknown key": (
        {"export_location": {**mount("/x"), "folder": "b"}},
        ["export_location.folder", "Supported parameters"],
    ),
    "two azure keys": (
        {"export_location": {**ABS, "account_key": "azure-key", "sas_token": "azure-signature"}},
        ["account_key", "sas_token", "exactly one"],
    ),
    "no azure key": ({"export_location": ABS}, ["account_key", "sas_token", "exactly one"]),
    "relative path": ({"export_location": mount("exports")}, ["export_location.path", "absolute"]),
    "uid no number": ({"name": [], "uid": ["orders"]}, ["uid: it takes whole numbers", "option name"]),
    "uid unknown": ({"name": [], "uid": [99]}, ["uid", "no database matches 99", "orders (uid 1)"]),
    "name unknown": ({"name": ["ordres"]}, ["name", "no database matches 'ordres'", "Did you mean 'orders'"]),
    "pattern unknown": ({"name": ["z*"]}, ["name", "no database matches 'z*'"]),
    "name twice": ({"name": ["twin"]}, ["name", "'twin'", "2, 3", "Select them by uid"]),
    "no selector": ({"name": []}, ["neither uid nor name", "'*'"]),
    "http": ({"url": "http://cluster.example.com:8080"}, ["url", "in clear", "https"]),
    "no scheme": ({"url": "cluster.example.com:9443"}, ["url", "https://HOST:9443"]),
    "user info": ({"url": "https://admin:canary-secret@127.0.0.1:9443"}, ["url", "username and password"]),
    "no url": ({"url": []}, ["url", "REDIS_ENTERPRISE_URL"]),
    "no such ca": ({"ca_cert": "/no/such/ca.pem"}, ["ca_cert", "/no/such/ca.pem", "no file"]),
    "no ca at all": ({"ca_cert": "/dev/null"}, ["ca_cert"]),
    "no such client cert": ({"client_cert": "/no/such/cert.pem"}, ["client_cert", "no file"]),
    "key without cert": ({"client_key": __file__}, ["client_key", "client_cert"]),
    "user without password": ({"password": ""}, ["password", "username", "REDIS_ENTERPRISE_PASSWORD"]),
    "no credentials": ({"username": "", "password": ""}, ["token", "client_cert", "username"]),
    "timeout": ({"timeout": 0}, ["timeout", "1 or more"]),
    "poll interval": ({"poll_interval": 0}, ["poll_interval", "0.1 or more"]),
    "max_age": ({"max_age": -1}, ["max_age", "0 or more"]),
    "unknown option": ({"max_ages": 5}, ["max_ages", "Supported parameters"]),
}

#: The same for bdb_backup_policy, which the other options are those of.
POLICY_CASES = {
    "no setting": ({}, ["none of enabled, interval, interval_offset, history, backup_location"]),
    "no location": ({"enabled": True, "interval": 60}, ["backup_location", "orders (uid 1)", "Give the location"]),
    "interval": ({"interval": 0}, ["interval", "1 or more"]),
    "interval no number": ({"interval": "daily"}, ["interval", "unable to convert to int"]),
    "offset": ({"interval": 60, "interval_offset": 60}, ["interval_offset: 60 s is not less than", "Give"]),
    "negative offset": ({"interval_offset": -1}, ["interval_offset", "0 or more"]),
    "history": ({"history": -1}, ["history", "0 or more"]),
    "secrets of no location": ({"enabled": False, "update_secrets": "always"}, ["update_secrets", "backup_location"]),
    "secrets sometimes": ({"update_secrets": "never"}, ["update_secrets", "on_change, always"]),
    "key of a backup location": (
        {"backup_location": {**mount("/x"), "bucket_name": "b"}},
        ["backup_location.bucket_name"],
    ),
}
ALL_CASES = {**CASES, **POLICY_CASES}


@pytest.fixture(scope="module")
def sim():
    with SimulatorProcess(
        {"export_duration": 0, "databases": [load(1, "orders"), load(2, "twin"), load(3, "twin")]}
    ) as running:
        yield running


@pytest.fixture(scope="module")
def said(sim, tmp_path_factory):
    """What the module says in each case, all run by one play, and how many writes reached the cluster."""
    ansible = Ansible(tmp_path_factory.mktemp("controller")).use(sim)
    calls = [("bdb_export", {"export_location": mount("/nowhere"), **changes}) for changes, dummy in CASES.values()]
    calls += [("bdb_backup_policy", changes) for changes, dummy in POLICY_CASES.values()]
    tasks = [
        {
            "name": case,
            f"community.redis_enterprise.{module}": {"name": "orders", **options},
            "register": f"case_{number}",
            "ignore_errors": True,
        }
        for number, (case, (module, options)) in enumerate(zip(ALL_CASES, calls))
    ]
    results = {case: f"{{{{ case_{number} }}}}" for number, case in enumerate(ALL_CASES)}
    tasks.append(
        {
            "name": "Keep",
            "ansible.builtin.copy": {
                "content": "{{ results | to_json }}",
                "dest": str(ansible.folder / "said.json"),
                "mode": "0600",
            },
            "vars": {"results": results},
        }
    )
    run = ansible.play(tasks)
    assert run.rc == 0, run.text
    assert "Traceback" not in run.text and "canary" not in run.text
    return json.loads((ansible.folder / "said.json").read_text(encoding="utf-8")), sim.control.counters()["writes"]


@pytest.mark.parametrize("case", ALL_CASES)
def test_bad_input_is_named_and_explained(said, case):
    result = said[0][case]
    assert result["failed"] is True
    assert [word for word in ALL_CASES[case][1] if word not in result["msg"]] == [], result["msg"]


def test_bad_input_sends_no_write(said):
    assert said[1] == 0


def test_server_that_the_ca_did_not_sign(ansible, sim, cluster):
    other = cluster({"databases": 1})
    run = ansible.use(sim).module("bdb_info", ca_cert=other.ca_cert)
    assert run.result["failure"]["kind"] == "tls" and "ca_cert" in run.result["msg"] and "FQDN" in run.result["msg"]


def test_wrong_password_is_tried_once(ansible, sim):
    sim.control.reset_log()
    run = ansible.use(sim).module("bdb_export", name="*", export_location=mount("/nowhere"), password="wrong-canary")
    assert run.result["failure"]["kind"] == "authentication" and "five failed logins" in run.result["msg"]
    assert sim.control.counters()["failed_logins"] == 1
    assert "wrong-canary" not in run.text


def test_nobody_listens(ansible, sim):
    run = ansible.use(sim).module("bdb_info", url="https://127.0.0.1:1")
    assert (
        run.result["failure"]["kind"] == "connection"
        and "Connection refused" in run.result["msg"]
        and "9443" in run.result["msg"]
    )


def test_unverified_certificate_is_warned_about(ansible, sim):
    run = ansible.use(sim).module("bdb_info", validate_certs=False)
    assert run.rc == 0 and "is not verified" in run.words
    run = ansible.module("bdb_info", env={"REDIS_ENTERPRISE_INSECURE": "true"})
    assert run.rc == 0 and "is not verified" in run.words
