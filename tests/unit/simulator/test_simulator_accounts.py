# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins, tokens, certificates, roles and scopes."""

from __future__ import annotations

import time

import pytest
import requests

LOGIN = "/v1/users/authorize"


def _bearer(api, token, scheme="JWT", path="/v1/bdbs?fields=uid"):
    return api.get(path, user=None, headers={"Authorization": f"{scheme} {token}"})


@pytest.mark.parametrize(
    ("role", "reads", "writes", "passwords"),
    [
        ("admin", 200, 200, True),
        ("cluster_member", 200, 200, True),
        ("db_member", 200, 200, True),
        ("cluster_viewer", 200, 403, False),
        ("db_viewer", 200, 403, False),
        ("user_manager", 200, 403, True),
        ("none", 403, 403, False),
    ],
)
def test_roles(api, uid, role, reads, writes, passwords):
    answer = api.get(f"/v1/bdbs/{uid}", user=role)
    assert answer.status_code == reads
    assert ("authentication_admin_pass" in answer.json()) == passwords
    assert api.export(uid, user=role).status_code == writes
    api.simulator.control.wait_done(uid)
    for operation in ("export", "import", "backup"):
        assert api.reset(uid, operation, user=role).status_code == writes


def test_scoped_user(api):
    assert api.get("/v1/bdbs?fields=uid", user="scoped").json() == [{"uid": 1}]
    assert api.get("/v1/bdbs/1?fields=uid", user="scoped").ok
    assert api.get("/v1/bdbs/2", user="scoped").status_code == 404
    assert api.export(2, user="scoped").status_code == 404 and api.reset(2, user="scoped").status_code == 404


def test_no_or_wrong_credentials(api):
    assert api.get("/v1/bdbs", user=None).status_code == 401
    assert api.get("/v1/bdbs", user=None, headers={"Authorization": "Basic ???"}).status_code == 401
    assert _bearer(api, "a.b.c").status_code == 401
    assert api.get("/v1/bdbs", auth=("nobody", "x")).status_code == 401
    assert api.simulator.control.counters()["failed_logins"] == 1


def test_lock_after_five_failures_ends_after_half_an_hour(api):
    name, password = api.simulator.credentials("db_member")
    for dummy in range(4):
        assert api.get("/v1/cluster", auth=(name, "wrong")).status_code == 401
    assert api.get("/v1/cluster", auth=(name, password)).ok
    for dummy in range(5):
        api.get("/v1/cluster", auth=(name, "wrong"))
    control = api.simulator.control
    assert api.get("/v1/cluster", auth=(name, password)).status_code == 401 and control.locked_users() == [name]
    assert api.get("/v1/cluster").ok
    control.settings(clock_offset=1801)
    assert api.get("/v1/cluster", auth=(name, password)).ok


def test_basic_switched_off(api):
    token = api.call("POST", LOGIN).json()["access_token"]
    api.simulator.control.settings(basic_auth=False)
    assert api.get("/v1/bdbs").status_code == 401 and api.call("POST", LOGIN).status_code == 401
    assert _bearer(api, token).ok


def test_login_of_8_0_takes_the_header(api):
    name, password = api.simulator.credentials("admin")
    assert api.call("POST", LOGIN, user=None, json={"username": name, "password": password}).status_code == 401
    token = api.call("POST", LOGIN, json={"ttl": 60, "username": "x", "password": "ignored"}).json()["access_token"]
    assert _bearer(api, token, "JWT").ok and _bearer(api, token, "Bearer").ok
    api.simulator.control.settings(token_schemes=["JWT"])
    assert _bearer(api, token, "Bearer").status_code == 401


def test_login_of_7_4_takes_the_body(api):
    api.simulator.control.settings(profile="7.4")
    name, password = api.simulator.credentials("admin")
    assert api.call("POST", LOGIN, json={}).status_code == 400
    assert api.call("POST", LOGIN, user=None, json={"username": name, "password": "x"}).status_code == 401
    body = {"username": name, "password": password}
    token = api.call("POST", LOGIN, user=None, json=body).json()["access_token"]
    assert _bearer(api, token).ok


@pytest.mark.parametrize(("ttl", "status"), [(1, 200), (86400, 200), (0, 400), (86401, 400), ("5", 400)])
def test_ttl_limits(api, ttl, status):
    assert api.call("POST", LOGIN, json={"ttl": ttl}).status_code == status


def test_token_expires_and_is_refreshed(api):
    control = api.simulator.control
    token = api.call("POST", LOGIN).json()["access_token"]
    control.settings(clock_offset=290)
    headers = {"Authorization": f"JWT {token}"}
    fresh = api.call("POST", "/v1/users/refresh_jwt", user=None, headers=headers, json={"ttl": 600}).json()
    control.settings(clock_offset=310)
    assert _bearer(api, token).status_code == 401
    assert _bearer(api, fresh["access_token"]).ok
    assert api.call("POST", "/v1/users/refresh_jwt", json={}).status_code == 401
    control.revoke_tokens()
    assert _bearer(api, fresh["access_token"]).status_code == 401
    assert control.counters()["writes"] == 0


def test_client_certificate(api):
    files = api.simulator.client_certificates["db_member@cluster.local"]
    pair = (files["cert"], files["key"])
    api.simulator.control.settings(basic_auth=False)
    # One call on a session of its own: connections are shared by whoever has the same certificate.
    assert api.get("/v1/bdbs?fields=uid", user=None, cert=pair).ok
    assert api.simulator.control.requests()[-1]["user"] == "db_member@cluster.local"
    token = api.call("POST", LOGIN, user=None, cert=pair).json()["access_token"]
    assert _bearer(api, token).ok
    api.simulator.control.settings(certificate_auth=False)
    assert api.get("/v1/bdbs", user=None, cert=pair).status_code == 401


@pytest.mark.parametrize("profile", ["7.4", "8.0"])
def test_tokens_expire_within_the_cap(api, profile):
    api.simulator.control.settings(profile=profile, token_ttl_max=0.3)
    name, password = api.simulator.credentials("admin")
    answer = api.call("POST", LOGIN, json={"username": name, "password": password, "ttl": 3600})
    token = answer.json()["access_token"]
    assert _bearer(api, token).ok
    time.sleep(0.35)
    assert _bearer(api, token).status_code == 401


@pytest.mark.parametrize(("certificate", "message"), [("expired", "expired"), ("foreign", "self-signed|unable to get")])
def test_certificates_that_no_client_should_accept(api, certificate, message):
    api.simulator.control.settings(certificate=certificate)
    with pytest.raises(requests.exceptions.SSLError, match=message):
        api.get("/v1/cluster")
    api.simulator.control.settings(certificate="valid")
    assert api.get("/v1/cluster").ok
