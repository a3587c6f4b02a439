# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The periodic backup's policy: what a change makes of it, and when it is due (contract section 14)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from .messages import Problem

_HALF_DAYS = (43200, 86400)


@dataclass(frozen=True)
class Policy:
    """A policy that is switched on; ``interval`` and ``offset`` are seconds, ``history`` days (0: keep for ever)."""

    interval: int
    offset: int
    history: int
    location: dict[str, Any]

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Policy | None:
        """Return the policy in the fields that were set, None unless it is switched on and complete."""
        interval, location = fields.get("backup_interval"), fields.get("backup_location")
        if not fields.get("backup") or not interval or not location:
            return None
        return cls(interval, fields.get("backup_interval_offset", 0), fields.get("backup_history", 0), location)

    def next_time(self, now: float) -> float:
        """Return the first scheduled time after ``now``: round intervals since 1970, UTC, and the offset."""
        return ((now - self.offset) // self.interval + 1) * self.interval + self.offset


def changed(fields: dict[str, Any], drawn: int | None, body: dict[str, Any], seed: str) -> dict[str, Any]:
    """Return the fields after a change, or raise 406.

    ``drawn`` is the offset that was drawn for the database before, which may be drawn anew; one that was asked for
    may not. The interval that a version shows by default counts as none.
    """
    after = {**fields, **body}
    interval, offset = after.get("backup_interval", 0), after.get("backup_interval_offset")
    if after.get("backup") and not interval:
        raise Problem(406, "missing_backup_interval", "A periodic backup needs backup_interval")
    if after.get("backup") and not after.get("backup_location"):
        raise Problem(406, "missing_backup_location", "A periodic backup needs backup_location")
    free = "backup_interval_offset" not in body and offset in (None, drawn)
    if free and interval and (offset is None or offset >= interval):
        offset = after["backup_interval_offset"] = draw_offset(interval, seed)
    if interval and offset is not None and offset >= interval:
        raise Problem(406, "invalid_backup_interval_offset", "backup_interval_offset must be less than backup_interval")
    return after


def draw_offset(interval: int, seed: str) -> int:
    """Return a random offset for the intervals that get one, 0 for the others; the same for the same seed."""
    return random.Random(f"{seed} {interval}").randrange(interval) if interval in _HALF_DAYS else 0


def without_defaults(bdb: dict[str, Any]) -> dict[str, Any]:
    """Return a BDB as releases before 7.22.2 showed it: without fields that have their default (RS107596).

    ``backup_interval`` was recorded with 0, and stays.
    """
    defaults = {"backup": False, "backup_interval_offset": 0, "backup_history": 0}
    return {name: value for name, value in bdb.items() if name not in defaults or value != defaults[name]}
