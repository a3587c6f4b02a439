# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: run a module as Ansible does without an action plugin, and print its progress while it waits.

Whatever goes wrong with the progress, the module runs, and its result is what it would be without.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager

from ansible import constants as C
from ansible.plugins.action.normal import ActionModule as NormalAction

from ..module_utils._progress import CHANNEL
from ._printer import Printer
from ._progress import Narrator

#: What ends the reading: no message is empty.
_END = b"\n"
_LONGEST_MESSAGE = 4096
#: Seconds to wait for a line that is being printed when the module has ended.
_PATIENCE = 5


class FollowedAction(NormalAction):
    """The action of a module that tells its progress."""

    _channel = None

    def run(self, tmp=None, task_vars=None):
        """As Ansible's own, with somebody at the other end of the channel where the module can reach it."""
        if not self._is_followed():
            return super().run(tmp, task_vars)
        narrator, printer = Narrator((task_vars or {}).get("inventory_hostname", "localhost")), Printer()
        with printer, _followed(lambda message: printer.line(narrator.line(message))) as self._channel:
            return super().run(tmp, task_vars)

    def _is_followed(self):
        """A channel leads to a process of this host only, and what no_log hides stays hidden."""
        return (
            self._connection.transport == "local"
            and not self._task.async_val
            and not self._task.check_mode
            and not self._task.no_log
        )

    def _compute_environment_string(self, *args, **kwargs):
        """The variables of the task, and that which names the channel: here it reaches neither the task's fields nor its result."""
        given = super()._compute_environment_string(*args, **kwargs)
        if self._channel is None:
            return given
        return f"{given} {self._connection._shell.env_prefix(**{CHANNEL: self._channel})}".strip()


@contextmanager
def _followed(show):
    """The path of a pipe, whose messages go to ``show(bytes)`` until the end of the context; None where none can be made.

    It is in a directory that only this user may enter, below the one that Ansible removes when it ends. And it is gone as soon as
    the module has opened it, so that nothing of it is left, however all this ends.
    """
    folder = ends = thread = None
    try:
        folder = tempfile.mkdtemp(prefix="progress-", dir=C.DEFAULT_LOCAL_TMP)
        path = os.path.join(folder, "channel")
        os.mkfifo(path, 0o600)
        ends = _open_ends(path)
        thread = threading.Thread(target=_read, args=(ends[0], folder, show), daemon=True)
        thread.start()
    except Exception:
        _close(folder, ends)
        folder = path = ends = None
    try:
        yield path
    finally:
        if ends:
            _finish(thread, ends[1])
            _remove(folder)


def _open_ends(path):
    """The end to read from and one to write to, which lets the reader wait while the module has not opened its own."""
    ends = [os.open(path, os.O_RDONLY | os.O_NONBLOCK)]
    try:
        ends.append(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        os.set_blocking(ends[0], True)
    except Exception:
        _close(None, ends)
        raise
    return ends


def _read(reader, folder, show):
    """Show each message until the end. One that cannot be shown is left out; the pipe is emptied all the same.

    Signals go to the main thread, which waits for the module: only there they end the waiting.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    with os.fdopen(reader, "rb") as messages:
        for message in iter(lambda: messages.readline(_LONGEST_MESSAGE), _END):
            if not message:
                break
            _remove(folder)
            try:
                show(message)
            except Exception:
                continue


def _finish(thread, writer):
    """What the module has told by now is shown before its result; where the output is stuck, the result does not wait for it."""
    try:
        os.write(writer, _END)
    except OSError:
        pass
    os.close(writer)
    thread.join(_PATIENCE)


def _close(folder, ends):
    for end in ends or ():
        os.close(end)
    if folder:
        _remove(folder)


def _remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
