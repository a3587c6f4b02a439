# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a waiting module tells: all databases, once at the beginning, then what has changed, never more often than asked, and never with an error."""

from __future__ import annotations

import json
import os

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils import _databases, _job, _operation, _start
from ansible_collections.community.redis_enterprise.plugins.module_utils._progress import CHANNEL, Progress
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import Played


@pytest.fixture
def pipe(tmp_path, monkeypatch):
    """pipe(): the messages that have come through the pipe that the environment names."""
    path = tmp_path / "channel"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    keep = os.open(path, os.O_WRONLY)
    monkeypatch.setenv(CHANNEL, str(path))

    def read():
        try:
            return [json.loads(line) for line in os.read(reader, 10**6).splitlines()]
        except BlockingIOError:
            return []

    read.path, read.keep, read.reader = path, keep, reader
    yield read
    os.close(keep)
    os.close(reader)


@pytest.fixture
def play(clock):
    """play(interval, **cluster): the jobs and the requests of an export of databases that takes 20 s each, two at a time."""

    def call(interval, count=5, tell=None, **options):
        cluster = Played(clock, count, 20)
        reader = _databases.DatabaseReader(cluster, None)
        databases = reader.read()
        jobs = [_job.Job(database, "export", {}) for database in databases.values()]
        tell = tell or Progress(interval, **options)
        limits = _operation.Limits(600, 5, 2)
        runner = _operation.Runner(cluster, reader, limits, clock.monotonic, clock.sleep, tell)
        runner.carry_out(_start.Start("export", "exported", "attach", True, 60), jobs, databases)
        assert {job.outcome for job in jobs} == {"exported"}
        return cluster.polls, cluster.writes

    return call


@pytest.mark.parametrize("interval", [1, 10])
def test_counts_add_up_and_the_interval_is_kept(play, pipe, interval):
    play(interval)
    told = pipe()
    assert [sum(message[name] for name in ("done", "failed", "running", "waiting")) for message in told] == [5] * len(
        told
    )
    assert told[0]["elapsed"] == 0 and (told[0]["running"], told[0]["waiting"]) == (2, 3)
    times = [message["elapsed"] for message in told]
    assert 3 <= len(times) <= 70 / interval and all(
        later - earlier >= interval for earlier, later in zip(times, times[1:])
    )
    facts = [{**message, "elapsed": 0, "left": 0} for message in told]
    assert all(one != other for one, other in zip(facts, facts[1:])), "something is told although nothing moved"
    assert told[-1]["done"] == 4 and told[-1]["names"] == [["db-5", None]]


def test_same_requests_whether_somebody_listens_or_not(play, pipe, monkeypatch):
    loud = play(1)
    assert len(pipe()) > 3
    monkeypatch.delenv(CHANNEL)
    quiet = play(1)
    assert loud == quiet


def test_nothing_is_told_with_interval_0(play, pipe):
    play(0)
    assert pipe() == []


def test_names_come_without_secrets_and_short(play, pipe):
    play(1, hide=lambda text: text.replace("db", "*" * 99))
    assert {name for message in pipe() for name, dummy in message["names"]} == {"*" * 60}


@pytest.mark.parametrize("way", ["no variable", "no file", "file", "directory", "no reader", "full", "closed"])
def test_broken_channel_is_given_up(play, pipe, monkeypatch, way):
    tell = None
    if way == "no variable":
        monkeypatch.delenv(CHANNEL)
    elif way in ("no file", "file", "directory"):
        os.remove(pipe.path)
        {"no file": lambda: None, "file": pipe.path.touch, "directory": pipe.path.mkdir}[way]()
    elif way == "no reader":
        monkeypatch.setenv(CHANNEL, str(pipe.path) + "2")
        os.mkfifo(str(pipe.path) + "2")
    elif way == "full":
        os.set_blocking(pipe.keep, False)
        with pytest.raises(BlockingIOError):
            while True:
                os.write(pipe.keep, b"x" * 4096)
    else:
        tell = Progress(1)
        os.close(tell._pipe)
        tell._pipe = os.open(os.devnull, os.O_RDONLY)
    play(1, tell=tell)
    assert not pipe.path.is_file() or pipe.path.read_bytes() == b""


def test_pace_of_the_running_ones(clock):
    """The estimate is that of the slowest; one whose progress is not known, or has hardly moved, makes it unknown."""
    from ansible_collections.community.redis_enterprise.plugins.module_utils._progress import _left

    def job(percent, began=0, attached=False, before=None):
        shape = {"began": began, "attached": attached, "before": _databases.State("exporting", before, None, None)}
        return type("Job", (), shape)(), percent

    assert _left([job(50), job(80)], 100) == 100
    assert _left([job(60, attached=True, before=40)], 100) == 200
    assert _left([job(50), job(4)], 100) is None and _left([job(None)], 100) is None and _left([], 100) is None
