# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.soak``: run cycles for a time, print the figures, write them to ``.build/soak.json``; 1 when anything is wrong."""

from __future__ import annotations

import argparse
import contextlib
import gc
import itertools
import json
import random
import sys
import threading
import time
from pathlib import Path

from .scenario import KINDS
from .tally import Tally, table
from .worker import Worker

_OUTPUT = Path(__file__).resolve().parents[2] / ".build" / "soak.json"
#: The share of the time after which memory and descriptors must not grow any more.
_WARM_UP = 0.25


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    found = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    found.add_argument("--seconds", type=float, default=300, help="how long new cycles begin (300)")
    found.add_argument("--seed", default=None, help="repeat the cycles of this seed (default: a new one)")
    found.add_argument("--workers", type=int, default=8, help="simulators, and runs side by side (8)")
    found.add_argument("--cycle", type=int, help="only this cycle of the seed")
    found.add_argument("--kind", choices=list(KINDS), help="only cycles of this kind")
    found.add_argument("--output", type=Path, default=_OUTPUT, help="where the figures go as JSON")
    return found


def soak(seed: str, seconds: float, workers: int, kind: str | None = None, only: int | None = None) -> dict:
    """Run cycles until the time is over; return the figures."""
    tally, numbers = Tally(), itertools.count(1)

    def work(worker: Worker, end: float) -> None:
        while time.monotonic() < end:
            worker.cycle(next(numbers), kind)

    def work_together(crew: list[Worker], end: float) -> None:
        threads = [threading.Thread(target=work, args=(worker, end)) for worker in crew]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gc.collect()

    with contextlib.ExitStack() as stack:
        crew = [stack.enter_context(Worker(seed, tally)) for dummy in range(1 if only else workers)]
        begin = time.monotonic()
        if only:
            crew[0].cycle(only, kind)
        else:
            work_together(crew, begin + seconds * _WARM_UP)
            tally.warm()
            work_together(crew, begin + seconds)
        tally.measure()
    return tally.report(seed, time.monotonic() - begin)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    options = parser().parse_args(arguments)
    seed = options.seed or str(random.SystemRandom().randrange(10**6))
    print(f"Soak with --seed {seed}", flush=True)
    report = soak(seed, options.seconds, options.workers, options.kind, options.cycle)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(table(report))
    return 0 if report["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
