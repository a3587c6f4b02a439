# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide on reliability lists the faults that are tested, no more and no fewer, and the mutants fit the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.mutants import MUTANTS
from tests.tools import reliability

ROOT = Path(__file__).resolve().parents[2]


def test_tables_of_faults_are_up_to_date():
    written = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    assert reliability.faults() in written and reliability.imports() in written, "run make reliability"


def test_every_group_is_in_the_table():
    assert {row.group for row in reliability.ROWS.values()} == set(reliability.GROUPS)


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_still_fits(name):
    mutant = MUTANTS[name]
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.old != mutant.new and mutant.tests
