# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client above the wire: logins, tokens and redirects, from a list of answers."""

from __future__ import annotations

import json
import ssl
from types import SimpleNamespace

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils import _client
from ansible_collections.community.redis_enterprise.plugins.module_utils._credentials import Credentials
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError

BASE = "https://node1.example.com:9443"


def answer(status, body=None, **headers):
    return SimpleNamespace(status_code=status, headers=headers), json.dumps(body).encode()


@pytest.fixture
def wire(monkeypatch):
    """wire(credentials, *answers): a Client that gets these answers, and the list of what it sent."""

    def call(credentials, *answers):
        queue, sent = list(answers), []

        def exchange(session, method, url, timeout, **request):
            sent.append((method, url, (request["headers"] or {}).get("Authorization", "").partition(" ")[0]))
            return queue.pop(0)

        monkeypatch.setattr(_client, "exchange", exchange)
        return _client.Client([BASE], credentials, ssl.create_default_context(), 1, sleep=lambda seconds: None), sent

    return call


def test_a_redirect_says_nothing_about_the_spelling_of_a_token(wire):
    primary = "https://node2.example.com:9443"
    client, sent = wire(
        Credentials(token="ready"),
        answer(307, Location=f"{primary}/v1/bdbs"),
        answer(401),
        answer(200, []),
    )
    assert client.get("/v1/bdbs") == []
    assert [(url.partition("/v1")[0], scheme) for dummy, url, scheme in sent] == [
        (BASE, "JWT"),
        (primary, "JWT"),
        (primary, "Bearer"),
    ]


@pytest.mark.parametrize(
    "status, location, kind", [(307, "https://elsewhere.example/", "redirect"), (404, "", "authentication")]
)
def test_a_login_that_fails_says_why(wire, status, location, kind):
    client, sent = wire(Credentials("ops", "pw", login=True), answer(status, {}, Location=location))
    with pytest.raises(RedisEnterpriseError) as caught:
        client.get("/v1/bdbs")
    assert caught.value.kind == kind and caught.value.delivered is False and len(sent) == 1
