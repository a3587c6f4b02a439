# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of `make matrix` says what was found: nothing is left out, and nothing that failed or did not run looks as if it had passed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.tools import matrix

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
CORE = {"python": "3.11.7", "ansible-core": "2.16.19", "requests": "2.34.2", "urllib3": "2.8.0"}
OLD = {"python": "3.9.18", "requests": "2.25.1", "urllib3": "1.26.5"}


def left(passed, failed=0, skipped=0, reasons=(), seconds=1):
    return {"passed": passed, "failed": failed, "skipped": skipped, "reasons": list(reasons), "seconds": seconds}


def core(**steps):
    return {"title": "ansible-core 2.16", "controller": CORE, "modules": CORE, "steps": steps}


def row(text, title):
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {title} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_says_which_versions_ran_and_how_it_ended():
    cell = core(unit=left(1748), integration=left(400, failed=2, skipped=1), sanity=left(46), molecule=left(3))
    assert row(matrix.render({"core-2.16": cell}), "ansible-core 2.16") == [
        "ansible-core 2.16",
        "2.16.19, Python 3.11.7",
        "3.11.7",
        "2.34.2, 2.8.0",
        "1,748 passed",
        "400 passed, 2 failed, 1 skipped",
        "46 passed",
        "3 passed",
    ]


def test_the_modules_may_have_another_python_than_the_controller():
    cell = {
        "title": "Oldest requests",
        "controller": CORE,
        "modules": OLD,
        "steps": {"units": left(7), "modules": left(5)},
    }
    found = row(matrix.render({"requests-oldest": cell}), "Oldest requests")
    assert found[1:] == ["2.16.19, Python 3.11.7", "3.9.18", "2.25.1, 1.26.5", "7 passed", "5 passed", "-", "-"]


def test_every_cell_has_a_row_whether_it_ran_or_not():
    text = matrix.render({"core-2.21": {"title": "ansible-core 2.21", "missing": "no Python 3.12 here", "steps": {}}})
    for cell in matrix.CELLS.values():
        assert row(text, cell.title)[1].startswith("not run"), cell
    assert "no Python 3.12 here" in text
    some = core(unit=left(1), integration={"not_run": "this core has no localhost"})
    found = row(matrix.render({"core-2.16": some}), "ansible-core 2.16")
    assert found[5:] == ["not run: this core has no localhost", "not run", "not run"]


def test_why_tests_were_skipped_is_beneath_the_table():
    cell = core(unit=left(1, skipped=2, reasons=["no npm here", "no Java here"]))
    text = matrix.render({"core-2.16": cell, "core-2.19": {**cell, "title": "ansible-core 2.19"}})
    assert "* no npm here (ansible-core 2.16, ansible-core 2.19)" in text and "* no Java here" in text


@pytest.mark.parametrize(
    "step", [left(3, failed=1), left(0), left(0, skipped=4)], ids=["failed", "nothing ran", "all skipped"]
)
def test_what_is_not_all_right_is_a_failure(step):
    assert matrix.failed({"core-2.16": core(unit=left(3), sanity=step)}) == ["core-2.16:sanity"]


def test_a_cell_that_could_not_be_run_at_all_is_no_failure_but_is_said():
    assert matrix.failed({"core-2.21": {"title": "x", "missing": "no Python 3.12 here", "steps": {}}}) == []


def test_steps_of_another_version_do_not_stand_beside_new_ones():
    before = {"core-2.16": core(unit=left(1), sanity=left(2))}
    assert matrix.merged(before, "core-2.16", core(unit=left(9)))["core-2.16"]["steps"] == {
        "unit": left(9),
        "sanity": left(2),
    }
    newer = {**core(unit=left(9)), "controller": {**CORE, "ansible-core": "2.16.20"}}
    assert matrix.merged(before, "core-2.16", newer)["core-2.16"]["steps"] == {"unit": left(9)}


def test_results_are_counted_from_what_the_tools_leave(tmp_path):
    junit = tmp_path / ".build/junit"
    junit.mkdir(parents=True)
    (junit / "integration.xml").write_text(
        '<testsuites><testsuite tests="5" errors="1" failures="1" skipped="1"><testcase name="a"><skipped message="no npm here"/>'
        "</testcase></testsuite></testsuites>",
        encoding="utf-8",
    )
    expected = {"passed": 2, "failed": 2, "skipped": 1, "reasons": ["no npm here"]}
    assert matrix.count("integration", tmp_path, "") == matrix.count("modules", tmp_path, "") == expected
    sanity = """Running sanity test "compile" on Python 3.9
WARNING: Skipping sanity test "compile" on Python 3.14 because it could not be found.
Running sanity test "pep8"
FATAL: The 1 sanity test(s) listed below (out of 3) failed. See error output above for details.
WARNING: Reviewing previous 1 warning(s):
WARNING: Skipping sanity test "compile" on Python 3.14 because it could not be found.
"""
    assert matrix.count("sanity", tmp_path, sanity) == {
        "passed": 1,
        "failed": 1,
        "skipped": 1,
        "reasons": ['sanity test "compile" on Python 3.14 because it could not be found'],
    }
    scenarios = "INFO     [a > converge] Executed: Successful\nINFO     [a > verify] Executed: Successful\nINFO     [b > converge] Executed: Failed\n"
    found = matrix.count("molecule", tmp_path, scenarios)
    assert (found["passed"], found["failed"]) == (1, 1)


def test_the_table_is_between_its_markers():
    text = matrix.fill(README, "matrix", matrix.render({"core-2.16": core(unit=left(1748))}))
    inside = re.search(r"<!-- matrix -->\n(.*?)<!-- end -->", text, re.DOTALL)[1]
    assert "| 1,748 passed |" in inside and text.replace(inside, "") == re.sub(
        r"(<!-- matrix -->\n).*?(<!-- end -->)", r"\1\2", README, flags=re.DOTALL
    )


def test_the_matrix_has_what_is_promised():
    (floor,) = re.findall(r"`requests` (\d\S+) or newer", README)
    assert f"requests=={floor}" in matrix.CELLS["requests-oldest"].pins
    assert [pin.split("==")[0] for pin in matrix.newest()] == ["requests", "urllib3"]
    assert {cell.target for cell in matrix.CELLS.values()} >= {"3.9", "3.10", "3.11", "3.12", "3.13"}
    for cell in matrix.CELLS.values():
        if cell.override:
            text = (matrix.ROOT / "tests/requirements" / cell.override).read_text(encoding="utf-8")
            assert f"ansible-core~={cell.title.split()[-1]}.0" in text
    assert (matrix.ROOT / "tests/requirements/demo.in").read_text(encoding="utf-8").count("ansible-core~=2.19.0") == 1


def test_a_step_of_a_cell_is_a_target_of_make():
    targets = set(re.findall(r"^([a-z-]+):", (matrix.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for cell in matrix.CELLS.values():
        for step in cell.steps:
            for words in matrix.parts(step, cell, matrix.ROOT):
                assert words[0] in targets
    files = [
        part[1].partition("=")[2].split()
        for part in matrix.parts("integration", matrix.CELLS["core-2.16"], matrix.ROOT)
    ]
    assert sorted(sum(files, [])) == sorted(
        str(path.relative_to(matrix.ROOT)) for path in matrix.ROOT.glob("tests/integration/test_*.py")
    )
    assert all(
        (matrix.ROOT / f"tests/integration/test_{name}.py").is_file() for name in matrix.OF_MODULES + matrix.OF_THE_WIRE
    )


def test_results_can_be_kept_and_read_again():
    results = {"core-2.16": core(unit=left(1, reasons=["no npm here"], skipped=1))}
    assert matrix.render(json.loads(json.dumps(results))) == matrix.render(results)
