# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the exceptions of the HTTP library mean: above all whether anything of a request can have been sent."""

from __future__ import annotations

import socket
import ssl
from http.client import RemoteDisconnected

import pytest
import requests
import urllib3

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.module_utils._transport import exchange, open_session

URL = "https://cluster:9443/v1/bdbs"
exceptions = requests.exceptions


def retried(reason):
    return urllib3.exceptions.MaxRetryError(None, "/v1/bdbs", reason)


def proxied(error):
    return exceptions.ProxyError(retried(urllib3.exceptions.ProxyError("Unable to connect to proxy", error)))


class Session:
    """A session of which every request ends in this."""

    def __init__(self, outcome):
        self._outcome = outcome
        self.options = None

    def request(self, method, url, **options):
        self.options = options
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


class Broken:
    """A response whose body ends too early."""

    status_code = 200

    def __init__(self, error):
        self._error = error

    @property
    def content(self):
        raise self._error


@pytest.mark.parametrize(
    "error, kind, delivered",
    [
        (exceptions.ConnectTimeout(), "timeout", False),
        (exceptions.ReadTimeout(), "timeout", True),
        (proxied(urllib3.exceptions.NewConnectionError(None, "Connection refused")), "connection", False),
        (proxied(urllib3.exceptions.ConnectTimeoutError()), "connection", False),
        (proxied(OSError("Tunnel connection failed: 403 Forbidden")), "connection", False),
        (proxied(RemoteDisconnected("Remote end closed connection without response")), "connection", True),
        (proxied(ConnectionResetError(104, "Connection reset by peer")), "connection", True),
        (
            exceptions.ConnectionError(retried(urllib3.exceptions.NewConnectionError(None, "Connection refused"))),
            "connection",
            False,
        ),
        (exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.")), "connection", True),
        (exceptions.SSLError(retried(ssl.SSLCertVerificationError("self-signed certificate"))), "tls", False),
        (exceptions.SSLError(ssl.SSLError("tlsv1 alert unknown ca")), "tls", False),
        (exceptions.SSLError(ssl.SSLError("UNEXPECTED_EOF_WHILE_READING")), "connection", True),
        (exceptions.InvalidHeader("bad"), "connection", True),
        (exceptions.InvalidURL("bad"), "connection", True),
        (urllib3.exceptions.LocationParseError("bad"), "connection", True),
        (UnicodeError("label too long"), "connection", True),
    ],
)
def test_exception(error, kind, delivered):
    with pytest.raises(RedisEnterpriseError) as caught:
        exchange(Session(error), "POST", URL, 30)
    assert (caught.value.kind, caught.value.delivered) == (kind, delivered)
    assert "https://cluster:9443" in caught.value.message and caught.value.hint


@pytest.mark.parametrize(
    "error",
    [
        exceptions.ChunkedEncodingError("broken"),
        exceptions.ConnectionError("reset"),
        exceptions.ContentDecodingError("gzip"),
    ],
)
def test_body_that_breaks_off_is_none_and_the_status_is_kept(error):
    response, payload = exchange(Session(Broken(error)), "GET", URL, 30)
    assert (response.status_code, payload) == (200, None)


def test_redirects_are_not_followed_by_the_library():
    class Fine:
        content = b"[]"

    session = Session(Fine())
    assert exchange(session, "GET", URL, 30, params={"fields": "uid"})[1] == b"[]"
    assert session.options == {"timeout": 30, "allow_redirects": False, "stream": True, "params": {"fields": "uid"}}


def test_cause_is_short_and_without_user_info():
    error = exceptions.ConnectionError(retried(OSError(f"ftp://u:canary@host/ {'x' * 999}")))
    with pytest.raises(RedisEnterpriseError) as caught:
        exchange(Session(error), "GET", URL, 30)
    assert "canary" not in caught.value.message and len(caught.value.message) < 300


def test_refused_connection_and_impossible_host_on_real_sockets():
    """Nothing listens on a port that was bound and given back; no resolver takes a label of 70 letters."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    session = open_session(ssl.create_default_context())
    session.trust_env = False
    with pytest.raises(RedisEnterpriseError) as caught:
        exchange(session, "POST", f"http://127.0.0.1:{port}/v1/bdbs", 5)
    assert (caught.value.kind, caught.value.delivered) == ("connection", False)
    with pytest.raises(RedisEnterpriseError) as caught:
        exchange(session, "POST", f"https://{'a' * 70}.example/v1/bdbs", 5)
    assert caught.value.kind == "connection"
