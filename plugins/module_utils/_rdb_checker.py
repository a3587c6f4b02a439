# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: redis-check-rdb, the program that comes with Redis, as a second reader of an RDB file.

It reads from a pipe, so that a packed file needs no unpacked copy.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile

from ._errors import option_error

_NAME = "redis-check-rdb"
_SECONDS_TO_END = 60
_OUTPUT_END = 1 << 16


def find_checker(path):
    """The checker at ``path``, or without one that on PATH, or None when there is none. Raises kind ``option`` where ``path`` is no program."""
    found = shutil.which(path or _NAME)
    if path and not found:
        raise option_error(
            "checker", f"{path} is no program that can be run", f"Give the path of a {_NAME}, or leave it out."
        )
    return found


class RdbChecker:
    """One run of the program at ``path``, fed with the bytes of one file; nothing happens where ``path`` is None."""

    def __init__(self, path):
        self._path = path
        self._process = None
        self._output = None

    def __enter__(self):
        if self._path:
            # Into a file: a pipe that nobody reads meanwhile could fill up.
            self._output = tempfile.TemporaryFile()
            try:
                self._process = subprocess.Popen(
                    [self._path, "/dev/stdin"], stdin=subprocess.PIPE, stdout=self._output, stderr=subprocess.STDOUT
                )
            except OSError as error:
                self._output.close()
                raise option_error(
                    "checker",
                    f"{self._path} cannot be run: {error.strerror}",
                    f"Give the path of a {_NAME}, or leave it out.",
                ) from None
        return self

    def __exit__(self, *dummy):
        if self._process:
            self._process.kill()
            self._end_input()
            self._process.wait()
            self._output.close()

    def feed(self, block):
        """Hand on a block. A checker that has seen enough closes its end."""
        if self._process and not self._process.stdin.closed:
            try:
                self._process.stdin.write(block)
            except BrokenPipeError:
                self._end_input()

    def verdict(self):
        """``(accepted, keys, complaint)`` once everything was fed; ``accepted`` is None when there is no checker."""
        if not self._process:
            return None, None, None
        self._end_input()
        try:
            ended_well = self._process.wait(_SECONDS_TO_END) == 0
        except subprocess.TimeoutExpired:
            return False, None, "it does not come to an end"
        self._output.seek(max(0, self._output.seek(0, os.SEEK_END) - _OUTPUT_END))
        text = self._output.read().decode("utf-8", "replace")
        keys = re.search(r"([0-9]+) keys read", text)
        if ended_well and keys and "RDB looks OK" in text:
            return True, int(keys.group(1)), None
        complaint = re.search(r"RDB ERROR DETECTED ---\s+(?:\[offset [0-9]+\] )?([^\n]{1,200})", text)
        return False, None, complaint.group(1) if complaint else "it gives no reason"

    def _end_input(self):
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
