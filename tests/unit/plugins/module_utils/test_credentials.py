# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials: which headers are sent after a 401, and when it is final."""

from __future__ import annotations

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._credentials import Credentials


class Logins:
    """Hands out numbered tokens."""

    def __init__(self):
        self.count = 0

    def __call__(self, path, body, headers):
        self.count += 1
        return f"token{self.count}"


@pytest.fixture
def log_in():
    return Logins()


@pytest.fixture
def login(log_in):
    """Credentials that log in, and have done so."""
    credentials = Credentials("ops", "pw", login=True)
    credentials.headers(log_in)
    return credentials


def authorization(credentials, log_in):
    return credentials.headers(log_in)["Authorization"]


def test_a_refused_password_is_final(log_in):
    credentials = Credentials("ops", "pw")
    assert credentials.recover(credentials.headers(log_in)) is False


def test_a_refused_ready_token_is_spelled_the_other_way_once(log_in):
    credentials = Credentials(token="ready")
    assert credentials.recover(credentials.headers(log_in)) is True
    assert authorization(credentials, log_in) == "Bearer ready"
    assert credentials.recover(credentials.headers(log_in)) is False


def test_requests_side_by_side_survive_the_end_of_their_token(login, log_in):
    """The first one drops the token; the second one comes before there is a new one."""
    login.accept()
    headers = login.headers(log_in)
    assert login.recover(headers) is True
    assert login.recover(headers) is True
    assert authorization(login, log_in) == "JWT token2"
    assert login.recover(headers) is True and log_in.count == 2


def test_a_spelling_that_was_taken_is_kept_when_tokens_end(login, log_in):
    login.accept()
    for number in (2, 3, 4, 5):
        assert login.recover(login.headers(log_in)) is True
        assert authorization(login, log_in) == f"JWT token{number}"
    assert login.recover(login.headers(log_in)) is False, "four new tokens in a row were refused"


def test_tokens_that_end_before_their_first_use_are_replaced_a_few_times(login, log_in):
    sent = []
    while login.recover(login.headers(log_in)):
        sent.append(authorization(login, log_in))
    assert sent[:4] == ["Bearer token1", "JWT token2", "Bearer token2", "JWT token3"]
    assert log_in.count == 4 and sent[-1] == "Bearer token4"


def test_former_tokens_stay_secret(login, log_in):
    login.accept()
    login.recover(login.headers(log_in))
    login.headers(log_in)
    assert {"token1", "token2", "pw"} <= set(login.secrets())
