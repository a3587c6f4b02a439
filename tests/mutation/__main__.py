# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Break the collection on purpose, once for each mutant, and see the tests notice.

Each mutant lives in a copy of the working tree below .build/. Before anything is broken, the same tests must pass in an
untouched copy. The result is printed and kept in .build/mutants.json. Ends with 1 when a mutant survives.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
FIELD = ROOT / ".build" / "mutants"
RUN_SECONDS = 300


def copy_tree(name):
    """A copy of all that git knows or would take, in a place where Python and Ansible find the collection before the checkout."""
    home = FIELD / name
    shutil.rmtree(home, ignore_errors=True)
    target = home / "ansible_collections" / "community" / "redis_enterprise"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name_of_file in listed.split("\0"):
        source = ROOT / name_of_file
        if name_of_file and source.is_file():
            (target / name_of_file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name_of_file)
    return home, target


def run_tests(home, target, tests):
    """Whether these tests pass in that copy. Collecting nothing is an error, not a pass."""
    env = {**os.environ, "PYTHONPATH": str(home), "ANSIBLE_COLLECTIONS_PATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("PYTHONPYCACHEPREFIX", None)
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-o", "cache_dir=" + str(home / "cache"), *tests]
    done = subprocess.run(
        words,
        cwd=target,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.returncode == 0


def mutate(name):
    """The tests that did not notice this mutant."""
    mutant = MUTANTS[name]
    home, target = copy_tree(name)
    path = target / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise SystemExit(
            f"{name}: its text stands {text.count(mutant.old)} times in {mutant.file}; bring the mutant up to date"
        )
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    survived = [" ".join(tests) for tests in mutant.tests if run_tests(home, target, tests)]
    shutil.rmtree(home)
    print(f"{'SURVIVED' if survived else 'caught  '}  {name:<28}{mutant.broken}", flush=True)
    return survived


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="MUTANT", help="only these; all without")
    names = parser.parse_args().names or list(MUTANTS)
    began = time.monotonic()
    home, target = copy_tree("untouched")
    wanted = sorted({tests for name in names for tests in MUTANTS[name].tests})
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for tests, passed in zip(wanted, pool.map(lambda tests: run_tests(home, target, tests), wanted)):
            if not passed:
                raise SystemExit(f"fails without any mutant: {' '.join(tests)}")
    print(f"untouched: all tests pass, {time.monotonic() - began:.0f} s", flush=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        survivors = dict(zip(names, pool.map(mutate, names)))
    checks = sum(len(MUTANTS[name].tests) for name in names)
    alive = {name: tests for name, tests in survivors.items() if tests}
    (ROOT / ".build" / "mutants.json").write_text(
        json.dumps(
            {
                "mutants": len(names),
                "checks": checks,
                "survivors": alive,
                "caught": {name: MUTANTS[name].broken for name in names if name not in alive},
            },
            indent=2,
        ),
        encoding="utf-8",
    )
    print(
        f"{len(names) - len(alive)} of {len(names)} mutants caught by {checks} checks in {time.monotonic() - began:.0f} s"
    )
    for name, tests in alive.items():
        print(f"not noticed: {name} by {'; '.join(tests)}")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
