# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of the fault matrix, and the interruptions that no simulator makes: signals to the play."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time

import pytest

from tests.integration.conftest import load, mount
from tests.integration.faultmatrix import ROWS


def when_started(sim, act):
    """Do ``act(sim)`` in the background as soon as the cluster has accepted a start."""

    def watch():
        deadline = time.monotonic() + 30
        while not sim.control.counters()["accepted_starts"] and time.monotonic() < deadline:
            time.sleep(0.02)
        act(sim)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("name", ROWS)
def test_fault(ansible, cluster, name):
    row = ROWS[name]
    sim = cluster(
        {
            "databases": row.databases or [load(1, "orders", plan=row.plan), load(2, "sessions")],
            "export_duration": 0.3,
            **row.cluster,
            "faults": row.faults,
        }
    )
    ansible.use(sim, row.user)
    if row.before:
        row.before(sim)
    watcher = when_started(sim, row.during) if row.during else None
    options = {
        "uid": list(row.outcomes) if isinstance(row.outcomes, dict) else [1],
        "export_location": mount("/nowhere"),
        **row.options,
    }
    if row.url:
        options["url"] = row.url(sim)
    run = ansible.module("bdb_export", **options)
    if watcher:
        watcher.join(30)
    expected = row.outcomes if isinstance(row.outcomes, dict) else {1: row.outcomes}
    if row.outcomes is None:
        assert "databases" not in run.result and run.result["failure"]["kind"] == row.kind, run.text
    else:
        rows = {found["uid"]: found for found in run.result["databases"]}
        assert {uid: found["outcome"] for uid, found in rows.items()} == expected, run.text
        assert row.kind == (rows[1]["failure"] or {}).get("kind"), run.text
    good = row.outcomes is not None and set(expected.values()) <= {"exported", "attached"}
    assert (run.rc == 0) is good
    assert [words for words in row.says if words not in run.words] == [], run.text
    assert "Traceback" not in run.text and "bug of the collection" not in run.text
    counters = sim.control.counters()
    assert counters["accepted_starts"] == {str(uid): row.starts for uid in expected if row.starts}
    if row.posts is not None:
        assert len(sim.control.requests(method="POST", path="/actions/export")) == row.posts
    if row.logins is not None:
        assert counters["routes"]["POST /v1/users/authorize"] == row.logins
    if row.faults:
        assert all(fault["hits"] for fault in sim.control.faults()), "the fault was never met"
    if row.check:
        row.check(sim, run)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_play_loses_nothing(ansible, cluster, number):
    """The play is stopped while two databases are exported; the next run follows these two and starts the third."""
    sim = cluster({"databases": [load(uid, f"db-{uid}", plan={"duration": 5}) for uid in (1, 2, 3)]})
    options = {"name": "*", "export_location": mount("/nowhere"), "max_parallel": 2}
    words = ["ansible", "localhost", "-m", "community.redis_enterprise.bdb_export", "-a", json.dumps(options)]
    play = subprocess.Popen(
        words,
        cwd=ansible.folder,
        env={**ansible.use(sim).env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while len(sim.control.counters()["accepted_starts"]) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(play.pid, number)  # as a terminal and a service manager do: all processes of it
    play.communicate(timeout=30)
    run = ansible.module("bdb_export", **options)
    assert run.rc == 0, run.text
    assert [row["outcome"] for row in run.result["databases"]] == ["attached", "attached", "exported"]
    assert sim.control.counters()["accepted_starts"] == {"1": 1, "2": 1, "3": 1}
