# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the line that says how far a task is, and when it says how fast it goes and how long it will take."""

from __future__ import annotations

import json
from collections import deque

#: The line is shorter than this many columns, if the name of the host lets it be.
COLUMNS = 120
#: Seconds that the rate looks back.
LOOK_BACK = 300
#: Databases that must have ended in that time before it is a rate, and the part of all whose work must have been done for an estimate.
LEAST_ENDED, LEAST_SHARE = 5, 0.1
#: The longest name of a database, and the longest where room is short.
_NAME, _SHORT_NAME = 24, 12
_WORDS = {"export": "exporting", "import": "importing"}
_COUNTS = ("done", "failed", "running", "waiting")


class Narrator:
    """Makes lines of the messages of one task (see ``module_utils/_progress.py``) on ``host``."""

    def __init__(self, host):
        self._host = printable(host)
        self._past = deque()

    def line(self, message):
        """The line for a message (bytes), or None for the first one, which is where the rate begins. Raises whatever a bad message makes it raise."""
        facts = json.loads(message)
        done, failed, running, waiting = (int(facts[name]) for name in _COUNTS)
        total, ended = done + failed + running + waiting, done + failed
        percent = None if facts["percent"] is None else int(facts["percent"])
        work = ended + running * (percent or 0) / 100
        self._past.append((float(facts["elapsed"]), ended, work))
        if len(self._past) == 1:
            return None
        gone, newly_ended, gained = self._gain()
        left = None if facts["left"] is None else float(facts["left"])
        if waiting:
            pool = (
                (total - work) * gone / gained if gone > 0 and gained >= min(LEAST_ENDED, total * LEAST_SHARE) else None
            )
            left = pool if pool is None else max(pool, left or 0)
        return _fitting(
            f"{_WORDS[facts['operation']]}: [{self._host}] => {int(100 * work / total):3d}%, "
            f"{done} of {total} done, {failed} failed, {running} running",
            f", {waiting} waiting",
            *(_names(facts["names"], longest) for longest in (_NAME, _SHORT_NAME)),
            f" at {percent}%" if percent is not None and running else "",
            _rate(newly_ended, gone),
            f"about {_duration(left)} left" if left is not None else "",
        )

    def _gain(self):
        """(seconds, databases that ended, work done in databases) since the oldest message that still counts."""
        newest = self._past[-1]
        while len(self._past) > 2 and newest[0] - self._past[0][0] > LOOK_BACK:
            self._past.popleft()
        return tuple(new - old for new, old in zip(newest, self._past[0]))


def printable(text):
    """Plain ASCII without control characters: a name comes from somebody else, and a terminal obeys what is printed."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in str(text))


def _names(named, longest):
    """Each running database with its percent, its name cut off at so many letters."""
    shown = []
    for name, percent in named:
        name = printable(name)
        name = name if len(name) <= longest else f"{name[: longest - 2]}.."
        shown.append(name if percent is None else f"{name} {int(percent)}%")
    return f" ({', '.join(shown)})" if shown else ""


def _fitting(head, rest, names, short_names, percent, rate, left):
    """The most that there is room for. First the rate is left out; then names of databases are cut; then the estimate goes, and at last the names."""
    names, short_names = names or percent, short_names or percent
    line = ""
    for detail, *tail in (
        (names, rate, left),
        (names, left),
        (short_names, left),
        (names,),
        (short_names,),
        (percent, rate, left),
        (percent, left),
        (percent,),
    ):
        pieces = ", ".join(piece for piece in tail if piece)
        line = head + detail + rest + (f"; {pieces}" if pieces else "")
        if len(line) < COLUMNS:
            break
    return line


def _rate(ended, seconds):
    if ended < LEAST_ENDED or seconds <= 0:
        return ""
    minute = 60 * ended / seconds
    return f"{minute:.0f}/min" if minute >= 1 else f"{60 * minute:.0f}/h"


def _duration(seconds):
    """Rounded as roughly as an estimate deserves."""
    if seconds < 95:
        return f"{max(10, round(seconds, -1)):.0f} s"
    if seconds < 95 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{round(seconds / 1800) / 2:g} h"
