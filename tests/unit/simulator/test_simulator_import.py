# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports: what is loaded where, every reason to fail, and what is left of the data."""

from __future__ import annotations

import gzip
import re
import time

import pytest

from tests.simulator import digest
from tests.simulator.contents import summary
from tests.simulator.process import SimulatorProcess


class Importer:
    """Imports files into databases, and waits for the end."""

    def __init__(self, api):
        self.api = api
        self.control = api.simulator.control

    def start(self, uid, paths=("/nowhere",), **arguments):
        sources = [{"type": "mount_point", "path": str(path)} for path in paths]
        arguments.setdefault("json", {"dataset_import_sources": sources})
        return self.api.call("POST", f"/v1/bdbs/{uid}/actions/import", **arguments)

    def end(self, uid, paths):
        """Return how an import ended: status and reason."""
        assert self.start(uid, paths).status_code == 200
        shown = self.control.wait_done(uid)["status_fields"]
        return shown["import_status"], shown["import_failure_reason"]

    def new(self, **values):
        return self.control.add_database(**values)["uid"]

    def shown(self, uid):
        return self.api.get(f"/v1/bdbs/{uid}").json()


@pytest.fixture(name="importer")
def fixture_importer(api):
    api.simulator.control.settings(import_duration=0.02)
    return Importer(api)


@pytest.fixture(name="exported", scope="module")
def fixture_exported(running, tmp_path_factory):
    """The files of a database of three shards, and what it held: every type, expiries, binary names and groups."""
    folder = tmp_path_factory.mktemp("exported")
    uid = running.control.add_database(name="source", shards=3, keys=450)["uid"]
    running.control.start_export(uid, {"type": "mount_point", "path": str(folder)})
    running.control.wait_done(uid)
    contents = running.control.contents(uid)
    running.control.remove_database(uid)
    files = sorted(folder.iterdir())
    assert len(files) == 3 and len(contents) == 450
    return files, contents


@pytest.mark.parametrize("shards", [1, 2, 4])
def test_three_files_replace_everything_in_any_number_of_shards(importer, exported, shards):
    files, contents = exported
    uid = importer.new(shards=shards, keys=30, seed=99)
    with importer.control.client(uid, "of-before") as redis:
        redis.set("of-before", "to be erased")
    assert importer.end(uid, files) == ("succeeded", "")
    found = importer.control.contents(uid)
    assert found == contents
    assert {key.type for key in found.values()} == {"string", "hash", "list", "set", "zset", "stream"}
    assert any(key.expires_at and key.expires_at % 1000 for key in found.values())
    assert any(key.type == "stream" and key.value["groups"][b"workers"]["pending"] for key in found.values())
    assert any(b"\x00" in name for name in found)
    database = importer.control.database(uid)
    assert all(shard["keys"] for shard in database["shards"]) and len(database["last_run"]["files"]) == 3
    importer.control.remove_database(uid)


def test_one_file_has_the_keys_of_one_shard(importer, exported, tmp_path):
    files, contents = exported
    plain = tmp_path / "plain.rdb"
    plain.write_bytes(gzip.decompress(files[1].read_bytes()))
    uid = importer.new(keys=3)
    assert importer.end(uid, [plain]) == ("succeeded", "")
    found = importer.control.contents(uid)
    assert 0 < len(found) < 450 and found.items() <= contents.items()


def test_active_active_merges(importer, exported):
    files, contents = exported
    uid = importer.new(shards=2, fields={"crdt": True})
    with importer.control.client(uid, "own") as redis:
        redis.set("own", "kept")
    with importer.control.client(uid, "string:0") as redis:
        redis.set("string:0", "overwritten")
    assert importer.end(uid, files) == ("succeeded", "")
    found = importer.control.contents(uid)
    assert found.pop(b"own").value == b"kept" and found == contents


def _cut(data):
    return data[:-20]


def _flipped(data):
    plain = bytearray(gzip.decompress(data))
    plain[len(plain) // 2] ^= 255
    return gzip.compress(bytes(plain))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (None, "download-error"),
        (lambda data: b"not compressed", "file-corrupted"),
        (lambda data: gzip.compress(b"no RDB"), "file-corrupted"),
        (lambda data: b"", "file-corrupted"),
        (_cut, "file-corrupted"),
        (_flipped, "file-corrupted"),
    ],
)
def test_failures_before_the_loading_leave_the_data(importer, exported, tmp_path, make, reason):
    files = exported[0]
    bad = tmp_path / "bad.rdb.gz"
    if make is not None:
        bad.write_bytes(make(files[0].read_bytes()))
    before = importer.control.contents(1)
    assert importer.end(1, [files[1], bad]) == ("failed", reason)
    assert importer.control.contents(1) == before and len(before) == 270
    assert importer.control.database(1)["last_run"]["detail"]


def test_a_file_that_nobody_may_read_and_a_directory(importer, tmp_path):
    locked = tmp_path / "locked.rdb"
    locked.touch(mode=0o200)
    for path in (locked, tmp_path, "relative.rdb"):
        assert importer.end(1, [path]) == ("failed", "download-error")


def test_memory_limit_and_what_skipping_its_analysis_does(importer, exported):
    files, contents = exported
    uid = importer.new(keys=9, fields={"memory_size": 40000})
    before = importer.control.contents(uid)
    status, reason = importer.end(uid, files)
    size, limit = map(int, re.fullmatch(r"file-larger-than-mem-limit:(\d+):(\d+)", reason).groups())
    assert status == "failed" and size > limit == 40000 and importer.control.contents(uid) == before
    importer.control.set_database(uid, fields={"skip_import_analyze": "enabled"})
    assert importer.end(uid, files) == ("failed", "out-of-memory")
    left = importer.control.contents(uid)
    assert 0 < len(left) < len(contents) and left.items() <= contents.items()
    importer.control.set_database(uid, fields={"memory_size": 2 * size})
    assert importer.end(uid, files) == ("succeeded", "") and importer.control.contents(uid) == contents


def test_stages_status_and_stickiness(importer, uid):
    control = importer.control
    idle = importer.shown(uid)
    assert idle["import_status"] == "" and idle["status"] == "active" and "last_import_time" not in idle
    control.set_database(uid, import_plan={"duration": 0, "hang": True})
    importer.start(uid)
    found = importer.shown(uid)
    assert (found["import_status"], found["status"]) == ("importing", "import-pending") and found[
        "import_progress"
    ] < 100
    assert importer.start(uid).status_code == 409 and importer.api.reset(uid, "import").status_code == 409
    control.set_database(uid, import_plan={"hang": False})
    for dummy in range(2):
        found = importer.shown(uid)
        assert (found["import_status"], found["import_progress"], found["status"]) == ("succeeded", 100.0, "active")
    assert "last_import_time" not in found
    assert importer.api.reset(uid, "import").ok and importer.shown(uid)["import_status"] == ""


def test_real_data_is_not_touched_while_initializing(importer, exported):
    uid = importer.new(keys=9, import_plan={"duration": 60})
    before = importer.control.contents(uid)
    importer.start(uid, exported[0])
    while not importer.control.database(uid)["last_run"]["files"]:
        time.sleep(0.01)
    found = importer.shown(uid)
    assert (found["import_status"], found["status"]) == ("initializing", "import-pending")
    assert importer.control.contents(uid) == before


@pytest.mark.parametrize(("loses", "left"), [(False, 9), (True, 0)])
def test_planned_failures(importer, loses, left):
    uid = importer.new(keys=9, import_plan={"result": "failed", "reason": "key-too-long", "loses_data": loses})
    assert importer.end(uid, ["/nowhere"]) == ("failed", "key-too-long")
    assert len(importer.control.contents(uid)) == left


def test_plans_of_imports_and_exports_are_apart(importer, uid):
    control = importer.control
    control.set_database(uid, import_plan={"busy_times": 2, "hang": True, "progress_type": "int", "progress": "stuck"})
    assert importer.api.export(uid).ok and control.wait_done(uid)["status_fields"]["export_progress"] == 100.0
    assert [importer.start(uid).status_code for dummy in range(4)] == [409, 409, 200, 409]
    assert importer.api.export(uid).status_code == 409
    assert repr(importer.shown(uid)["import_progress"]) == "42"
    control.set_database(uid, import_plan={"hang": False})
    assert control.wait_done(uid)["status_fields"]["import_status"] == "succeeded"
    assert [run["operation"] for run in control.database(uid)["runs"]] == ["export", "import"]


def test_counted_apart_and_by_somebody_else(importer, uid, exported):
    control = importer.control
    importer.start(uid)
    control.wait_done(uid)
    control.start_import(uid)
    control.wait_done(uid)
    control.event("start_import", uid=1, dataset_import_sources=[{"type": "mount_point", "path": "/nowhere"}])
    while not control.database(1)["runs"] or control.database(1)["last_run"]["operation"] != "import":
        time.sleep(0.01)
    control.wait_done(1)
    counters = control.counters()
    assert counters["accepted_imports"] == {str(uid): 1} and counters["accepted_starts"] == {}
    assert counters["writes"] == 1 and counters["routes"]["POST /v1/bdbs/{uid}/actions/import"] == 1
    found = control.database(uid)
    assert (found["accepted_imports"], found["accepted_starts"]) == (1, 0)
    assert [run["by"] for run in found["runs"]] == ["request", "somebody"]
    assert control.database(1)["last_run"]["reason"] == "download-error"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"dataset_import_sources": []},
        {"dataset_import_sources": {"type": "mount_point", "path": "/x"}},
        {"dataset_import_sources": ["ftp://host/x.rdb"]},
        {"dataset_import_sources": [{"type": "mount_point", "path": "/x"}], "flush": True},
        {"dataset_import_sources": [{"type": "mount_point", "path": "/x"}], "email_notification": "no"},
        {"dataset_import_sources": [{"type": "mount_point", "path": "/x"}, {"type": "mount_point"}]},
        {"dataset_import_sources": [{"type": "mount_point", "path": "/x", "filename": "y"}]},
        {"dataset_import_sources": [{"type": "url", "url": "redis://host/"}]},
        {
            "dataset_import_sources": [
                {"type": "s3", "bucket_name": "b", "access_key_id": "hush", "secret_access_key": "hush"}
            ]
        },
    ],
)
def test_wrong_import_bodies(importer, uid, body):
    answer = importer.start(uid, json=body)
    assert answer.status_code == 400 and "hush" not in answer.text
    assert importer.control.counters()["accepted_imports"] == {}


def test_refusals(importer):
    assert importer.start(1, user="db_viewer").status_code == 403
    assert importer.start(99).status_code == 404
    assert importer.start(3).status_code == 406
    assert importer.start(2, user="scoped").status_code == 404


@pytest.mark.parametrize(("profile", "status"), [("7.4", 200), ("8.0", 200), ("8.2", 406)])
def test_own_directories_of_the_product(importer, uid, profile, status):
    importer.control.settings(profile=profile)
    assert importer.start(uid, ["/x", "/mnt/../opt/redislabs/x.rdb"]).status_code == status
    importer.control.wait_done(uid)
    assert importer.start(uid, ["/opt/redislabs-of-ours/x.rdb"]).status_code == 200


def test_digest_command_and_import_plans_of_the_command_line(capsys):
    with SimulatorProcess(
        {"databases": [{"uid": 1, "keys": 18}, {"uid": 2, "shards": 2, "keys": 18, "seed": 1}, {"uid": 3, "keys": 18}]},
        import_plan=["hang=true", "uid=3 reason=key-too-long"],
    ) as sim:
        assert sim.control.database(1)["import_plan"]["hang"] and not sim.control.database(1)["plan"]["hang"]
        assert sim.control.database(3)["import_plan"]["reason"] == "key-too-long"
        assert digest.main([sim.control.url, "1", "2", "3"]) == 0
        lines = [line.split(maxsplit=1)[1] for line in capsys.readouterr().out.splitlines()]
        assert lines[0] == lines[1] != lines[2] and lines[0].strip() == summary(sim.control.contents(1)).strip()
