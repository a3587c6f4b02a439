# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of the files of exports: what is read out of them, which belong together, and what is missing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.redis_enterprise.plugins.module_utils._export_files import (
    group_files,
    incomplete,
    parse_name,
)

START = datetime(2026, 11, 1, 2, 0, 41)
HALVES = {1: (0, 8191), 2: (8192, 16383)}


def name(index=1, shards=2, after=0, uid=1, database="orders", slots=None, end=".rdb.gz"):
    """The name of one shard's file, written ``after`` seconds later than the others."""
    first, last = slots or (HALVES[index] if shards == 2 else even_slots(index, shards))
    stamp = (START + timedelta(seconds=after)).strftime("%Y%m%d-%H%M%S")
    return f"bk{stamp}-{uid}-{database}-{index}_of_{shards}-{index + 1}-{first}-{last}{end}"


def even_slots(index, shards):
    edges = [16384 * number // shards for number in range(shards + 1)]
    return edges[index - 1], edges[index] - 1


def sets_of(*names, window=60):
    """What group_files makes of the names: (seconds after START, indexes) of each set."""
    return [
        (int((each.time - START).total_seconds()), [file.index for file in each.files])
        for each in group_files([parse_name(text) for text in names], window)
    ]


@pytest.mark.parametrize(
    "text, uid, database, index, shards, shard_uid, slots, packed",
    [
        ("bk20220304-181355-37-db01-1_of_1-58-0-16383.rdb.gz", 37, "db01", 1, 1, 58, (0, 16383), True),
        ("bk20240716-180700-10519663-ddccm-dev-1_of_1-12-0-16383.rdb", 10519663, "ddccm-dev", 1, 1, 12, (0, 16383), False),
        ("bk20261101-020041-1-a-1_of_2-3-0-8191-2_of_2-4-8192-16383.rdb.gz", 1, "a-1_of_2-3-0-8191", 2, 2, 4, (8192, 16383), True),
        ("bk20261101-020041-1-7-1_of_1-2-0-16383.rdb.gz", 1, "7", 1, 1, 2, (0, 16383), True),
    ],
)  # fmt: skip
def test_name_is_read_from_the_right(text, uid, database, index, shards, shard_uid, slots, packed):
    file = parse_name(text)
    assert (file.uid, file.name, file.index, file.shards) == (uid, database, index, shards)
    assert (file.shard_uid, file.slots, file.packed, file.path) == (shard_uid, slots, packed, text)


@pytest.mark.parametrize(
    "place",
    ["", "/mnt/exports/", "a/b/", "s3://bucket/a/", "ftp://user:p%40ss@files.example.com:2121/redis/"],
)
def test_name_is_the_last_part_of_a_path_an_object_key_or_a_url(place):
    file = parse_name(place + name())
    assert (file.uid, file.name, file.time, file.folder) == (1, "orders", START, place.rstrip("/"))


def test_url_is_decoded_and_its_query_is_left_aside():
    file = parse_name("https://files.example.com/a%20b/" + name(database="my%20db") + "?signature=x/y")
    assert (file.name, file.folder) == ("my db", "https://files.example.com/a%20b")
    assert parse_name("a/" + name(database="my%20db")).name == "my%20db"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dump.rdb",
        "bk20261101-020041-1-orders-1_of_1-2-0-16383.rdb.gz.partial",
        ".bk20261101-020041-1-orders-1_of_1-2-0-16383.rdb.gz",
        "bk20261301-020041-1-orders-1_of_1-2-0-16383.rdb.gz",
        "bk20261101-250041-1-orders-1_of_1-2-0-16383.rdb.gz",
        "bk20261101-020041-1-orders-2_of_1-2-0-16383.rdb.gz",
        "bk20261101-020041-1-orders-0_of_1-2-0-16383.rdb.gz",
        "bk20261101-020041-1-orders-1_of_1-2-0-16384.rdb.gz",
        "bk20261101-020041-1-orders-1_of_16385-2-0-0.rdb.gz",
        "bk00001101-020041-1-orders-1_of_1-2-0-16383.rdb.gz",
        "bk20261101-020041-1-orders-1_of_1-2-9-3.rdb.gz",
        "bk20261101-020041-1--1_of_1-2-0-16383.rdb.gz",
        "bk20261101-020041-1-orders-1_of_1-2-0-16383.rdb.gz/",
        "bk20261101-020041-1-orders-1_of_1-2-0-16383.rdb\n",
        "bk２0261101-020041-1-orders-1_of_1-2-0-16383.rdb",
    ],
)
def test_other_names_are_not_guessed_at(text):
    assert parse_name(text) is None


@given(st.text())
def test_no_text_breaks_the_reading(text):
    assert parse_name(text) is None or text.endswith((".rdb", ".rdb.gz"))
    assert parse_name(f"bk20261101-020041-1-{text}-1_of_1-2-0-16383.rdb") is None or "\n" not in text


@pytest.mark.parametrize(
    "names, expected",
    [
        # All of one moment, and shards that were slower.
        ([name(1), name(2)], [(0, [1, 2])]),
        ([name(2, after=60), name(1)], [(0, [1, 2])]),
        ([name(1), name(2, after=61)], [(61, [2]), (0, [1])]),
        # Two exports within the window, whole, and with one file missing at either end.
        ([name(1), name(2), name(1, after=5), name(2, after=6)], [(5, [1, 2]), (0, [1, 2])]),
        ([name(2), name(1, after=5), name(2, after=6)], [(5, [1, 2]), (0, [2])]),
        ([name(1), name(2, after=1), name(1, after=30)], [(30, [1]), (0, [1, 2])]),
        # Another uid, name or number of shards is another export.
        ([name(1), name(2, uid=2)], [(0, [1]), (0, [2])]),
        ([name(1), name(2, database="orders-2")], [(0, [1]), (0, [2])]),
        ([name(1), name(2, shards=3)], [(0, [1]), (0, [2])]),
        # The unpacked copy beside the file.
        ([name(1), name(2), name(1, end=".rdb"), name(2, end=".rdb")], [(0, [1, 2]), (0, [1, 2])]),
        # A copy in another folder.
        (["a/" + name(1), "a/" + name(2), "b/" + name(1), "b/" + name(2)], [(0, [1, 2]), (0, [1, 2])]),
        (["a/" + name(1), "b/" + name(2)], [(0, [1]), (0, [2])]),
    ],
)
def test_files_of_one_export_are_put_together(names, expected):
    assert sets_of(*names) == expected
    assert sets_of(*reversed(names)) == expected


def test_times_at_the_ends_of_the_calendar_are_sorted():
    names = [f"bk{year}1231-235959-1-a-1_of_1-2-0-16383.rdb" for year in ("0001", "9999", "1969")]
    assert [each.time.year for each in group_files(map(parse_name, names))] == [9999, 1969, 1]


def test_window_bounds_the_whole_set_and_not_each_step():
    names = [name(index, shards=4, after=40 * (index - 1)) for index in (1, 2, 3, 4)]
    assert sets_of(*names) == [(80, [3, 4]), (0, [1, 2])]
    assert sets_of(*names, window=120) == [(0, [1, 2, 3, 4])]
    assert sets_of(*names, window=0) == [(120, [4]), (80, [3]), (40, [2]), (0, [1])]


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.lists(st.integers(0, 20), min_size=1, max_size=6)), min_size=1, max_size=5
    ),
    st.randoms(use_true_random=False),
)
def test_exports_that_are_apart_are_always_found(exports, random):
    """Exports 1,000 s apart, with shards of different speed, each in a set of its own, in whatever order the files are listed."""
    names, expected = [], []
    for number, (offset, delays) in enumerate(exports):
        begin = 1000 * number + offset
        names += [name(at + 1, len(delays), begin + delay) for at, delay in enumerate(delays)]
        expected.append((begin + min(delays), list(range(1, len(delays) + 1))))
    random.shuffle(names)
    assert sets_of(*names) == sorted(expected, reverse=True)


def test_thousands_of_files_are_put_together():
    names = [name(index, 4, 3600 * hour) for hour in range(2000) for index in (1, 2, 3, 4)]
    assert sets_of(*names) == [(3600 * hour, [1, 2, 3, 4]) for hour in reversed(range(2000))]


@pytest.mark.parametrize(
    "names, missing, words",
    [
        ([name(1), name(2)], [], None),
        ([name(2)], [1], "orders (uid 1) of 2026-11-01T02:00:41: 1_of_2 is missing."),
        ([name(2, shards=3)], [1, 3], "1_of_3, 3_of_3 are missing."),
        ([name(1, shards=999)], list(range(2, 1000)), "11_of_999 and 988 more are missing."),
        ([name(1), name(2, slots=(8193, 16383))], [], "slots 8192 to 8192 are in no file."),
        ([name(1), name(2, slots=(8000, 16383))], [], "slots 8000 to 8191 are in two files."),
        ([name(1), name(2, slots=(8192, 16000))], [], "slots 16001 to 16383 are in no file."),
    ],
)
def test_problem_of_a_set_is_named(names, missing, words):
    (found,) = group_files([parse_name(text) for text in names])
    assert found.missing == missing
    assert found.problem() == words if words is None else words in found.problem()


@pytest.mark.parametrize(
    "names, sentences",
    [
        ([name(1), "ftp://h/" + name(2)], []),
        (["a/dump.rdb"], []),
        ([name(1), "a/dump.rdb"], ["orders (uid 1) of 2026-11-01T02:00:41: 2_of_2 is missing."]),
        ([name(1), "a/" + name(1), name(2)], [name(1, end=".rdb") + " is given 2 times."]),
        ([name(1), name(1, end=".rdb"), name(2)], [name(1, end=".rdb") + " is given 2 times."]),
        (
            [name(1), name(2), name(2, after=600)],
            [
                "The files are of 2 exports: orders (uid 1) of 2026-11-01T02:10:41, orders (uid 1) of 2026-11-01T02:00:41.",
                "orders (uid 1) of 2026-11-01T02:10:41: 1_of_2 is missing.",
            ],
        ),
        (
            [name(1, 1), name(1, 1, uid=2, database="sessions")],
            ["The files are of 2 exports: orders (uid 1) of 2026-11-01T02:00:41, sessions (uid 2) of 2026-11-01T02:00:41."],
        ),
    ],
)  # fmt: skip
def test_sources_given_by_hand_are_judged(names, sentences):
    assert incomplete(names) == sentences


def test_window_counts_for_sources_too():
    assert incomplete([name(1), name(2, after=90)], window=90) == []
    assert len(incomplete([name(1), name(2, after=90)], window=89)) == 3


def test_slots_of_a_legacy_database_are_all_there_are():
    halves = [name(1, slots=(0, 2047)), name(2, slots=(2048, 4095))]
    assert incomplete(halves) == []
    assert "slots 4000 to 16383 are in no file" in incomplete([halves[0], name(2, slots=(2048, 3999))])[0]
