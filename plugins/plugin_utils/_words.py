# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: durations as people write them, and durations, sizes and times in words."""

from __future__ import annotations

import re
from datetime import datetime, timezone

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d+\s*[smhdw]\s*)+", re.IGNORECASE)
_PART = re.compile(r"(\d+)\s*([smhdw])", re.IGNORECASE)
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def parse_duration(value):
    """Whole seconds from ``26h``, ``7d``, ``1d12h`` or a number of seconds; None from ``none``, null or nothing. ValueError for anything else."""
    text = "" if value is None else str(value).strip()
    if text.lower() in ("", "none"):
        return None
    if text.isdecimal():
        return int(text)
    if isinstance(value, bool) or not _DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is no duration. Give a number with s, m, h, d or w, such as 26h or 7d, or none.")
    return sum(int(number) * _SECONDS[unit.lower()] for number, unit in _PART.findall(text))


def duration_words(seconds):
    """``26 hours``, ``3 days 4 hours``: rounded down, in hours up to two days, then in days, with hours while these are few."""
    if seconds < 120:
        return _count(int(seconds), "second")
    if seconds < 7200:
        return _count(int(seconds // 60), "minute")
    if seconds < 2 * 86400:
        return _count(int(seconds // 3600), "hour")
    days, rest = divmod(int(seconds), 86400)
    hours = rest // 3600
    return _count(days, "day") + (f" {_count(hours, 'hour')}" if hours and days < 7 else "")


def _count(number, noun):
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size_words(count):
    """``5.4 MiB``; a dash where it is not known."""
    if count is None:
        return "–"
    shown, unit = float(count), 0
    while shown >= 1024 and unit < len(_BINARY) - 1:
        shown, unit = shown / 1024, unit + 1
    digits = f"{shown:.0f}" if unit == 0 or shown >= 100 else f"{shown:.1f}".removesuffix(".0")
    return f"{digits} {_BINARY[unit]}"


def utc(seconds):
    """``2026-11-22T02:00:41Z`` from seconds since 1970; None from None."""
    return (
        None if seconds is None else datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    )
