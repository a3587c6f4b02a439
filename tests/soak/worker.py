# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One worker: its own simulator, and one cycle after the other in it."""

from __future__ import annotations

import contextlib
import gc
import json
import subprocess
import sys
import threading
import time
import traceback
from typing import Any

from tests.simulator.controlclient import Control
from tests.simulator.process import SimulatorProcess
from tests.simulator.settings import Settings

from . import drive
from .judge import Truth, judge, judge_reset, read_truth
from .scenario import NODES, USERS, WAIT_TIMEOUT, Scenario, draw
from .tally import Tally

_PATIENCE = 20.0


class Worker:
    """Runs cycles against a simulator of its own; ``with`` starts and stops that."""

    def __init__(self, seed: str, tally: Tally) -> None:
        self._seed = seed
        self._tally = tally
        self._simulator = SimulatorProcess({"databases": 0, "nodes": NODES, "users": USERS})

    def __enter__(self) -> Worker:
        self._simulator.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._simulator.stop(check=False)

    def cycle(self, number: int, kind: str | None = None) -> None:
        """Run one cycle and add it to the tally."""
        scenario = draw(f"{self._seed}:{number}", self._simulator, kind)
        self._prepare(scenario)
        try:
            findings = self._play(scenario)
        except Exception:
            findings = [("crashed", traceback.format_exc())]
        gc.collect()
        control = self._simulator.control
        starts = sum(control.counters()["accepted_starts"].values())
        self._tally.add(number, scenario, findings, control.faults(), control.events(), starts)

    def _prepare(self, scenario: Scenario) -> None:
        control = self._simulator.control
        control.clear_events()
        control.clear_faults()
        for node in range(1, NODES + 1):
            control.start_node(node)
        control.settings(**{**Settings().as_dict(), **scenario.settings})
        control.unlock_users()
        for database in control.databases():
            control.remove_database(database["uid"])
        for fate in scenario.fates.values():
            control.add_database(**fate.spec)
        control.reset_log()
        for fault in scenario.faults:
            control.fault(**fault)
        at_once = [control.event(**event) for event in scenario.events if event["at"] == 0]
        self._until(lambda: all(event["done"] for event in control.events() if event["id"] in at_once))
        for event in scenario.events:
            if event["at"] > 0:
                control.event(**event)

    @staticmethod
    def _until(met: Any) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not met():
            if time.monotonic() > deadline:
                raise TimeoutError("the simulator did not come to rest")
            time.sleep(0.02)

    def _play(self, scenario: Scenario) -> list[tuple[str, str]]:
        if scenario.kind in ("whole", "refused"):
            result = drive.run("bdb_export", scenario.options)
            findings = judge(scenario, result, self._truth(scenario))
            if scenario.reset_after:
                findings += self._reset(scenario)
            return findings
        findings = self._interrupt(scenario)
        control = self._simulator.control
        before = self._truth(scenario)
        for fault in control.faults():
            if fault["method"] == "GET":
                self._tally.count_faults([fault])
                control.clear_faults(fault["id"])
        for node in range(1, NODES + 1):
            control.start_node(node)
        scenario.options["wait"] = True
        releasing = threading.Thread(target=self._release, args=(scenario,))
        releasing.start()
        try:
            result = drive.run("bdb_export", {**scenario.options, "wait_timeout": WAIT_TIMEOUT})
        finally:
            releasing.join()
        after = self._truth(scenario)
        findings += judge(scenario, result, after)
        return findings + _judge_attached(before, after)

    def _release(self, scenario: Scenario) -> None:
        """Let the exports end, once the second run has seen that they go on."""
        control = Control(self._simulator.control.url)
        with contextlib.suppress(TimeoutError):
            self._until(lambda: all(_shown(database) for database in control.databases() if database["busy"]))
            last = control.counters()["total"]
            self._until(lambda: sum(entry["status"] == 200 for entry in control.requests(last, "GET", "/v1/bdbs")) > 1)
        for uid in scenario.fates:
            control.event("change_database", at=uid / 20, uid=uid, values={"plan": {"hang": False}})
        control.close()

    def _interrupt(self, scenario: Scenario) -> list[tuple[str, str]]:
        """A first run that does not see the end: killed, out of time, or told not to wait."""
        if scenario.kind == "killed":
            self._kill(scenario)
            return []
        if scenario.kind == "left":
            scenario.options["wait"] = False
        result = drive.run("bdb_export", {**scenario.options, "wait_timeout": 1})
        return judge(scenario, result, self._truth(scenario), interrupted=True)

    def _kill(self, scenario: Scenario) -> None:
        wanted = json.dumps({"module": "bdb_export", "options": scenario.options})
        with subprocess.Popen(
            [sys.executable, "-m", "tests.soak.drive"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        ) as victim:
            victim.stdin.write(wanted)
            victim.stdin.close()
            with contextlib.suppress(TimeoutError):
                self._until(lambda: self._simulator.control.counters()["accepted_starts"] or victim.poll() is not None)
            time.sleep(len(scenario.fates) % 7 / 20)
            victim.kill()

    def _truth(self, scenario: Scenario) -> Truth:
        return read_truth(self._simulator.control)

    def _reset(self, scenario: Scenario) -> list[tuple[str, str]]:
        """Let exports come to rest, then reset the statuses under a few faults."""
        control = self._simulator.control
        self._tally.count_faults(control.faults())
        control.clear_faults()
        self._until(lambda: all(event["done"] for event in control.events()))
        self._until(lambda: not any(database["busy"] for database in control.databases()))
        uids = [database["uid"] for database in control.databases()]
        for uid, (effect, values) in zip(
            uids, [("drop_after", {}), ("status", {"status": 409}), ("status", {"status": 429}), ("drop_before", {})]
        ):
            control.fault(effect, uid=uid, method="PUT", times=1, **values)
        options = {
            name: value
            for name, value in scenario.options.items()
            if name
            in ("url", "username", "password", "ca_cert", "auth_method", "timeout", "poll_interval", "max_parallel")
        }
        result = drive.run(
            "bdb_status_reset", {**options, "uid": uids, "operation": ["export", "backup"], "wait_timeout": 60}
        )
        return judge_reset(scenario, result, self._truth(scenario))


def _shown(database: dict[str, Any]) -> bool:
    return database["status_fields"].get("export_status") == "exporting"


def _judge_attached(before: Truth, after: Truth) -> list[tuple[str, str]]:
    """What the first run had started is not started again by the second."""
    return [
        ("doubled", f"{uid}: started by the first run, and {after.starts[uid] - count} times by the second")
        for uid, count in before.starts.items()
        if after.starts[uid] > count
    ]
