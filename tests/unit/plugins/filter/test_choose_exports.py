# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter choose_exports: the newest whole export of each database, and never a guess."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.redis_enterprise.plugins.filter.choose_exports import choose_exports

ORDERS = {"uid": 1, "name": "orders", "status": "active"}
LONG = "a-name-of-a-database-that-is-longer-than-thirty"


def export(name="orders", uid=1, time="2026-11-01T02:00:00", problem=None):
    return {"uid": uid, "name": name, "time": time, "problem": problem, "files": [{"file": f"night/{name}-{time}.rdb"}]}


def only(sets, *databases, **options):
    rows = choose_exports(sets, databases or [ORDERS], **options)
    assert len(rows) == 1
    return rows[0]


def test_newest_whole_export_is_taken_and_newer_broken_ones_are_named():
    broken = export(time="2026-11-03T02:00:00", problem="orders (uid 1) of 2026-11-03T02:00:00: 2_of_2 is missing.")
    newest, older = export(time="2026-11-02T02:00:00"), export()
    row = only([broken, export("sessions", 2), newest, older])
    assert (row["uid"], row["name"], row["export"], row["problem"]) == (1, "orders", newest, None)
    assert row["passed_over"] == [broken["problem"]]


def test_no_whole_export_says_what_is_wrong_with_each():
    row = only([export(problem="1_of_2 is missing."), export(problem="x.rdb.gz is cut off.")])
    assert row["export"] is None
    assert row["problem"] == "No export of it is whole. 1_of_2 is missing. x.rdb.gz is cut off."


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ([], "There is no file of any export."),
        ([export("sessions", 2)], "There are files of sessions."),
        ([export("ordres", 2)], "Did you mean 'ordres'?"),
    ],
)
def test_no_export_says_what_there_is(sets, words):
    row = only(sets)
    assert "No file is that of an export of 'orders'." in row["problem"] and words in row["problem"]


def test_two_databases_under_one_name_are_not_guessed_between():
    sets = [export(uid=9), export(uid=1)]
    row = only(sets)
    assert row["export"] is None and "uids 1, 9" in row["problem"] and "orders: 9" in row["problem"]
    assert only(sets, origins={"orders": 9})["export"] is sets[0]
    assert only(sets, origins={1: "1"})["export"] is sets[1]


def test_origin_is_the_name_in_the_files():
    target = {"uid": 4, "name": "orders-test"}
    sets = [export()]
    assert only(sets, target, origins={"orders-test": "orders"})["export"] is sets[0]
    assert only(sets, target, origins={4: 1})["export"] is sets[0]
    assert "uid 7" in only(sets, target, origins={"orders-test": 7})["problem"]


def test_names_are_cut_as_the_cluster_cuts_them():
    sets = [export(LONG[:30])]
    assert only(sets, {"uid": 1, "name": LONG})["export"] is sets[0]


def test_database_whose_name_is_a_number_is_found_by_it():
    sets = [export("2026", uid=5)]
    assert only(sets, {"uid": 5, "name": "2026"})["export"] is sets[0]


def test_location_gives_the_sources():
    row = only([export()], location={"type": "mount_point", "path": "/mnt/exports"})
    assert row["sources"] == [{"type": "mount_point", "path": "/mnt/exports/night/orders-2026-11-01T02:00:00.rdb"}]


@pytest.mark.parametrize(
    ("sets", "databases", "origins", "words"),
    [
        ([], [ORDERS], {"ordres": "x"}, "'ordres'"),
        ([{"uid": 1}], [ORDERS], {}, "KeyError"),
        ("text", [ORDERS], {}, "TypeError"),
        ([], [ORDERS], "orders", "ValueError"),
    ],
)
def test_bad_input_is_explained(sets, databases, origins, words):
    with pytest.raises(AnsibleFilterError, match=words):
        choose_exports(sets, databases, origins)
