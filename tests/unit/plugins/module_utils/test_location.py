# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage locations: what is sent for each type, and one clear sentence for each mistake."""

from __future__ import annotations

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.module_utils._location import (
    LOCATION_OPTIONS,
    location_payload,
    location_warnings,
)

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n"
VALID = {
    "mount_point": {"path": "/mnt/exports"},
    "url": {"url": "ftp://user:p%40ss@files.example.com:2121/redis/"},
    "sftp": {"sftp_url": "sftp://user@files.example.com/redis/", "key": PEM},
    "s3": {
        "bucket_name": "exports",
        "subdir": "a/b",
        "access_key_id": "AKIA",
        "secret_access_key": "secret",
        "region_name": "eu-west-1",
    },
    "gs": {
        "bucket_name": "exports",
        "client_id": "1",
        "client_email": "a@b",
        "private_key_id": "2",
        "private_key": PEM,
    },
    "abs": {"container": "exports", "account_name": "account", "account_key": "secret"},
}


def given(kind, **keys):
    """An option's value as Ansible hands it over: every key is there, and None where it was not given."""
    return {**dict.fromkeys(LOCATION_OPTIONS), "type": kind, **keys}


@pytest.mark.parametrize("kind", VALID)
def test_only_the_given_keys_are_sent(kind):
    assert location_payload("export_location", given(kind, **VALID[kind])) == {"type": kind, **VALID[kind]}


@pytest.mark.parametrize(
    "kind, key", [(kind, key) for kind in VALID for key in VALID[kind] if key not in ("key", "subdir", "region_name")]
)
@pytest.mark.parametrize("value", [None, ""])
def test_missing_key_is_named(kind, key, value):
    with pytest.raises(RedisEnterpriseError) as caught:
        location_payload("export_location", given(kind, **{**VALID[kind], key: value}))
    assert f"export_location.{key}" in caught.value.message and kind in caught.value.sentence()


@pytest.mark.parametrize("kind", VALID)
def test_surplus_key_is_named(kind):
    key = "container" if kind != "abs" else "bucket_name"
    with pytest.raises(RedisEnterpriseError) as caught:
        location_payload("export_location", given(kind, **{**VALID[kind], key: "x"}))
    assert (
        caught.value.message.startswith(f"export_location.{key}: type {kind} has no such key")
        and "Remove it" in caught.value.hint
    )


def test_two_keys_for_azure_are_one_too_many():
    with pytest.raises(RedisEnterpriseError) as caught:
        location_payload("export_location", given("abs", **VALID["abs"], sas_token="sv=1"))
    assert "both are given" in caught.value.message and "exactly one" in caught.value.hint


@pytest.mark.parametrize(
    "kind, keys",
    [
        ("mount_point", {"path": "exports"}),
        ("url", {"url": "https://user:canary@host/"}),
        ("url", {"url": "ftp://user:canary@word@host/"}),
        ("url", {"url": "ftp://user:canary#word@host/"}),
        ("url", {"url": "ftp://user:canary/word@host/"}),
        ("url", {"url": "ftp:///redis/"}),
        ("url", {"url": "ftp://[canary/"}),
        ("sftp", {"sftp_url": "ftp://user:canary@host/"}),
        ("sftp", {"sftp_url": "sftp://host/", "key": "~/.ssh/canary"}),
        ("gs", {**VALID["gs"], "private_key": "canary"}),
    ],
)
def test_value_that_cannot_work_is_refused_without_repeating_it(kind, keys):
    with pytest.raises(RedisEnterpriseError) as caught:
        location_payload("export_location", given(kind, **keys))
    assert caught.value.message.startswith("export_location.") and caught.value.hint
    assert "canary" not in caught.value.sentence()


def test_line_breaks_of_a_key_out_of_json_are_made_real():
    payload = location_payload(
        "export_location", given("gs", **{**VALID["gs"], "private_key": PEM.replace("\n", "\\n")})
    )
    assert payload["private_key"] == PEM


def test_directory_of_the_product_is_warned_about():
    assert location_warnings({"path": "/var/opt/redislabs/exports"}) and not location_warnings(
        {"path": "/var/opt/redislabs-exports"}
    )
