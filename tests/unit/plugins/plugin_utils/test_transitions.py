# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has happened between two looks: sequences of answers, and properties against runs that are drawn by chance."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.redis_enterprise.plugins.module_utils._databases import Database
from ansible_collections.community.redis_enterprise.plugins.plugin_utils._transitions import look

T0, T1, T2 = ("2026-11-01T03:00:00Z", "2026-11-01T03:10:00Z", "2026-11-01T03:20:00Z")
NOON = datetime(2026, 11, 1, 12, 0, 0, tzinfo=timezone.utc)
HOUR = 3600


def database(uid=1, **fields):
    return Database(uid, f"db-{uid}", "active", {"uid": uid, **fields})


def exports(status, last_time=None, reason=""):
    fields = {"export_status": status, "export_failure_reason": reason}
    return database(**fields, **({"last_export_time": last_time} if last_time else {}))


def told(*answers, operations=("export",), now=NOON, limits=None):
    """The names of the events of each look."""
    known, rows = {}, []
    for answer in answers:
        known, events = look(known, [answer], now, operations, limits or {})
        rows.append([event["event"] for event in events])
    return rows


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # the first look: a failure is told, a success is old
        ([("failed",)], [["failed"]]),
        ([("succeeded", T0)], [[]]),
        ([("exporting", T0)], [[]]),
        # statuses that stay are told once
        ([("",), ("failed",), ("failed",), ("failed",)], [[], ["failed"], [], []]),
        ([("",), ("succeeded", T0), ("succeeded", T0)], [[], ["succeeded"], []]),
        ([("failed",), ("", T0), ("", T0)], [["failed"], ["succeeded"], []]),
        # a reset is nothing, and neither is a start
        ([("failed",), ("",), ("exporting",)], [["failed"], [], []]),
        # a new run, of which nothing but its end was seen
        ([("succeeded", T0), ("succeeded", T1)], [[], ["succeeded"]]),
        ([("failed", T0), ("succeeded", T1)], [["failed"], ["succeeded"]]),
        ([("failed", T0), ("failed", T1)], [["failed"], ["succeeded", "failed"]]),
        ([("failed", T0, "no-permission"), ("failed", T0, "general-error")], [["failed"], ["failed"]]),
        ([("succeeded", T0), ("failed", T0)], [[], ["failed"]]),
        # a success that was reset, or followed by a run, before anybody looked
        ([("", T0), ("", T1), ("", T1)], [[], ["succeeded"], []]),
        ([("", T0), ("exporting", T1), ("succeeded", T2)], [[], ["succeeded"], ["succeeded"]]),
        # a failure between two looks, seen because the run was
        ([("failed",), ("exporting",), ("failed",)], [["failed"], [], ["failed"]]),
        ([("failed",), ("",), ("failed",)], [["failed"], [], ["failed"]]),
        # one of the two signs of a success comes later
        ([("exporting", T0), ("succeeded", T0), ("succeeded", T1)], [[], ["succeeded"], []]),
        ([("exporting",), ("succeeded",), ("succeeded", T1)], [[], ["succeeded"], []]),
        ([("exporting", T0), ("exporting", T1), ("succeeded", T1)], [[], ["succeeded"], []]),
        (
            [("exporting", T0), ("succeeded", T0), ("", T0), ("succeeded", T1), ("succeeded", T2)],
            [[], ["succeeded"], [], ["succeeded"], ["succeeded"]],
        ),
        # a time that is not shown for a while, and a reason that comes after its status
        ([("", T0), ("",), ("", T0)], [[], [], []]),
        ([("",), ("failed",), ("failed", None, "no-permission")], [[], ["failed"], []]),
        # words that nobody knows are a run
        ([("failed",), ("preparing",), ("failed",)], [["failed"], [], ["failed"]]),
    ],
)
def test_sequences(answers, expected):
    assert told(*(exports(*answer) for answer in answers)) == expected


def test_imports_have_no_time_and_end_only_when_the_database_is_ready():
    pending = Database(1, "orders", "import-pending", {"import_status": "succeeded"})
    done = Database(1, "orders", "active", {"import_status": "succeeded"})
    running = Database(1, "orders", "import-pending", {"import_status": "importing"})
    rows = told(running, pending, done, done, running, done, operations=("import",))
    assert rows == [[], [], ["succeeded"], [], [], ["succeeded"]]


def test_failures_are_counted_since_the_last_success():
    known, counts = {}, []
    steps = [
        ("failed",),
        ("exporting",),
        ("failed",),
        ("",),
        ("failed",),
        ("succeeded", T0),
        ("failed", T0),
        ("failed", T1),
    ]
    for answer in steps:
        known, events = look(known, [exports(*answer)], NOON, ("export",), {})
        counts += [(event["event"], event["failures"]) for event in events]
    first, after = [("failed", 1), ("failed", 2), ("failed", 3)], [("succeeded", 0), ("failed", 1)]
    assert counts == first + after + after


def test_the_keys_of_every_event_are_the_same():
    answers = [exports("failed", T0, "no-permission"), exports("succeeded", "2026-11-01T11:59:00Z")]
    known, first = look({}, answers[:1], NOON, ("export",), {"export": HOUR})
    dummy, second = look(known, answers[1:], NOON, ("export",), {"export": HOUR})
    assert [event["event"] for event in first + second] == ["failed", "stale", "succeeded", "recovered"]
    assert len({tuple(event) for event in first + second}) == 1
    failed, stale, succeeded, recovered = first + second
    assert failed["reason"] == "The export failed: no-permission." and "redislabs" in failed["hint"]
    assert (failed["failure_reason"], failed["last_time"], failed["age"]) == ("no-permission", T0, 9 * HOUR)
    assert stale["reason"] == "The last successful export is 9 hours old, which is more than 60 minutes."
    assert succeeded["reason"] == "The export succeeded at 2026-11-01T11:59:00Z." and succeeded["hint"] is None
    assert recovered["age"] == 60 and recovered["failure_reason"] is None


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ([1, 9, 10, 11], [[], [], ["stale"], []]),
        ([11, 12], [["stale"], []]),
        ([None, 9, 11], [[], [], ["stale"]]),  # the cluster gave no time
        ([11, None, 12], [["stale"], [], []]),
    ],
)
def test_stale_is_told_once(hours, expected):
    known, rows = {}, []
    for hour in hours:
        now = None if hour is None else datetime(2026, 11, 1, 3, 0, 1, tzinfo=timezone.utc) + timedelta(hours=hour)
        known, events = look(known, [exports("succeeded", T0)], now, ("export",), {"export": 10 * HOUR})
        rows.append([event["event"] for event in events])
    assert rows == expected


def test_a_database_without_any_success_is_as_old_as_it_is_itself():
    young, old, unknown = (database(1, created_time=T2), database(2, created_time="2025-01-01T00:00:00Z"), database(3))
    dummy, events = look({}, [young, old, unknown], NOON, ("export", "backup"), {"backup": 9 * HOUR})
    assert [(event["uid"], event["event"], event["operation"]) for event in events] == [
        (2, "stale", "backup"),
        (3, "stale", "backup"),
    ]
    assert "has no successful backup" in events[0]["reason"] and "bdb_backup_policy" in events[0]["hint"]


def test_a_time_that_cannot_be_believed_changes_nothing():
    answers = [exports("succeeded", "yesterday"), exports("succeeded", "2030-01-01T00:00:00Z")]
    assert told(*answers, limits={"export": 1}) == [[], ["succeeded"]]


def test_a_database_that_is_not_shown_for_a_while_is_not_told_again():
    known, dummy = look({}, [exports("failed")], NOON, ("export",), {})
    known, nothing = look(known, [], NOON, ("export",), {})
    dummy, again = look(known, [exports("failed")], NOON, ("export",), {})
    assert nothing == again == []


# Properties


class Runs:
    """One database's exports as the contract has them (section 5.1), each run in a second of its own, and what really happened since the last look."""

    def __init__(self):
        self.status, self.reason, self.last_time = "", "", None
        self.moment = NOON
        self.running = False
        self.ended = []

    def do(self, action):
        self.moment += timedelta(seconds=1)
        if action == "start":
            self.running, self.status, self.reason = True, "exporting", ""
        elif action == "reset":
            if not self.running:
                self.status, self.reason = "", ""
        elif self.running and action != "look":
            self.running = False
            self.reason = "" if action == "succeed" else action
            self.status = "failed" if self.reason else "succeeded"
            self.last_time = self.last_time if self.reason else self.moment.isoformat()
            self.ended.append(self.status)

    def show(self):
        return exports(self.status, self.last_time, self.reason)


ACTIONS = st.sampled_from(["start", "start", "reset", "succeed", "no-permission", "general-error", "look", "look"])


@given(st.lists(ACTIONS, max_size=60))
def test_nothing_is_lost_doubled_or_invented(actions):
    runs, known, seen = Runs(), {}, None
    for action in ["look", *actions, "look"]:
        if action != "look":
            runs.do(action)
            continue
        known, events = look(known, [runs.show()], runs.moment, ("export",), {})
        names = [event["event"] for event in events]
        if seen is not None:
            # Of a success its time stays, so it cannot be lost; of several, the last.
            assert names.count("succeeded") == ("succeeded" in runs.ended)
            assert names.count("failed") <= ("failed" in runs.ended)
            # A failure is there to be seen until it is reset, and is told unless it looks as the one that was there before.
            hidden = seen == (runs.status, runs.reason) and "succeeded" not in runs.ended
            if runs.status == "failed" and "failed" in runs.ended and not hidden:
                assert names[-1] == "failed"
        seen, runs.ended = (runs.status, runs.reason), []


@given(st.lists(ACTIONS, max_size=60), st.sampled_from(["time", "status"]))
def test_a_look_after_each_step_tells_every_end_once_whichever_sign_comes_first(actions, first):
    """With the other half of each answer a step behind."""
    runs, known, names, ended = Runs(), {}, [], []
    before = runs.show()
    for action in ["look", *actions]:
        runs.do(action)
        ended += runs.ended
        runs.ended = []
        now = runs.show()
        time, status = (now, before) if first == "time" else (before, now)
        mixed = {**status.raw, "last_export_time": time.raw.get("last_export_time")}
        for raw in (mixed, now.raw):
            known, events = look(known, [Database(1, "db-1", "active", raw)], runs.moment, ("export",), {})
            names += [event["event"] for event in events]
        before = now
    assert names == ended


@given(st.lists(ACTIONS, max_size=60), st.integers(1, 5))
def test_stale_and_recovered_take_turns(actions, limit):
    runs, known, names = Runs(), {}, []
    for action in ["look", *actions]:
        runs.do(action)
        known, events = look(known, [runs.show()], runs.moment, ("export",), {"export": limit})
        names += [event["event"] for event in events if event["event"] in ("stale", "recovered")]
        age = None if runs.last_time is None else (runs.moment - datetime.fromisoformat(runs.last_time)).total_seconds()
        assert known[1, "export"].stale == (age is None or age > limit)
    assert names == (["stale", "recovered"] * len(names))[: len(names)]
