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
import threading
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotEnded  # another class than the built-in one before Python 3.11

from ._errors import option_error

#: The ``path`` of a program, and AnsibleModule's ``run_command``, by which it is run.
Checker = namedtuple("Checker", "path run_command")

_NAME = "redis-check-rdb"
_SECONDS_TO_END = 60
_OUTPUT_END = 1 << 16


def find_checker(path, run_command):
    """The Checker at ``path``, or without one that on PATH, or None when there is none. Raises kind ``option`` where ``path`` is no program."""
    found = shutil.which(path or _NAME)
    if path and not found:
        raise option_error(
            "checker", f"{path} is no program that can be run", f"Give the path of a {_NAME}, or leave it out."
        )
    return Checker(found, run_command) if found else None


class CheckerRun:
    """One run of a Checker, fed with the bytes of one file; nothing happens where ``checker`` is None."""

    def __init__(self, checker):
        self._checker = checker
        self._process = None
        self._begun = threading.Event()

    def __enter__(self):
        if self._checker:
            ends = os.pipe()
            # In a thread of its own, as run_command returns when the program has ended, and takes its input in one piece.
            self._outlet, self._inlet = os.fdopen(ends[0], "rb"), os.fdopen(ends[1], "wb")
            self._thread = ThreadPoolExecutor(1)
            self._ended = self._thread.submit(self._run)
            self._begun.wait()
            if not self._process:
                self._end_input()
                self._thread.shutdown()
                error = self._ended.exception()
                raise option_error(
                    "checker",
                    f"{self._checker.path} cannot be run: {getattr(error, 'strerror', None) or error}",
                    f"Give the path of a {_NAME}, or leave it out.",
                )
        return self

    def _run(self):
        """``status, output, errors`` of the program, which reads the pipe as a file."""
        end = self._outlet.fileno()
        try:
            return self._checker.run_command(
                [self._checker.path, f"/dev/fd/{end}"],
                pass_fds=[end],
                before_communicate_callback=self._has_begun,
                handle_exceptions=False,
                expand_user_and_vars=False,
                encoding=None,
            )
        finally:
            self._outlet.close()
            self._begun.set()

    def _has_begun(self, process):
        # From here on the program alone has this end of the pipe, so it is noticed when it stops reading.
        self._process = process
        self._outlet.close()
        self._begun.set()

    def __exit__(self, *dummy):
        if self._process:
            self._process.kill()
            self._end_input()
            self._thread.shutdown()

    def feed(self, block):
        """Hand on a block. A checker that has seen enough closes its end."""
        if self._process and not self._inlet.closed:
            try:
                self._inlet.write(block)
            except BrokenPipeError:
                self._end_input()

    def verdict(self):
        """``(accepted, keys, complaint)`` once everything was fed; ``accepted`` is None when there is no checker."""
        if not self._process:
            return None, None, None
        self._end_input()
        try:
            status, *outputs = self._ended.result(_SECONDS_TO_END)
        except NotEnded:
            return False, None, "it does not come to an end"
        text = b"".join(outputs)[-_OUTPUT_END:].decode("utf-8", "replace")
        keys = re.search(r"([0-9]+) keys read", text)
        if status == 0 and keys and "RDB looks OK" in text:
            return True, int(keys.group(1)), None
        complaint = re.search(r"RDB ERROR DETECTED ---\s+(?:\[offset [0-9]+\] )?([^\n]{1,200})", text)
        return False, None, complaint.group(1) if complaint else "it gives no reason"

    def _end_input(self):
        try:
            self._inlet.close()
        except BrokenPipeError:
            pass
