# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""export_files_info: what is listed, selected and read of a directory or of names, and what is said of it."""

from __future__ import annotations

import os

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.redis_enterprise.plugins.module_utils import _export_directory
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.module_utils._module import Task
from ansible_collections.community.redis_enterprise.plugins.modules import export_files_info
from ansible_collections.community.redis_enterprise.tests.unit.plugins.rdbfiles import (
    EMPTY,
    WITH_CHECKSUM,
    WITHOUT_CHECKSUM,
    packed,
)
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import Clock

WHOLE = packed(WITH_CHECKSUM)


def name(index=1, shards=1, day=1, uid=1, database="orders", end=".rdb.gz"):
    first, last = 16384 * (index - 1) // shards, 16384 * index // shards - 1
    return f"bk202611{day:02}-020041-{uid}-{database}-{index}_of_{shards}-{index}-{first}-{last}{end}"


@pytest.fixture
def look(monkeypatch, run_command):
    """look(**options): the Report of the module's function."""

    def call(**options):
        caught = {}
        monkeypatch.setattr(
            export_files_info, "run_module_without_cluster", lambda spec, act: caught.update(spec=spec, act=act)
        )
        export_files_info.main()
        result = ArgumentSpecValidator(caught["spec"]).validate(options)
        assert not result.error_messages
        return caught["act"](Task(None, result.validated_parameters, False, run_command=run_command))

    return call


@pytest.fixture
def put(tmp_path):
    """put(path, bytes): a file below the directory, which comes back."""

    def call(path, data=WHOLE):
        target = tmp_path / "exports" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return str(tmp_path / "exports")

    (tmp_path / "exports").mkdir()
    return call


def brief(report, *keys):
    return [tuple(row[key] for key in keys) for row in report.data["sets"]]


def test_set_is_described_whole(look, put):
    put(name(2, 2), packed(EMPTY))
    report = look(directory=put(name(1, 2)))
    assert report.data == {
        "sets": [
            {
                "uid": 1,
                "name": "orders",
                "time": "2026-11-01T02:00:41",
                "shards": 2,
                "files": [
                    {
                        "file": name(1, 2),
                        "index": 1,
                        "shard_uid": 1,
                        "slots": "0-8191",
                        "size": len(WHOLE),
                        "key_count": 5,
                        "problem": None,
                        "note": None,
                    },
                    {
                        "file": name(2, 2),
                        "index": 2,
                        "shard_uid": 2,
                        "slots": "8192-16383",
                        "size": len(packed(EMPTY)),
                        "key_count": 0,
                        "problem": None,
                        "note": None,
                    },
                ],
                "missing": [],
                "complete": True,
                "sound": True,
                "size": len(WHOLE) + len(packed(EMPTY)),
                "key_count": 5,
                "problem": None,
                "newest": True,
            }
        ],
        "others": {"count": 0, "names": []},
        "checker": None,
    }
    assert (report.changed, report.failure) == (False, None)
    assert report.msg == "1 set of 2 files, read. No problem was found."


def test_what_is_returned_is_documented(look, put):
    documented = yaml.safe_load(export_files_info.RETURN)
    data = look(directory=put(name())).data
    assert set(data) | {"failure"} == set(documented)
    sets = documented["sets"]["contains"]
    assert set(data["sets"][0]) == set(sets)
    assert set(data["sets"][0]["files"][0]) == set(sets["files"]["contains"])
    assert set(data["others"]) == set(documented["others"]["contains"])


def test_newest_is_the_newest_without_a_problem(look, put):
    put(name(day=1))
    put(name(day=2))
    put(name(day=3), WHOLE[:-4])
    put(name(1, 2, day=4))
    put(name(day=1, uid=2, database="sessions"))
    directory = put(name(day=2, uid=2, database="other"))
    report = look(directory=directory)
    assert brief(report, "time", "name", "complete", "sound", "key_count", "newest") == [
        ("2026-11-04T02:00:41", "orders", False, True, None, False),
        ("2026-11-03T02:00:41", "orders", True, False, None, False),
        ("2026-11-02T02:00:41", "orders", True, True, 5, True),
        ("2026-11-02T02:00:41", "other", True, True, 5, True),
        ("2026-11-01T02:00:41", "orders", True, True, 5, False),
        ("2026-11-01T02:00:41", "sessions", True, True, 5, True),
    ]
    assert (
        "2 with a problem, the newest of them: orders (uid 1) of 2026-11-04T02:00:41: 2_of_2 is missing." in report.msg
    )
    assert report.data["sets"][1]["problem"].startswith(f"{name(day=3)}: It is cut off")
    unread = look(directory=directory, check="none")
    assert [row["time"] for row in unread.data["sets"] if row["newest"]][0] == "2026-11-03T02:00:41"
    assert {row["sound"] for row in unread.data["sets"]} == {None}


def test_checks_differ(look, put):
    before_packing = bytearray(WITH_CHECKSUM)
    before_packing[120] ^= 1
    directory = put(name(), packed(bytes(before_packing)))
    assert brief(look(directory=directory), "sound") == [(True,)]
    assert brief(look(directory=directory, check="full"), "sound") == [(False,)]


def test_checker_is_used_and_named(look, put, tmp_path):
    checker = tmp_path / "my-checker"
    checker.write_text(
        "#!/bin/sh\ncat \"$1\" >/dev/null\necho 'RDB looks OK!'\necho '[info] 42 keys read'\n", encoding="utf-8"
    )
    checker.chmod(0o700)
    directory = put(name(), packed(WITHOUT_CHECKSUM))
    report = look(directory=directory, check="full", checker=str(checker))
    assert report.data["checker"] == str(checker) and brief(report, "key_count") == [(42,)]
    assert look(directory=directory, checker=str(checker)).data["checker"] is None


@pytest.mark.parametrize(
    "options, days",
    [
        ({}, [3, 2, 1]),
        ({"uid": [1]}, [2, 1]),
        ({"name": ["orders"]}, [2, 1]),
        ({"name": ["ord*"], "uid": [2]}, [3, 2, 1]),
        ({"name": ["[z-a]*"]}, []),
        # A long name is in the files with its first 30 characters.
        ({"name": ["a-name-of-more-than-thirty-characters"]}, [3]),
        ({"name": ["a-name-of-more-than-thirty-char"]}, [3]),
        ({"name": ["a-name*"]}, [3]),
        ({"name": ["a-name*characters"]}, []),
        ({"not_after": "2026-11-02T02:00:41"}, [2, 1]),
        ({"not_after": "2026-11-02T02:00:40"}, [1]),
        ({"not_after": "2026-11-02T04:00:41+02:00"}, [2, 1]),
        ({"not_after": "2026-11-02"}, [1]),
        ({"latest": 1}, [3, 2]),
        ({"latest": 1, "not_after": "2026-11-02"}, [1]),
        ({"recurse": False}, [3, 1]),
    ],
)
def test_selection(look, put, options, days):
    put(name(day=1))
    put("nightly/" + name(day=2))
    directory = put(name(day=3, uid=2, database="a-name-of-more-than-thirty-characters"[:30]))
    found = look(directory=directory, check="none", **options)
    assert [int(row["time"][8:10]) for row in found.data["sets"]] == days


def test_paths_are_relative_to_the_directory(look, put):
    directory = put("a/b/" + name())
    assert look(directory=directory).data["sets"][0]["files"][0]["file"] == "a/b/" + name()


def test_only_what_is_new_since_the_known_sets(look, put):
    put(name(day=1))
    put(name(1, 2, day=3, uid=2, database="sessions"))
    directory = put(name(day=2))
    before = look(directory=directory, check="none", latest=1).data["sets"]
    assert brief(look(directory=directory, known=before), "time") == []
    # A further export, the other half of one, and a file that has grown.
    put(name(day=4))
    put(name(2, 2, day=3, uid=2, database="sessions"))
    assert brief(look(directory=directory, known=before), "time", "complete") == [
        ("2026-11-04T02:00:41", True),
        ("2026-11-03T02:00:41", True),
    ]
    put(name(day=2), WHOLE + b"more")
    after = look(directory=directory, known=before)
    assert brief(after, "time", "sound")[-1] == ("2026-11-02T02:00:41", False)
    # A database that had no files, so everything of it is new, and what rotation brings to light is not.
    put(name(day=1, uid=9, database="new"))
    os.remove(os.path.join(directory, name(day=2)))
    os.remove(os.path.join(directory, name(day=4)))
    assert brief(look(directory=directory, known=before, uid=[1, 9], latest=1), "uid") == [(9,)]


@pytest.mark.parametrize("known", [[{}], [{"uid": 1, "name": "a", "time": "b", "files": 3}], [{"uid": None}]])
def test_known_of_another_shape_is_refused(look, put, known):
    with pytest.raises(RedisEnterpriseError) as caught:
        look(directory=put(name()), known=known)
    assert caught.value.message.startswith("known: ")


def test_other_files_are_counted_and_only_regular_files_are_read(look, put, tmp_path):
    for number in range(12):
        put(f"sub/other-{number:02}.txt")
    directory = put("readme")
    os.mkfifo(os.path.join(directory, name()))
    with open(os.path.join(os.fsencode(directory), b"\xff.rdb"), "wb"):
        pass
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    report = look(directory=directory)
    assert report.data["sets"] == [] and report.data["others"]["count"] == 14
    assert len(report.data["others"]["names"]) == 10 and "?.rdb" in report.data["others"]["names"]
    assert (
        report.msg
        == f"No file of an export that is meant is in {directory}. Of 14 other files none has the name of an export's."
    )


def test_file_that_goes_away_meanwhile_is_left_out(look, put, monkeypatch):
    directory = put(name())
    listed = _export_directory.list_directory(directory)
    os.remove(os.path.join(directory, name()))
    monkeypatch.setattr(export_files_info, "list_directory", lambda *dummy: listed)
    assert look(directory=directory).data["sets"] == []


@pytest.mark.parametrize("appears, looks, complete", [(3, 3, [True]), (99, 6, [])])
def test_files_that_are_late_are_waited_for(look, put, monkeypatch, appears, looks, complete):
    """They appear at a certain look; the clock moves only while the module sleeps."""
    clock, seen = Clock(), []

    def list_directory(directory, recurse):
        seen.append(directory)
        if len(seen) == appears:
            put(name())
        return _export_directory.list_directory(directory, recurse)

    monkeypatch.setattr(export_files_info, "time", clock)
    monkeypatch.setattr(export_files_info, "list_directory", list_directory)
    directory = put("readme")
    assert brief(look(directory=directory, uid=[1], wait_for_files=9), "complete") == [(each,) for each in complete]
    assert len(seen) == looks


def test_nothing_is_waited_for_unless_it_is_asked_for(look, put, monkeypatch):
    monkeypatch.setattr(export_files_info, "time", Clock())
    assert look(directory=put("readme"), uid=[1]).data["sets"] == []
    assert export_files_info.time.monotonic() == Clock().monotonic()


def test_names_alone_are_judged(look):
    url = "s3://bucket/nightly/" + name(1, 2, day=2)
    report = look(files=[name(1), url, "notes.txt", name(1)])
    assert brief(report, "time", "complete", "missing", "sound", "size", "key_count", "newest") == [
        ("2026-11-02T02:00:41", False, [2], None, None, None, False),
        ("2026-11-01T02:00:41", True, [], None, None, None, True),
    ]
    assert report.data["sets"][0]["files"][0]["file"] == url
    assert report.data["others"] == {"count": 1, "names": ["notes.txt"]}
    assert report.msg.startswith("2 sets of 2 files, not read, only their names. 1 with a problem")
    assert look(files=[]).msg == "No file of an export that is meant is in what is given."


def test_window(look):
    names = [name(1, 2), name(2, 2).replace("-020041-", "-020141-")]
    assert brief(look(files=names), "complete") == [(True,)]
    assert brief(look(files=names, window=59), "complete") == [(False,), (False,)]


@pytest.mark.parametrize(
    "options, words",
    [
        ({}, "directory and files: neither is given."),
        ({"directory": "/a", "files": []}, "directory and files: both are given."),
        ({"directory": "exports"}, "'exports' is not an absolute path"),
        ({"directory": "/nowhere/at/all"}, "/nowhere/at/all: No such file or directory on the host of this task"),
        ({"directory": "/etc/passwd"}, "/etc/passwd: Not a directory"),
        ({"files": [], "uid": [1], "wait_for_files": 9}, "wait_for_files: directory or uid is not given"),
        ({"directory": "/", "wait_for_files": 9}, "wait_for_files: directory or uid is not given"),
        ({"files": [], "not_after": "yesterday"}, "not_after: 'yesterday' is no time"),
        ({"directory": "/", "check": "full", "checker": "/nowhere"}, "checker: /nowhere is no program"),
    ],
)
def test_bad_input_is_named(look, options, words):
    with pytest.raises(RedisEnterpriseError) as caught:
        look(**options)
    assert caught.value.kind == "option" and words in caught.value.message and caught.value.hint


@pytest.mark.parametrize("place", ["", "sub"])
def test_directory_without_permission(look, put, monkeypatch, place):
    """Faked, since root may read everything: the directory itself fails the task, one below it is warned about."""
    directory = put("sub/" + name())
    real, refused = os.scandir, os.path.join(directory, place) if place else directory

    def scandir(path):
        if path == refused:
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    if place:
        report = look(directory=directory)
        assert report.warnings == [f"Not looked into {refused}: Permission denied."] and not report.data["sets"]
    else:
        with pytest.raises(RedisEnterpriseError) as caught:
            look(directory=directory)
        assert "Permission denied on the host of this task" in caught.value.message and "share" in caught.value.hint
