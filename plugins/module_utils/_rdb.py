# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: is one RDB file whole, and how many keys does it hold? Reads it once, as a stream.

The format: ``REDIS`` and four digits of the version; fields about the file; each database with its number of keys ahead of the keys;
the byte 0xFF; the CRC-64 of all that, in 8 bytes, little-endian, or zeros where Redis was told to make none.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections import namedtuple

from ._crc64 import crc64
from ._rdb_checker import CheckerRun

#: ``size`` in bytes as it lies there, or None; ``keys`` or None where nothing says how many; ``problem`` a sentence, or None when none was found;
#: ``note`` what could not be checked, as a sentence, or None.
Verdict = namedtuple("Verdict", "size keys problem note")

_BLOCK = 1 << 18
_CHECKSUM_BYTES = 8
#: The first version with a checksum at the end.
_FIRST_VERSION = 5
_END, _SELECT, _RESIZE, _AUX, _MODULE_AUX, _FUNCTION = 0xFF, 0xFE, 0xFB, 0xFA, 0xF7, 0xF5


class _Damaged(Exception):
    """The text says what is wrong with the file."""


class _Unknown(Exception):
    """A part of the format that is not known here."""


def examine_file(path, full=False, checker=None):
    """The Verdict on the file at ``path``, packed if its name ends with .gz.

    Always: the header, the end, the number of keys that the file announces, and one checksum over all of it, which is the container's of a packed file.
    With ``full`` also the RDB's own in there, and what ``checker`` (a Checker, or None) says and counts.
    Never raises for a bad file.
    """
    try:
        size = os.stat(path).st_size
        is_packed = path.endswith(".gz")
        opener = gzip.open if is_packed else open
        with opener(path, "rb") as source, CheckerRun(checker if full else None) as checking:
            stream = _Stream(source, full or not is_packed, checking)
            version, keys = _read(stream)
            return Verdict(size, *_judge(stream, version, keys, full, checking))
    except _Damaged as error:
        return Verdict(size, None, str(error), None)
    except EOFError:
        return Verdict(size, None, "It is cut off: its gzip container has no end.", None)
    except (gzip.BadGzipFile, zlib.error) as error:
        return Verdict(size, None, f"Its gzip container is damaged: {error}.", None)
    except OSError as error:
        return Verdict(None, None, f"It cannot be read: {error.strerror or error}.", None)


class _Stream:
    """The unpacked bytes of a file, for one reading from the beginning to the end."""

    def __init__(self, source, with_checksum, checking):
        self._source = source
        self.with_checksum = with_checksum
        self._checking = checking
        self._block = b""
        self._at = 0
        self.length = 0
        self.crc = 0
        #: The last bytes that have been read, not counted in ``crc`` yet: the checksum at the end does not cover itself.
        self.tail = b""
        self.last_byte = None

    def _next_block(self):
        # One block with what is held back is of the same length each time, which is what crc64 is quick with.
        self._block, self._at = self._source.read(_BLOCK), 0
        self.length += len(self._block)
        if self._block:
            self._checking.feed(self._block)
            data = self.tail + self._block
            counted = data[:-_CHECKSUM_BYTES]
            self.tail = data[-_CHECKSUM_BYTES:]
            if counted:
                self.last_byte = counted[-1]
                self.crc = crc64(counted, self.crc) if self.with_checksum else 0
        return bool(self._block)

    def read(self, count):
        """So many bytes. Raises _Damaged where there are fewer."""
        parts = []
        while count:
            if self._at == len(self._block) and not self._next_block():
                raise _Damaged(f"It is cut off after {self.length} bytes.")
            parts.append(self._block[self._at : self._at + count])
            self._at += len(parts[-1])
            count -= len(parts[-1])
        return b"".join(parts)

    def skip(self, count):
        """Pass over so many bytes, however many."""
        while count:
            count -= len(self.read(min(count, _BLOCK)))

    def drain(self):
        """Read to the end."""
        while self._next_block():
            pass


def _judge(stream, version, keys, full, checking):
    """``keys, problem, note`` of a file that was read to its end."""
    if stream.last_byte != _END:
        raise _Damaged(f"It is cut off after {stream.length} bytes, or something follows its end.")
    told = int.from_bytes(stream.tail, "little")
    if told and told != stream.crc and stream.with_checksum:
        raise _Damaged("Its checksum does not fit: bytes of it have changed, or it is cut off.")
    if not full:
        return keys, None, None
    accepted, counted, complaint = checking.verdict()
    if accepted:
        return counted, None, None
    if accepted is None:
        return keys, None, None if told else "It was written without a checksum, and no redis-check-rdb has read it."
    if told or "handle RDB format version" in complaint:
        # A checksum that fits leaves no doubt about the file: it is newer than the checker.
        how = "The checksum fits" if told else "It was written without a checksum"
        return keys, None, f"redis-check-rdb cannot judge it (RDB version {version}): {complaint}. {how}."
    return keys, f"redis-check-rdb refuses it: {complaint}.", None


def _read(stream):
    """``version, keys`` of a file, which is then read to the end; keys None where the file does not say."""
    head = stream.read(9)
    if not re.fullmatch(rb"REDIS[0-9]{4}", head):
        raise _Damaged("It is no RDB file: it does not begin with REDIS and a version.")
    version = int(head[5:])
    if version < _FIRST_VERSION:
        raise _Damaged(f"Its RDB version {version} is older than any that a Redis Enterprise cluster writes.")
    try:
        keys = _announced_keys(stream)
    except _Unknown:
        keys = None
    stream.drain()
    return version, keys


def _announced_keys(stream):
    """The number of keys that the first database in the file announces; an export holds one database. 0 where there is none, None where nothing is said."""
    while True:
        code = stream.read(1)[0]
        if code == _AUX:
            _skip_string(stream)
            _skip_string(stream)
        elif code == _FUNCTION:
            _skip_string(stream)
        elif code == _MODULE_AUX:
            _skip_module_aux(stream)
        elif code == _SELECT:
            _length(stream)
        elif code == _RESIZE:
            return _length(stream)
        else:
            return 0 if code == _END else None


def _length(stream):
    """A number in the format's own encoding. Raises _Unknown for the encoding of something else."""
    number, special = _length_or_encoding(stream)
    if special:
        raise _Unknown
    return number


def _length_or_encoding(stream):
    first = stream.read(1)[0]
    kind, value = first >> 6, first & 0x3F
    if kind == 0:
        return value, False
    if kind == 1:
        return value << 8 | stream.read(1)[0], False
    if kind == 3:
        return value, True
    if first in (0x80, 0x81):
        return int.from_bytes(stream.read(4 if first == 0x80 else 8), "big"), False
    raise _Unknown


def _skip_string(stream):
    number, special = _length_or_encoding(stream)
    if not special:
        stream.skip(number)
    elif number in (0, 1, 2):  # an integer of 1, 2 or 4 bytes
        stream.skip(1 << number)
    elif number == 3:  # compressed
        packed = _length(stream)
        _length(stream)
        stream.skip(packed)
    else:
        raise _Unknown


def _skip_module_aux(stream):
    """What a module keeps beside the keys: its id, then values, each after a code for its kind."""
    _length(stream)
    while True:
        kind = _length(stream)
        if kind == 0:
            return
        if kind in (1, 2):
            _length(stream)
        elif kind in (3, 4):
            stream.skip(4 * (kind - 2))
        elif kind == 5:
            _skip_string(stream)
        else:
            raise _Unknown
