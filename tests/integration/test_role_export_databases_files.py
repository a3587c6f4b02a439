# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role export_databases knows the files that it has written: which they are, that they are sound, and when they are not there."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.integration.conftest import load, mount

pytestmark = pytest.mark.long

ROLE = "community.redis_enterprise.export_databases"
OLD = "bk20200101-020000-1-orders-1_of_1-1-0-16383.rdb.gz"
RUN_NAME = r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}"
S3 = {"type": "s3", "bucket_name": "exports", "access_key_id": "AKIAEXAMPLE", "secret_access_key": "hidden-secret-key"}


@dataclass
class Outcome:
    """A run of the role, and ``export_databases_result`` where it came that far."""

    run: object
    result: dict | None

    @property
    def words(self):
        return self.run.words

    def files(self):
        return {
            row["name"]: [file["file"] for file in row["export"]["files"]]
            for row in self.result["files"]
            if row["export"]
        }


@pytest.fixture
def export(ansible, exports):
    """export(*flags, **variables): run the role against the directory ``exports``, and keep its result whatever happens."""

    def call(*flags, **variables):
        kept = ansible.folder / "result.json"
        kept.unlink(missing_ok=True)
        given = {"names": "*", "location": mount(exports), "files_timeout": 0, **variables}
        keep = {
            "ansible.builtin.copy": {
                "content": "{{ export_databases_result | to_json }}",
                "dest": str(kept),
                "mode": "0600",
            },
            "when": "export_databases_result is defined",
            "check_mode": False,
            "changed_when": False,
            "tags": "always",
        }
        run = ansible.play(
            [{"block": [{"ansible.builtin.include_role": {"name": ROLE}, "tags": "always"}], "always": [keep]}],
            *flags,
            vars={f"export_databases_{key}": value for key, value in given.items()},
        )
        return Outcome(run, json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else None)

    return call


@pytest.fixture
def data(ansible, cluster):
    """A cluster with 60 and 20 keys in 3 shards."""
    sim = cluster(
        {
            "export_duration": 0.1,
            "databases": [
                {"uid": 1, "name": "orders", "shards": 2, "keys": 60},
                {"uid": 2, "name": "sessions", "keys": 20},
            ],
        }
    )
    ansible.use(sim)
    return sim


@contextmanager
def doing(act):
    """Do something again and again meanwhile."""
    over = threading.Event()

    def loop():
        while not over.wait(0.05):
            act()

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def wait_for(look):
    """What ``look`` finds, as soon as it does."""
    deadline = time.monotonic() + 60
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def test_result_names_the_files_of_this_run_and_of_no_other(data, export, exports):
    (exports / OLD).write_bytes(b"damaged long ago")
    first = export(directory=str(exports), check="full")
    assert first.run.rc == 0, first.run.text
    written = {path.name for path in exports.iterdir()} - {OLD}
    assert len(written) == 3 and {name for names in first.files().values() for name in names} == written
    assert first.result["verified"] == [1, 2] and first.result["unverified"] == []
    assert [row["export"]["key_count"] for row in first.result["files"]] == [60, 20]
    assert (first.result["directory"], first.result["location_subdir"]) == (str(exports), "")
    size = sum((exports / name).stat().st_size for name in written)
    assert f"3 files, {size} bytes, 80 keys verified in {exports}" in first.words
    assert "2 of 2 successes verified by reading the cluster again and the files" in first.words
    # Another database later: its files only.
    later = export(directory=str(exports), names="sessions", max_age=0)
    assert later.run.rc == 0 and list(later.files()) == ["sessions"] and not set(later.files()["sessions"]) & written
    # Nothing is due: nothing is written, and nothing is named.
    data.control.reset_log()
    again = export(directory=str(exports))
    assert again.run.rc == 0 and again.result["files"] == [] and data.control.counters()["writes"] == 0


def test_each_run_has_a_directory_of_its_own(data, export, exports):
    variables = {"directory": str(exports), "run_subdir": True, "run_subdir_mode": "0700"}
    checked = export("--check", **variables)
    assert checked.run.rc == 0, checked.run.text
    assert list(exports.iterdir()) == [] and data.control.counters()["writes"] == 0
    first = export(**variables)
    assert first.run.rc == 0, first.run.text
    (folder,) = exports.iterdir()
    assert re.fullmatch(RUN_NAME, folder.name) and folder.stat().st_mode & 0o777 == 0o700
    assert first.result["location_subdir"] == folder.name
    named = {name for names in first.files().values() for name in names}
    assert named == {f"{folder.name}/{path.name}" for path in folder.iterdir()} and len(named) == 3
    # Nothing is due, so nothing is made.
    assert export(**variables).run.recap()["changed"] == 0 and list(exports.iterdir()) == [folder]
    second = export(**variables, force=True, names="sessions")
    assert second.run.rc == 0 and second.result["location_subdir"] > folder.name and len(list(exports.iterdir())) == 2


@pytest.mark.parametrize("given, begin", [("/nightly/", "/nightly/"), (None, "")])
def test_object_store_gets_the_directory_in_its_subdir(ansible, cluster, export, given, begin):
    sim = cluster({"export_duration": 0, "databases": [load(1, "orders")]})
    ansible.use(sim)
    outcome = export("-vvv", run_subdir=True, location={**S3, **({"subdir": given} if given is not None else {})})
    assert outcome.run.rc == 0, outcome.run.text
    (start,) = [entry for entry in sim.control.requests() if entry["method"] == "POST"]
    subdir = json.loads(start["body"])["export_location"]["subdir"]
    assert re.fullmatch(re.escape(begin) + RUN_NAME, subdir) and subdir == begin + outcome.result["location_subdir"]
    assert outcome.result["files"] == [] and "hidden-secret-key" not in outcome.run.text


@pytest.mark.parametrize(
    "variables, words",
    [
        (
            {"run_subdir": True, "location": {"type": "sftp", "sftp_url": "sftp://u:hidden-word@h/"}},
            "a location of type sftp, where a directory must exist before an export",
        ),
        ({"run_subdir": True}, "Set export_databases_directory to the directory of the location as this host sees it"),
        ({"directory": "/nowhere"}, "directory: /nowhere: No such file or directory on the host of this task. The path of a mount_point"),
        ({"directory": "/", "check": "sometimes"}, "export_databases_check"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_before_anything_is_sent(ansible, cluster, export, variables, words):
    sim = cluster({"databases": 1})
    ansible.use(sim)
    outcome = export(**variables)
    assert outcome.run.rc != 0 and words in outcome.words and "hidden-word" not in outcome.run.text
    assert outcome.result is None and sim.control.requests() == []


def test_files_that_do_not_arrive_fail_the_role(data, export, exports, tmp_path):
    """The nodes write to another place now, and the sound files of yesterday are no proof."""
    assert export(directory=str(exports)).run.rc == 0
    (tmp_path / "elsewhere").mkdir()
    other = {"location": mount(tmp_path / "elsewhere"), "force": True}
    outcome = export(directory=str(exports), **other)
    assert outcome.run.rc != 0 and outcome.result["unverified"] == [1, 2] and outcome.result["verified"] == []
    assert (
        "orders (uid 1): its files are not verified. No new file of it is there. The nodes of the cluster have written somewhere else"
        in outcome.words
    )
    assert "0 of 2 successes verified" in outcome.words and "not verified. Its export succeeded" not in outcome.words
    # What is not verified is not reset.
    assert data.control.database(1)["status_fields"]["export_status"] == "succeeded"
    # Without the step, nobody looks.
    skipped = export("--skip-tags", "export_databases_verify", directory=str(exports), **other)
    assert skipped.run.rc == 0 and skipped.result["files"] == [], skipped.run.text


def test_damaged_files_are_found_and_late_ones_waited_for(data, export, exports, tmp_path):
    """A share that shows the files later than the nodes have written them, and one of them without its end."""
    seen = tmp_path / "seen"
    seen.mkdir()

    def carry():
        paths = sorted(exports.glob("*.rdb.gz"))
        for path in paths if len(paths) == 3 and not any(seen.iterdir()) else ():
            data = path.read_bytes()
            partial = tmp_path / path.name
            partial.write_bytes(data[:-9] if "-1_of_2-" in path.name else data)
            partial.rename(seen / path.name)

    with doing(carry):
        outcome = export(directory=str(seen), files_timeout=60)
    assert outcome.run.rc != 0 and outcome.result["unverified"] == [1] and outcome.result["verified"] == [2]
    assert re.search(
        r"orders \(uid 1\): its files are not verified\. bk\S+-1_of_2-\S+: It is cut off: .* Do not rely on this export",
        outcome.words,
    )
    assert "1 file, " in outcome.words and " 20 keys verified in" in outcome.words


def test_export_that_runs_already_is_verified_too(data, export, exports, tmp_path):
    """Begun by an earlier run in the directory of that, and followed by one with a directory of its own; one shard is slower than the other."""
    earlier = exports / "20200101T000000Z-abcdef"
    earlier.mkdir()
    data.control.set_database(1, plan={"hang": True})
    data.control.start_export(1, mount(earlier))
    slower = wait_for(lambda: sorted(earlier.glob("*-2_of_2-*")))[0]
    slower.rename(tmp_path / slower.name)

    def finish():
        if data.control.requests(method="POST") and not slower.exists():
            (tmp_path / slower.name).rename(slower)
            data.control.set_database(1, plan={"hang": False})

    with doing(finish):
        outcome = export(directory=str(exports), run_subdir=True)
    assert outcome.run.rc == 0, outcome.run.text
    assert {row["name"]: row["outcome"] for row in outcome.result["databases"]} == {
        "orders": "attached",
        "sessions": "exported",
    }
    assert all(name.startswith(f"{earlier.name}/") for name in outcome.files()["orders"])
    assert all(name.startswith(f"{outcome.result['location_subdir']}/") for name in outcome.files()["sessions"])
