# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a soak: what was run, what was injected, what came of it, and whether this process grows."""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from .judge import BAD
from .scenario import Scenario

#: Megabytes by which this process may grow after its warm-up, and descriptors that it may keep.
GROWTH_BOUND, DESCRIPTOR_BOUND = 20.0, 8
_SHOWN = 40
_PAGE = os.sysconf("SC_PAGE_SIZE") / 2**20


def memory() -> float:
    """Return the resident memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def descriptors() -> int:
    """Return the number of open file descriptors."""
    return len(os.listdir("/proc/self/fd"))


class Tally:
    """Adds up cycles; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self._ends: Counter[str] = Counter()
        self._starts = self._survived = 0
        self._first: tuple[float, int] | None = None
        self._last = (0.0, 0)
        self.findings: list[str] = []

    @property
    def cycles(self) -> int:
        """The number of cycles so far."""
        return sum(self._kinds.values())

    def count_faults(self, faults: list[dict[str, Any]]) -> None:
        """Add the hits of faults by their kind."""
        with self._lock:
            for fault in faults:
                name = f"{fault['effect']} {fault['status']}" if "status" in fault["effect"] else fault["effect"]
                self._faults[name] += fault["hits"]

    def add(self, number: int, scenario: Scenario, findings: Any, faults: Any, events: Any, starts: int) -> None:
        """Add one cycle."""
        self.count_faults(faults)
        with self._lock:
            self._kinds[scenario.kind] += 1
            self._starts += starts
            for event in events:
                if event["done"] and not event["error"] and event["do"] != "change_database":
                    self._faults[f"event {event['do']}"] += 1
            if scenario.refusal:
                self._faults[f"refusal {scenario.refusal}"] += 1
            self._verdicts.update(kind for kind, dummy in findings)
            self._ends.update(text for kind, text in findings if kind in ("right", "open", "refused"))
            bad = [f"cycle {number} ({scenario.kind}) {kind}: {text}" for kind, text in findings if kind in BAD]
            self._survived += not bad
            self.findings += bad[: _SHOWN - len(self.findings)]

    def warm(self) -> None:
        """Take the present size as the one that must not grow."""
        self._first = self._last = (memory(), descriptors())

    def measure(self) -> None:
        """Take the present size as the one at the end."""
        self._last = (memory(), descriptors())

    def report(self, seed: str, seconds: float) -> dict[str, Any]:
        """Return all figures."""
        first = self._first or self._last
        grown = round(self._last[0] - first[0], 1)
        bad = {kind: self._verdicts[kind] for kind in BAD}
        return {
            "seed": seed,
            "seconds": round(seconds, 1),
            "cycles": self.cycles,
            "cycles_by_kind": dict(sorted(self._kinds.items())),
            "exports_started": self._starts,
            "faults_injected": sum(self._faults.values()),
            "faults_by_kind": dict(sorted((name, count) for name, count in self._faults.items() if count)),
            "survived": self._survived,
            "verdicts_right": self._verdicts["right"],
            "refusals_right": self._verdicts["refused"],
            "ends": dict(sorted(self._ends.items())),
            **bad,
            "honest_non_verdicts": self._verdicts["open"] + self._verdicts["no_answer"],
            "memory_mb": {"warm": round(first[0], 1), "end": round(self._last[0], 1), "grown": grown},
            "descriptors": {"warm": first[1], "end": self._last[1]},
            "passed": not any(bad.values())
            and grown <= GROWTH_BOUND
            and self._last[1] - first[1] <= DESCRIPTOR_BOUND
            and self.cycles > 0,
            "findings": self.findings,
        }


def table(report: dict[str, Any]) -> str:
    """Return the figures for people."""
    rows = [
        ("seed", report["seed"]),
        ("seconds", report["seconds"]),
        ("cycles", report["cycles"]),
        ("exports started", report["exports_started"]),
        ("faults injected", report["faults_injected"]),
        *((f"  {name}", count) for name, count in report["faults_by_kind"].items()),
        ("cycles survived", report["survived"]),
        ("verdicts that were right", report["verdicts_right"]),
        ("refusals that were right", report["refusals_right"]),
        ("honest non-verdicts", report["honest_non_verdicts"]),
        *((kind, report[kind]) for kind in BAD),
        ("memory, MB", "{warm} warm, {end} at the end".format(**report["memory_mb"])),
        ("file descriptors", "{warm} warm, {end} at the end".format(**report["descriptors"])),
        ("verdict", "passed" if report["passed"] else "FAILED"),
    ]
    width = max(len(name) for name, dummy in rows)
    return "\n".join([f"{name:<{width}}  {value}" for name, value in rows] + report["findings"])
