# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace of the runner: how often the cluster is asked, and how much is sent between two looks."""

from __future__ import annotations

from itertools import groupby
from threading import Event, Lock

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils import (
    _databases,
    _job,
    _operation,
    _reset,
    _start,
)
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import Played, refusal


@pytest.fixture
def play(clock):
    """play(cluster, rules, ...): the jobs of all its databases, carried out by the clock of the test."""

    def call(cluster, rules=None, max_parallel=1, poll_interval=5, wait_timeout=600):
        calls = []
        seen = {"get": cluster.get, "write": cluster.write}
        for name, real in seen.items():
            setattr(
                cluster, name, lambda *args, _name=name, _real=real, **more: calls.append(_name) or _real(*args, **more)
            )
        reader = _databases.DatabaseReader(cluster, None)
        databases = reader.read()
        jobs = [_job.Job(database, "export", {}) for database in databases.values()]
        limits = _operation.Limits(wait_timeout, poll_interval, max_parallel)
        runner = _operation.Runner(cluster, reader, limits, clock.monotonic, clock.sleep)
        runner.carry_out(rules or _start.Start("export", "exported", "attach", True, 60), jobs, databases)
        return jobs, [(name, len(list(group))) for name, group in groupby(calls)]

    return call


@pytest.mark.parametrize("seconds", [0.5, 3, 45, 600])
@pytest.mark.parametrize("answers_in", [0, 0.02])
def test_end_is_known_a_tenth_of_the_duration_after_it_came(play, clock, seconds, answers_in):
    cluster = Played(clock, count=1, seconds=seconds, answers_in=answers_in)
    (job,), dummy = play(cluster, poll_interval=1000, wait_timeout=3600)
    late = clock.now - cluster.started[1] - seconds
    assert job.outcome == "exported" and late <= max(0.03 + answers_in, 2 * answers_in, 0.1 * seconds) + answers_in


@pytest.mark.parametrize("answers_in, least", [(0, 0.03), (0.1, 0.1), (1, 1), (7, 5)])
def test_cluster_that_answers_slowly_is_asked_less_often_up_to_poll_interval(play, clock, answers_in, least):
    cluster = Played(clock, count=1, seconds=90, answers_in=answers_in)
    play(cluster)
    asked = [pause for pause in clock.sleeps[1:] if pause]  # before the first, nothing is known of its answers
    assert min(asked) == pytest.approx(least) and max(asked) == pytest.approx(5)


def test_much_to_send_does_not_put_off_the_looks(play, clock):
    cluster = Played(clock, count=40, seconds=0, before="failed", writes_in=0.06)
    jobs, calls = play(cluster, _reset.Reset("fail"))
    assert {job.outcome for job in jobs} == {"reset"} and len(cluster.writes) == 40
    assert max(count for name, count in calls if name == "write") == 5  # 0.25 s
    assert all(count == 1 for name, count in calls[1:] if name == "get")


def test_slow_looks_leave_most_of_the_time_to_sending(play, clock):
    cluster = Played(clock, count=38, seconds=0, before="failed", writes_in=0.06, answers_in=0.5)
    jobs, calls = play(cluster, _reset.Reset("fail"))
    assert {job.outcome for job in jobs} == {"reset"}
    assert [count for name, count in calls if name == "write"] == [5, 33]  # 0.25 s, then up to 4 times 0.5 s


def test_max_parallel_of_resets_holds_no_reset_back(play, clock):
    cluster = Played(clock, count=200, seconds=0, before="succeeded")
    jobs, calls = play(cluster, _reset.Reset("fail"), max_parallel=4)
    assert {job.outcome for job in jobs} == {"reset"} and cluster.polls == 2
    assert [name for name, dummy in calls] == ["get", "write", "get"]


def test_nothing_is_sent_when_the_time_is_up(play, clock):
    cluster = Played(clock, count=20, seconds=0, before="failed", writes_in=0.3)
    jobs, dummy = play(cluster, _reset.Reset("fail"), wait_timeout=1)
    outcomes = [job.outcome for job in jobs]
    assert len(cluster.writes) == 4 and clock.now - 1000 <= 1.3 + 0.001
    assert outcomes.count("reset") + outcomes.count("failed") == 20 and outcomes[4:] == ["failed"] * 16
    assert jobs[-1].error.kind == "wait_timeout"


def test_refused_password_does_not_deny_what_was_accepted_beside_it(play, clock):
    class Refusing(Played):
        def write(self, method, path, body=None, permission=None):
            if path.startswith("/v1/bdbs/1/"):
                raise refusal(401, "authentication")
            super().write(method, path, body, permission)

    cluster = Refusing(clock, count=3, seconds=5)
    jobs, dummy = play(cluster, max_parallel=2)
    assert [job.outcome for job in jobs] == ["failed", "unknown", "not_started"]
    assert list(cluster.started) == [2]


def test_bug_in_one_write_stops_no_other(play, clock):
    class Broken(Played):
        def write(self, method, path, body=None, permission=None):
            if path.startswith("/v1/bdbs/1/"):
                raise KeyError("a secret may stand here")
            super().write(method, path, body, permission)

    jobs, dummy = play(Broken(clock, count=3, seconds=5), max_parallel=0)
    assert [job.outcome for job in jobs] == ["failed", "exported", "exported"]
    assert jobs[0].error.kind == "bug" and "secret" not in jobs[0].error.message


class Crowded(Played):
    """Database 1 runs already, and no write is answered before a look has been; ``most`` requests were under way at a time."""

    def __init__(self, clock, **more):
        super().__init__(clock, **more)
        self.started[1] = clock.now
        self.most = self.stuck = self._under_way = 0
        self._lock, self._looked = Lock(), Event()

    def _cross(self, more):
        with self._lock:
            self._under_way += more
            self.most = max(self.most, self._under_way)

    def get(self, *words, **more):
        self._cross(1)
        self._looked.set()
        shown = super().get(*words, **more)
        self._cross(-1)
        return shown

    def write(self, *words, **more):
        self._looked.clear()
        self._cross(1)
        self.stuck += not self._looked.wait(10)
        super().write(*words, **more)
        self._cross(-1)


def test_what_runs_is_looked_at_while_a_single_one_is_sent(play, clock):
    cluster = Crowded(clock, count=2, seconds=0.01)
    jobs, dummy = play(cluster, max_parallel=2)
    assert [job.outcome for job in jobs] == ["attached", "exported"] and not cluster.stuck


@pytest.mark.parametrize("max_parallel, most", [(2, 2), (3, 3), (0, 3)])
def test_what_runs_is_looked_at_while_others_are_sent_over_no_more_connections(play, clock, max_parallel, most):
    cluster = Crowded(clock, count=3, seconds=0.01)
    jobs, dummy = play(cluster, max_parallel=max_parallel)
    assert [job.outcome for job in jobs] == ["attached", "exported", "exported"]
    assert cluster.most <= most and not cluster.stuck
