# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator sees while a task waits, as it is printed, and that all else is as if there were nothing to see."""

from __future__ import annotations

import inspect
import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import yaml
from ansible.utils.display import Display

from tests.integration.conftest import load, mount

LINE = re.compile(
    r"^(?P<doing>exporting|importing): \[(?P<host>[^]]+)\] => (?P<over>[ \d]\d\d|  \d)%, (?P<done>\d+) of (?P<total>\d+) done, (?P<failed>\d+) failed, "
    r"(?P<running>\d+) running(?P<how> at \d+%| \([^)]*\))?, (?P<waiting>\d+) waiting"
    r"(; ((?P<rate>\d+/(min|h))(, |$))?(about (?P<left>[\d.]+ (s|min|h)) left)?)?$"
)
EXPORT = "community.redis_enterprise.bdb_export"
# Runs until it is let go, and shows STOPPED_AT meanwhile.
HELD, STOPPED_AT = {"hang": True, "progress": "stuck"}, "42%"
OFTEN = {
    "export_location": mount("/nowhere"),
    "max_age": 0,
    "poll_interval": 0.1,
    "progress_interval": 0.1,
    "wait_timeout": 50,
}
# Stands for any connection that does not end on this host, although it does.
ELSEWHERE = """
from ansible.plugins.connection.local import Connection as Local
DOCUMENTATION = "name: elsewhere\\nshort_description: not here\\ndescription: Not here.\\nauthor: nobody\\n"
class Connection(Local):
    transport = "elsewhere"
"""
# Breaks the module's end of the channel, as the variable BREAK of its environment says.
SABOTAGE = """
import os, shutil, signal
way = os.environ.get("BREAK")
path = os.environ.get("REDIS_ENTERPRISE_PROGRESS_CHANNEL", "")
if way == "gone":
    shutil.rmtree(os.path.dirname(path))
elif way in ("full", "killed"):
    write = os.write
    def fail(to, data):
        if b"waiting" not in data:
            return write(to, data)
        if way == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(28, "No space left on device")
    os.write = fail
"""
BREAKS = ["no", "gone", "full", "killed"]


def lines(text):
    """Every line of progress, taken apart. One of another form fails."""
    found = [line for line in text.splitlines() if re.match(r"\W*(export|import)ing: ", line)]
    matched = [LINE.match(line) for line in found]
    assert all(matched), [line for line, match in zip(found, matched) if not match]
    assert all(len(line) < 120 and line.isascii() and line.isprintable() for line in found)
    for match in matched:
        numbers = {name: int(match[name]) for name in ("done", "failed", "running", "waiting", "total")}
        assert numbers.pop("total") == sum(numbers.values()), match[0]
    return matched


@contextmanager
def watched(ansible, *words):
    """A command whose output is read while it runs: yields the process, and what to call for its next line of progress."""
    play = subprocess.Popen(
        words,
        cwd=ansible.folder,
        env=ansible.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    guard = threading.Timer(60, play.kill)
    guard.start()
    seen = []

    def until(found):
        for line in play.stdout:
            seen.append(line)
            if found(line):
                return line
        raise AssertionError("it ended before:\n" + "".join(seen))

    try:
        yield play, until
    finally:
        guard.cancel()
        if play.poll() is None:
            os.killpg(play.pid, signal.SIGKILL)
        play.wait()
        play.stdout.close()


def let_go(sim, *uids):
    """Let the runs of these databases end."""
    for uid in uids:
        sim.control.set_database(uid, plan={"hang": False})


def left_over(ansible):
    return sorted(str(path) for path in ansible.folder.rglob("progress-*"))


def write_book(ansible, *plays):
    """A playbook, and an inventory of two hosts that are this one."""
    (ansible.folder / "play.yml").write_text(yaml.safe_dump(list(plays)), encoding="utf-8")
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {"all": {"hosts": {"east": local, "west": local}}}
    (ansible.folder / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    return ["ansible-playbook", "-i", "hosts.yml", "play.yml"]


def test_lines_are_there_while_the_task_waits_and_name_the_host(ansible, cluster):
    """Two hosts with the strategy free. Nothing ends before its line was read; then a line comes for what has ended, and then the result."""
    sim = cluster({"databases": [load(uid, f"db-{uid}", plan=HELD) for uid in (1, 2, 3, 4, 5)]})
    tasks = [{EXPORT: {"uid": "{{ {'east': [1], 'west': [2, 3, 4, 5]}[inventory_hostname] }}", **OFTEN}}]
    words = write_book(ansible.use(sim), {"hosts": "all", "gather_facts": False, "strategy": "free", "tasks": tasks})
    with watched(ansible, *words) as (play, until):
        found = [LINE.match(until(lambda line: re.search(rf"{STOPPED_AT}\)?, 0 waiting", line))) for dummy in range(2)]
        east, west = sorted(found, key=lambda line: line["host"])
        assert (east["host"], east["total"], east["how"]) == ("east", "1", f" (db-1 {STOPPED_AT})")
        assert (west["host"], west["running"], west["how"]) == (
            "west",
            "4",
            f" at {STOPPED_AT}",
        ) and play.poll() is None
        assert left_over(ansible) == [], "an interruption could leave this behind"
        let_go(sim, 2, 3)
        until(
            lambda line: f"2 of 4 done, 0 failed, 2 running (db-4 {STOPPED_AT}, db-5 {STOPPED_AT}), 0 waiting" in line
        )
        let_go(sim, 1, 4, 5)
        rest = play.stdout.read()
        play.wait()
    assert play.returncode == 0 and re.findall(r"^changed: \[(\w+)\]$", rest, re.MULTILINE)
    assert sim.control.counters()["accepted_starts"] == dict.fromkeys("12345", 1)


def test_nothing_is_printed_while_nothing_moves_and_nothing_more_is_asked(ansible, cluster):
    """The same runs, which stand still for nine looks, with lines and without them: the cluster gets the same requests."""
    sim = cluster({"databases": [load(1, "loud", plan=HELD), load(2, "quiet", plan=HELD)]})
    for uid in (1, 2):
        sim.control.event("change_database", seen=9, uid=uid, values={"plan": {"hang": False}})
    tasks = [{EXPORT: {**OFTEN, "uid": uid, "progress_interval": often}} for uid, often in ((1, 0.1), (2, 0))]
    run = ansible.use(sim).play(tasks)
    assert run.rc == 0 and run.recap()["changed"] == 2, run.text
    (line,) = lines(run.text)
    assert line["how"] == f" (loud {STOPPED_AT})", "it moves once, when it begins to run"
    asked = [(entry["method"], entry["path"].replace("2", "1")) for entry in sim.control.requests()]
    half = len(asked) // 2
    assert asked[:half] == asked[half:] and asked[:half].count(("GET", "/v1/bdbs")) >= 9


def test_many_databases_some_fail_and_names_are_harmless(ansible, cluster):
    """Names with control characters and braces come out harmless, at most three of them, and a failure is counted while it happens."""
    fails = {"duration": 0.2, "result": "failed", "reason": "no-permission"}
    databases = [load(uid, f"db-{uid}", plan={"duration": 0.1}) for uid in range(1, 31)]
    databases += [load(31, "\x1b[31m\n{0}" + "x" * 40, plan=HELD), load(32, "broken", plan=fails)]
    sim = cluster({"databases": databases})
    with watched(
        ansible.use(sim),
        "ansible",
        "localhost",
        "-m",
        EXPORT,
        "-a",
        json.dumps({"name": "*", "max_parallel": 0, **OFTEN}),
    ) as (play, until):
        last = until(lambda line: " 1 running (" in line and "1 failed" in line)
        assert lines(last)[0]["how"].startswith(" (?[31m?{0}x") and "30 of 32 done" in last
        let_go(sim, 31)
        rest = play.stdout.read()
        play.wait()
    assert "1 of 32 failed" in rest and "no-permission" in rest


def test_ansible_runner_has_the_lines_as_events_of_the_task(ansible, cluster):
    sim = cluster({"databases": [load(1, "orders", plan={"duration": 0.6})], "import_duration": 0.6})
    source = {"type": "mount_point", "path": "/nowhere/x.rdb"}
    tasks = [
        {"name": "Export", EXPORT: {"uid": 1, **OFTEN}},
        {
            "name": "Import",
            "community.redis_enterprise.bdb_import": {
                "uid": 1,
                "sources": [source],
                "confirm_erase": "orders",
                "poll_interval": 0.1,
                "progress_interval": 0.1,
            },
        },
    ]
    project = ansible.folder / "job" / "project"
    project.mkdir(parents=True)
    (project / "play.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    run = ansible.use(sim).command("ansible-runner", "run", "job", "-p", "play.yml", "-i", "one")
    assert run.rc == 0, run.text
    events = [json.loads(path.read_text()) for path in (ansible.folder / "job/artifacts/one/job_events").iterdir()]
    said = {
        (event.get("event_data", {}).get("task"), line["doing"]) for event in events for line in lines(event["stdout"])
    }
    # On ansible-core 2.16, ansible-runner cannot tell that a line goes to the standard error, and does not know its task then.
    known = "stderr" in inspect.signature(Display.display).parameters
    assert said == {("Export" if known else None, "exporting"), ("Import" if known else None, "importing")}
    assert lines(run.out) and lines((ansible.folder / "job/artifacts/one/stdout").read_text())


def test_tasks_of_every_kind_are_what_they_were(ansible, cluster):
    """Defaults of the group and of the module, loops, retries, delegation, environments, async, no_log and check mode; and what prints nothing."""
    sim = cluster({"databases": [load(uid, f"db-{uid}", plan={"duration": 0.3}) for uid in (1, 2)]})
    call = {"uid": 1, "export_location": mount("/nowhere")}
    environment = {
        f"REDIS_ENTERPRISE_{name}": sim.env[f"REDIS_ENTERPRISE_{name}"] for name in ("USER", "PASSWORD", "CA_CERT")
    }
    tasks = [
        {
            "name": "loud: loop, again",
            "bdb_export": {**call, "uid": "{{ item }}", "force": "{{ omit }}"},
            "collections": ["community.redis_enterprise"],
            "loop": [2],
            "retries": 1,
            "delay": 0,
            "register": "run",
            "until": "run.attempts | default(1) == 2",
        },
        {
            "name": "loud: delegated",
            EXPORT: call,
            "delegate_to": "localhost",
            "run_once": True,
            "timeout": 30,
            "diff": True,
        },
        {"name": "quiet: async", EXPORT: call, "async": 30, "poll": 1},
        {"name": "quiet: no_log", EXPORT: call, "no_log": True},
        {"name": "quiet: check", EXPORT: call, "check_mode": True},
        {"name": "quiet: elsewhere", EXPORT: call, "vars": {"ansible_connection": "elsewhere"}},
        {"name": "quiet: goes on", EXPORT: {**call, "wait": False}},
        {"name": "bad", EXPORT: {**call, "progress_interval": -1}, "ignore_errors": True},
    ]
    quick = {name: OFTEN[name] for name in ("poll_interval", "progress_interval", "max_age")}
    book = write_book(
        ansible,
        {
            "hosts": "east",
            "gather_facts": False,
            "environment": environment,
            "module_defaults": {
                "group/community.redis_enterprise.all": {"url": [sim.url], "timeout": 9},
                EXPORT: quick,
            },
            "tasks": tasks,
        },
    )
    (ansible.folder / "connection_plugins").mkdir()
    (ansible.folder / "connection_plugins" / "elsewhere.py").write_text(ELSEWHERE)
    run = ansible.command(
        f"{' '.join(book)} -vvv 2>&1",
        shell=True,
        ANSIBLE_CONNECTION_PLUGINS="connection_plugins",
        ANSIBLE_ASYNC_DIR=str(ansible.folder),
        ANSIBLE_PIPELINING="1",
    )
    assert run.rc == 0 and run.recap("east") | {"failed": 0, "ignored": 1, "changed": 7} == run.recap("east"), run.text
    parts = dict(part.split("]", 1) for part in re.split(r"(?m)^TASK \[", run.out)[1:])
    assert {name: bool(lines(part)) for name, part in parts.items() if ": " in name} == {
        task["name"]: task["name"].startswith("loud") for task in tasks[:-1]
    }
    assert {line["host"] for line in lines(run.out)} == {"east"}
    assert "progress_interval: it is too small. Give 0 or more" in parts["bad"]
    assert left_over(ansible) == []
    results = re.findall(r"^(?:changed|ok): .*?=> (\{.*?^\})", run.out, re.MULTILINE | re.DOTALL)
    assert len(results) >= 5 and not [result for result in results if "REDIS_ENTERPRISE_PROGRESS" in result]


def test_broken_channel_changes_no_result(ansible, cluster):
    """The module's end is broken in every way. All results are the same but where the module is killed, which it would be anyway."""
    sim = cluster({"databases": [load(1, "orders", plan={"duration": 0.3})]})
    (ansible.folder / "sitecustomize.py").write_text(SABOTAGE)
    shown = "{{ run.databases[0] | dict2items | rejectattr('key', 'in', ['elapsed', 'last_time', 'before', 'progress']) | items2dict | to_json }}"
    tasks = []
    for way in BREAKS:
        path = {"PYTHONPATH": str(ansible.folder), "BREAK": way}
        tasks += [
            {"name": way, EXPORT: {"uid": 1, **OFTEN}, "environment": path, "register": "run", "ignore_errors": True},
            {"name": f"result {way}", "ansible.builtin.debug": {"msg": f"{way}={shown}"}, "when": "run is success"},
        ]
    write_book(ansible.use(sim), {"hosts": "localhost", "gather_facts": False, "tasks": tasks})
    run = ansible.command("ansible-playbook play.yml 2>&1", shell=True, ANSIBLE_PIPELINING="1")
    results = dict(re.findall(r'"msg": "(\w+)=(.*)"$', run.out, re.MULTILINE))
    assert list(results) == BREAKS[:-1] and len(set(results.values())) == 1, run.text
    assert '\\"outcome\\": \\"exported\\"' in results["no"]
    assert run.recap() | {"failed": 0, "ignored": 1} == run.recap() and left_over(ansible) == [], run.text
    parts = dict(part.split("]", 1) for part in re.split(r"(?m)^TASK \[", run.out)[1:])
    assert lines(parts["no"]) and not [way for way in BREAKS[1:] if lines(parts[way])]


def test_interruption_right_after_a_line_ends_the_play_and_leaves_nothing_behind(ansible, cluster):
    sim = cluster({"databases": [load(1, "orders", plan=HELD)]})
    words = ["ansible", "localhost", "-m", EXPORT, "-a", json.dumps({"uid": 1, **OFTEN})]
    with watched(ansible.use(sim), *words) as (play, until):
        until(LINE.match)
        os.killpg(play.pid, signal.SIGINT)
        assert play.wait(30) and left_over(ansible) == []
    assert sim.control.counters()["accepted_starts"] == {"1": 1}
