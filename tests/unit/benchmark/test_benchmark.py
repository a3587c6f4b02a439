# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic of the benchmark, its plan, and that a goal can be missed."""

from __future__ import annotations

import pytest

from tests.benchmark import tables
from tests.benchmark.arithmetic import Goal, allowed_delay, figures, straight_line
from tests.benchmark.contenders import CONTENDERS
from tests.benchmark.goals import GOAL_CELL, MANY, goals
from tests.benchmark.measure import Sample
from tests.benchmark.plan import rounds


def sample(wall, **more):
    return Sample(
        wall, cpu=1, peak=60, **{"methods": {"GET": 10, "POST": 100}, "connections": 16, "in_flight": 16, **more}
    )


def cell(**walls):
    return {name: figures([sample(wall, delays=[0.01, 0.05])]) for name, wall in walls.items()}


def test_times_are_medians_and_counts_are_the_most():
    runs = [
        sample(3, delays=[0.1]),
        sample(1, delays=[0.2], methods={"GET": 12}, connections=17),
        sample(2, delays=[0.9]),
    ]
    found = figures(runs)
    assert (found.rounds, found.wall, found.delay) == (3, 2, (0.2, 0.9))
    assert (found.methods, found.connections) == ({"GET": 12, "POST": 100}, 17)
    assert figures([sample(1)]).delay is None


def test_what_was_not_run_is_on_the_line_through_the_two_largest():
    assert straight_line((10, 12), (100, 102), 500) == 502
    cells = {(count, *GOAL_CELL[1:]): cell(uri_loops=wall) for count, wall in ((1, 9), (10, 12), (100, 102))}
    cells[(500, *GOAL_CELL[1:])] = cell(bulk=3)
    row = tables.walls(cells).splitlines()[-1]
    assert "| 500 | 0.5 s | 20 ms | ≈ 502 | - |" in row and "| 3.00 |" in row


def test_what_is_small_and_was_not_run_is_not_made_up():
    cells = {(count, *GOAL_CELL[1:]): cell(uri_loops=wall) for count, wall in ((10, 12), (100, 102))}
    cells[(1, *GOAL_CELL[1:])] = cell(bulk=2)
    assert "≈" not in tables.walls(cells)


@pytest.mark.parametrize(
    "value, at_least, met", [(50, True, True), (49.9, True, False), (50, False, True), (50.1, False, False)]
)
def test_a_goal_is_met_up_to_its_limit_or_from_it_on(value, at_least, met):
    goal = Goal("what", value, 50, at_least=at_least)
    assert goal.met is met and ("**missed**" in tables.judged([goal])) is not met


def test_a_delay_may_be_a_tenth_and_a_round_trip():
    assert allowed_delay(5, 0.02, 0.001) == pytest.approx(0.521)


def verdicts(bulk=2.0, loops=101.0, gets=12, up_to_date=1.1, size=166_000, memory=33.0, delay=0.05):
    cells = {GOAL_CELL: cell(uri_loops=loops, asyncio=0.9, empty=1.0)}
    cells[GOAL_CELL]["bulk"] = figures([sample(bulk, delays=[0.01, delay])])
    cells[GOAL_CELL]["bulk_4"] = figures([sample(16, connections=4)])
    for count, times in ((1, 12), (MANY, gets)):
        cells[(count, *GOAL_CELL[1:])] = {"bulk": figures([sample(3, methods={"GET": times}, delays=[0.01])])}
    reads = {name: figures([sample(1.0, methods={"GET": 1})]) for name in ("one_uri", "info")}
    reads["up_to_date"] = figures([sample(up_to_date, methods={"GET": 1})])
    modules = {name: (memory, size) for name in ("bulk", "up_to_date", "info", "info_export")} | {"empty": (24.0, 50)}
    found = goals(cells, reads, modules, dict.fromkeys((1, 100, MANY), 0.001))
    return {goal.what: goal.met for goal in found}


def test_all_goals_can_be_met():
    assert set(verdicts().values()) == {True} and len(verdicts()) >= 12


@pytest.mark.parametrize(
    "figure, goal",
    [
        ({"bulk": 2.4}, "wall time beside the practical limit"),
        ({"loops": 99}, "times faster than the `uri` loops"),
        ({"gets": 500}, f"GETs for {MANY} databases"),
        ({"up_to_date": 1.16}, f"up-to-date run of {MANY} / one `uri` GET"),
        ({"size": 250_001}, f"kB of the result of {MANY}, `bdb_export`"),
        ({"memory": 37}, f"peak memory of {MANY} / that of an empty module"),
        ({"delay": 0.08}, "latest detection, N=100, 0.5 s, 20 ms"),
    ],
)
def test_each_goal_can_be_missed(figure, goal):
    assert verdicts(**figure)[goal] is False


def test_the_plan_has_every_contender_and_the_fast_ones_in_every_cell():
    plan, full = rounds(full=False), rounds(full=True)
    assert {key[0] for key in plan} == set(CONTENDERS) - {"one_uri", "info", "up_to_date"}
    cells = {key[1:] for key in full}
    assert len(cells) == 16 and {key[1:] for key in plan if key[0] == "bulk"} >= {key for key in cells if key[1] == 0.5}
    assert all(plan[(name, *GOAL_CELL)] >= 2 for name in ("uri_loops", "bulk", "asyncio", "empty"))
