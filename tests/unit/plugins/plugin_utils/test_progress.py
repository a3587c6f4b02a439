# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line of progress: its words, its length, and when it says how fast it goes and how long it will take."""

from __future__ import annotations

import json

import pytest

from ansible_collections.community.redis_enterprise.plugins.plugin_utils._progress import Narrator

BEGIN = {
    "operation": "export", "done": 0, "failed": 0, "running": 4, "waiting": 496, "percent": 0, "names": [], "elapsed": 0, "left": None,
}  # fmt: skip


def tell(*later, host="localhost", **first):
    """The last line for the first message and those after it, each of which says only what is new."""
    narrator, facts = Narrator(host), {**BEGIN, **first}
    lines = [narrator.line(json.dumps(facts))]
    for change in later:
        facts.update(change)
        lines.append(narrator.line(json.dumps(facts)))
    assert lines[0] is None
    return lines[-1]


@pytest.mark.parametrize(
    "facts, line",
    [
        (
            {"done": 118, "failed": 2, "waiting": 376, "percent": 62, "elapsed": 180},
            "=>  24%, 118 of 500 done, 2 failed, 4 running at 62%, 376 waiting; 40/min, about 9 min left",
        ),
        (
            {"running": 1, "waiting": 0, "percent": 35, "names": [["orders", 35]], "elapsed": 60, "left": 250},
            "=>  35%, 0 of 1 done, 0 failed, 1 running (orders 35%), 0 waiting; about 4 min left",
        ),
        (
            {
                "running": 3,
                "waiting": 0,
                "names": [["orders", 35], ["sessions", 80], ["catalogue", 10]],
                "left": 99,
                "percent": 41,
            },
            "=>  41%, 0 of 3 done, 0 failed, 3 running (orders 35%, sessions 80%, catalogue 10%), 0 waiting",
        ),
        (
            {"running": 2, "waiting": 0, "percent": None, "names": [["a", None], ["b", None]]},
            "=>   0%, 0 of 2 done, 0 failed, 2 running (a, b), 0 waiting",
        ),
        ({"running": 0, "waiting": 2, "percent": None}, "=>   0%, 0 of 2 done, 0 failed, 0 running, 2 waiting"),
    ],
)
def test_words(facts, line):
    assert tell({**facts}) == f"exporting: [localhost] {line}"


@pytest.mark.parametrize(
    "ended, seconds, rate",
    [(4, 60, ""), (5, 60, "5/min"), (200, 60, "200/min"), (5, 600, "30/h"), (5, 0, "")],
)
def test_rate_is_of_at_least_five_databases(ended, seconds, rate):
    line = tell({"done": ended, "waiting": 496 - ended, "elapsed": seconds})
    assert (rate in line and "; " in line) if rate else "/" not in line


def test_rate_forgets_what_is_longer_ago_than_five_minutes():
    slow = {"done": 10, "waiting": 486, "elapsed": 1000}
    assert "600/min" in tell(
        slow, {"done": 110, "waiting": 386, "elapsed": 1010}, {"done": 3110, "waiting": 386, "elapsed": 1310}
    )


@pytest.mark.parametrize(
    "seconds, words",
    [
        (2, "10 s"),
        (44, "40 s"),
        (94, "90 s"),
        (96, "2 min"),
        (560, "9 min"),
        (5600, "93 min"),
        (5800, "1.5 h"),
        (36000, "10 h"),
    ],
)
def test_estimate_is_no_more_exact_than_it_can_be(seconds, words):
    assert tell({"running": 1, "waiting": 0, "left": seconds}).endswith(f"; about {words} left")


@pytest.mark.parametrize(
    "facts, words",
    [
        ({"percent": 90, "elapsed": 60}, None),  # work of 3.6 databases in 500
        ({"done": 5, "waiting": 491, "elapsed": 60}, "about 1.5 h"),
        (
            {"done": 5, "waiting": 491, "elapsed": 60, "left": 9000},
            "about 2.5 h",
        ),  # a running one takes longer than all that wait
        ({"done": 499, "running": 1, "waiting": 0, "elapsed": 600}, None),  # the pace of many says nothing of the last
        ({"done": 499, "running": 1, "waiting": 0, "elapsed": 600, "left": 300}, "about 5 min"),
        ({"running": 1, "waiting": 2, "percent": 35, "elapsed": 60}, "about 8 min"),  # a tenth of all was done
        ({"running": 1, "waiting": 2, "percent": 20, "elapsed": 60}, None),
    ],
)
def test_estimate_is_given_where_it_is_honest(facts, words):
    line = tell(facts)
    assert (words in line) if words else "left" not in line


def test_what_was_done_before_the_task_is_not_its_pace():
    line = tell({"percent": 65, "elapsed": 60}, running=1, waiting=1, percent=40)
    assert "about 5 min left" in line  # 25 % of a database in a minute, 135 % to go


def test_names_are_harmless_and_cut_off():
    line = tell({"running": 2, "waiting": 0, "names": [["a\x1b[2J\r\n\u202eb{0}%s", 1], ["x" * 99, 2]]}, host="h")
    assert "(a?[2J???b{0}%s 1%, " + "x" * 22 + ".. 2%)" in line and line.isascii() and line.isprintable()


@pytest.mark.parametrize("host", ["h", "h" * 25, "h\x1b{}", "h" * 60])
@pytest.mark.parametrize("names", [[], [["orders", 35]], [["n" * 60, 99]] * 3])
@pytest.mark.parametrize("total", [1, 10**5])
def test_length(host, names, total):
    line = tell(
        {"done": 6 * total, "percent": 99, "names": names, "waiting": total, "elapsed": 60, "left": 5600}, host=host
    )
    assert len(line) < 120 + max(0, len(host) - 25) and f"of {7 * total + 4} done" in line


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"null",
        json.dumps({**BEGIN, "done": "x"}),
        json.dumps({**BEGIN, "operation": "rm"}),
    ],
)
def test_what_is_no_message_makes_no_line(message):
    narrator = Narrator("localhost")
    assert narrator.line(json.dumps(BEGIN)) is None
    with pytest.raises((ValueError, TypeError, KeyError)):
        narrator.line(message)
