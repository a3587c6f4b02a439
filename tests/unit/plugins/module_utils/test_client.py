# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a request: which endpoint, which redirect, which credentials, and when it is sent again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils import _client
from ansible_collections.community.redis_enterprise.plugins.module_utils._credentials import LOGIN_TTL, Credentials
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.tests.unit.plugins.module_utils.wire import Wire, answer, fault

ONE, TWO = "https://node1.cluster.example.com:9443", "https://node2.cluster.example.com:9443"
BDBS, EXPORT = "/v1/bdbs", "/v1/bdbs/1/actions/export"
AUTHORIZE, REFRESH = "/v1/users/authorize", "/v1/users/refresh_jwt"
BASIC = "Basic dXNlcjp3b3Jk"  # user:word
OK = answer(200, [])
DONE = answer(200, b"")


@pytest.fixture
def connect(monkeypatch):
    """connect(*steps): a client on these expected requests; all of them have been sent when the test ends."""
    wires = []
    monkeypatch.setattr(_client, "open_session", lambda context: None)

    def call(*steps, endpoints=(ONE,), credentials=None):
        wire = Wire(*steps)
        wires.append(wire)
        monkeypatch.setattr(_client, "exchange", wire)
        pauses = []
        client = _client.Client(endpoints, credentials or Credentials("user", "word"), None, 30, sleep=pauses.append)
        return client, wire, pauses

    yield call
    assert all(wire.all_fired() for wire in wires)


def refused(call, *arguments):
    with pytest.raises(RedisEnterpriseError) as caught:
        call(*arguments)
    return caught.value


# endpoints


@pytest.mark.parametrize("kind", ["connection", "timeout"])
def test_read_moves_on_after_any_fault_of_the_way_and_stays_there(connect, kind):
    client, dummy, pauses = connect(
        ("GET", ONE + BDBS, fault(kind)),
        ("GET", TWO + BDBS, OK),
        ("GET", TWO + BDBS, OK),
        endpoints=(ONE, TWO),
    )
    assert client.get(BDBS) == client.get(BDBS) == [] and pauses == []


@pytest.mark.parametrize("bad", [answer(503), answer(500, b"<html>"), answer(200, b"<html>"), answer(200, None)])
def test_read_moves_on_after_an_answer_that_is_none(connect, bad):
    client = connect(("GET", ONE + BDBS, bad), ("GET", TWO + BDBS, OK), endpoints=(ONE, TWO))[0]
    assert client.get(BDBS) == []


@pytest.mark.parametrize(
    "status, kind", [(403, "permission"), (404, "not_found"), (406, "unsupported"), (400, "rejected")]
)
def test_refusal_is_the_same_at_every_endpoint(connect, status, kind):
    client, dummy, pauses = connect(("GET", ONE + BDBS, answer(status)), endpoints=(ONE, TWO))
    assert refused(client.get, BDBS).kind == kind and pauses == []


def test_read_has_four_attempts_over_all_endpoints_with_growing_pauses(connect):
    steps = [("GET", url + BDBS, fault()) for dummy in range(4) for url in (ONE, TWO)]
    client, dummy, pauses = connect(*steps, endpoints=(ONE, TWO))
    assert refused(client.get, BDBS).kind == "connection"
    assert len(pauses) == 3 and all(0.25 <= pause <= 0.5 * 2**number for number, pause in enumerate(pauses, 1))


def test_single_attempt_does_not_pause(connect):
    client, dummy, pauses = connect(("GET", ONE + BDBS, fault()))
    assert refused(lambda: client.get(BDBS, attempts=1)).transient and pauses == []


def test_write_moves_on_only_when_nothing_was_sent(connect):
    client, wire, pauses = connect(
        ("POST", ONE + EXPORT, fault(delivered=False)), ("POST", TWO + EXPORT, DONE), endpoints=(ONE, TWO)
    )
    client.write("POST", EXPORT, {"a": 1})
    assert [body for dummy, dummy, dummy, body in wire.sent] == [{"a": 1}] * 2 and pauses == []


@pytest.mark.parametrize("bad", [fault("timeout"), fault("connection"), answer(503)])
def test_write_that_may_have_arrived_is_not_sent_again(connect, bad):
    client = connect(("POST", ONE + EXPORT, bad), endpoints=(ONE, TWO))[0]
    error = refused(client.write, "POST", EXPORT)
    assert error.delivered and error.transient


@pytest.mark.parametrize("status, kind", [(409, "conflict"), (429, "throttled")])
def test_write_that_was_refused_for_now_is_left_to_the_rules(connect, status, kind):
    client = connect(("POST", ONE + EXPORT, answer(status, Retry_After="7")), endpoints=(ONE, TWO))[0]
    error = refused(client.write, "POST", EXPORT)
    assert (error.kind, error.delivered, error.retry_after) == (kind, False, 7)


@pytest.mark.parametrize("body", [b"", b"{}", b"OK", None, b'{"action_uid": "x"}'])
def test_body_of_an_accepted_write_means_nothing(connect, body):
    connect(("POST", ONE + EXPORT, answer(200, body)))[0].write("POST", EXPORT)


def test_retry_after_is_waited_for_up_to_a_minute(connect):
    client, dummy, pauses = connect(
        ("GET", ONE + BDBS, answer(429, Retry_After="30")),
        ("GET", ONE + BDBS, answer(503, Retry_After="9999")),
        ("GET", ONE + BDBS, OK),
    )
    client.get(BDBS)
    assert pauses == [30, 60]


@pytest.mark.parametrize("value", ["soon", "-1", "²", "9" * 5000, "Sun, 01 Nov 2026 03:00:00 GMT"])
def test_retry_after_that_is_no_number_is_not_waited_for(connect, value):
    client, dummy, pauses = connect(("GET", ONE + BDBS, answer(429, Retry_After=value)), ("GET", ONE + BDBS, OK))
    client.get(BDBS)
    assert pauses[0] < 2


@pytest.mark.parametrize("body", [b"[" * 100000, b"\xff\xfe", b"", b'"text"', b"[1, 2"])
def test_body_that_is_no_such_json_is_a_fault_of_the_answer(connect, body):
    client = connect(("GET", ONE + BDBS, answer(200, body)))[0]
    assert refused(lambda: client.get(BDBS, attempts=1)).kind == "protocol"


def test_clock_of_the_cluster_is_that_of_its_last_answer(connect):
    client = connect(
        ("GET", ONE + BDBS, answer(200, [], Date="Sun, 01 Nov 2026 03:00:00 GMT")),
        ("GET", ONE + BDBS, answer(200, [], Date="Mon, 20 Nov 99999999999 19:12:08 -0500")),
    )[0]
    assert client.server_time is None
    client.get(BDBS)
    client.get(BDBS)
    assert client.server_time == datetime(2026, 11, 1, 3, tzinfo=timezone.utc)


# redirects


@pytest.mark.parametrize("code", [307, 308])
@pytest.mark.parametrize(
    "target",
    [
        TWO,
        "https://cluster.example.com:9443",
        "https://NODE3.cluster.example.com:8443",
        "https://a.b.node1.cluster.example.com",
    ],
)
def test_redirect_within_the_cluster_keeps_method_body_and_credentials(connect, code, target):
    client, wire, dummy = connect(
        ("POST", ONE + EXPORT, answer(code, Location=target + EXPORT)),
        ("POST", target + EXPORT, DONE),
        ("GET", target + BDBS, OK),
    )
    client.write("POST", EXPORT, {"a": 1})
    client.get(BDBS)  # the primary node is remembered
    assert wire.sent[0][2:] == wire.sent[1][2:] == (BASIC, {"a": 1})


@pytest.mark.parametrize(
    "code, target",
    [
        (307, "https://foreign.example.org:9443/v1/bdbs"),
        (307, "https://cluster.example.com.foreign.org/v1/bdbs"),
        (307, "http://node2.cluster.example.com:9080/v1/bdbs"),
        (307, "https://user:word@foreign.example.org/"),
        (307, "/v1/bdbs"),
        (307, "https://[broken"),
        (307, None),
        (301, TWO + BDBS),
        (302, TWO + BDBS),
    ],
)
def test_redirect_out_of_the_cluster_is_refused_without_credentials_sent(connect, code, target):
    headers = {"Location": target} if target else {}
    client = connect(("GET", ONE + BDBS, answer(code, **headers)))[0]
    error = refused(client.get, BDBS)
    assert (error.kind, error.delivered) == ("redirect", False)
    assert "word" not in error.sentence() and "handle_redirects" in error.hint


def test_plain_http_of_this_machine_may_stay_plain(connect):
    client = connect(
        ("GET", "http://127.0.0.1:8080" + BDBS, answer(307, Location="http://127.0.0.1:8081" + BDBS)),
        ("GET", "http://127.0.0.1:8081" + BDBS, OK),
        endpoints=("http://127.0.0.1:8080",),
    )[0]
    assert client.get(BDBS) == []


def test_redirects_in_a_circle_end(connect):
    client = connect(
        ("GET", ONE + BDBS, answer(307, Location=TWO + BDBS)),
        ("GET", TWO + BDBS, answer(307, Location=ONE + BDBS)),
        ("GET", ONE + BDBS, answer(307, Location=TWO + BDBS)),
    )[0]
    error = refused(client.get, BDBS)
    assert (error.kind, error.delivered) == ("redirect", False) and "more than 2 times" in error.message


def test_primary_that_is_gone_is_forgotten(connect):
    client = connect(
        ("GET", ONE + BDBS, answer(307, Location=TWO + BDBS)),
        ("GET", TWO + BDBS, OK),
        ("GET", TWO + BDBS, fault()),
        ("GET", ONE + BDBS, OK),
    )[0]
    assert client.get(BDBS) == client.get(BDBS) == []


@pytest.mark.parametrize(
    "host, known, same",
    [
        ("cluster.example.com", "cluster.example.com", True),
        ("node1.cluster.example.com", "cluster.example.com", True),
        ("node2.cluster.example.com", "node1.cluster.example.com", True),
        ("cluster.example.com", "node1.cluster.example.com", True),
        ("other.example.com", "cluster.example.com", False),
        ("cluster.example.com.evil.org", "cluster.example.com", False),
        ("evilcluster.example.com", "cluster.example.com", False),
        ("evil.cluster.example.com", "node1.cluster.example.com", False),
        ("node2x.cluster.example.com", "node1.cluster.example.com", False),
        ("node2.clusterxexample.com", "node1.cluster.example.com", False),
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.2", "10.0.0.1", False),
        ("node1.10.0.0.1", "10.0.0.1", False),
        ("::1", "::1", True),
        ("", "cluster.example.com", False),
    ],
)
def test_same_cluster(host, known, same):
    assert _client._same_cluster(host, known) is same


# credentials


def test_token_is_spelled_the_other_way_once(connect):
    client, wire, dummy = connect(
        ("GET", ONE + BDBS, answer(401)),
        ("GET", ONE + BDBS, OK),
        ("GET", ONE + BDBS, OK),
        credentials=Credentials(token="given"),
    )
    assert client.get(BDBS) == client.get(BDBS) == []
    assert wire.authorizations == ["JWT given", "Bearer given", "Bearer given"]


def test_token_that_was_taken_before_is_not_spelled_the_other_way(connect):
    client, wire, dummy = connect(
        ("GET", ONE + BDBS, OK), ("GET", ONE + BDBS, answer(401)), credentials=Credentials(token="given")
    )
    client.get(BDBS)
    assert refused(client.get, BDBS).kind == "authentication" and wire.authorizations == ["JWT given"] * 2


def test_refused_token_ends_after_both_spellings_and_is_not_sent_again(connect):
    client = connect(
        ("GET", ONE + BDBS, answer(401)), ("GET", ONE + BDBS, answer(401)), credentials=Credentials(token="given")
    )[0]
    assert refused(client.get, BDBS).status == refused(client.write, "POST", EXPORT).status == 401


def test_refused_password_is_never_sent_again(connect):
    client, dummy, pauses = connect(("GET", ONE + BDBS, answer(401)), endpoints=(ONE, TWO))
    for dummy in range(3):
        error = refused(client.get, BDBS)
        assert (error.kind, error.transient) == ("authentication", False) and "five failed logins" in error.hint
    assert pauses == []


def test_refused_login_is_never_sent_again(connect):
    """From several threads too: five failed logins lock the account."""
    client, wire, dummy = connect(
        ("POST", ONE + AUTHORIZE, answer(401)), credentials=Credentials("user", "word", login=True)
    )
    with ThreadPoolExecutor(max_workers=8) as pool:
        errors = [pool.submit(refused, client.write, "POST", EXPORT) for dummy in range(8)]
        kinds = {error.result().kind for error in errors}
    assert kinds == {"authentication"} and len(wire.sent) == 1


def login(clock=time.monotonic):
    return Credentials("user", "word", login=True, clock=clock)


def test_login_is_sent_in_both_forms_and_once_for_all_threads(connect):
    steps = [("POST", ONE + AUTHORIZE, answer(200, {"access_token": "first"}))] + [("POST", ONE + EXPORT, DONE)] * 8
    client, wire, dummy = connect(*steps, credentials=login())
    barrier = threading.Barrier(8)

    def start(dummy):
        barrier.wait(10)
        client.write("POST", EXPORT)

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(start, range(8)))
    assert wire.sent[0][2:] == (BASIC, {"username": "user", "password": "word", "ttl": LOGIN_TTL})
    assert wire.authorizations[1:] == ["JWT first"] * 8
    for secret in ("word", "first", BASIC.partition(" ")[2]):
        assert secret not in client._secrets.hide(f"the server says {secret}!")


def test_token_is_renewed_before_it_ends(connect):
    now = [0.0]
    client, wire, dummy = connect(
        ("POST", ONE + AUTHORIZE, answer(200, {"access_token": "first"})),
        ("GET", ONE + BDBS, OK),
        ("POST", ONE + REFRESH, answer(200, {"access_token": "second"})),
        ("GET", ONE + BDBS, OK),
        ("POST", ONE + AUTHORIZE, answer(200, {"access_token": "third"})),
        ("GET", ONE + BDBS, OK),
        credentials=login(lambda: now[0]),
    )
    client.get(BDBS)
    now[0] += 0.8 * LOGIN_TTL  # due, and still alive
    client.get(BDBS)
    now[0] += LOGIN_TTL + 1  # too late to renew it
    client.get(BDBS)
    assert wire.authorizations == [BASIC, "JWT first", "JWT first", "JWT second", BASIC, "JWT third"]


@pytest.mark.parametrize("status", [401, 404, 405])
def test_renewal_that_is_refused_is_followed_by_a_login(connect, status):
    now = [0.0]
    client, wire, dummy = connect(
        ("POST", ONE + AUTHORIZE, answer(200, {"access_token": "first"})),
        ("GET", ONE + BDBS, OK),
        ("POST", ONE + REFRESH, answer(status)),
        ("POST", ONE + AUTHORIZE, answer(200, {"access_token": "second"})),
        ("GET", ONE + BDBS, OK),
        credentials=login(lambda: now[0]),
    )
    client.get(BDBS)
    now[0] += 0.9 * LOGIN_TTL
    client.get(BDBS)
    assert wire.authorizations[-1] == "JWT second"


def test_revoked_token_leads_to_one_more_login(connect):
    client, wire, dummy = connect(
        ("POST", ONE + AUTHORIZE, answer(200, {"access_token": "first"})),
        ("GET", ONE + BDBS, OK),
        ("GET", ONE + BDBS, answer(401)),
        ("POST", ONE + AUTHORIZE, answer(200, {"access_token": "second"})),
        ("GET", ONE + BDBS, OK),
        credentials=login(),
    )
    assert client.get(BDBS) == client.get(BDBS) == []
    assert wire.authorizations[-1] == "JWT second"


@pytest.mark.parametrize(
    "status, kind", [(401, "authentication"), (404, "authentication"), (403, "authentication"), (503, "server")]
)
def test_failed_login_is_no_verdict_on_the_request_that_needed_it(connect, status, kind):
    client = connect(("POST", ONE + AUTHORIZE, answer(status)), credentials=login())[0]
    error = refused(client.write, "POST", EXPORT)
    assert (error.kind, error.delivered) == (kind, False)


@pytest.mark.parametrize("body", [{}, {"access_token": None}, {"access_token": ""}, {"access_token": "a\nb"}])
def test_login_without_a_token_says_so(connect, body):
    client = connect(("POST", ONE + AUTHORIZE, answer(200, body)), credentials=login())[0]
    error = refused(client.get, BDBS)
    assert error.kind == "authentication" and error.hint == "Use auth_method basic."


def test_certificate_alone_sends_no_authorization(connect):
    client, wire, dummy = connect(("GET", ONE + BDBS, OK), credentials=Credentials())
    client.get(BDBS)
    assert wire.authorizations == [None]
