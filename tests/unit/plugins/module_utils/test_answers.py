# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a refusal says, in each form that its body may have."""

from __future__ import annotations

import json

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._answers import redact_user_info, status_error
from ansible_collections.community.redis_enterprise.plugins.module_utils._secrets import Secrets

BASE = "https://cluster:9443"


def refusal(body, status=400, permission=None, **headers):
    payload = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    return status_error(BASE, status, headers, payload, permission, Secrets())


@pytest.mark.parametrize(
    "body, code, description",
    [
        ({"error_code": "busy", "description": "try later"}, "busy", "try later"),
        ({"error_code": "busy", "message": "try later"}, "busy", "try later"),
        ({"error_message": "try\n later"}, None, "try later"),
        ({"error": "try later"}, None, "try later"),
        ({"description": "", "message": "try later"}, None, "try later"),
        ({"error_code": 7, "description": {"a": 1}}, "7", None),
        ({"error_code": ["busy"], "description": None}, None, None),
        ("try later", None, "try later"),
        ([], None, None),
        (b"upstream connect error", None, "upstream connect error"),
        (b"<html><style>p {}</style><title>502</title><h1>Bad Gateway</h1></html>", None, "Bad Gateway"),
        (b"\xff\xfe", None, "\ufffd\ufffd"),
        (b"", None, None),
        (None, None, None),
        (b'{"description": "cut o', None, '{"description": "cut o'),
    ],
)
def test_body_of_an_error(body, code, description):
    error = refusal(body)
    assert (error.kind, error.code, error.description) == ("rejected", code, description)
    assert error.message.startswith(f"{BASE} answered 400") and "\n" not in error.message


def test_list_nested_without_end_is_some_text():
    assert refusal(b"[" * 100000).description == "[" * 300


def test_long_words_are_cut():
    error = refusal({"error_code": "c" * 999, "description": "d" * 999})
    assert (len(error.code), len(error.description)) == (100, 300)


@pytest.mark.parametrize(
    "status, kind, transient, delivered",
    [
        (401, "authentication", False, True),
        (403, "permission", False, True),
        (404, "not_found", False, True),
        (406, "unsupported", False, True),
        (409, "conflict", False, False),
        (418, "rejected", False, True),
        (429, "throttled", True, False),
        (500, "server", True, True),
        (503, "server", True, True),
    ],
)
def test_kind_of_a_status(status, kind, transient, delivered):
    error = refusal(b"", status)
    assert (error.kind, error.transient, error.delivered, error.status) == (kind, transient, delivered, status)


@pytest.mark.parametrize(
    "permission, roles", [("view_all_bdbs_info", "all roles but none"), ("start_bdb_export", "db_member")]
)
def test_missing_permission_names_the_roles_that_have_it(permission, roles):
    hint = refusal(b"", 403, permission).hint
    assert permission in hint and roles in hint


@pytest.mark.parametrize(
    "text, shown",
    [
        ("ftp://user:word@host/a", "ftp://***@host/a"),
        ("sftp://user@host and ftp://a:b@c/", "sftp://***@host and ftp://***@c/"),
        ("ftp://user:p@ss@host/", "ftp://***@host/"),
        ("mail to user@host", "mail to user@host"),
        ("https://host/a@b", "https://host/a@b"),
    ],
)
def test_user_info_is_not_repeated(text, shown):
    assert redact_user_info(text) == shown


def test_user_info_in_the_words_of_the_cluster_is_not_repeated():
    error = refusal({"error_code": "ftp://u:canary@h", "description": "no access to ftp://u:canary@h/"})
    assert "canary" not in error.sentence() + str(error.as_failure())
