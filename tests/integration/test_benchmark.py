# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark runs, and says when a contender did not do its job. Nothing is judged by its time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.benchmark.contenders import CONTENDERS, Contender
from tests.benchmark.measure import Bench, NotDone
from tests.integration.conftest import ROOT

SECONDS = 120


def test_the_bare_client_does_the_job_and_one_that_does_nothing_is_found_out():
    with Bench(3) as bench:
        bench.simulator.control.settings(export_duration=0.1)
        sample = bench.run(CONTENDERS["asyncio"])
        assert sample.methods["POST"] == sample.methods["PUT"] == 3 and len(sample.delays) == 3
        assert 0 <= max(sample.delays) < sample.wall and sample.cpu > 0 and sample.peak > 5
        with pytest.raises(NotDone, match="left db-001"):
            bench.run(Contender("nothing", lambda count, folder: ["true"]))
        with pytest.raises(NotDone, match="ended with 1"):
            bench.run(Contender("broken", lambda count, folder: ["false"]))


@pytest.mark.long
@pytest.mark.parametrize("what", ["compare", "growth"])
def test_a_quick_run_prints_the_tables(what):
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmark", what, "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    names = ("walls",) if what == "compare" else ("growth-databases", "growth-clusters")
    assert all(f"\n{name}\n" in done.stdout for name in names) and "ansible-core" in done.stdout
