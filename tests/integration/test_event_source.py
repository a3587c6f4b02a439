# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source as ansible-rulebook runs it, by its path, in a loop of this process and against a simulated cluster."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import runpy
import shutil
import subprocess
import sys

import pytest

from tests.integration.conftest import ROOT, blocks, load
from tests.simulator.process import SimulatorProcess

SOURCE = ROOT / "extensions/eda/plugins/event_source/databases.py"
LIMIT = 30


@pytest.fixture(scope="module")
def sim():
    databases = [load(uid, f"db-{uid}") for uid in range(1, 41)]
    databases[1] |= {"export_status": "failed", "export_failure_reason": "no-permission"}
    with SimulatorProcess({"export_duration": 0.2, "databases": databases}, nodes=2) as simulator:
        yield simulator


@contextlib.asynccontextmanager
async def watching(sim, **args):
    """The queue that the running source puts its events into."""
    queue = asyncio.Queue(1)
    connection = {"url": sim.urls, "username": sim.username, "password": sim.password, "ca_cert": sim.ca_cert}
    main = runpy.run_path(str(SOURCE))["main"]
    task = asyncio.ensure_future(main(queue, {**connection, "interval": 0.1, **args}))
    try:
        yield queue
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def take(queue):
    return await asyncio.wait_for(queue.get(), LIMIT)


async def looks(sim, number):
    """Wait until the source has asked so many times more."""

    async def wait():
        before = len(sim.control.requests(path="/v1/bdbs"))
        while len(sim.control.requests(path="/v1/bdbs")) < before + number:
            await asyncio.sleep(0.05)

    await asyncio.wait_for(wait(), LIMIT)


def test_each_end_of_a_run_is_one_event_and_one_request_reads_all(sim):
    async def go():
        told = []
        async with watching(sim, name="db-1") as queue:
            await looks(sim, 2)
            for result in ("succeeded", "failed", "failed", "succeeded", "failed"):
                # A run that ends as the one before it can only be told from it when it was seen.
                sim.control.set_database(1, plan={"result": result, "reason": "general-error", "hang": True})
                sim.control.start_export(1)
                await looks(sim, 2)
                sim.control.set_database(1, plan={"hang": False})
                told.append(await take(queue))
            await looks(sim, 3)
            assert queue.empty()
        return told

    sim.control.reset_log()
    told = asyncio.run(go())
    data = [event["redis_enterprise"] for event in told]
    assert [(event["event"], event["failures"]) for event in data] == [
        ("succeeded", 0),
        ("failed", 1),
        ("failed", 2),
        ("succeeded", 0),
        ("failed", 1),
    ]
    assert len(sim.control.database(1)["runs"]) == 5
    assert list(sim.control.counters()["routes"]) == ["GET /v1/bdbs"]
    assert data[1] == {
        "event": "failed",
        "operation": "export",
        "uid": 1,
        "name": "db-1",
        "cluster": "127.0.0.1",
        "status": "failed",
        "failure_reason": "general-error",
        "failures": 1,
        "initial": False,
        "reason": "The export failed: general-error.",
        "hint": data[1]["hint"],
        "last_time": data[0]["last_time"],
        "age": data[1]["age"],
    }
    assert "ephemeral storage" in data[1]["hint"] and 0 <= data[1]["age"] < LIMIT
    (sample,) = [json.loads(block) for block in blocks("docs/events.md", "json")]
    assert sample["redis_enterprise"].keys() == data[1].keys()
    assert len({event["meta"]["uuid"] for event in told}) == 5
    assert told[0]["meta"]["source"] == {"type": "community.redis_enterprise.databases"}


def test_a_lost_node_is_no_event_and_the_other_one_tells_the_next(sim):
    async def go():
        async with watching(sim, uid=2) as queue:
            first = await take(queue)
            sim.control.stop_node(1)
            try:
                sim.control.start_export(2)
                second = await take(queue)
            finally:
                sim.control.start_node(1)
        return first["redis_enterprise"], second["redis_enterprise"]

    first, second = asyncio.run(go())
    assert (first["event"], first["initial"]) == ("failed", True)
    assert (second["event"], second["initial"]) == ("succeeded", False)


def test_a_wrong_password_is_sent_once(sim, caplog):
    async def go():
        async with watching(sim, password="canary-password", interval=0.1) as queue:
            return await take(queue)

    sim.control.reset_log()
    event = asyncio.run(go())["redis_enterprise"]
    assert (event["event"], event["failure_reason"], event["uid"]) == ("login_refused", "authentication", None)
    assert len(sim.control.requests()) == 1 and sim.control.locked_users() == []
    assert "answered 401" in caplog.text and "canary" not in caplog.text + str(event)


def test_a_login_with_a_token_is_done_once(sim):
    async def go():
        async with watching(sim, auth_method="jwt", export_stale_after="7d", uid=3):
            await looks(sim, 3)

    sim.control.reset_log()
    asyncio.run(go())
    assert sim.control.counters()["routes"]["POST /v1/users/authorize"] == 1


RUN = "import asyncio, runpy, sys; asyncio.run(runpy.run_path(sys.argv[1])['main'](None, {}))"


@pytest.mark.parametrize(
    ("module", "package"), [("requests.py", "requests"), ("ansible/__init__.py", "ansible-core"), (None, None)]
)
def test_what_is_missing_is_named(tmp_path, module, package):
    """A Python without a package, played by a folder that shadows it; and the file without its collection."""
    source = SOURCE
    if module:
        shadow = tmp_path / module
        shadow.parent.mkdir(exist_ok=True)
        name = module.partition("/")[0].removesuffix(".py")
        shadow.write_text(f"raise ModuleNotFoundError('not here', name={name!r})\n", encoding="utf-8")
        words = f"does not have {package}: {sys.executable} -m pip install {package}"
    else:
        source = shutil.copy(SOURCE, tmp_path)
        words = "is not inside the collection community.redis_enterprise"
    run = subprocess.run(
        [sys.executable, "-c", RUN, str(source)],
        env={"PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert run.returncode == 1 and words in run.stderr.splitlines()[-1]
