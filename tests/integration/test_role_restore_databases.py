# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role restore_databases with real data: what it refuses, what it restores, and that the data is the same, key by key."""

from __future__ import annotations

import gzip
import json
import shutil

import pytest

from tests.integration.conftest import Ansible, mount
from tests.simulator.process import SimulatorProcess

ROLE = "community.redis_enterprise.restore_databases"
BOOK = "community.redis_enterprise.restore_databases"
DATABASES = [
    {"uid": 1, "name": "orders", "shards": 2, "keys": 300},
    {"uid": 2, "name": "sessions", "keys": 60},
    {"uid": 3, "name": "orders-test", "shards": 3, "keys": 10, "seed": 99},
    {"uid": 4, "name": "elsewhere", "fields": {"status": "recovery"}},
    {"uid": 5, "name": "shared", "keys": 5, "seed": 42, "fields": {"crdt": True}},
]
BOTH = ["orders", "sessions"]


def ages_ago(folder, to):
    """The files of a folder as if they had been exported on another day."""
    for path in sorted(folder.iterdir()):
        shutil.copy(path, to / f"bk20250101-000000{path.name[17:]}")


def prepare(folder, exported):
    """A directory for each case, made of the files of one real export."""
    places = {}
    for name in ("whole", "missing", "truncated", "damaged", "older", "dated", "migrated"):
        places[name] = folder / name
        places[name].mkdir()
    for name in ("whole", "missing", "truncated", "damaged", "older", "dated", "migrated"):
        for path in exported.iterdir():
            shutil.copy(path, places[name])
    second = next(path.name for path in exported.iterdir() if "-orders-2_of_2-" in path.name)
    (places["missing"] / second).unlink()
    whole = (places["truncated"] / second).read_bytes()
    (places["truncated"] / second).write_bytes(whole[: len(whole) // 2])
    plain = bytearray(gzip.decompress(whole))
    plain[len(plain) // 2] ^= 0xFF
    (places["damaged"] / second).write_bytes(gzip.compress(bytes(plain)))
    ages_ago(exported, places["older"])
    ages_ago(exported, places["dated"])
    (places["older"] / second).unlink()
    return places


# name -> (directory, variables, words that must be said before anything is sent)
REFUSED = {
    "no consent": ("whole", {"names": BOTH}, ["confirm_erase: it does not name orders (uid 1), sessions (uid 2)"]),
    "missing shard file": (
        "missing",
        {"names": BOTH, "confirm_erase": BOTH},
        ["Nothing was imported", "orders (uid 1): No export of it is whole", "2_of_2 is missing"],
    ),
    "look back no further": (
        "older",
        {"names": ["orders"], "confirm_erase": ["orders"], "look_back": 1},
        ["Nothing was imported", "orders (uid 1): No export of it is whole", "2_of_2 is missing"],
    ),
    "consent to erase is none to merge": (
        "whole",
        {"names": ["shared"], "origins": {"shared": "sessions"}, "confirm_erase": ["shared"]},
        ["confirm_merge: it does not name shared (uid 5)"],
    ),
    "truncated file": (
        "truncated",
        {"names": ["orders"], "confirm_erase": ["orders"]},
        ["Nothing was imported", "orders-2_of_2-", "cut off"],
    ),
    "damaged file": (
        "damaged",
        {"names": ["orders"], "confirm_erase": ["orders"], "check": "full"},
        ["Nothing was imported", "orders-2_of_2-"],
    ),
    "wrong database name": ("whole", {"names": ["ordres"]}, ["no database matches 'ordres'", "Did you mean 'orders'"]),
    "no file of it": (
        "whole",
        {"names": ["orders-test"], "confirm_erase": ["orders-test"]},
        ["No file is that of an export of 'orders-test'", "There are files of orders, sessions"],
    ),
    "nothing selected": ("whole", {}, ["restore_databases_names", "Give one of them"]),
    "nowhere to look": (
        "whole",
        {"names": ["orders"], "location": {"type": "url", "url": "ftp://u:pw@127.0.0.1/x/"}},
        ["restore_databases_directory", "type url cannot be listed from here"],
    ),
    "not active": (
        "whole",
        {"names": ["elsewhere"], "origins": {"elsewhere": "orders"}, "confirm_erase": ["elsewhere"]},
        ["elsewhere (uid 4): failed. The database is recovery, not active."],
    ),
}
# name -> (directory, variables)
RESTORED = {
    "dated": ("dated", {"names": ["sessions"], "confirm_erase": ["sessions"], "not_after": "2025-06-01T06:00:00"}),
    "merged": ("whole", {"names": ["shared"], "origins": {"shared": "sessions"}, "confirm_merge": ["shared"]}),
    "both": ("whole", {"names": BOTH, "confirm_erase": BOTH}),
    "older": ("older", {"names": ["orders"], "confirm_erase": ["orders"]}),
    "listed": ("whole", {"names": ["sessions"], "confirm_erase": ["2"]}),
    "migrated": (
        "migrated",
        {"names": ["orders-test"], "origins": {"orders-test": "orders"}, "confirm_erase": ["orders-test"]},
    ),
}


def task(case, place, variables, path):
    """Run the role, and keep what it said and what it did."""
    options = {"location": mount(path), **variables}
    if case == "listed":
        options |= {"files": [str(file.name) for file in path.iterdir()], "location": mount(path)}
    return [
        {
            "name": case,
            "block": [
                {
                    "ansible.builtin.include_role": {"name": ROLE},
                    "vars": {f"restore_databases_{key}": value for key, value in options.items()},
                },
            ],
            "rescue": [
                {
                    "ansible.builtin.set_fact": {
                        "said": "{{ said | default({}) | combine({case: ansible_failed_result.msg}) }}"
                    },
                    "vars": {"case": case},
                }
            ],
        }
    ]


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    """Export for real, change all data, then run all cases: what was said, what the cluster got, and the data before and after."""
    folder = tmp_path_factory.mktemp("restore")
    exported = folder / "exported"
    exported.mkdir()
    with SimulatorProcess({"export_duration": 0, "import_duration": 0.1, "databases": DATABASES}) as sim:
        ansible = Ansible(tmp_path_factory.mktemp("controller")).use(sim)
        run = ansible.module("bdb_export", name=BOTH, export_location=mount(exported))
        assert run.rc == 0, run.text
        places = prepare(folder, exported)
        before = {uid: sim.control.contents(uid) for uid in (1, 2, 3, 5)}
        for uid in (1, 2):
            sim.control.flush(uid)
        with sim.control.client(1, "left-over") as client:
            client.set("left-over", "must be gone")
        sim.control.reset_log()
        keep = {"content": "{{ said | to_json }}", "dest": str(ansible.folder / "said.json"), "mode": "0600"}
        tasks = [
            item for case, (place, more, dummy) in REFUSED.items() for item in task(case, place, more, places[place])
        ]
        refused = ansible.play([*tasks, {"ansible.builtin.copy": keep}])
        assert refused.rc == 0, refused.text
        writes = sim.control.counters()["writes"]
        checked = ansible.command(
            "ansible-playbook",
            BOOK,
            "--check",
            "-e",
            json.dumps(
                {
                    "restore_databases_names": BOTH,
                    "restore_databases_location": mount(places["whole"]),
                    "restore_databases_confirm_erase": BOTH,
                }
            ),
        )
        checked_writes = sim.control.counters()["writes"]
        tasks = [item for case, (place, more) in RESTORED.items() for item in task(case, place, more, places[place])]
        restored = ansible.play(tasks)
        assert restored.rc == 0, restored.text
        yield {
            "said": json.loads((ansible.folder / "said.json").read_text(encoding="utf-8")),
            "refused": refused,
            "writes": (writes, checked_writes),
            "checked": checked,
            "restored": restored,
            "before": before,
            "after": {uid: sim.control.contents(uid) for uid in (1, 2, 3, 5)},
            "counters": sim.control.counters(),
            "statuses": {uid: sim.control.database(uid)["status_fields"]["import_status"] for uid in (1, 2, 3, 5)},
        }


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_restored_is_refused_with_the_sentence_that_helps(play, case):
    said = " ".join(play["said"][case].split())
    assert [words for words in REFUSED[case][2] if words not in said] == [], said


def test_nothing_was_sent_for_what_was_refused_nor_in_check_mode(play):
    assert play["writes"] == (0, 0)
    assert "u:pw@" not in play["refused"].text and "Traceback" not in play["refused"].text
    assert play["checked"].rc == 0 and "2 would import: orders, sessions" in play["checked"].out
    assert play["checked"].recap()["changed"] == 1


def test_restored_data_is_the_same_key_by_key(play):
    assert "rescued=0" in play["restored"].out
    assert len(play["before"][1]) == 300 and len(play["before"][2]) == 60
    assert play["after"][1] == play["before"][1]
    assert play["after"][2] == play["before"][2]


def test_migration_replaces_the_data_of_another_database_with_other_shards(play):
    assert play["before"][3] != play["before"][1] and len(play["before"][3]) == 10
    assert play["after"][3] == play["before"][1]
    assert "orders-test (uid 3) from 2 files" in play["restored"].out
    assert "exported as orders (uid 1)" in play["restored"].out


def test_merge_keeps_what_was_there_and_adds_what_the_files_hold(play):
    assert play["before"][5] and play["after"][5] == {**play["before"][5], **play["before"][2]}


def test_each_run_sent_one_import_for_each_database_and_reset_its_status(play):
    assert play["counters"]["accepted_imports"] == {"1": 2, "2": 3, "3": 1, "5": 1}
    assert play["counters"]["routes"]["PUT /v1/bdbs/{uid}/actions/import_reset_status"] == 7
    assert set(play["statuses"].values()) == {""}


def test_play_says_what_it_takes_what_it_passes_over_and_how_many_keys_there_are(play):
    out = play["restored"].out
    assert "orders (uid 1) from 2 files of 2025-01-01T00:00:00" in out
    assert "sessions (uid 2) from 1 file of 2025-01-01T00:00:00" in out
    assert "passed over: orders (uid 1) of 20" in out and "2_of_2 is missing" in out
    assert "orders: 300 keys in the database, 300 in its files" in out
    assert "sessions: 60 keys in the database" in out and ", not checked" in out
    assert '"2 imported: orders, sessions"' in out and "2 of 2 successes verified" in out
