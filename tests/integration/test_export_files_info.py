# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""export_files_info on what a cluster has exported: real files of real Redis servers, looked at through Ansible."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.integration.conftest import ROOT, Ansible, mount
from tests.simulator.process import SimulatorProcess
from tests.simulator.redisserver import find_server

MODULE = "community.redis_enterprise.export_files_info"
KEYS = {"orders": 300, "sessions": 120, "empty": 0, "a-name-that-is-longer-than-thirty-characters": 40}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A directory with an export of each of four databases, and the same as Redis writes it when it is told to make no checksum."""
    folder = tmp_path_factory.mktemp("exports")
    (folder / "yes").mkdir()
    databases = [
        {"uid": uid, "name": name, "shards": 2 if name == "orders" else 1, "keys": keys}
        for uid, (name, keys) in enumerate(KEYS.items(), 1)
    ]
    with SimulatorProcess({"export_duration": 0, "databases": databases}) as sim:
        ansible = Ansible(tmp_path_factory.mktemp("controller")).use(sim)
        run = ansible.module("bdb_export", name="*", export_location=mount(folder / "yes"))
        assert run.rc == 0, run.text
    shutil.copytree(folder / "yes", folder / "no")
    for path in (folder / "no").iterdir():
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-8] + bytes(8)))
    return folder


@pytest.fixture
def copy(exported, tmp_path):
    """A copy of one export, to be damaged."""
    return Path(shutil.copytree(exported / "yes", tmp_path / "copy"))


@pytest.fixture
def checker(tmp_path):
    """The real redis-check-rdb, which is the server under another name."""
    path = tmp_path / "redis-check-rdb"
    path.symlink_to(find_server())
    return str(path)


def by_name(sets):
    return {row["name"]: row for row in sets if row["newest"]}


@pytest.mark.parametrize("check", ["quick", "full", "full with a checker"])
def test_every_key_is_accounted_for(ansible, exported, checker, check):
    options = {"checker": checker} if "checker" in check else {}
    run = ansible.module("export_files_info", directory=str(exported), check=check.partition(" ")[0], **options)
    assert run.rc == 0, run.text
    result = run.result
    assert len(result["sets"]) == 2 * len(KEYS) and result["others"]["count"] == 0
    assert all(row["complete"] and row["sound"] and row["problem"] is None for row in result["sets"])
    newest = by_name(result["sets"])
    assert {row["name"]: row["key_count"] for row in newest.values()} == {
        name[:30]: keys for name, keys in KEYS.items()
    }
    assert [file["slots"] for file in newest["orders"]["files"]] == ["0-8191", "8192-16383"]
    assert result["checker"] == options.get("checker") and result["changed"] is False
    # Nothing has judged the five files without a checksum but their containers', unless the checker was there.
    notes = [file["note"] for row in result["sets"] for file in row["files"]]
    assert len(notes) == 10 and notes.count(None) == (5 if check == "full" else 10)


def test_damaged_and_missing_files_are_named(ansible, copy, checker):
    (first, second) = sorted(copy.glob("*-orders-*"))
    (sessions,) = copy.glob("*-sessions-*")
    first.unlink()
    sessions.write_bytes(sessions.read_bytes()[:-20])
    (empty,) = copy.glob("*-empty-*")
    plain = bytearray(gzip.decompress(empty.read_bytes()))
    plain[30] ^= 1
    empty.write_bytes(gzip.compress(bytes(plain)))
    run = ansible.module("export_files_info", directory=str(copy), check="full", checker=checker)
    assert run.rc == 0
    rows = {row["name"]: row for row in run.result["sets"]}
    assert (
        rows["orders"]["missing"] == [1]
        and rows["orders"]["complete"] is False
        and "1_of_2 is missing" in rows["orders"]["problem"]
    )
    assert rows["sessions"]["sound"] is False and "It is cut off" in rows["sessions"]["files"][0]["problem"]
    assert rows["empty"]["sound"] is False and "checksum does not fit" in rows["empty"]["problem"]
    assert [row["newest"] for row in rows.values()].count(True) == 1
    assert "4 sets of 4 files, read. 3 with a problem" in run.result["msg"]


def test_newest_before_a_time_is_what_bdb_import_takes(ansible, exported):
    """From the listing to the sources of an import, in the play of the module's examples."""
    kept = ansible.folder / "sources.json"
    run = ansible.play(
        [
            {MODULE: {"directory": str(exported), "name": "orders", "not_after": "{{ now(utc=true, fmt='%Y-%m-%dT23:59:59') }}"}, "register": "found"},
            {
                "ansible.builtin.copy": {
                    "content": "{{ location | community.redis_enterprise.import_sources(newest.files | map(attribute='file')) | to_json }}",
                    "dest": str(kept),
                    "mode": "0600",
                }
            },
        ],
        vars={"location": mount(exported), "newest": "{{ found.sets | selectattr('newest') | first }}"},
    )  # fmt: skip
    assert run.rc == 0, run.text
    sources = json.loads(kept.read_text(encoding="utf-8"))
    assert [source["type"] for source in sources] == ["mount_point"] * 2
    assert all(Path(source["path"]).is_file() and "-orders-" in source["path"] for source in sources)


def test_tasks_of_the_guide(ansible, exported):
    text = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    (block,) = [part for part in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL) if MODULE in part]
    run = ansible.play(yaml.safe_load(block.replace("/mnt/exports", str(exported / "yes"))))
    assert run.rc == 0, run.text
    shown = json.loads(re.search(r'"msg": (\{.*?^    \})', run.out, re.MULTILINE | re.DOTALL).group(1))
    assert (
        sorted(shown["newest"]) == sorted([keys, name[:30]] for name, keys in KEYS.items()) and shown["problems"] == []
    )


def test_names_of_a_listing_show_no_password(ansible, exported):
    (name,) = [path.name for path in (exported / "yes").glob("*-sessions-*")]
    urls = [
        f"ftp://exporter:hidden-pass-word@files.example.com/{name}",
        f"https://store.example.com/{name}?sig=hidden-signature",
    ]
    run = ansible.module("export_files_info", "-vvvv", files=urls)
    assert run.rc == 0 and len(run.result["sets"]) == 2 and all(row["sound"] is None for row in run.result["sets"])
    assert "hidden-pass-word" not in run.text and "hidden-signature" not in run.text


@pytest.mark.parametrize(
    "options, words",
    [
        ({"directory": "/nowhere"}, "/nowhere: No such file or directory on the host of this task. The path of a mount_point"),
        ({}, "directory and files: neither is given"),
        ({"files": [], "not_after": "noon"}, "not_after: 'noon' is no time"),
        ({"files": [], "window": -1}, "window: it is too small"),
    ],
)  # fmt: skip
def test_bad_input_fails_with_a_sentence(ansible, options, words):
    run = ansible.module("export_files_info", **options)
    assert run.rc != 0 and words in run.words and run.result["failure"]["kind"] == "option"


def test_empty_directory_says_so(ansible, exports):
    run = ansible.module("export_files_info", directory=str(exports))
    assert run.rc == 0 and run.result["sets"] == [] and "No file of an export that is meant is in" in run.result["msg"]
