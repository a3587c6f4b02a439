# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locations as the cluster shows them: what counts as a difference, and what may be shown of them."""

from __future__ import annotations

import json

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._stored_location import (
    differs,
    is_illegible,
    public_location,
    secret_keys,
)

HASH = "5ebe2294ecd0e0f08eab7690d2a6ee69"
BASE64 = "XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg="
WANTED = {
    "mount_point": {"path": "/mnt/backups"},
    "url": {"url": "ftp://user:p%40ss@Files.example.com/redis/"},
    "sftp": {"sftp_url": "sftp://user@files.example.com/redis/", "key": "PEM"},
    "s3": {"bucket_name": "b", "subdir": "a/b", "access_key_id": "AKIA", "secret_access_key": "secret"},
    "gs": {"bucket_name": "b", "client_id": "1", "client_email": "a@b", "private_key_id": "2", "private_key": "PEM"},
    "abs": {"container": "c", "account_name": "n", "account_key": "secret"},
}
SECRETS = [key for keys in WANTED.values() for key in keys if "key" in key or key.startswith("client")]


def wanted(kind, **keys):
    return {"type": kind, **WANTED[kind], **keys}


def hidden(location, how):
    """The location as a cluster shows it that hides its secret keys: by a hash, by asterisks, by nothing, or not at all."""
    shown = {key: how(text) if key in SECRETS else text for key, text in location.items()}
    return {key: text for key, text in shown.items() if text is not None}


@pytest.mark.parametrize("how", [lambda text: HASH, lambda text: "***", lambda text: "", lambda text: None, str])
@pytest.mark.parametrize("kind", WANTED)
def test_secrets_are_no_difference(kind, how):
    assert not differs(wanted(kind), hidden(wanted(kind), how))


@pytest.mark.parametrize(
    "kind, key, value",
    [
        ("mount_point", "path", "/mnt/other"),
        ("s3", "bucket_name", "other"),
        ("s3", "subdir", "a"),
        ("s3", "region_name", "eu-west-1"),
        ("gs", "bucket_name", "B"),
        ("gs", "subdir", "new"),
        ("abs", "container", "other"),
        ("abs", "account_name", "other"),
    ],
)
def test_any_other_key_is_a_difference(kind, key, value):
    assert differs(wanted(kind, **{key: value}), wanted(kind))


@pytest.mark.parametrize("kind", WANTED)
def test_another_type_is_a_difference(kind):
    assert differs(wanted(kind), {**wanted(kind), "type": "swift"})


@pytest.mark.parametrize(
    "one, other",
    [
        ({"subdir": ""}, {"subdir": None}),
        ({"subdir": "a/b"}, {"subdir": "/a/b/"}),
        ({}, {"region_name": "found-by-the-cluster"}),
        ({}, {"filename": "", "path": "left behind"}),
        ({"bucket_name": "b"}, {"bucket_name": "***"}),
    ],
)
def test_other_spellings_are_no_difference(one, other):
    stored = {**wanted("s3", subdir=""), **one, **other}
    assert not differs({key: text for key, text in {**wanted("s3", subdir=""), **one}.items() if text}, stored)


def test_a_subdir_that_is_not_wanted_is_a_difference():
    assert differs({key: text for key, text in wanted("s3").items() if key != "subdir"}, wanted("s3"))


@pytest.mark.parametrize("stored", [None, "", [], {}, 7, {"type": None}, {"type": 5}])
def test_none_yet_is_a_difference(stored):
    assert differs(wanted("mount_point"), stored)


def test_another_kind_of_credential_is_a_difference():
    sas = {"type": "abs", "container": "c", "account_name": "n", "sas_token": "sv=1"}
    assert differs(sas, wanted("abs", account_key=HASH))
    assert not differs(sas, {**sas, "sas_token": HASH})
    assert not differs(sas, {"type": "abs", "container": "c", "account_name": "n"})


@pytest.mark.parametrize(
    "shown",
    [
        "ftp://user:p%40ss@files.example.com/redis/",
        f"ftp://user:{HASH}@files.example.com/redis/",
        "ftp://user:********@files.example.com:21/redis",
        "ftp://user@files.example.com/redis/",
        "ftp://files.example.com/redis/",
        "ftp://***:***@files.example.com/redis/",
        f"ftp://{HASH}@files.example.com/redis/",
        f"ftp://{BASE64.replace('=', '')}@files.example.com/redis/",
        "FTP://FILES.example.com/redis/",
        "ftp://files.example.com/%72edis/",
        HASH,
        "********",
        "ftp://********",
        f"ftp://user:a/{HASH}@files.example.com/redis/",
    ],
)
def test_url_with_hidden_credentials_is_no_difference(shown):
    assert not differs(wanted("url"), {"type": "url", "url": shown})


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "ftps://user:p%40ss@files.example.com/redis/",
        "ftp://other:p%40ss@files.example.com/redis/",
        "ftp://other@files.example.com/redis/",
        f"ftp://user:{HASH}@other.example.com/redis/",
        f"ftp://user:{HASH}@files.example.com:2121/redis/",
        f"ftp://user:{HASH}@files.example.com/other/",
    ],
)
def test_url_of_another_place_or_user_is_a_difference(shown):
    assert differs(wanted("url"), {"type": "url", "url": shown})


@pytest.mark.parametrize(
    "shown, illegible",
    [(HASH, True), ("ftp://***", True), ("ftp://[", True), ("", False), (None, False), ("ftp://h/", False)],
)
def test_whether_a_url_can_be_read_at_all(shown, illegible):
    assert is_illegible(wanted("url"), {"type": "url", "url": shown}) is illegible


@pytest.mark.parametrize(
    "location, shown",
    [
        (wanted("mount_point"), {"type": "mount_point", "path": "/mnt/backups"}),
        (wanted("url"), {"type": "url", "url": "ftp://Files.example.com/redis/"}),
        (wanted("sftp"), {"type": "sftp", "sftp_url": "sftp://files.example.com/redis/"}),
        (wanted("s3"), {"type": "s3", "bucket_name": "b", "subdir": "a/b"}),
        (wanted("gs"), {"type": "gs", "bucket_name": "b"}),
        (wanted("abs"), {"type": "abs", "container": "c", "account_name": "n"}),
        ({"type": "url", "url": HASH}, {"type": "url"}),
        ({"type": "url", "url": f"ftp://user:21/{HASH}@host/"}, {"type": "url"}),
        ({"type": "s3", "new_secret": "x", "subdir": {"a": "b"}}, {"type": "s3"}),
        ({}, None),
        ("s3://key:secret@b", None),
    ],
)
def test_only_open_keys_are_shown(location, shown):
    assert public_location(location) == shown


@pytest.mark.parametrize(
    "location, keys",
    [
        (wanted("mount_point"), []),
        (wanted("url"), ["url"]),
        ({"type": "url", "url": "ftp://host/"}, []),
        ({"type": "sftp", "sftp_url": "sftp://user@host/"}, []),
        (wanted("sftp"), ["key"]),
        (wanted("s3"), ["access_key_id", "secret_access_key"]),
        (wanted("gs"), ["client_id", "client_email", "private_key_id", "private_key"]),
        (wanted("abs"), ["account_key"]),
    ],
)
def test_keys_that_hold_secrets(location, keys):
    assert secret_keys(location) == keys


def test_what_is_shown_holds_no_secret():
    for kind in WANTED:
        shown = json.dumps(public_location(wanted(kind)))
        assert not any(secret in shown for secret in ("p%40ss", "user", "PEM", "AKIA", "secret"))
