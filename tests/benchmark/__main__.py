# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.benchmark [growth]``: measure, print the tables and the goals, and with --write put them into docs/performance.md or docs/scale.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import ansible
import requests

from tests.benchmark import growth, tables
from tests.benchmark.arithmetic import figures
from tests.benchmark.goals import GOAL_CELL, goals
from tests.benchmark.measure import NotDone
from tests.benchmark.plan import Session, rounds
from tests.tools.reliability import fill

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"compare": ROOT / "docs" / "performance.md", "growth": ROOT / "docs" / "scale.md"}
RESULTS = ROOT / ".build" / "benchmark"
#: Of ten minutes; what is left is for the first rounds and for starting.
SECONDS = 530


def facts() -> str:
    """What a reader has to know of the machine."""
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, ansible-core {ansible.__version__}, requests {requests.__version__}, "
        "everything on one machine, over loopback and HTTPS."
    )


def compare(options: argparse.Namespace) -> dict[str, str]:
    """All contenders, and the tables by the names of their places in the page."""
    plan = rounds(options.full)
    if options.only:
        plan = {key: times for key, times in plan.items() if key[0] in options.only.split(",")}
    if options.cell:
        count, duration, latency = options.cell.split(",")
        plan = {key: times for key, times in plan.items() if key[1:] == (int(count), float(duration), float(latency))}
    if options.quick:
        plan = {(name, *cell): 1 for name, *cell in plan if cell == [1, 0.5, 0]}
        plan.update({(name, 2, 0.2, 0): 1 for name in ("uri_loops", "hosts", "bulk", "asyncio")})
    if options.rounds:
        plan = dict.fromkeys(plan, options.rounds)
    session = Session(10**6 if options.full else options.seconds, lambda line: print(line, flush=True))
    session.run(plan, 0 if options.quick or options.only or options.cell else 5)
    cells: dict[tuple, dict] = defaultdict(dict)
    for (name, *cell), samples in session.samples.items():
        cells[tuple(cell)][name] = figures(samples)
    reads = {name: figures(samples) for name, samples in session.reads.items()}
    shown = {"walls": tables.walls(cells)}
    if session.left:
        print(f"{session.left} further rounds were left out, since the time was up")
    if {"bulk", "asyncio", "empty"} <= set(cells.get(GOAL_CELL, {})):
        shown["costs"] = tables.costs(cells[GOAL_CELL])
        shown["goals"] = tables.judged(goals(cells, reads, session.modules, session.looks))
        shown["ceiling"] = tables.shares(session.ceiling, cells)
    if reads:
        shown["reads"] = tables.reads(reads, session.modules)
    _keep(
        "compare",
        {
            "cells": [
                {"cell": cell, "figures": {k: asdict(v) for k, v in found.items()}} for cell, found in cells.items()
            ],
            "reads": {name: asdict(item) for name, item in reads.items()},
            "modules": session.modules,
            "ceiling": session.ceiling,
        },
    )
    return shown


def _keep(name: str, found: object) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=2), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark")
    parser.add_argument("what", nargs="?", choices=["compare", "growth"], default="compare")
    parser.add_argument("--write", action="store_true", help="put the tables into the guide")
    parser.add_argument("--full", action="store_true", help="every contender in every cell, for hours")
    parser.add_argument("--quick", action="store_true", help="a few runs, to see that it works")
    parser.add_argument("--only", help="contenders, with commas between")
    parser.add_argument("--cell", help="N,duration,latency, such as 100,0.5,0.02")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="no further round is begun after these")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        if options.what == "growth":
            shown, kept = growth.run(options.quick, lambda line: print(line, flush=True))
            _keep("growth", kept)
        else:
            shown = compare(options)
    except NotDone as error:
        print(f"The job was not done: {error}", file=sys.stderr)
        return 1
    shown[f"facts-{options.what}"] = facts()
    for name, text in shown.items():
        print(f"\n{name}\n\n{text}")
    if options.write:
        page = PAGES[options.what].read_text(encoding="utf-8")
        for name, text in shown.items():
            page = fill(page, name, text)
        PAGES[options.what].write_text(page, encoding="utf-8")
    print(f"\nDone in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
