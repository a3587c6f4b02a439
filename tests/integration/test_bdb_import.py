# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_import as its users run it: never without consent, never in check mode, never twice; and a word on everything that goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

from tests.integration.conftest import Ansible, load, mount
from tests.integration.importmatrix import ROWS
from tests.simulator.process import SimulatorProcess

FILE = "/mnt/exports/seed.rdb"
FIRST = "/mnt/exports/bk20261101-020041-1-orders-1_of_2-1-0-8191.rdb.gz"
SECOND = "/mnt/exports/bk20261101-020041-1-orders-2_of_2-2-8192-16383.rdb.gz"


def posts(sim):
    """How many imports the cluster was sent for each database, accepted or not."""
    counts = {}
    for entry in sim.control.requests(method="POST", path="/actions/import"):
        uid = int(entry["path"].split("/")[3])
        counts[uid] = counts.get(uid, 0) + 1
    return counts


#: name -> (options beside name orders and its two files, words that must be said)
REFUSED = {
    "no consent": ({}, ["confirm_erase: it does not name orders (uid 1)", "set confirm_erase to: orders"]),
    "another consent": ({"confirm_erase": "sessions"}, ["does not name orders (uid 1)", "sessions, orders"]),
    "misspelled consent": ({"confirm_erase": "ordres"}, ["does not name orders (uid 1)"]),
    "pattern as consent": ({"confirm_erase": "*"}, ["'*' is taken for no pattern"]),
    "consent to some": (
        {"name": "*", "sources": [mount(FILE)], "confirm_erase": "orders"},
        ["confirm_erase: it does not name sessions (uid 2)", "confirm_merge: it does not name merged (uid 3)"],
    ),
    "erase is no merge": (
        {"name": "merged", "sources": [mount(FILE)], "confirm_erase": "merged"},
        ["confirm_merge: it does not name merged (uid 3)", "counters grow"],
    ),
    "check mode is no consent": ({"check_mode": True}, ["confirm_erase"]),
    "missing file": ({"sources": [mount(FIRST)], "confirm_erase": "orders"}, ["2_of_2 is missing", "allow_incomplete"]),
    "wrong database": ({"name": "ordres", "confirm_erase": "ordres"}, ["no database matches 'ordres'", "'orders'"]),
    "directory of the product": (
        {"sources": [mount("/var/opt/redislabs/backup/x.rdb")], "confirm_erase": "orders"},
        ["sources[0].path", "directory of the product", "Copy the file"],
    ),
    "directory instead of a file": (
        {"sources": [mount("/mnt/exports/")], "confirm_erase": "orders"},
        ["sources[0].path: it names no file", "one entry for each file"],
    ),
    "export's scheme": (
        {"sources": [{"type": "url", "url": "s3://bucket/x.rdb"}], "confirm_erase": "orders"},
        ["sources[0].url", "ftp or ftps or http or https"],
    ),
    "key of another type": (
        {"sources": [{**mount(FILE), "filename": "x.rdb"}], "confirm_erase": "orders"},
        ["sources[0].filename", "Remove it"],
    ),
    "unknown key": ({"sources": [{**mount(FILE), "folder": "x"}], "confirm_erase": "orders"}, ["sources", "folder"]),
    "twice the same": (
        {
            "name": None,
            "sources": None,
            "imports": [{"name": "orders", "sources": [mount(FILE)]}, {"uid": 1, "sources": [mount(FILE)]}],
            "confirm_erase": "orders",
        },
        ["imports[1]: it is for orders (uid 1), and so is imports[0]"],
    ),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """What the module says to each refused case, all run by one play, and the log of the cluster."""
    databases = [load(1, "orders"), load(2, "sessions"), load(3, "merged", fields={"crdt": True})]
    with SimulatorProcess({"import_duration": 0, "databases": databases}) as sim:
        ansible = Ansible(tmp_path_factory.mktemp("controller")).use(sim)
        tasks = []
        for number, (case, (changes, dummy)) in enumerate(REFUSED.items()):
            options = {"name": "orders", "sources": [mount(FIRST), mount(SECOND)], **changes}
            tasks.append(
                {
                    "name": case,
                    "check_mode": bool(options.pop("check_mode", False)),
                    "community.redis_enterprise.bdb_import": {
                        key: value for key, value in options.items() if value is not None
                    },
                    "register": f"case_{number}",
                    "ignore_errors": True,
                }
            )
        results = {case: f"{{{{ case_{number} }}}}" for number, case in enumerate(REFUSED)}
        target = {"content": "{{ results | to_json }}", "dest": str(ansible.folder / "said.json"), "mode": "0600"}
        tasks.append({"name": "Keep", "ansible.builtin.copy": target, "vars": {"results": results}})
        run = ansible.play(tasks)
        assert run.rc == 0, run.text
        assert "Traceback" not in run.text
        said = json.loads((ansible.folder / "said.json").read_text(encoding="utf-8"))
        yield said, sim.control.counters(), posts(sim)


@pytest.mark.parametrize("case", REFUSED)
def test_refused_import_says_why_and_what_to_do(refused, case):
    result = refused[0][case]
    assert result["failed"] is True and result["failure" if "failure" in result else "msg"]
    assert [words for words in REFUSED[case][1] if words not in result["msg"]] == [], result["msg"]


def test_no_refused_import_was_ever_sent(refused):
    dummy, counters, sent = refused
    assert (counters["writes"], counters["accepted_imports"], sent) == (0, {}, {})


UIDS = {name: uid for uid, name in enumerate(ROWS, 1)}


@pytest.fixture(scope="module")
def suffered(tmp_path_factory):
    """One task that imports into all these databases at once: its result, and what the cluster got."""
    databases = [load(UIDS[name], name, **row.database) for name, row in ROWS.items()]
    faults = [
        {**row.effect, "method": "POST", "uid": UIDS[name], "path": "/actions/import"}
        for name, row in ROWS.items()
        if row.effect
    ]
    with SimulatorProcess({"import_duration": 0.3, "databases": databases, "faults": faults}) as sim:
        ansible = Ansible(tmp_path_factory.mktemp("controller")).use(sim)
        sim.control.start_import(UIDS["running-already"])
        sim.control.event(
            "change_database", seen=1, uid=UIDS["running-already"], values={"import_plan": {"hang": False}}
        )
        sim.control.event("remove_database", seen=1, uid=UIDS["deleted"])
        run = ansible.module(
            "bdb_import",
            name="*",
            sources=[mount(FILE)],
            confirm_erase=list(ROWS),
            max_parallel=0,
            start_timeout=3,
            wait_timeout=9,
            poll_interval=0.5,
        )
        yield run, sim.control.counters(), posts(sim)


@pytest.mark.parametrize("name", ROWS)
def test_each_database_gets_its_own_verdict_whatever_happens_to_the_others(suffered, name):
    run, counters, sent = suffered
    row = ROWS[name]
    found = {found["name"]: found for found in run.result["databases"]}[name]
    assert (found["outcome"], (found["failure"] or {}).get("kind")) == (row.outcome, row.kind), found
    assert sent.get(UIDS[name], 0) == row.sent
    assert counters["accepted_imports"].get(str(UIDS[name]), 0) == row.accepted
    if row.kind:
        assert found["failure"]["hint"] and name in run.words
    assert found["files"] == (["seed.rdb"] if row.accepted or row.outcome == "unknown" else [])


def test_no_import_was_accepted_twice_and_no_bug_met(suffered):
    run, counters, dummy = suffered
    assert run.rc != 0 and "Traceback" not in run.text and "bug of the collection" not in run.text
    assert set(counters["accepted_imports"].values()) == {1}
    assert "2,147,483,648 bytes (2 GiB)" in run.words
    assert "An import was running already into running-already (uid" in run.words


def test_check_mode_sends_no_write_and_the_real_run_one_import(ansible, cluster):
    sim = cluster({"import_duration": 0.2, "databases": [load(1, "orders"), load(2, "sessions", modules=["graph"])]})
    ansible.use(sim)
    options = {
        "imports": [
            {"name": "orders", "sources": [mount(FIRST), mount(SECOND)]},
            {"name": "sessions", "sources": [mount(FILE)]},
        ],
        "confirm_erase": ["orders", "sessions"],
    }
    run = ansible.module("bdb_import", "--check", "--diff", **options)
    assert run.rc != 0, run.text
    rows = {row["name"]: row["outcome"] for row in run.result["databases"]}
    assert rows == {"orders": "would_import", "sessions": "would_fail"}
    assert "graph" in run.result["preflight"]["problems"][0]["message"]
    assert sim.control.counters()["writes"] == 0
    run = ansible.module("bdb_import", name="orders", sources=options["imports"][0]["sources"], confirm_erase="orders")
    assert run.rc == 0 and run.result["changed"] is True, run.text
    assert posts(sim) == {1: 1} and sim.control.counters()["methods"]["POST"] == 1


def test_interrupted_import_is_followed_by_the_next_run(ansible, cluster):
    sim = cluster({"databases": [load(1, "orders", import_plan={"hang": True})]})
    options = {"name": "orders", "sources": [mount(FILE)], "confirm_erase": "orders"}
    words = ["ansible", "localhost", "-m", "community.redis_enterprise.bdb_import", "-a", json.dumps(options)]
    ansible.use(sim)
    play = subprocess.Popen(
        words,
        cwd=ansible.folder,
        env=ansible.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not posts(sim) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(play.pid, signal.SIGINT)  # as a terminal does: all processes of it
    play.communicate(timeout=30)
    seen = sim.control.database(1)["seen_running"]
    sim.control.event("change_database", seen=seen + 1, uid=1, values={"import_plan": {"hang": False}})
    run = ansible.module("bdb_import", **options)
    assert run.rc == 0 and run.result["databases"][0]["outcome"] == "attached", run.text
    assert run.result["changed"] is False and "cannot be read back" in run.words
    assert posts(sim) == {1: 1}
