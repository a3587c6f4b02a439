# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: a row of numbers as a line that is drawn without axes."""

from __future__ import annotations

WIDTH, HEIGHT, _MARGIN = 96, 24, 3


def sparkline(what, values, runs, words, from_zero=False):
    """``path`` of an SVG of WIDTH and HEIGHT, its last point and its ``label`` in words; None with less than two known values.

    Gaps in the data are gaps in the line. The lowest value is at the bottom, or with ``from_zero`` zero is. ``words`` says a value.
    """
    known = [value for value in values or () if value is not None]
    if len(known) < 2:
        return None
    low = 0 if from_zero else min(known)
    span = max(known) - low
    step = (WIDTH - 2 * _MARGIN) / (len(values) - 1)
    path, pen, last = [], "M", None
    for position, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        part = (value - low) / span if span else 0.5
        x, y = round(_MARGIN + position * step), round(HEIGHT - _MARGIN - part * (HEIGHT - 2 * _MARGIN))
        path.append(f"{pen}{x} {y}")
        pen, last = "L", (x, y)
    return {
        "path": "".join(path),
        "x": last[0],
        "y": last[1],
        "label": f"{what} in {len(known)} of {len(runs)} runs: from {words(known[0])} to {words(known[-1])}, "
        f"least {words(min(known))}, most {words(max(known))}",
    }
