# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables, as Markdown, which can be read on a terminal too."""

from __future__ import annotations

from tests.benchmark.arithmetic import Figures, Goal, straight_line
from tests.benchmark.contenders import CONTENDERS
from tests.benchmark.goals import GOAL_CELL
from tests.tools.reliability import table

_ALL = ("uri_loops", "uri_one_poll", "looped_module", "hosts", "role", "curl", "bulk", "asyncio")


def walls(cells: dict[tuple, dict[str, Figures]]) -> str:
    """Seconds of the whole process, a row for each cell."""
    rows = []
    for key in sorted(cells, key=lambda key: (key[1], key[2], key[0])):
        count, duration, latency = key
        shown = [_wall(cells, key, name) for name in _ALL]
        rows.append((count, f"{duration:g} s", f"{latency * 1000:g} ms", *shown))
    return table(("N", "export takes", "latency", *(CONTENDERS[name].title for name in _ALL)), rows)


def _wall(cells: dict, key: tuple, name: str) -> str:
    if name in cells[key]:
        return f"{cells[key][name].wall:.1f}" if cells[key][name].wall >= 10 else f"{cells[key][name].wall:.2f}"
    known = sorted(
        (count, cell[name].wall) for (count, *rest), cell in cells.items() if rest == list(key[1:]) and name in cell
    )
    if len(known) < 2 or key[0] < known[-1][0]:
        return "-"
    return f"≈ {straight_line(known[-2], known[-1], key[0]):.0f}"


def costs(cell: dict[str, Figures]) -> str:
    """What each contender costs in the cell of the goals."""
    rows = []
    for name, found in cell.items():
        requests = ", ".join(f"{times} {method}" for method, times in found.methods.items()) or "-"
        delay = f"{found.delay[0]:.2f} / {found.delay[1]:.2f}" if found.delay else "-"
        ratio = f"{found.wall / cell['bulk'].wall:.1f}"
        rows.append(
            (
                CONTENDERS[name].title,
                f"{found.wall:.2f}",
                ratio,
                f"{found.cpu:.2f}",
                f"{found.peak:.0f}",
                requests,
                found.connections or "-",
                found.in_flight or "-",
                delay,
                found.rounds,
            )
        )
    head = ("Contender", "s", "x", "CPU s", "MB", "requests", "connections", "at once", "told after, s", "rounds")
    return table(head, rows)


def reads(found: dict[str, Figures], modules: dict[str, tuple[float, int]]) -> str:
    """One read of many databases."""
    rows = []
    for name, item in found.items():
        memory, size = modules.get(name, (None, None))
        rows.append(
            (
                CONTENDERS[name].title,
                f"{item.wall:.2f}",
                f"{item.wall / found['one_uri'].wall:.2f}",
                f"{item.cpu:.2f}",
                sum(item.methods.values()),
                f"{memory:.1f}" if memory else "-",
                f"{size / 1000:.0f}" if size else "-",
                item.rounds,
            )
        )
    if "bulk" in modules:
        memory, size = modules["bulk"]
        rows.append((CONTENDERS["bulk"].title, "-", "-", "-", "-", f"{memory:.1f}", f"{size / 1000:.0f}", 1))
    return table(("What", "s", "x", "CPU s", "requests", "MB of the module", "kB of the result", "rounds"), rows)


def judged(found: list[Goal]) -> str:
    """The goals, each met or missed."""
    rows = []
    for goal in found:
        sign = "at least" if goal.at_least else "at most"
        unit = f" {goal.unit}" if goal.unit else ""
        verdict = "met" if goal.met else "**missed**"
        rows.append((goal.what, f"{goal.value:.3g}{unit}", f"{sign} {goal.limit:.3g}{unit}", verdict, goal.how))
    return table(("Goal", "Measured", "Wanted", "Verdict", "How"), rows)


def shares(ceiling: dict[str, float], cells: dict[tuple, dict[str, Figures]]) -> str:
    """How much of what the server can do the fastest contenders ask of it."""
    rows = []
    for key in ((100, *GOAL_CELL[1:]), (500, *GOAL_CELL[1:])):
        for name in ("asyncio", "curl", "bulk"):
            if name in cells.get(key, {}):
                needed = key[0] / ceiling["exports"] + key[0] / ceiling["resets"]
                share = needed / cells[key][name].wall
                rows.append((key[0], CONTENDERS[name].title, f"{needed:.2f}", f"{100 * share:.0f} %"))
    head = f"{ceiling['exports']:.0f} exports and {ceiling['resets']:.0f} resets a second, {ceiling['look'] * 1000:.1f} ms for one look at 500 databases."
    return head + "\n\n" + table(("N", "Contender", "s of the server's time", "of its wall time"), rows)
