# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the steps of `make test` one after the other, stop at the first that fails, and count what pytest really ran."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

BUILD = pathlib.Path(__file__).resolve().parents[2] / ".build"
JUNIT = BUILD / "junit"


def run_step(make: str, step: str) -> tuple[int, float]:
    """Return the step's exit status and its seconds. Its stdin is empty, so nothing can wait for an answer."""
    print(f"\n=== make {step}", flush=True)
    start = time.monotonic()
    with subprocess.Popen([make, step], stdin=subprocess.DEVNULL) as child:
        signal.signal(signal.SIGTERM, lambda *ignored: child.terminate())
        try:
            status = child.wait()
        except KeyboardInterrupt:
            # The terminal sent the signal to the step as well: let it stop what it started.
            status = child.wait() or 130
    seconds = time.monotonic() - start
    print(f"=== make {step}: {'ok' if status == 0 else 'FAILED'}, {seconds:.1f} s", flush=True)
    return status, seconds


def count_tests() -> dict[str, int]:
    """Add up the result files that the pytest steps wrote."""
    total = {"tests": 0, "failed": 0, "skipped": 0}
    for file in JUNIT.glob("*.xml"):
        for suite in ElementTree.parse(file).iter("testsuite"):
            total["tests"] += int(suite.get("tests", 0))
            total["failed"] += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            total["skipped"] += int(suite.get("skipped", 0))
    total["passed"] = total["tests"] - total["failed"] - total["skipped"]
    return total


def main(make: str, steps: list[str]) -> int:
    # ansible refuses to run on non-blocking output, which some callers hand down.
    for stream in (1, 2):
        os.set_blocking(stream, True)
    shutil.rmtree(JUNIT, ignore_errors=True)

    start = time.monotonic()
    done = []
    status = 0
    for step in steps:
        status, seconds = run_step(make, step)
        done.append((step, status, seconds))
        if status:
            break

    print("\nstep              seconds")
    for step, step_status, seconds in done:
        print(f"{step:<16} {seconds:>8.1f}  {'FAILED' if step_status else 'ok'}")
    for step in steps[len(done) :]:
        print(f"{step:<16} {'-':>8}  not run")

    count = count_tests()
    for step in {"unit", "integration"} & {step for step, step_status, seconds in done if not step_status}:
        if not (JUNIT / f"{step}.xml").is_file():
            print(f"make test: step {step} left no result file, so its tests cannot be counted", file=sys.stderr)
            return 1
    if not status or count["failed"]:
        skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
        print(
            f"\n===== {count['passed']} passed, {count['failed']} failed{skipped} in {time.monotonic() - start:.1f}s ====="
        )
    sys.stdout.flush()
    if status:
        print(f"make test: step {done[-1][0]} failed; `make {done[-1][0]}` repeats it", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
