# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is run, how often, and in which order, so that it ends in time."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import ExitStack
from itertools import product

from tests.benchmark.contenders import CONTENDERS
from tests.benchmark.goals import GOAL_CELL, MANY
from tests.benchmark.measure import Bench, Sample

COUNTS = (1, 10, 100, MANY)
DURATIONS = (0.5, 5)
LATENCIES = (0, 0.02)
FAST = ("bulk", "asyncio", "curl")
JOBS = tuple(name for name, contender in CONTENDERS.items() if contender.job and name != "bulk_4")
FLOORS = ("nothing", "empty")
READS = ("one_uri", "up_to_date", "info", "empty")
OPTIONS = {"export_location": {"type": "mount_point", "path": "/mnt/exports"}, "name": "*"}


#: The most databases for which a contender that takes a second for each is run; beyond, the table goes on in a straight line.
MOST = {"uri_loops": 100, "uri_one_poll": 10, "looped_module": 10, "hosts": 100}


def rounds(full: bool) -> dict[tuple, int]:
    """(contender, count, duration, latency) -> how often: the fast ones everywhere, the others where a user would still wait for them."""
    found = {}
    for cell in product(COUNTS, DURATIONS, LATENCIES):
        for name in JOBS:
            times = 1 if full else _times(name, *cell)
            if times:
                found[(name, *cell)] = times
    for name in (*FLOORS, "bulk", "asyncio"):
        found[(name, *GOAL_CELL)] = 5
    found[("bulk_4", *GOAL_CELL)] = 1
    found[("uri_loops", *GOAL_CELL)] = 2  # where there is time: one of these is a fifth of it
    return found


def _times(name: str, count: int, duration: float, latency: float) -> int:
    if name in FAST and duration > 1:
        return int(name != "curl" and (latency > 0 or count == GOAL_CELL[0]))
    if name in FAST:
        return 3
    return int((duration, latency) == GOAL_CELL[1:] and count <= MOST.get(name, MANY))


class Session:
    """Runs the rounds interleaved, until all are done or ``seconds`` are over; the first round of each is always run."""

    def __init__(self, seconds: float, show) -> None:
        self._until = time.monotonic() + seconds
        self._show = show
        self.samples: dict[tuple, list[Sample]] = defaultdict(list)
        self.reads: dict[str, list[Sample]] = defaultdict(list)
        self.modules: dict[str, tuple[float, int]] = {}
        self.ceiling: dict[str, float] = {}
        self.looks: dict[int, float] = {}
        self.left = 0

    def run(self, plan: dict[tuple, int], read_rounds: int) -> None:
        """The whole plan, on one cluster for each number of databases."""
        counts = sorted({key[1] for key in plan})
        with ExitStack() as stack:
            benches = {count: stack.enter_context(Bench(count)) for count in counts}
            for count, bench in benches.items():
                self.ceiling = bench.ceiling()
                self.looks[count] = self.ceiling["look"]
            if MANY in benches and read_rounds:
                self._read(benches[MANY], read_rounds)
            # First what the goals are judged by and is fast: where time is short, these rounds are worth most.
            first = {key: times for key, times in plan.items() if key[1:] == GOAL_CELL and times > 2}
            for part in (first, {key: times for key, times in plan.items() if key not in first}):
                for turn in range(max(part.values(), default=0)):
                    for key, times in sorted(part.items(), key=lambda item: item[0][1:]):
                        if turn < times:
                            self._one(benches[key[1]], key, turn)

    def _one(self, bench: Bench, key: tuple, turn: int) -> None:
        name, count, duration, latency = key
        if turn and time.monotonic() + 1.3 * max(item.wall for item in self.samples[key]) > self._until:
            self.left += 1
            return
        bench.simulator.control.settings(latency=latency, export_duration=duration)
        sample = bench.run(CONTENDERS[name])
        self.samples[key].append(sample)
        self._show(f"{count:>5} {duration:>4g} s {latency * 1000:>3g} ms  {name:<14} {sample.wall:7.2f} s")

    def _read(self, bench: Bench, read_rounds: int) -> None:
        """Single reads beside each other; all databases are up to date. Memory and size of results in passes of their own, which are not timed."""
        control = bench.simulator.control
        control.settings(latency=0.02, export_duration=0)
        for uid in range(1, bench.count + 1):
            control.start_export(uid)
        control.wait_done(bench.count)
        for dummy in range(read_rounds):
            for name in READS:
                sample = bench.run(CONTENDERS[name])
                self.reads[name].append(sample)
                self._show(f"{bench.count:>5}   one read  {name:<14} {sample.wall:7.2f} s")
        module = "community.redis_enterprise.{}".format
        self.modules["empty"] = bench.module("empty", {})
        self.modules["up_to_date"] = bench.module(module("bdb_export"), {**OPTIONS, "max_age": 86400})
        self.modules["info"] = bench.module(module("bdb_info"), {})
        self.modules["info_export"] = bench.module(module("bdb_info"), {"fields": "export"})
        control.settings(export_duration=0.5)
        bulk = {**OPTIONS, "max_age": 0, "max_parallel": 0, "reset_status": True}
        self.modules["bulk"] = bench.module(module("bdb_export"), bulk)
