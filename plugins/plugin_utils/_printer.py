# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: print from a thread of Ansible's worker, and be ended by a signal only between two lines."""

from __future__ import annotations

import os
import signal
import threading

from ansible.utils.display import Display

#: Seconds that the end of the worker waits for a line.
_PATIENCE = 2


class Printer:
    """Prints lines while its context lasts.

    A worker sends what it prints through a queue whose lock it holds meanwhile. One that ended then would take the lock with it, and the
    play, which sends its own last word through the same queue, would wait for ever.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._silent = False
        self._former = {}

    def __enter__(self):
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                self._former[number] = signal.signal(number, self._end)
        except ValueError:  # the strategy runs tasks in threads, and only the main one may do that
            pass
        return self

    def __exit__(self, *dummy):
        for number, former in self._former.items():
            signal.signal(number, former or signal.SIG_DFL)

    def line(self, text):
        """Print it, if there is any, to the standard error: where the standard output is no terminal, Ansible keeps it back until the next task."""
        with self._lock:
            if text and not self._silent:
                Display().display(text, stderr=True)

    def _end(self, number, dummy):
        """Let the line that is on its way arrive, and no other. Then the signal does what it would have done."""
        self._silent = True
        if self._lock.acquire(timeout=_PATIENCE):
            self._lock.release()
        signal.signal(number, self._former[number] or signal.SIG_DFL)
        os.kill(os.getpid(), number)
