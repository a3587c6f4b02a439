# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that went in as a secret comes out: in no output, at no verbosity, in no diff and in no error."""

from __future__ import annotations

import base64
import json

import pytest

from tests.integration.conftest import load, mount

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEcanarykeybodyfirst\nMIIEcanarykeybodysecond\n-----END PRIVATE KEY-----\n"
LOCATIONS = {
    "url": {"url": "ftp://someone:canary%2Furl%40pw@files.example.com/redis/"},
    "sftp": {"sftp_url": "sftp://someone:canary-sftp-pw@files.example.com/redis/", "key": PEM},
    "s3": {
        "bucket_name": "bucket",
        "access_key_id": "canary-access-id",
        "secret_access_key": "canary/secret+access=key",
    },
    "gs": {
        "bucket_name": "bucket",
        "client_id": "canary-client-id",
        "client_email": "canary-mail@example.com",
        "private_key_id": "canary-key-id",
        "private_key": PEM,
    },
    "abs key": {"container": "container", "account_name": "account", "account_key": "canary-account-key=="},
    "abs token": {"container": "container", "account_name": "account", "sas_token": "sv=1&sig=canary%2Bsignature"},
}
OUTCOMES = ["success", "failed export", "refused with an echo", "check", "bad input"]


def give_away(text, location, sim):
    """The secrets, in any spelling, that stand in the text."""
    wanted = {
        "canary",
        "url@pw",
        "url/pw",
        "url%40pw",
        sim.password,
        base64.b64encode(f"{sim.username}:{sim.password}".encode()).decode(),
    }
    return sorted(word for word in wanted if word in text)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_secret_at_the_highest_verbosity(ansible, cluster, outcome):
    """Every location type in one play, at -vvvv and with a diff; the server repeats the whole request body in its error."""
    plan = {"result": "failed", "reason": "general-error"} if outcome == "failed export" else {}
    sim = cluster({"export_duration": 0, "databases": [load(1, "orders", plan=plan)]})
    if outcome == "refused with an echo":
        spellings = [
            spelling
            for location in LOCATIONS.values()
            for spelling in (json.dumps(location), "&".join(location.values()))
        ]
        for number, spelling in enumerate(spellings):
            sim.control.fault(
                "status",
                method="POST",
                skip=number,
                times=1,
                status=400,
                body={"error_code": "invalid", "description": f"cannot use {spelling} of {sim.password}"},
            )
    tasks = []
    for kind, location in LOCATIONS.items():
        given = {"type": kind.split()[0], **location, **({"path": "/surplus"} if outcome == "bad input" else {})}
        for dummy in range(2 if outcome == "refused with an echo" else 1):
            tasks.append(
                {
                    "name": f"Export to {kind}",
                    "community.redis_enterprise.bdb_export": {"uid": 1, "export_location": given, "max_age": 0},
                    "ignore_errors": True,
                    "check_mode": outcome == "check",
                }
            )
    run = ansible.use(sim).play(tasks, "-vvvv", "--diff")
    assert run.rc == 0 and run.recap()["ok"] == len(tasks)
    assert run.recap()["ignored"] == (0 if outcome in ("success", "check") else len(tasks))
    assert '"module_args": {' in run.out and "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in run.out
    assert give_away(run.text, LOCATIONS, sim) == []


def test_no_secret_of_the_role(ansible, cluster):
    sim = cluster({"export_duration": 0, "databases": [load(1, "orders")]})
    location = {"type": "s3", **LOCATIONS["s3"]}
    names = {
        "export_databases_names": "*",
        "export_databases_location": location,
        "export_databases_url": sim.url,
        "export_databases_ca_cert": sim.ca_cert,
        "export_databases_username": sim.username,
        "export_databases_password": sim.password,
    }
    task = [{"name": "Export", "ansible.builtin.include_role": {"name": "community.redis_enterprise.export_databases"}}]
    run = ansible.play(task, "-vvvv", "--diff", vars=names)
    assert run.rc == 0 and give_away(run.text, location, sim) == []
    wrong = ansible.play(
        task,
        "-vvvv",
        vars={
            **names,
            "export_databases_location": {**location, "container": "surplus"},
            "export_databases_if_running": "hope",
        },
    )
    assert wrong.rc != 0 and give_away(wrong.text, location, sim) == []


def test_no_secret_when_credentials_are_refused_or_the_login_answers_with_them(ansible, cluster):
    sim = cluster({"databases": 1})
    sim.control.fault(
        "status",
        method="POST",
        path=".*authorize",
        times=1,
        status=400,
        body=f"who is {sim.username} {sim.password} {base64.b64encode(f'{sim.username}:{sim.password}'.encode()).decode()}",
    )
    run = ansible.use(sim).module("bdb_info", "-vvvv", uid=1, auth_method="jwt")
    assert run.rc != 0 and "answered 400" in run.result["msg"] and give_away(run.text, {}, sim) == []


def test_adhoc_line_shows_no_password_from_the_environment(ansible, cluster):
    sim = cluster({"databases": 1})
    run = ansible.use(sim).module("bdb_export", "-vvvv", uid=1, export_location=mount("/nowhere"))
    assert run.rc == 0 and give_away(run.text, {}, sim) == []
