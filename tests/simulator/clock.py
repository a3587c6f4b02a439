# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time of the simulated cluster: a wall clock that can be wrong, and a steady one for durations."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from email.utils import formatdate


class Clock:
    """Seconds everywhere; ``offset`` is added to the wall clock only."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self._date_second = 0
        self._date_text = ""

    @staticmethod
    def steady() -> float:
        """Return seconds that never jump; durations of exports are counted with it."""
        return time.monotonic()

    def wall(self) -> float:
        """Return the cluster's idea of seconds since 1970."""
        return time.time() + self.offset

    def wall_at(self, steady: float) -> float:
        """Return the wall time that belongs to a value of ``steady()``."""
        return self.wall() - (time.monotonic() - steady)

    def http_date(self) -> str:
        """Return the value of the Date header, made once a second."""
        second = int(self.wall())
        if second != self._date_second:
            self._date_second, self._date_text = second, formatdate(second, usegmt=True)
        return self._date_text


def api_time(wall: float) -> str:
    """Format a time as the API does, ``2025-10-14T00:01:22Z`` (contract section 1, "Timestamps")."""
    return datetime.fromtimestamp(wall, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def file_time(wall: float) -> str:
    """Format a time as in the names of exported files (contract section 11)."""
    return datetime.fromtimestamp(wall, timezone.utc).strftime("%Y%m%d-%H%M%S")
