# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals, from the figures of one run of the benchmark."""

from __future__ import annotations

from tests.benchmark.arithmetic import Figures, Goal, allowed_delay

#: The cell by which most goals are judged: databases, seconds of an export, seconds of latency.
GOAL_CELL = (100, 0.5, 0.02)
MANY = 500


def goals(
    cells: dict, reads: dict[str, Figures], modules: dict[str, tuple[float, int]], looks: dict[int, float]
) -> list[Goal]:
    """``cells`` maps (count, duration, latency) to figures by contender; ``modules`` a module's run to its MB and bytes; ``looks``: seconds of one GET of all."""
    found = []
    here = cells[GOAL_CELL]
    bulk = here["bulk"]
    if "uri_loops" in here:
        loops = here["uri_loops"].wall
        how = f"{loops:.1f} s / {bulk.wall:.2f} s"
        found.append(Goal("times faster than the `uri` loops", loops / bulk.wall, 50, at_least=True, how=how))
    limit = 1.25 * (here["asyncio"].wall + here["empty"].wall)
    how = f"1.25 x (asyncio client {here['asyncio'].wall:.2f} s + task of an empty module {here['empty'].wall:.2f} s)"
    found.append(Goal("wall time beside the practical limit", bulk.wall, limit, unit="s", how=how))
    one, many = (cells.get((count, *GOAL_CELL[1:]), {}).get("bulk") for count in (1, MANY))
    if one and many:
        how = (
            f"one for ten databases; {one.methods['GET']} for one database, and to start and reset {MANY} takes longer"
        )
        found.append(Goal(f"GETs for {MANY} databases", many.methods["GET"], MANY / 10, how=how))
    found.append(Goal("connections without a cap", bulk.connections, 16))
    if "bulk_4" in here:
        found.append(Goal("connections with `max_parallel: 4`", here["bulk_4"].connections, 4))
    if reads:
        found.append(Goal(f"requests of an up-to-date run of {MANY}", sum(reads["up_to_date"].methods.values()), 1))
        ratio = reads["up_to_date"].wall / reads["one_uri"].wall
        how = f"{reads['up_to_date'].wall:.2f} s / {reads['one_uri'].wall:.2f} s"
        found.append(Goal(f"up-to-date run of {MANY} / one `uri` GET", ratio, 1.15, how=how))
    for (count, duration, latency), cell in sorted(cells.items()):
        if "bulk" in cell and cell["bulk"].delay:
            what = f"latest detection, N={count}, {duration:g} s, {latency * 1000:g} ms"
            limit = allowed_delay(duration, latency, looks[count])
            how = f"a tenth + {latency * 1000:g} ms + {looks[count] * 1000:.0f} ms for the look"
            found.append(Goal(what, cell["bulk"].delay[1], limit, unit="s", how=how))
    if modules:
        ratio = modules["bulk"][0] / modules["empty"][0]
        how = f"{modules['bulk'][0]:.1f} MB / {modules['empty'][0]:.1f} MB"
        found.append(Goal(f"peak memory of {MANY} / that of an empty module", ratio, 1.5, how=how))
        results = {
            "bulk": "`bdb_export`",
            "up_to_date": "up to date",
            "info_export": "`bdb_info` with `fields: export`",
            "info": "`bdb_info`",
        }
        for name, what in results.items():
            found.append(Goal(f"kB of the result of {MANY}, {what}", modules[name][1] / 1000, 250))
    return found
