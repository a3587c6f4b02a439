# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the inventory plugin: which cluster, which user, and what is refused."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.community.redis_enterprise.plugins.inventory import databases
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.plugin_utils._inventory_options import (
    identity,
    read_options,
)

KNOWN = [
    *yaml.safe_load(databases.DOCUMENTATION)["options"],
    "url",
    "username",
    "password",
    "token",
    "clusters",
    "cache",
]
URL = "https://cluster.example.com:9443"
USER = {"username": "viewer", "password": "canary-password"}


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """No variable of the caller."""
    for name in ("URL", "USER", "PASSWORD", "TOKEN", "CA_CERT", "CLIENT_CERT", "CLIENT_KEY", "INSECURE", "TIMEOUT"):
        monkeypatch.delenv(f"REDIS_ENTERPRISE_{name}", raising=False)


def read(evaluate=lambda value: value, **config):
    return read_options(config, [*KNOWN, "timeout", "validate_certs", "auth_method"], evaluate)


def refused(**config):
    with pytest.raises(RedisEnterpriseError) as caught:
        read(**config)
    assert caught.value.kind == "option" and caught.value.hint
    assert "canary" not in caught.value.sentence()
    return caught.value.sentence()


def test_one_cluster_with_defaults_of_the_modules():
    (cluster,), options = read(url=URL + "/v1/", **USER)
    assert (cluster.label, cluster.url) == ("cluster.example.com", [URL])
    assert cluster.params["timeout"] == 30 and cluster.params["validate_certs"] is True
    assert (
        options["on_unreachable"] == "fail" and options["age_limits"] == ["1h", "1d", "7d"] and options["uid"] is None
    )


def test_the_environment_means_what_it_means_to_the_modules(monkeypatch):
    monkeypatch.setenv("REDIS_ENTERPRISE_URL", "https://a:9443,https://b:8443")
    monkeypatch.setenv("REDIS_ENTERPRISE_INSECURE", "true")
    monkeypatch.setenv("REDIS_ENTERPRISE_TIMEOUT", "7")
    monkeypatch.setenv("REDIS_ENTERPRISE_PASSWORD", "{{ no template }}")
    (cluster,), dummy = read(evaluate=lambda value: "evaluated", username="x")
    assert cluster.url == ["https://a:9443", "https://b:8443"] and cluster.params["username"] == "evaluated"
    assert cluster.params["timeout"] == 7 and cluster.params["validate_certs"] is False
    assert cluster.params["password"] == "{{ no template }}"


def test_an_entry_of_clusters_takes_what_it_lacks_from_beside_it(monkeypatch):
    monkeypatch.setenv("REDIS_ENTERPRISE_PASSWORD", "from-environment")
    clusters, dummy = read(
        username="viewer",
        timeout=5,
        label="not for several",
        clusters=[
            {"url": "https://east:9443"},
            {"label": "w", "url": ["https://west:8443"], "username": "w", "timeout": 9},
        ],
    )
    shown = [(c.label, c.params["username"], c.params["password"], c.params["timeout"]) for c in clusters]
    assert shown == [("east", "viewer", "from-environment", 5), ("w", "w", "from-environment", 9)]


def test_the_user_of_an_entry_wins_over_a_token_that_is_meant_for_others(monkeypatch):
    monkeypatch.setenv("REDIS_ENTERPRISE_TOKEN", "token-of-the-environment")
    clusters, dummy = read(clusters=[{"url": "https://a", **USER}, {"url": "https://b"}])
    assert [bool(cluster.params["token"]) for cluster in clusters] == [False, True]


def test_a_port_that_is_not_the_usual_one_is_in_the_label():
    assert read(url="https://h:8443", **USER)[0][0].label == "h:8443"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "url: it is missing. Give the cluster's API"),
        ({"url": "https://u:canary@h"}, "url: it holds a user or a password."),
        ({"url": URL, "pasword": "canary"}, "pasword: there is no such option. Did you mean password?"),
        ({"url": URL, "zzz": 1}, "zzz: there is no such option. There are age_limits,"),
        ({"url": URL, "timeout": 0}, "timeout: it is too small."),
        ({"url": URL, "timeout": "soon"}, "argument 'timeout' is of type"),
        ({"url": URL, "on_unreachable": "ignore"}, "value of on_unreachable must be one of: fail, skip"),
        ({"url": URL, "group_by": ["tag"]}, "value of group_by must be one or more of: cluster,"),
        ({"url": URL, "uid": "orders"}, "uid: it takes whole numbers only. Give the database's uid, or its name"),
        ({"clusters": []}, "clusters: it is no list of clusters, or an empty one."),
        ({"clusters": {"url": URL}}, "clusters: it is no list of clusters, or an empty one."),
        ({"clusters": ["canary"]}, "clusters: it is no list of clusters, or an empty one."),
        (
            {"clusters": [{"url": URL, "tokn": "canary"}]},
            "clusters[0].tokn: there is no such option. Did you mean token?",
        ),
        ({"clusters": [{"url": URL}, {"label": "b"}]}, "clusters[1].url: it is missing."),
        ({"clusters": [{"url": URL, "timeout": -1}]}, "clusters[0].timeout: it is too small."),
        ({"clusters": [{"url": URL, "auth_method": "none"}]}, "clusters[0]: value of auth_method must be one of"),
        ({"clusters": [{"url": URL}, {"url": URL}]}, "label: 'cluster.example.com' stands for two clusters."),
        (
            {"url": "https://a", "clusters": [{"label": "x:1"}, {"label": "x_1"}]},
            "label: 'x_1' stands for two clusters.",
        ),
    ],
)
def test_what_is_refused_is_named_with_the_way_out(config, words):
    assert words in refused(**config)


def test_a_secret_in_a_refused_value_is_not_repeated():
    assert "canary-password" not in refused(url="ftp://canary-password", **USER)


def test_clusters_and_users_are_told_apart_and_no_secret_is_in_what_tells_them():
    def of(**config):
        return identity(read(**config)[0][0])

    one = of(url=URL, **USER)
    assert one == of(url=URL, **{**USER, "password": "other"})
    others = [
        of(url=URL, username="admin", password="x"),
        of(url="https://b", **USER),
        of(url=URL, token="canary-token"),
    ]
    others.append(of(url=URL, token="canary-token-2"))
    assert len({one, *others}) == 5 and not any("canary" in text for text in others)
