# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the steps of `make test`, start none after the first that fails, and count what pytest really ran.

run_steps.py MAKE STEP... [-- STEP... -- STEP...]: the steps before the first `--` run one after the other; what follows are lanes, which run side by
side. Some steps keep one core busy and others wait: two lanes use both cores. `+STEP` in a lane waits for the end of a step of another one. The output
of a lane's step is shown in one piece when it ends.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
from xml.etree import ElementTree

BUILD = pathlib.Path(__file__).resolve().parents[2] / ".build"
JUNIT = BUILD / "junit"
LOGS = BUILD / "logs"


@dataclasses.dataclass
class Done:
    """One step that ran: its exit status and its seconds."""

    step: str
    status: int
    seconds: float


class Steps:
    """Runs steps by `make`; after a failure or a signal none is started any more."""

    def __init__(self, make: str) -> None:
        self.make = make
        self.done: list[Done] = []
        self.stopped = False
        self._children: set[subprocess.Popen] = set()
        self._told = threading.Condition()

    def stop(self, signum: int, dummy) -> None:
        """Pass the signal on to the steps that run: each has a process group of its own, and stops what it started."""
        self.stopped = True
        for child in list(self._children):
            os.killpg(child.pid, signum)

    def one_by_one(self, steps: list[str], kept: bool = False) -> None:
        """Run a row of steps. kept: write the output to .build/logs/STEP.log, and show it when the step has ended."""
        for step in steps:
            if step.startswith("+"):
                self._wait_for(step[1:])
                continue
            if self.stopped:
                return
            log = LOGS / f"{step}.log" if kept else None
            if not log:
                print(f"\n=== make {step}", flush=True)
            start = time.monotonic()
            status = self._run(step, log)
            with self._told:
                self._tell(Done(step, status, time.monotonic() - start), log)
                self._told.notify_all()

    def side_by_side(self, lanes: list[list[str]]) -> None:
        """Run each row of steps in a lane of its own."""
        threads = [threading.Thread(target=self.one_by_one, args=(lane, True)) for lane in lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _wait_for(self, step: str) -> None:
        with self._told:
            self._told.wait_for(lambda: self.stopped or step in [done.step for done in self.done])

    def _run(self, step: str, log: pathlib.Path | None) -> int:
        # Its stdin is empty, so nothing can wait for an answer.
        with open(log or os.devnull, "wb") as file:
            output = {"stdout": file, "stderr": subprocess.STDOUT} if log else {}
            with subprocess.Popen(
                [self.make, step], stdin=subprocess.DEVNULL, start_new_session=True, **output
            ) as child:
                self._children.add(child)
                try:
                    return child.wait()
                finally:
                    self._children.discard(child)

    def _tell(self, done: Done, log: pathlib.Path | None) -> None:
        if log:
            print(f"\n=== make {done.step}\n{log.read_text(encoding='utf-8', errors='replace').rstrip()}")
        print(f"=== make {done.step}: {'FAILED' if done.status else 'ok'}, {done.seconds:.1f} s", flush=True)
        self.done.append(done)
        self.stopped = self.stopped or bool(done.status)


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


def rows_of(words: list[str]) -> list[list[str]]:
    """Split the arguments at each `--`."""
    rows: list[list[str]] = [[]]
    for word in words:
        if word == "--":
            rows.append([])
        else:
            rows[-1].append(word)
    return rows


def main(make: str, words: list[str]) -> int:
    # ansible refuses to run on non-blocking output, which some callers hand down.
    for stream in (1, 2):
        os.set_blocking(stream, True)
    for folder in (JUNIT, LOGS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    start = time.monotonic()
    first, *lanes = rows_of(words)
    unknown = [word for word in words if word.startswith("+") and word[1:] not in words]
    if unknown:
        print(f"make test: no step of this name can be waited for: {', '.join(unknown)}", file=sys.stderr)
        return 2
    steps = Steps(make)
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, steps.stop)
    steps.one_by_one(first)
    steps.side_by_side(lanes)

    print("\nstep              seconds")
    for done in steps.done:
        print(f"{done.step:<16} {done.seconds:>8.1f}  {'FAILED' if done.status else 'ok'}")
    ran = {done.step for done in steps.done}
    left = [step for row in (first, *lanes) for step in row if step not in ran and not step.startswith("+")]
    for step in left:
        print(f"{step:<16} {'-':>8}  not run")

    failed = [done.step for done in steps.done if done.status]
    count = count_tests()
    for step in {"unit", "integration"} & ran - set(failed):
        if not (JUNIT / f"{step}.xml").is_file():
            print(f"make test: step {step} left no result file, so its tests cannot be counted", file=sys.stderr)
            return 1
    if not (failed or left) or count["failed"]:
        skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
        print(
            f"\n===== {count['passed']} passed, {count['failed']} failed{skipped} in {time.monotonic() - start:.1f}s ====="
        )
    sys.stdout.flush()
    for step in failed:
        print(f"make test: step {step} failed; `make {step}` repeats it", file=sys.stderr)
    return 1 if failed or left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
