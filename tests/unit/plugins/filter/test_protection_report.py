# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter protection_report: what is judged, in which words, and what is never left out."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.redis_enterprise.plugins.filter.protection_report import FilterModule
from ansible_collections.community.redis_enterprise.plugins.plugin_utils._words import (
    duration_words,
    parse_duration,
    size_words,
)

NOW = "2026-11-22T02:30:00Z"
HOUR, DAY = 3600, 86400


def protection_report(readings, names=("east",), generated=NOW, **options):
    return FilterModule().filters()["protection_report"](readings, list(names), generated, **options)


def copy(age=None, status="idle", reason=None, time=None):
    time = time or ("2026-11-21T00:00:00Z" if age is not None else None)
    return {"status": status, "progress": None, "failure_reason": reason, "last_time": time, "age": age}


def database(uid=1, name="orders", export=None, backup=None, policy=None, **more):
    """An entry of bdb_info; ``policy`` is (interval, offset) where the cluster backs it up."""
    interval, offset = policy or (DAY, 0)
    return {
        "uid": uid,
        "name": name,
        "status": "active",
        "export": export or copy(),
        "import": copy(),
        "backup": backup or copy(),
        "backup_policy": {"enabled": bool(policy), "interval": interval, "interval_offset": offset},
        "stats": {"key_count": 10, "used_memory": 2048},
        **more,
    }


def reading(*databases, time="2026-11-22T02:30:00+00:00"):
    return {"failed": False, "databases": list(databases), "cluster_time": time, "failure": None, "msg": "read"}


def judged(row, **options):
    """``(verdict, [(kind, operation, excess)])`` of the only database."""
    (found,) = protection_report([reading(row)], **options)["databases"]
    return found["verdict"], [(item["kind"], item["operation"], item["excess"]) for item in found["problems"]]


LEVEL = {"max_age": "26h"}


@pytest.mark.parametrize(
    "row, options, verdict, problems",
    [
        (database(export=copy(26 * HOUR)), LEVEL, "ok", []),
        (database(export=copy(26 * HOUR + 1)), LEVEL, "bad", [("late", "any", 1)]),
        # The newer of both counts, and each by itself where that is wanted.
        (database(export=copy(9 * DAY), backup=copy(HOUR)), LEVEL, "ok", []),
        (database(export=copy(9 * DAY), backup=copy(HOUR)), {**LEVEL, "export_max_age": "7d"}, "bad", [("late", "export", 2 * DAY)]),
        (database(export=copy(HOUR)), {**LEVEL, "backup_max_age": DAY}, "bad", [("never", "backup", None)]),
        (database(backup=copy(HOUR)), {"export_max_age": "1h"}, "bad", [("never", "export", None)]),
        # No copy: worse when none is to be expected.
        (database(), LEVEL, "bad", [("unprotected", "any", None)]),
        (database(policy=(DAY, 0)), LEVEL, "bad", [("never", "any", None)]),
        (database(), {"max_age": "none"}, "exempt", []),
        # A failure counts without any level, and beside a young copy.
        (database(export=copy(HOUR, "failed", "no-permission")), {}, "bad", [("failed", "export", None)]),
        (database(export=copy(HOUR), backup=copy(None, "failed")), LEVEL, "bad", [("failed", "backup", None)]),
        (database(export=copy(HOUR), **{"import": copy(None, "failed", "out-of-memory")}), LEVEL, "bad", [("failed", "import", None)]),
        # A time that is there and cannot be compared is no proof of anything.
        (database(export=copy(None, time="2030-01-01T00:00:00Z")), LEVEL, "bad", [("unknown", "any", None)]),
        (database(export=copy(None, time="yesterday")), LEVEL, "bad", [("unknown", "any", None)]),
        # A policy that is not kept, within its grace and after it.
        (database(export=copy(HOUR), backup=copy(25 * HOUR), policy=(DAY, 0)), LEVEL, "ok", []),
        (database(export=copy(HOUR), backup=copy(25 * HOUR + 1), policy=(DAY, 0)), LEVEL, "warn", [("backup_late", "backup", HOUR + 1)]),
        (database(export=copy(HOUR), backup=copy(9 * DAY)), LEVEL, "ok", []),
    ],
)  # fmt: skip
def test_verdict(row, options, verdict, problems):
    assert judged(row, **options) == (verdict, problems)


@pytest.mark.parametrize("copies, severity", [(copy(HOUR), "warn"), (copy(), "bad")])
def test_what_stands_in_the_way_of_an_export_is_as_bad_as_its_effect(copies, severity):
    finding = {
        "kind": "unsupported",
        "blocking": True,
        "message": "Its module graph ...",
        "hint": "Upgrade the module.",
    }
    busy = {**finding, "kind": "busy", "blocking": False}
    (found,) = protection_report([reading(database(export=copies, preflight=[finding, busy]))], **LEVEL)["databases"]
    assert found["verdict"] == severity
    assert [item["severity"] for item in found["problems"] if item["kind"] == "not_exportable"] == [severity]


@pytest.mark.parametrize(
    "policy, expected",
    [
        ((DAY, 2 * HOUR), "2026-11-23T02:00:00Z"),
        ((DAY, 3 * HOUR), "2026-11-22T03:00:00Z"),
        ((4 * HOUR, 0), "2026-11-22T04:00:00Z"),
        ((DAY, None), None),
        ((None, 0), None),
        (None, None),
    ],
)
def test_next_backup_is_told_where_it_can_be_known(policy, expected):
    (found,) = protection_report([reading(database(policy=policy))])["databases"]
    assert found["backup"]["next_time"] == expected


def test_rules_the_first_that_fits_and_the_rest_from_the_defaults():
    rules = [
        {"names": ["cache-*", "tmp"], "max_age": "none"},
        {"tags": {"tier": "g*"}, "clusters": "e?st", "backup_max_age": "1h"},
        {"names": "orders", "max_age": "1s"},
    ]
    rows = [
        database(1, "cache-7"),
        database(2, "orders", export=copy(HOUR), backup=copy(2 * HOUR), tags={"tier": "gold"}),
        database(3, "gold", export=copy(HOUR), tags={"tier": "iron"}),
    ]
    found = {row["name"]: row for row in protection_report([reading(*rows)], rules=rules, **LEVEL)["databases"]}
    assert {name: row["verdict"] for name, row in found.items()} == {"cache-7": "exempt", "orders": "bad", "gold": "ok"}
    assert found["orders"]["level"] == {"max_age": 26 * HOUR, "export_max_age": None, "backup_max_age": HOUR}
    assert [item["operation"] for item in found["orders"]["problems"]] == ["backup"]


@pytest.mark.parametrize(
    "result, kind, words",
    [
        ({"failed": True, "msg": "It is down. Look.", "failure": {"kind": "connection", "description": "x", "hint": "Look."}}, "connection", "It is down."),
        ({"unreachable": True, "msg": "ssh: no route"}, "unreachable", "ssh: no route"),
        ({"failed": True, "msg": "requests is missing"}, "failed", "requests is missing"),
        ({"skipped": True, "msg": "x"}, "not_run", "The play had ended"),
        ({}, "not_run", "The play had ended"),
        (None, "not_run", "The play had ended"),
    ],
)  # fmt: skip
def test_cluster_that_was_not_read_is_bad_and_there(result, kind, words):
    report = protection_report([result, reading(database(export=copy(HOUR)))], ["south", "east"], **LEVEL)
    first = report["clusters"][0]
    assert (first["name"], first["reachable"], first["verdict"]) == ("south", False, "bad")
    assert first["failure"]["kind"] == kind and words in first["failure"]["description"]
    assert report["verdict"] == "bad" and len(report["problems"]) == 1
    assert report["headline"] == "No: 1 of 2 clusters could not be read, so nothing is known of its databases."


@pytest.mark.parametrize(
    "readings, headline",
    [
        ([reading()], "No: not one database was found, so there is nothing to trust."),
        ([reading(database(export=copy(1)))], "Yes: the only database has a good copy from the last 26 hours."),
        ([reading(database(export=copy(1))), reading()], "Yes, the only database has a good copy from the last 26 hours, but 1 needs a look."),
        ([reading(database(), database(2, export=copy(1)))], "No: 1 of 2 databases is not protected as it should be."),
    ],
)  # fmt: skip
def test_headline(readings, headline):
    report = protection_report(readings, [str(number) for number in range(len(readings))], **LEVEL)
    assert report["headline"] == headline
    assert (report["verdict"] == "bad") == bool(report["problems"]) == headline.startswith("No")


def test_the_most_urgent_first():
    rows = [
        database(1, "fine", export=copy(1)),
        database(2, "late", export=copy(3 * DAY)),
        database(3, "later", export=copy(9 * DAY)),
        database(4, "failed", export=copy(1, "failed")),
        database(5, "bare"),
        database(6, "slow", export=copy(1), backup=copy(9 * DAY), policy=(DAY, 0)),
    ]
    names = [row["name"] for row in protection_report([reading(*rows)], **LEVEL)["databases"]]
    assert names == ["bare", "failed", "later", "late", "slow", "fine"]


def test_clusters_of_one_name_are_told_apart_and_wrong_clocks_are_noted():
    report = protection_report([reading(time="2026-11-22T02:40:00+00:00")] * 3, ["x", "x", "x"], hosts=["a", "b", "b"])
    assert sorted(cluster["name"] for cluster in report["clusters"]) == ["x", "x (2)", "x (b)"]
    assert "Its clock is 10 minutes ahead" in report["clusters"][0]["notes"][1]


def test_history_gives_trends_and_names_what_is_gone():
    first = protection_report(
        [reading(database(export=copy(1)), database(2, "gone"))], generated="2026-11-20T02:30:00Z"
    )
    other = protection_report([reading(database(1, "renamed"))], generated="2026-11-21T02:30:00Z")
    broken = ["{", "[]", "null", '{"version": 99}', json.dumps({**first, "generated": "2027-01-01T00:00:00Z"})]
    history = [json.dumps(other), *broken, json.dumps(first)]
    report = protection_report([reading(database(export=copy(5)))], history=history)
    assert report["runs"] == ["2026-11-20T02:30:00Z", "2026-11-21T02:30:00Z", NOW]
    assert report["databases"][0]["trend"]["age"] == [1, None, 5]
    assert report["clusters"][0]["gone"] == [{"uid": 1, "name": "renamed"}]
    away = protection_report([None], history=history)
    assert away["clusters"][0]["last_read"] == "2026-11-21T02:30:00Z"
    assert "It was last read at 2026-11-21T02:30:00Z, with 1 database." in away["clusters"][0]["notes"]


@pytest.mark.parametrize(
    "options, words",
    [
        ({"max_age": "a day"}, "max_age: 'a day' is no duration"),
        ({"max_age": "1h30"}, "max_age: '1h30' is no duration"),
        ({"max_age": True}, "'True' is no duration"),
        ({"rules": [{"names": "x", "max_age": "-1h"}]}, "rule 1: max_age: '-1h' is no duration"),
        ({"rules": [{"name": "x"}]}, "rule 1: name is unknown. A rule may have names, clusters, tags, max_age"),
        ({"rules": [{"max_age": "1h"}]}, "rule 1: it says of no database that it is meant"),
        ({"rules": [{"names": "x", "tags": "y"}]}, "rule 1: tags is no dictionary"),
        ({"rules": ["x"]}, "rule 1: it is no dictionary"),
        ({"rules": "x"}, "rules: they are no list"),
        ({"older": "1h"}, "it has no option older"),
        ({"names": []}, "there are 1 results, 0 names and 0 hosts"),
        ({"generated": "now"}, "a time such as"),
    ],
)
def test_bad_input_is_refused(options, words):
    with pytest.raises(AnsibleFilterError, match=words):
        protection_report([reading(database())], **options)


@pytest.mark.parametrize(
    "text, seconds",
    [("26h", 26 * HOUR), ("1d 12H", 36 * HOUR), ("7d", 7 * DAY), ("2w", 14 * DAY), ("90m", 5400), (60, 60), ("60", 60)]
    + [("none", None), (None, None), ("", None)],
)  # fmt: skip
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "seconds, words",
    [(0, "0 seconds"), (1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (26 * HOUR, "26 hours")]
    + [(3 * DAY + HOUR, "3 days 1 hour"), (30 * DAY + 1, "30 days")],
)  # fmt: skip
def test_durations_in_words(seconds, words):
    assert duration_words(seconds) == words


def test_sizes_in_words():
    assert [size_words(count) for count in (None, 0, 1023, 1024, 1 << 30, 5_651_576)] == [
        "–",
        "0 B",
        "1023 B",
        "1 KiB",
        "1 GiB",
        "5.4 MiB",
    ]
