# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From samples to figures, and from figures to goals that are met or missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass
class Figures:
    """Medians of the samples of one contender in one cell. ``delay``: median and most of all databases, in seconds."""

    rounds: int
    wall: float
    cpu: float
    peak: float
    methods: dict[str, int]
    connections: int
    in_flight: int
    delay: tuple[float, float] | None


def figures(samples: Sequence) -> Figures:
    """The medians; of requests and connections the most, so that no exception is hidden."""
    delays = [delay for sample in samples for delay in sample.delays]
    methods = sorted({method for sample in samples for method in sample.methods})
    return Figures(
        rounds=len(samples),
        wall=median(sample.wall for sample in samples),
        cpu=median(sample.cpu for sample in samples),
        peak=median(sample.peak for sample in samples),
        methods={method: max(sample.methods.get(method, 0) for sample in samples) for method in methods},
        connections=max(sample.connections for sample in samples),
        in_flight=max(sample.in_flight for sample in samples),
        delay=(median(delays), max(delays)) if delays else None,
    )


def straight_line(first: tuple[float, float], second: tuple[float, float], at: float) -> float:
    """The value ``at`` on the line through two points (x, y)."""
    slope = (second[1] - first[1]) / (second[0] - first[0])
    return second[1] + slope * (at - second[0])


@dataclass(frozen=True)
class Goal:
    """``value`` is met up to ``limit``, or from it on where it must be at least that."""

    what: str
    value: float
    limit: float
    at_least: bool = False
    unit: str = ""
    how: str = ""

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def allowed_delay(duration: float, latency: float, look: float) -> float:
    """A tenth of the duration and one round trip, which is the way there and the time of one look."""
    return duration / 10 + latency + look
