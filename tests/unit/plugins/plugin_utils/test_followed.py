# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to the channel, the result of the task is what it is without, and nothing is left behind."""

from __future__ import annotations

import errno
import json
import os
import signal
import tempfile
import threading
from types import SimpleNamespace

import pytest

from ansible_collections.community.redis_enterprise.plugins.action.bdb_export import ActionModule
from ansible_collections.community.redis_enterprise.plugins.plugin_utils import _followed, _printer

RESULT = {"changed": True, "databases": []}
FACTS = {"operation": "export", "done": 0, "failed": 0, "running": 1, "waiting": 0, "names": [], "left": None}


def message(percent):
    return json.dumps({**FACTS, "percent": percent, "elapsed": percent}).encode() + b"\n"


@pytest.fixture
def shown(monkeypatch):
    lines = []
    display = SimpleNamespace(display=lambda line, stderr: lines.append(line))
    monkeypatch.setattr(_printer, "Display", lambda: display)
    return lines


@pytest.fixture
def act(monkeypatch, tmp_path, shown):
    """act(module, **task): the result of the action, where ``module(channel)`` stands for the run of the module."""
    monkeypatch.setattr(_followed.C, "DEFAULT_LOCAL_TMP", str(tmp_path), raising=False)

    def call(module, transport="local", **task):
        action = ActionModule.__new__(ActionModule)
        action._connection = SimpleNamespace(transport=transport)
        action._task = SimpleNamespace(**{"async_val": 0, "check_mode": False, "no_log": False, **task})

        def run(self, tmp, task_vars):
            module(self._channel)
            return RESULT

        monkeypatch.setattr(_followed.NormalAction, "run", run)
        before = threading.active_count(), len(os.listdir("/proc/self/fd")), signal.getsignal(signal.SIGTERM)
        try:
            assert action.run(None, {"inventory_hostname": "east"}) == RESULT
        finally:
            assert (
                threading.active_count(),
                len(os.listdir("/proc/self/fd")),
                signal.getsignal(signal.SIGTERM),
            ) == before
            assert list(tmp_path.iterdir()) == []

    return call


def send(channel, *messages):
    pipe = os.open(channel, os.O_WRONLY | os.O_NONBLOCK)
    for one in messages:
        os.write(pipe, one)
    os.close(pipe)


def test_lines_are_shown_before_the_task_ends(act, shown):
    act(lambda channel: send(channel, message(0), message(10), message(20)))
    assert [line.partition(", ")[0] for line in shown] == ["exporting: [east] =>  10%", "exporting: [east] =>  20%"]


def test_directory_is_gone_as_soon_as_the_module_has_said_a_word(act, tmp_path):
    def module(channel):
        assert oct(os.stat(os.path.dirname(channel)).st_mode)[-3:] == "700"
        pipe = os.open(channel, os.O_WRONLY)
        os.write(pipe, message(0))
        wait_for = threading.Event()
        while list(tmp_path.iterdir()):
            wait_for.wait(0.01)
        os.close(pipe)

    act(module)


@pytest.mark.parametrize("sent", [[], [b"x"], [b"{}\n", b"\xff\n", b"[" * 9000 + b"\n"], [message(0)[:20]]])
def test_what_is_no_message_harms_nothing(act, shown, sent):
    act(lambda channel: send(channel, *sent))
    assert shown == []


def test_good_messages_after_a_bad_one_are_shown(act, shown):
    act(lambda channel: send(channel, message(0), b"nonsense\n", message(10)))
    assert len(shown) == 1


@pytest.mark.parametrize(
    "target, name",
    [(os, "mkfifo"), (tempfile, "mkdtemp"), (threading.Thread, "start"), (os, "set_blocking")],
)
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("can't start new thread")]
)
def test_no_channel_can_be_made(act, monkeypatch, target, name, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(target, name, fail)
    seen = []
    act(seen.append)
    assert seen == [None]


def test_display_that_fails_and_the_pipe_is_read_on(act, monkeypatch):
    def fail(line, stderr):
        raise OSError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(_printer, "Display", lambda: SimpleNamespace(display=fail))
    act(lambda channel: send(channel, *(message(percent) for percent in range(100))))


def test_failure_of_the_module_itself_goes_through(act):
    def module(channel):
        send(channel, message(0))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        act(module)


@pytest.mark.parametrize("task", [{"async_val": 30}, {"check_mode": True}, {"no_log": True}, {"transport": "ssh"}])
def test_tasks_without_a_channel(act, task):
    seen = []
    act(seen.append, **task)
    assert seen == [None]


@pytest.mark.parametrize(
    "channel, given, expected", [(None, "A=1", "A=1"), ("/x", "A=1", "A=1 V=/x"), ("/x", "", "V=/x")]
)
def test_variable_is_added_to_those_of_the_task(monkeypatch, channel, given, expected):
    monkeypatch.setattr(_followed.NormalAction, "_compute_environment_string", lambda self, raw=None: given)
    action = ActionModule.__new__(ActionModule)
    action._channel = channel
    shell = SimpleNamespace(env_prefix=lambda **variables: "".join(f"V={value}" for value in variables.values()))
    action._connection = SimpleNamespace(_shell=shell)
    assert action._compute_environment_string({}) == expected


def test_signal_waits_for_the_line_that_is_on_its_way(monkeypatch):
    """The line is sent by a thread. The signal comes in the middle of it, and is obeyed after its end, and no other line begins."""
    began, go_on, told = threading.Event(), threading.Event(), []

    def display(line, stderr):
        began.set()
        go_on.wait(10)
        told.append(line)

    monkeypatch.setattr(_printer, "Display", lambda: SimpleNamespace(display=display))
    former = signal.signal(signal.SIGTERM, lambda number, frame: told.append("ended"))
    try:
        with _printer.Printer() as printer:
            thread = threading.Thread(target=lambda: [printer.line("one"), printer.line("two")])
            thread.start()
            assert began.wait(10)
            threading.Timer(0.05, go_on.set).start()
            os.kill(os.getpid(), signal.SIGTERM)
            thread.join(10)
    finally:
        signal.signal(signal.SIGTERM, former)
    assert told == ["one", "ended"]


def test_strategy_that_runs_tasks_in_threads(act, shown):
    failures = []

    def run():
        try:
            act(lambda channel: send(channel, message(0), message(10)))
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert failures == [] and len(shown) == 1
