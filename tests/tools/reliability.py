# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the tables and figures of docs/reliability.md from what the last runs have left in .build/.

Run it from the root of the repository as ``python -m tests.tools.reliability``.
The tables of faults come from the tests' own lists. Where a run has left nothing, the page keeps what it has.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.integration import importmatrix
from tests.integration.faultmatrix import GROUPS, ROWS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"


def table(head, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines)


def faults():
    """The fault matrix, by groups."""
    rows = []
    for group in GROUPS:
        rows += [
            (f"**{group}**: {row.fault}", row.promise, f"`test_fault[{name}]`")
            for name, row in ROWS.items()
            if row.group == group
        ]
    return table(("Fault", "What happens then", "Proved by"), rows)


def imports():
    """What can go wrong with an import."""
    rows = [
        (row.fault, row.promise, row.outcome.replace("_", " "), f"`{name}`") for name, row in importmatrix.ROWS.items()
    ]
    return table(("Fault", "What happens then", "Outcome", "Row"), rows)


def mutants(found):
    """Each mutant with its verdict, and the sum."""
    rows = [(f"`{name}`", broken, "caught") for name, broken in found["caught"].items()]
    rows += [(f"`{name}`", "; ".join(tests), "**survived**") for name, tests in found["survivors"].items()]
    head = f"{len(found['caught'])} of {found['mutants']} broken versions were caught, by {found['checks']} checks."
    return head + "\n\n" + table(("Mutant", "What is broken", "Verdict"), rows)


def figures(found):
    """A flat report as a table of names and values."""
    return table(
        ("Figure", "Value"),
        [(name.replace("_", " "), value) for name, value in found.items() if not isinstance(value, (dict, list))],
    )


def soak(found):
    """The soak's figures, and its faults by kind."""
    kinds = next((value for value in found.values() if isinstance(value, dict)), {})
    return figures(found) + ("\n\n" + table(("Fault", "Times"), sorted(kinds.items())) if kinds else "")


def secrets(found):
    """The secrets matrix, a row for each situation: how many secrets were looked for and not found, and why others were not there."""
    rows = []
    for situation in sorted({column for cells in found.values() for column in cells}):
        said = [cells[situation] for cells in found.values() if situation in cells]
        reasons = sorted({text.partition(": ")[2] for text in said if text != "clean"})
        rows.append((situation.replace("|", ","), said.count("clean"), "; ".join(reasons)))
    total = sum(row[1] for row in rows)
    head = f"{len(found)} secrets in {len(rows)} situations: {total} cells were searched, and nothing was found in any."
    return head + "\n\n" + table(("Situation", "Clean", "Not applicable where"), rows)


SECTIONS = {"secrets": secrets, "mutants": mutants, "soak": soak}


def fill(page, name, text):
    """The page with ``text`` between the markers of ``name``."""
    return re.sub(
        rf"(<!-- {name} -->\n).*?(<!-- end -->)",
        lambda match: f"{match[1]}\n{text}\n\n{match[2]}",
        page,
        count=1,
        flags=re.DOTALL,
    )


def main():
    page = fill(PAGE.read_text(encoding="utf-8"), "faults", faults())
    page = fill(page, "imports", imports())
    for name, render in SECTIONS.items():
        left = ROOT / ".build" / f"{name}.json"
        if left.exists():
            page = fill(page, name, render(json.loads(left.read_text(encoding="utf-8"))))
        else:
            print(f"no {left.relative_to(ROOT)}: the page keeps its figures of {name}")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
