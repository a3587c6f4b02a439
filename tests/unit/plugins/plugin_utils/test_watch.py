# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of the event source: what it asks, when it waits, and what it says of a cluster that does not answer."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.plugin_utils._watch import LOGIN_PAUSE, Watch
from ansible_collections.community.redis_enterprise.plugins.plugin_utils._watch_options import read_options
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import (
    LOST,
    SERVER_TIME,
    bdb,
    failing_read,
    read,
    refusal,
)

ARGS = {"url": "https://cluster.example.com:9443", "username": "u", "password": "canary-password", "interval": 10}
REFUSED = refusal(401, "authentication", hint="Check the credentials.")
FORBIDDEN = refusal(403, "permission")


class Enough(Exception):
    """The test has seen what it wanted."""


class Cluster:
    """Gives the steps one after the other, over all connections, and ends the watch after the last."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.connections = 0
        self.server_time = SERVER_TIME
        self.attempts = set()

    def connect(self, params, secrets):
        self.connections += 1
        return self

    def get(self, path, params=None, permission=None, attempts=4, expect=None):
        self.attempts.add(attempts)
        (dummy, wanted, answer) = self.steps.pop(0)
        if path != wanted:
            raise AssertionError(path)
        if isinstance(answer, Exception):
            raise answer
        return answer


def watch(cluster, **args):
    """``(events, pauses)`` of a watch that goes through all the steps."""
    events, pauses = [], []

    async def emit(event):
        events.append(event)

    async def sleep(seconds):
        pauses.append(seconds)
        if not cluster.steps:
            raise Enough

    async def go():
        await Watch(read_options({**ARGS, **args}), emit, sleep, cluster.connect).run()

    with pytest.raises(Enough):
        asyncio.run(go())
    return events, pauses


def names(events):
    return [event["event"] for event in events]


def test_one_request_for_all_databases_at_each_look():
    cluster = Cluster(*[read(*[bdb(uid, f"db-{uid}") for uid in range(500)])] * 3)
    events, pauses = watch(cluster)
    assert (events, pauses, cluster.connections, cluster.attempts) == ([], [10, 10, 10], 1, {1})


def test_a_short_fault_is_nothing():
    events, pauses = watch(Cluster(*[read(bdb()), *[failing_read(LOST)] * 3] * 2, read(bdb())))
    assert events == [] and pauses[0] == pauses[-1] == 10
    assert all(0 < pause <= 10 for pause in pauses)


def test_a_cluster_that_is_lost_and_found_is_told_once_each_with_longer_and_longer_pauses():
    events, pauses = watch(Cluster(read(bdb()), *[failing_read(LOST)] * 12, read(bdb()), read(bdb())))
    assert names(events) == ["unreachable", "reachable"]
    assert events[0]["failure_reason"] == "timeout" and events[0]["cluster"] == "cluster.example.com"
    assert events[0]["uid"] is None and events[0]["reason"] == LOST.message
    assert all(0.25 <= pause <= 60 for pause in pauses) and min(pauses[6:13]) >= 45


def test_pauses_are_never_shorter_than_the_cluster_asks_for_and_never_too_long():
    throttled = RedisEnterpriseError("throttled", "Too many.", status=429, retry_after=60)
    dummy, pauses = watch(Cluster(*[failing_read(throttled)] * 9))
    assert pauses == [60] * 9
    dummy, pauses = watch(Cluster(*[failing_read(FORBIDDEN)] * 40), interval=300)
    assert all(225 <= pause <= 300 for pause in pauses)


def test_what_no_repetition_cures_is_told_at_once():
    events, pauses = watch(Cluster(failing_read(FORBIDDEN), failing_read(FORBIDDEN), read(bdb())))
    assert names(events) == ["unreachable", "reachable"] and min(pauses) >= 7.5


def test_a_refused_login_is_tried_again_after_half_an_hour_only(caplog):
    cluster = Cluster(failing_read(REFUSED), failing_read(REFUSED), read(bdb()), failing_read(REFUSED))
    with caplog.at_level(logging.DEBUG):
        events, pauses = watch(cluster)
    assert names(events) == ["login_refused", "reachable", "login_refused"]
    assert pauses == [LOGIN_PAUSE, LOGIN_PAUSE, 10, LOGIN_PAUSE]
    assert cluster.connections == 4  # a client that was refused sends nothing any more
    assert "Check the credentials." in caplog.text and "canary" not in caplog.text + str(events)


def test_what_fails_while_the_cluster_is_lost_is_told_when_it_is_found():
    failed = bdb(export_status="failed", export_failure_reason="no-permission")
    events, dummy = watch(Cluster(read(bdb()), failing_read(FORBIDDEN), read(failed), read(failed)))
    assert names(events) == ["unreachable", "reachable", "failed"] and events[2]["initial"] is False


@pytest.mark.parametrize(("initial", "expected"), [(True, ["failed"]), (False, [])])
def test_what_has_failed_before_the_first_look(initial, expected):
    failed = bdb(export_status="failed")
    events, dummy = watch(Cluster(read(failed), read(failed)), emit_initial=initial)
    assert names(events) == expected and all(event["initial"] for event in events)


def test_without_the_initial_ones_every_later_change_is_told():
    failed, other = bdb(export_status="failed"), bdb(2, "sessions", export_status="failed")
    succeeded = bdb(export_status="succeeded", last_export_time="2026-11-01T02:00:00Z")
    events, dummy = watch(Cluster(read(failed), read(succeeded, other)), emit_initial=False)
    assert [(event["event"], event["uid"]) for event in events] == [("succeeded", 1), ("failed", 2)]


def test_selection_is_made_anew_at_each_look(caplog):
    failed = {"export_status": "failed"}
    looks = [
        read(bdb(1, "orders"), bdb(2, "sessions", **failed)),
        read(bdb(1, "orders", **failed), bdb(3, "orders-new", **failed), bdb(4, "invoices", **failed)),
    ]
    events, dummy = watch(Cluster(*looks), name=["orders*", "invoice"], uid=[4])
    assert [event["uid"] for event in events] == [1, 3, 4]
    assert "No database matches 4, 'invoice' yet" in caplog.text


def test_operations_and_events_are_chosen():
    fields = {"export_status": "failed", "backup_status": "failed", "import_status": "failed"}
    looks = [read(bdb()), read(bdb(**fields)), read(bdb(export_status="succeeded", backup_status="succeeded"))]
    events, dummy = watch(Cluster(*looks), operations=["backup", "export"], events="succeeded")
    assert [(event["event"], event["operation"]) for event in events] == [
        ("succeeded", "export"),
        ("succeeded", "backup"),
    ]


def test_secrets_that_a_cluster_repeats_are_hidden():
    told = bdb(export_status="failed", export_failure_reason="no canary-password here")
    events, dummy = watch(Cluster(read(told)))
    assert events[0]["failure_reason"] == "no ******** here" and "canary" not in str(events)


def test_a_bug_ends_the_watch_in_words_without_its_text():
    cluster = Cluster(("GET", "/v1/bdbs", ZeroDivisionError("canary")))
    with pytest.raises(RedisEnterpriseError, match="bug of the collection: ZeroDivisionError") as caught:
        asyncio.run(Watch(read_options(ARGS), None, None, cluster.connect).run())
    assert "canary" not in caught.value.sentence()


def test_cancelling_waits_for_no_answer():
    """The thread that asks is still waiting when the watch and its loop have ended."""
    answer = threading.Event()

    async def go():
        loop, asked = asyncio.get_running_loop(), asyncio.Event()

        class Silent(Cluster):
            def get(self, *words, **options):
                loop.call_soon_threadsafe(asked.set)
                answer.wait()
                return []

        task = asyncio.ensure_future(Watch(read_options(ARGS), None, connect_to=Silent().connect).run())
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    answer.set()
