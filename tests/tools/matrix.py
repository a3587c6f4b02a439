# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test with other versions of ansible-core, Python, requests and urllib3 than those of .venv, and write the table of README.md.

``python -m tests.tools.matrix MAKE [CELL[:STEP]...]`` runs all cells or some. Each step of a cell is a target of the Makefile. A cell that needs other
packages runs in a copy of the project, .build/matrix/CELL, with a .venv and a .build of its own. What was found is kept in .build/matrix.json, so
cells may be run one by one.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

from tests.tools.reliability import fill, table

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
FIELD = BUILD / "matrix"
RESULTS = BUILD / "matrix.json"
README = ROOT / "README.md"
PINS = ROOT / "tests/requirements/dev.txt"

#: The integration tests that a target's interpreter is tested with: all that run modules and little else.
OF_MODULES = ("bdb_info", "bdb_export", "bdb_import", "bdb_backup_policy", "bdb_status_reset", "export_files_info")
OF_THE_WIRE = ("connection", "faults")


@dataclasses.dataclass(frozen=True)
class Cell:
    """One combination. ``python`` is the controller's, ``target`` the modules', which is the controller's where none is given."""

    title: str
    python: str = ""
    override: str = ""
    target: str = ""
    pins: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    skipped: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def steps(self):
        return ("units", "modules") if self.target else ("unit", "integration", "sanity", "molecule")


def newest():
    """The pair that `make pins` has found last."""
    return tuple(re.findall(r"^(?:requests|urllib3)==\S+", PINS.read_text(encoding="utf-8"), re.MULTILINE))


CELLS = {
    "core-2.16": Cell("ansible-core 2.16", python="3.11", override="core-2.16.txt"),
    "core-2.19": Cell("ansible-core 2.19"),
    "core-2.21": Cell("ansible-core 2.21", python="3.12", override="core-2.21.txt"),
    **{
        f"python-{version}": Cell(f"Modules on Python {version}", target=version, chosen=OF_MODULES)
        for version in ("3.9", "3.10", "3.11", "3.12", "3.13")
    },
    "requests-oldest": Cell(
        "Oldest requests", target="3.9", pins=("requests==2.25.1", "urllib3==1.26.5"), chosen=OF_MODULES + OF_THE_WIRE
    ),
    "requests-newest": Cell("Newest requests", target="3.13", pins=newest(), chosen=OF_MODULES + OF_THE_WIRE),
}


def interpreter(version):
    """The real path of this Python, or None."""
    path = BUILD / "pythons" / f"python{version}"
    return path.resolve() if path.exists() else None


def copy(cell, folder):
    """Bring the project into ``folder``, where .venv and .build stay, with what the cell changes."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in (".venv", ".build"):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.split("\0"):
        source = ROOT / name
        if name and (source.exists() or source.is_symlink()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name, follow_symlinks=False)
    if cell.pins:
        (folder / "tests/unit/constraints.txt").write_text("\n".join(cell.pins) + "\n", encoding="utf-8")
    # ansible-test takes no file of a folder that git ignores, unless it is a repository.
    subprocess.run(["git", "init", "--quiet", "--template=", str(folder)], check=True)


def environment(cell, folder):
    """The environment of the steps: a clean one, so that each .venv is found and no other."""
    path = [entry for entry in os.environ["PATH"].split(":") if not entry.startswith(str(ROOT / ".venv"))]
    found = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ANSIBLE_"))}
    found["PATH"] = ":".join(path)
    if cell.override:
        found["UV_OVERRIDE"] = str(folder / "tests/requirements" / cell.override)
    return found


def target(cell, name, env):
    """An interpreter for modules, with nothing but what the collection asks of a target."""
    venv = FIELD / "targets" / name
    uv = ROOT / ".venv/bin/uv"
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", interpreter(cell.target), venv], check=True, env=env)
    packages = cell.pins or ("requests",)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", venv / "bin/python", *packages], check=True, env=env)
    return venv / "bin/python"


def versions(python, *packages):
    """The Python and the packages of an interpreter, as text each; a package that is not there is left out."""
    code = (
        "import importlib.metadata as m, json, platform, sys\n"
        "there = {d.metadata['Name'].lower(): d.version for d in m.distributions()}\n"
        "print(json.dumps({'python': platform.python_version(), **{n: there[n] for n in sys.argv[1:] if n in there}}))"
    )
    return json.loads(
        subprocess.run([python, "-c", code, *packages], check=True, capture_output=True, text=True).stdout
    )


def parts(step, cell, folder):
    """The words for make of each part of a step. The integration tests come in three, so that a log is there before half an hour has gone."""
    if step == "integration":
        files = sorted(path.relative_to(folder) for path in folder.glob("tests/integration/test_*.py"))
        return [["integration", "FILES=" + " ".join(map(str, files[part::3]))] for part in range(3)]
    if step == "modules":
        return [["integration", "FILES=" + " ".join(f"tests/integration/test_{name}.py" for name in cell.chosen)]]
    if step == "units":
        return [["units-matrix", f"PYTHONS={cell.target}"]]
    return [[step]]


def junit_files(folder):
    """What pytest leaves, by itself and under ansible-test."""
    by_ansible_test = ".build/ansible_collections/community/redis_enterprise/tests/output/junit"
    return [file for place in (".build/junit", by_ansible_test) for file in (folder / place).glob("*.xml")]


def count(step, folder, log):
    """What a part has left: tests that passed, failed and were skipped, and why."""
    if step == "sanity":
        bad = sum(map(int, re.findall(r"^FATAL: The (\d+) sanity test", log, re.MULTILINE)))
        ran = len(re.findall(r"^Running sanity test", log, re.MULTILINE))
        without = sorted(set(re.findall(r"^WARNING: Skipping (sanity test .*?)\.?$", log, re.MULTILINE)))
        return {"passed": ran - bad, "failed": bad, "skipped": len(without), "reasons": without}
    if step == "molecule":
        ended = re.findall(r"^INFO +\[\w+ > (\w+)\] Executed: (\w+)", log, re.MULTILINE)
        return {
            "passed": ended.count(("verify", "Successful")),
            "failed": sum(how != "Successful" for dummy, how in ended),
            "skipped": 0,
            "reasons": [],
        }
    found = {"passed": 0, "failed": 0, "skipped": 0, "reasons": []}
    for suite in (suite for file in junit_files(folder) for suite in ElementTree.parse(file).iter("testsuite")):
        bad, left = int(suite.get("failures", 0)) + int(suite.get("errors", 0)), int(suite.get("skipped", 0))
        found["failed"] += bad
        found["skipped"] += left
        found["passed"] += int(suite.get("tests", 0)) - bad - left
        found["reasons"] += [str(skipped.get("message")) for skipped in suite.iter("skipped")]
    return found


def run_step(make, name, step, folder, env):
    """Run all parts of a step; what they have left, summed up."""
    cell = CELLS[name]
    total = {"passed": 0, "failed": 0, "skipped": 0, "reasons": []}
    begin, status = time.monotonic(), 0
    for number, words in enumerate(parts(step, cell, folder), 1):
        log = FIELD / "logs" / f"{name}-{step}-{number}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        print(f"=== {name}: make {' '.join(words)}", flush=True)
        for left in junit_files(folder):
            left.unlink()
        with open(log, "wb") as output:
            done = subprocess.run(
                [*make, *words],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
        text = log.read_text(encoding="utf-8", errors="replace")
        status = status or done.returncode
        try:
            found = count(step, folder, text)
        except ElementTree.ParseError as error:
            found, status = {"reasons": [f"no results: {error}"]}, 1
        for key, value in found.items():
            total[key] += value
        if done.returncode:
            print("\n".join(text.splitlines()[-40:]))
    total["reasons"] = sorted(set(total["reasons"]))
    total["failed"] = total["failed"] or int(bool(status))
    return {**total, "seconds": round(time.monotonic() - begin)}


def run_cell(make, name, wanted):
    """Run the wanted steps of a cell; what it was made of, and what each step has left."""
    cell = CELLS[name]
    for version in filter(None, (cell.python, cell.target)):
        if not interpreter(version):
            return {"title": cell.title, "missing": f"no Python {version} here", "steps": {}}
    own = bool(cell.override or cell.pins)
    folder = FIELD / name if own else ROOT
    if own:
        copy(cell, folder)
    env = environment(cell, folder)
    words = [*make, f"PYTHON={interpreter(cell.python) if cell.python else sys._base_executable}"]
    subprocess.run([*words, "venv"], cwd=folder, env=env, check=True, stdin=subprocess.DEVNULL)
    controller = versions(folder / ".venv/bin/python", "ansible-core", "requests", "urllib3")
    found = {"title": cell.title, "controller": controller, "modules": controller, "steps": {}}
    if cell.target:
        python = target(cell, name, env)
        found["modules"] = versions(python, "requests", "urllib3")
        env["MODULES_PYTHON"] = str(python)
    for step in cell.steps:
        if step in cell.skipped:
            found["steps"][step] = {"not_run": cell.skipped[step]}
        elif not wanted or step in wanted:
            found["steps"][step] = run_step(words, name, step, folder, env)
    return found


def said(left):
    """What a step has left, in a cell of the table."""
    if "not_run" in left:
        return f"not run: {left['not_run']}"
    words = [f"{left[key]:,} {key}" for key in ("passed", "failed", "skipped") if left[key]]
    return ", ".join(words) or "nothing"


COLUMNS = {
    "Unit tests": ("unit", "units"),
    "Integration tests": ("integration", "modules"),
    "Sanity tests": ("sanity",),
    "Molecule scenarios": ("molecule",),
}


def render(results):
    """The table of README.md, and beneath it why tests were skipped."""
    rows, reasons = [], {}
    for name in CELLS:
        cell = results.get(name)
        if cell is None:
            rows.append((CELLS[name].title, *["not run"] * (3 + len(COLUMNS))))
            continue
        if "missing" in cell:
            rows.append((cell["title"], f"not run: {cell['missing']}", *["-"] * (2 + len(COLUMNS))))
            continue
        controller, modules, steps = cell["controller"], cell["modules"], cell["steps"]
        left = [next((step for step in names if step in CELLS[name].steps), None) for names in COLUMNS.values()]
        rows.append(
            (
                cell["title"],
                f"{controller['ansible-core']}, Python {controller['python']}",
                modules["python"],
                f"{modules['requests']}, {modules['urllib3']}",
                *(said(steps[step]) if step in steps else "not run" if step else "-" for step in left),
            )
        )
        for reason in (reason for step in steps.values() for reason in step.get("reasons", ())):
            reasons.setdefault(reason, []).append(cell["title"])
    head = ("What", "Controller", "Modules' Python", "`requests`, `urllib3`", *COLUMNS)
    text = table(head, rows)
    if reasons:
        text += "\n\nSkipped were:\n\n" + "\n".join(
            f"* {reason} ({', '.join(dict.fromkeys(titles))})" for reason, titles in sorted(reasons.items())
        )
    return text


def merged(results, name, found):
    """The results with those of a cell. Steps of another core or Python, which it had before, do not count any more."""
    before = results.get(name, {})
    kept = before["steps"] if all(before.get(key) == found.get(key) for key in ("controller", "modules")) else {}
    return {**results, name: {**found, "steps": {**kept, **found["steps"]}}}


def failed(results):
    """The steps of these results in which something failed, or in which nothing passed."""
    return [
        f"{name}:{step}"
        for name, cell in results.items()
        for step, left in cell["steps"].items()
        if "not_run" not in left and (left["failed"] or not left["passed"])
    ]


def main(make, wanted):
    steps = {}
    for word in wanted or CELLS:
        name, dummy, step = word.partition(":")
        if name not in CELLS or step and step not in CELLS[name].steps:
            print(
                f"make matrix: there is no cell {word}; there are {', '.join(CELLS)}, each with :STEP", file=sys.stderr
            )
            return 2
        steps.setdefault(name, set()).update([step] if step else CELLS[name].steps)
    subprocess.run(["bash", "tests/tools/link_pythons.sh", str(BUILD / "pythons")], cwd=ROOT, check=True)
    ran = {}
    for name, chosen in steps.items():
        ran[name] = run_cell(shlex.split(make), name, chosen)
        # Read as late as this, for cells may be run side by side.
        results = merged(json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}, name, ran[name])
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        README.write_text(fill(README.read_text(encoding="utf-8"), "matrix", render(results)), encoding="utf-8")
    print(f"\n{render(results)}\n")
    bad = failed(ran)
    for entry in bad:
        print(f"make matrix: {entry} failed; its log is {FIELD.relative_to(ROOT)}/logs/", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
