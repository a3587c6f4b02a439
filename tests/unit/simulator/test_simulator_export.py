# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The export's state machine, its files and its failures."""

from __future__ import annotations

import re
import time

import pytest
import redis

from tests.simulator.rdb import examine, main, table

NAME = re.compile(r"bk\d{8}-\d{6}-1-orders-([12])_of_2-\d+-(\d+)-(\d+)\.rdb\.gz")


def _status(api, uid):
    return api.get(f"/v1/bdbs/{uid}").json().get("export_status")


def test_real_export_of_two_shards(api, tmp_path, capsys):
    assert api.export(1, tmp_path).status_code == 200
    found = api.simulator.control.wait_done(1)
    assert found["status_fields"]["export_status"] == "succeeded"
    files = sorted(tmp_path.iterdir())
    assert [str(path) for path in files] == found["last_run"]["files"]
    parts = [NAME.fullmatch(path.name).groups() for path in files]
    assert parts == [("1", "0", "8191"), ("2", "8192", "16383")]
    verdicts = [examine(path) for path in files]
    assert all(item.sound for item in verdicts)
    assert [item.keys for item in verdicts] == [shard["keys"] for shard in found["shards"]]
    assert sum(item.keys for item in verdicts) == 270
    assert main([str(path) for path in files]) == 0
    assert "270  2 of 2 sound" in capsys.readouterr().out


def test_damaged_files_are_found(tmp_path):
    broken = tmp_path / "broken.rdb.gz"
    broken.write_bytes(b"no gzip")
    plain = tmp_path / "plain.rdb"
    plain.write_bytes(b"REDIS0009 no more")
    verdicts = [examine(broken), examine(plain), examine(tmp_path / "missing.rdb")]
    assert not any(item.sound for item in verdicts)
    assert "0 of 3 sound" in table(verdicts)


def test_sticky_result_then_delay_then_failure(api, uid):
    control = api.simulator.control
    api.export(uid)
    before = control.wait_done(uid)["status_fields"]["last_export_time"]
    control.set_database(uid, plan={"start_delay": 0.5, "duration": 0.1, "result": "failed", "reason": "no-permission"})
    assert api.export(uid).ok
    assert _status(api, uid) == "succeeded", "the old result is shown until the new run starts"
    assert api.export(uid).status_code == 409
    shown = control.wait_done(uid)["status_fields"]
    assert shown["export_status"] == "failed" and shown["export_failure_reason"] == "no-permission"
    assert shown["last_export_time"] == before


def test_progress_that_stands_still(api, uid):
    api.simulator.control.set_database(uid, plan={"duration": 0.3, "progress": "stuck"})
    api.export(uid)
    seen = set()
    while (found := api.get(f"/v1/bdbs/{uid}").json())["export_status"] == "exporting":
        seen.add(found["export_progress"])
    assert seen == {42.0} and found["export_status"] == "succeeded"


@pytest.mark.parametrize("result", ["succeeded", "failed"])
def test_a_run_that_hangs_until_told(api, uid, result):
    control = api.simulator.control
    control.set_database(uid, plan={"duration": 0.01, "hang": True, "result": result})
    api.export(uid)
    time.sleep(0.1)
    assert _status(api, uid) == "exporting" and api.get(f"/v1/bdbs/{uid}").json()["export_progress"] < 100
    control.set_database(uid, plan={"hang": False})
    assert _status(api, uid) == result and control.database(uid)["runs"][0]["done"]


def test_a_real_run_that_hangs(api, tmp_path):
    control = api.simulator.control
    control.set_database(1, plan={"hang": True})
    api.export(1, tmp_path)
    while not list(tmp_path.glob("*.rdb.gz")):
        time.sleep(0.01)
    assert _status(api, 1) == "exporting"
    control.set_database(1, plan={"hang": False})
    assert control.wait_done(1)["status_fields"]["export_status"] == "succeeded"


def test_reset_while_running(api, uid):
    control = api.simulator.control
    control.set_database(uid, plan={"duration": 30})
    api.export(uid)
    assert api.reset(uid).status_code == 409
    control.settings(reset_while_running=200)
    assert api.reset(uid).status_code == 200
    assert _status(api, uid) == "exporting"
    control.set_database(uid, export_status="failed")
    assert api.reset(uid).ok and _status(api, uid) == ""


def test_busy_times(api, uid):
    api.simulator.control.set_database(uid, plan={"busy_times": 2, "duration": 30})
    assert [api.export(uid).status_code for dummy in range(4)] == [409, 409, 200, 409]
    assert api.simulator.control.counters()["accepted_starts"] == {str(uid): 1}


def test_finished_before_the_next_poll(api, uid, tmp_path):
    control = api.simulator.control
    for number, path in ((uid, "/nowhere"), (1, tmp_path)):
        control.set_database(number, plan={"finish_instantly": True})
        assert api.export(number, path).ok and _status(api, number) == "succeeded"
        control.set_database(number, plan={"finish_instantly": False})


@pytest.mark.parametrize(("kind", "expected"), [("int", int), ("float", float), ("string", str)])
def test_progress_types(api, uid, kind, expected):
    api.simulator.control.set_database(uid, plan={"duration": 60, "progress_type": kind})
    api.export(uid)
    progress = api.get(f"/v1/bdbs/{uid}").json()["export_progress"]
    assert isinstance(progress, expected) and float(progress) < 5


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda path: path / "missing", "wrong-file-path"),
        (lambda path: path.name, "wrong-file-path"),
        (lambda path: (path / "file").touch() or path / "file", "wrong-file-path"),
        (lambda path: path.chmod(0o555) or path, "no-permission"),
    ],
)
def test_natural_failures(api, tmp_path, prepare, reason):
    assert api.export(1, prepare(tmp_path)).ok
    shown = api.simulator.control.wait_done(1)["status_fields"]
    tmp_path.chmod(0o755)
    assert (shown["export_status"], shown["export_failure_reason"]) == ("failed", reason)


def test_a_store_that_the_simulator_is_not_set_to(api):
    location = {"type": "s3", "bucket_name": "b", "access_key_id": "a", "secret_access_key": "hush"}
    assert api.export(1, json={"export_location": location}).ok
    found = api.simulator.control.wait_done(1)
    assert found["status_fields"]["export_failure_reason"] == "general-error"
    assert "the setting s3_url names no store" in found["last_run"]["detail"] and "hush" not in api.simulator.output


def test_queue(api, sim):
    sim.control.settings(max_simultaneous_backups=1, export_duration=1.5)
    first, second = (sim.control.add_database(engine="none")["uid"] for dummy in range(2))
    assert api.export(first).ok and api.export(second).ok
    assert (_status(api, first), _status(api, second)) == ("exporting", "")
    sim.control.wait_done(first)
    assert sim.control.wait_done(second)["status_fields"]["export_status"] == "succeeded"


def test_somebody_else_exports_and_resets(api, uid):
    control = api.simulator.control
    control.settings(export_duration=0.4)
    control.start_export(uid)
    assert _status(api, uid) == "exporting" and api.export(uid).status_code == 409
    control.wait_done(uid)
    assert control.reset(uid) is True and _status(api, uid) == ""
    assert control.counters()["accepted_starts"] == {}


def test_same_seed_same_keys(sim):
    make = {"shards": 1, "keys": 90, "seed": 7}
    digests = []
    for dummy in range(2):
        added = sim.control.add_database(**make)
        port = sim.control.database(added["uid"], start=True)["shards"][0]["port"]
        with redis.Redis(port=port) as client:
            digests.append(client.execute_command("DEBUG", "DIGEST"))
            kinds = {client.type(key) for key in client.scan_iter()}
    assert digests[0] == digests[1]
    assert kinds == {b"string", b"hash", b"list", b"set", b"zset", b"stream"}


def test_how_late_an_end_was_told(api, uid):
    control = api.simulator.control
    control.set_database(uid, plan={"duration": 0.1})
    api.export(uid)
    assert _status(api, uid) == "exporting"
    assert control.wait_done(uid)["last_run"]["told_after"] is None, "the control API tells nobody"
    time.sleep(0.2)
    assert _status(api, uid) == "succeeded"
    first = control.database(uid)["last_run"]["told_after"]
    assert first >= 0.2
    api.get(f"/v1/bdbs/{uid}")
    assert control.database(uid)["last_run"]["told_after"] == first
