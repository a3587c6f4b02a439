# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading one RDB file: what is damaged is found, what is sound is counted, and nothing is held in memory."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.redis_enterprise.plugins.module_utils import _rdb_checker
from ansible_collections.community.redis_enterprise.plugins.module_utils._crc64 import crc64
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.module_utils._rdb import examine_file
from ansible_collections.community.redis_enterprise.plugins.module_utils._rdb_checker import Checker, find_checker
from ansible_collections.community.redis_enterprise.tests.unit.plugins.rdbfiles import (
    EMPTY,
    WITH_CHECKSUM,
    WITH_FUNCTIONS,
    WITHOUT_CHECKSUM,
    finished,
    packed,
    slow_crc64,
)

FILES = {
    "checksum": (WITH_CHECKSUM, 5),
    "no checksum": (WITHOUT_CHECKSUM, 5),
    "empty": (EMPTY, 0),
    "functions": (WITH_FUNCTIONS, 5),
}
HEAD = b"REDIS0011\xfa\x03ver\x057.2.4"


@pytest.fixture
def judge(tmp_path):
    """judge(bytes, full=False, checker=None, name="dump.rdb"): the Verdict on a file with these bytes."""

    def call(data, full=False, checker=None, name="dump.rdb"):
        path = tmp_path / name
        path.write_bytes(data)
        return examine_file(str(path), full, checker)

    return call


@pytest.fixture
def checker(tmp_path, run_command):
    """checker(lines): a program that does this with the file "$1"."""

    def make(*lines):
        path = tmp_path / "redis-check-rdb"
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
        path.chmod(0o700)
        return Checker(str(path), run_command)

    return make


# The checksum


def test_checksum_is_that_of_redis():
    assert crc64(b"123456789") == 0xE9C6D914C4B8D9CA


@given(st.binary(max_size=2000), st.integers(0, 2000))
def test_checksum_is_the_definition_however_it_is_fed(data, at):
    assert crc64(data) == slow_crc64(data) == crc64(data[at:], crc64(data[:at]))


@pytest.mark.parametrize("size", [255, 256, 257, 263, 264, 4096, 10007])
def test_checksum_of_more_than_one_block(size):
    data = bytes(number * number % 251 for number in range(size))
    assert crc64(data) == slow_crc64(data)


# What is sound


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_real_files_are_sound_and_counted(judge, name, full):
    data, keys = FILES[name]
    for verdict in (judge(data, full), judge(packed(data), full, name="dump.rdb.gz")):
        assert (verdict.keys, verdict.problem) == (keys, None)
        assert (verdict.note is not None) == (full and name == "no checksum")
    assert judge(data).size == len(data)


@pytest.mark.parametrize(
    "more, keys",
    [
        (b"\xfe\x00\xfb\x3f\x00", 63),
        (b"\xfe\x00\xfb\x40\x64\x01", 100),
        (b"\xfe\x00\xfb\x80\x00\x01\x00\x00\x00", 65536),
        (b"\xfe\x00\xfb\x81\x00\x00\x00\x01\x00\x00\x00\x00\x00", 1 << 32),
        # Auxiliary fields with integers of each size, and one that is compressed.
        (b"\xfa\x01a\xc0\x01\xfa\x01b\xc1\x01\x02\xfa\x01c\xc2\x01\x02\x03\x04\xfe\x00\xfb\x05\x00", 5),
        (b"\xfa\x01a\xc3\x04\x40\x64\x01xx\x57\xfe\x00\xfb\x05\x00", 5),
        # What a module keeps: each kind of value.
        (b"\xf7\x81\x01\x02\x03\x04\x05\x06\x07\x08\x02\x01\x01\x05\x03abcd\x04abcdefgh\x05\x02xy\x00\xfe\x00\xfb\x05\x00", 5),
        # Keys without an announcement, and things that are not known here.
        (b"\xfe\x00\x00\x01a\x01b", None),
        (b"\xf3\x01\x02", None),
        (b"\xfa\x01a\xc7\x01", None),
        (b"\xf7\x01\x09", None),
        (b"\xfe\x82", None),
    ],
)  # fmt: skip
def test_announced_keys(judge, more, keys):
    verdict = judge(finished(HEAD + more), full=True)
    assert (verdict.keys, verdict.problem) == (keys, None)


# What is damaged


@pytest.mark.parametrize("name", FILES)
def test_file_that_is_cut_off_anywhere_is_found(judge, name):
    data, dummy = FILES[name]
    for length in range(len(data)):
        assert judge(data[:length]).problem, length
    zipped = packed(data)
    for length in range(len(zipped)):
        assert judge(zipped[:length], name="dump.rdb.gz").problem, length


@pytest.mark.parametrize("data", [WITH_CHECKSUM, WITH_FUNCTIONS])
def test_changed_bytes_are_found(judge, data):
    for at in range(len(data)):
        assert judge(with_a_changed_bit(data, at)).problem, at
    zipped = packed(data)
    for at in range(len(zipped)):
        changed = with_a_changed_bit(zipped, at)
        # The time of packing, and bits that fill up a byte, mean nothing.
        assert judge(changed, name="dump.rdb.gz").problem or gzip.decompress(changed) == data, at


def test_full_check_looks_at_both_checksums_of_a_packed_file(judge):
    """Changed before it was packed."""
    zipped = packed(with_a_changed_bit(WITH_CHECKSUM, 120))
    assert judge(zipped, name="dump.rdb.gz").problem is None
    assert "checksum does not fit" in judge(zipped, full=True, name="dump.rdb.gz").problem


def with_a_changed_bit(data, at):
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


@pytest.mark.parametrize(
    "data, name, words",
    [
        (b"", "dump.rdb", "cut off after 0 bytes"),
        (b"", "dump.rdb.gz", "cut off after 0 bytes"),
        (WITH_CHECKSUM[:100], "dump.rdb", "cut off after 100 bytes"),
        (WITH_CHECKSUM + b"more", "dump.rdb", "something follows its end"),
        (WITH_CHECKSUM, "dump.rdb.gz", "gzip container is damaged"),
        (packed(WITH_CHECKSUM)[:-1], "dump.rdb.gz", "gzip container has no end"),
        (packed(WITH_CHECKSUM) + b"more", "dump.rdb.gz", "gzip container is damaged"),
        (packed(WITH_CHECKSUM), "dump.rdb", "does not begin with REDIS"),
        (b"VALKEY080" + WITH_CHECKSUM[9:], "dump.rdb", "does not begin with REDIS"),
        (b"REDIS0004\xfe\x00\xff", "dump.rdb", "version 4 is older"),
        (b"<html>not found</html>" * 10, "dump.rdb", "does not begin with REDIS"),
    ],
)
def test_problem_is_named(judge, data, name, words):
    assert words in judge(data, name=name).problem


def test_file_that_cannot_be_read_is_a_verdict_too(tmp_path):
    assert "No such file" in examine_file(str(tmp_path / "none.rdb")).problem
    (tmp_path / "folder.rdb").mkdir()
    assert "Is a directory" in examine_file(str(tmp_path / "folder.rdb")).problem


def test_file_is_never_held_in_memory(tmp_path):
    """40 MB out of a packed file of 40 kB, in two values, one of them among the fields at the beginning."""
    path = tmp_path / "large.rdb.gz"
    packer, size = zlib.compressobj(1, wbits=31), 20 << 20
    crc, parts = 0, []
    head = HEAD + b"\xfa\x01a\x80" + size.to_bytes(4, "big")
    middle = b"\xfe\x00\xfb\x01\x00\x00\x01k\x80" + size.to_bytes(4, "big")
    for part in [head, *[bytes(1 << 18)] * 80, middle, *[bytes(1 << 18)] * 80, b"\xff"]:
        crc = crc64(part, crc)
        parts.append(packer.compress(part))
    parts += [packer.compress(crc.to_bytes(8, "little")), packer.flush()]
    path.write_bytes(b"".join(parts))
    tracemalloc.start()
    try:
        verdict = examine_file(str(path), full=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (verdict.keys, verdict.problem, verdict.note) == (1, None, None)
    assert peak < 8 << 20


# The checker


OK = 'echo "[offset 176] Checksum OK"; echo "[offset 176] \\\\o/ RDB looks OK! \\\\o/"; echo "[info] 7 keys read"'
ERROR = 'echo "--- RDB ERROR DETECTED ---"; echo "[offset 9] {}"; echo "[info] 2 keys read"; exit 1'
TOO_OLD = ERROR.format("Can't handle RDB format version 12")


@pytest.mark.parametrize(
    "data, lines, keys, problem, note",
    [
        (WITH_CHECKSUM, ['cat "$1" >/dev/null', OK], 7, None, None),
        (WITHOUT_CHECKSUM, ['cat "$1" >/dev/null', OK], 7, None, None),
        # It does not know the format, and ends before it has read all.
        (WITH_CHECKSUM, [TOO_OLD], 5, None, "Can't handle RDB format version 12. The checksum fits."),
        (WITHOUT_CHECKSUM, [TOO_OLD], 5, None, "It was written without a checksum."),
        # It finds something: with a checksum that fits, it is the checker that does not know.
        (WITH_CHECKSUM, ['cat "$1" >/dev/null', ERROR.format("Invalid object type: 99")], 5, None, "Invalid object type: 99"),
        (WITHOUT_CHECKSUM, ['cat "$1" >/dev/null', ERROR.format("Unexpected EOF")], 5, "refuses it: Unexpected EOF", None),
        # No redis-check-rdb at all.
        (WITHOUT_CHECKSUM, ['cat "$1" >/dev/null'], 5, "refuses it: it gives no reason", None),
        (WITHOUT_CHECKSUM, ["kill -9 $$"], 5, "refuses it: it gives no reason", None),
    ],
)  # fmt: skip
def test_checker_is_asked_and_understood(judge, checker, data, lines, keys, problem, note):
    verdict = judge(data, full=True, checker=checker(*lines))
    assert verdict.keys == keys
    for said, wanted in ((verdict.problem, problem), (verdict.note, note)):
        assert said == wanted if wanted is None else wanted in said


def test_checker_gets_the_unpacked_bytes(judge, checker, tmp_path):
    judge(packed(WITH_CHECKSUM), True, checker(f'cat "$1" >{tmp_path}/copy', OK), name="dump.rdb.gz")
    assert (tmp_path / "copy").read_bytes() == WITH_CHECKSUM


def test_checker_that_stops_reading_a_large_file_holds_nothing_up(judge, checker):
    body = HEAD + b"\xfe\x00\xfb\x01\x00\x00\x01k\x80\x00\x04\x00\x00" + bytes(1 << 18)
    verdict = judge(finished(body), True, checker(TOO_OLD))
    assert (verdict.keys, verdict.problem) == (1, None) and "version 11" in verdict.note


def test_checker_that_does_not_end_is_ended(monkeypatch, judge, checker, tmp_path):
    monkeypatch.setattr(_rdb_checker, "_SECONDS_TO_END", 0.2)
    verdict = judge(WITH_CHECKSUM, True, checker(f"echo $$ >{tmp_path}/pid", 'cat "$1" >/dev/null', "exec sleep 60"))
    assert verdict.keys == 5 and "it does not come to an end. The checksum fits." in verdict.note
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_checker_is_not_asked_by_the_quick_check(judge, checker, tmp_path):
    assert judge(WITH_CHECKSUM, False, checker(f"touch {tmp_path}/ran")).keys == 5
    assert not (tmp_path / "ran").exists()


def test_checker_that_cannot_be_run_is_bad_input(judge, run_command, tmp_path):
    with pytest.raises(RedisEnterpriseError) as caught:
        find_checker(str(tmp_path / "none"), run_command)
    assert caught.value.kind == "option" and caught.value.message.startswith("checker: ")
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o700)
    assert find_checker(str(broken), run_command) == Checker(str(broken), run_command)
    with pytest.raises(RedisEnterpriseError) as caught:
        judge(WITH_CHECKSUM, True, Checker(str(broken), run_command))
    assert caught.value.kind == "option" and "Exec format" in caught.value.message


def test_checker_on_the_path_is_found(monkeypatch, checker, run_command, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_checker(None, run_command) is None
    path = checker("exit")
    assert find_checker(None, run_command) == path
