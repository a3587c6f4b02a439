# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts and the groups of databases are called."""

from __future__ import annotations

import random

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._databases import Database
from ansible_collections.community.redis_enterprise.plugins.module_utils._description import describe
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.plugin_utils._inventory_names import (
    GROUPINGS,
    age_class,
    age_limits,
    group_names,
    host_names,
)
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import SERVER_TIME, bdb


def names(*databases, taken=()):
    return host_names([(*database, []) if len(database) == 3 else database for database in databases], taken)


def test_a_database_is_called_by_its_name():
    assert names(("orders", 1, "east"), ("sessions.v2", 2, "east"), ("Küche", 3, "west")) == [
        "orders",
        "sessions.v2",
        "Küche",
    ]


def test_one_name_in_several_clusters_takes_the_label_for_all_of_them():
    assert names(("orders", 1, "east"), ("orders", 1, "west:8443")) == ["orders@east", "orders@west_8443"]


def test_one_name_in_one_cluster_takes_the_uid_for_all_of_them():
    assert names(("orders", 1, "a:1"), ("orders", 12, "a:1")) == ["orders-1", "orders-12"]


def test_one_name_in_several_clusters_and_twice_in_one():
    assert names(("x", 1, "east"), ("x", 2, "east"), ("x", 1, "west")) == ["x-1", "x-2", "x@west"]


def test_a_name_that_looks_like_a_made_one_gives_way():
    assert names(("x", 1, "east"), ("x", 2, "east"), ("x-1", 3, "east")) == ["x-1@east", "x-2", "x-1-3@east"]


@pytest.mark.parametrize("name", ["all", "ungrouped", "localhost", "127.0.0.1", "web", "redis_enterprise"])
def test_what_means_something_else_to_ansible_is_avoided(name):
    assert names((name, 7, "east"), taken={"web", "redis_enterprise"}) == [f"{name}@east"]


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("{{ lookup('pipe', 'id') }}", "___lookup__pipe____id_____"),
        ("../../etc", ".._.._etc"),
        ("a,b:c", "a_b_c"),
        ("!x", "_x"),
        ("-x", "_x"),
        ("@file", "_file"),
        ("", "database"),
        ("[0:9]", "_0_9_"),
    ],
)
def test_no_letter_of_a_host_has_a_meaning(name, host):
    assert names((name, 1, "east")) == [host]


def test_wished_names_come_first_and_the_next_one_where_they_are_not_unique():
    wished = [("x", 1, "east", ["same", "one"]), ("y", 2, "east", ["same", "two"]), ("z", 3, "east", ["same"])]
    assert names(*wished) == ["one", "two", "same-3"]


@pytest.mark.parametrize("seed", range(20))
def test_all_hosts_differ_and_none_is_taken_whatever_the_names(seed):
    rng = random.Random(seed)
    parts = ["a", "a-1", "a-2", "a@l", "a_l", "a-1@l", "a-1_l", "all", ""]
    databases = [
        (rng.choice(parts), uid, label, rng.sample(parts, rng.randint(0, 2)))
        for label in ("l", "m", "l-1")
        for uid in range(1, 8)
    ]
    found = host_names(databases, {"a", "a-1"})
    assert len(set(found)) == len(databases) and not {"a", "a-1", "all"}.intersection(found)
    assert found == host_names(databases, {"a", "a-1"})


LIMITS = age_limits(["1h", "1d", "7d"])


@pytest.mark.parametrize(
    ("age", "group"),
    [
        (0, "under_1h"),
        (3599, "under_1h"),
        (3600, "1h_to_1d"),
        (86399, "1h_to_1d"),
        (86400, "1d_to_7d"),
        (604799, "1d_to_7d"),
        (604800, "over_7d"),
        (None, "unknown"),
    ],
)
def test_age_classes(age, group):
    assert age_class({"last_time": "2026-11-01T00:00:00Z", "age": age}, LIMITS) == group


def test_a_database_that_was_never_exported_has_a_class_of_its_own():
    assert age_class({"last_time": None, "age": None}, LIMITS) == "never"


@pytest.mark.parametrize("texts", [[], ["1"], ["h"], ["0h"], ["1h", "60m"], ["1d", "1h"], ["-1h"], ["1.5h"], ["1H"]])
def test_ages_that_are_none_are_refused(texts):
    with pytest.raises(RedisEnterpriseError, match="^age_limits: ") as caught:
        age_limits(texts)
    assert caught.value.kind == "option" and "such as" in caught.value.hint


def row(**fields):
    db = bdb(1, "orders", **fields)
    return describe(Database(1, "orders", "active", db), SERVER_TIME)


def test_groups_of_a_database():
    found = group_names(
        row(
            version="7.4",
            replication=True,
            module_list=[{"module_name": "search"}, {"module_name": "ReJSON"}],
            tags=[{"key": "environment", "value": "production"}, {"key": "old", "value": ""}],
            export_status="failed",
            last_export_time="2026-11-01T01:00:00Z",
            backup=True,
        ),
        "east",
        GROUPINGS,
        LIMITS,
    )
    assert found == [
        "redis_enterprise_cluster_east",
        "redis_enterprise_status_active",
        "redis_enterprise_version_7.4",
        "redis_enterprise_replication_on",
        "redis_enterprise_module_search",
        "redis_enterprise_module_ReJSON",
        "redis_enterprise_tag_environment_production",
        "redis_enterprise_tag_old",
        "redis_enterprise_export_failed",
        "redis_enterprise_import_idle",
        "redis_enterprise_backup_idle",
        "redis_enterprise_export_age_1h_to_1d",
        "redis_enterprise_backup_age_never",
        "redis_enterprise_backup_policy_on",
    ]


def test_groups_that_were_chosen_and_no_others():
    assert group_names(row(), "east", ["export_age", "version"], LIMITS) == ["redis_enterprise_export_age_never"]
    assert group_names(row(), "east", [], LIMITS) == []
