# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of one contender against one simulated cluster: its time, its cost, what the cluster got, and whether the job was done."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmark.asyncio_client import LOCATION, Api
from tests.benchmark.contenders import BIN, HERE, Contender
from tests.simulator.process import SimulatorProcess

RUN_SECONDS = 1800
_SAMPLE_SECONDS = 0.003


class NotDone(Exception):
    """A contender did not do its job, so its time means nothing."""


@dataclass
class Sample:
    """One run. Seconds; ``peak`` MB of the largest process; ``delays``: seconds from each end in the cluster to the answer that told it."""

    wall: float
    cpu: float
    peak: float
    methods: dict[str, int] = field(default_factory=dict)
    connections: int = 0
    in_flight: int = 0
    delays: list[float] = field(default_factory=list)


class Bench:
    """A simulated cluster of ``count`` databases without data, and the environment in which its contenders run."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.simulator = SimulatorProcess({"databases": count})
        self._folder = tempfile.TemporaryDirectory(prefix="benchmark-")

    def __enter__(self) -> Bench:
        self.simulator.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.simulator.stop(check=exception[0] is None)
        self._folder.cleanup()

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the caller's but its PATH and the collection's place."""
        return {
            **environment(),
            **self.simulator.env,
        }

    def run(self, contender: Contender) -> Sample:
        """Run it once, and see that it did what it had to do."""
        before = self._starts()
        self.simulator.control.reset_log()
        command = contender.command(self.count, Path(self._folder.name))
        sample = timed(command, self.environment, Path(self._folder.name))
        counters = self.simulator.control.counters()
        sample.methods, sample.connections = counters["methods"], counters["connections"]
        sample.in_flight = counters["most_in_flight"]
        if contender.job:
            sample.delays = self._check(contender, before)
        return sample

    def _starts(self) -> dict[int, int]:
        return {item["uid"]: item["accepted_starts"] for item in self.simulator.control.databases()}

    def _check(self, contender: Contender, before: dict[int, int]) -> list[float]:
        """The delays, when each database was exported just once with success, and is idle again."""
        delays = []
        for item in self.simulator.control.databases():
            run, status = item["last_run"] or {}, item["status_fields"].get("export_status")
            if (item["accepted_starts"] - before[item["uid"]], run.get("reason"), status) != (1, "", ""):
                raise NotDone(f"{contender.title} left {item['name']} as {status!r}, last run {run}")
            delays.append(run["told_after"])
        return delays

    def module(self, name: str, options: dict) -> tuple[float, int]:
        """Run a module by itself: MB that its process took at the most, and bytes of its result."""
        command = [str(BIN / "ansible"), "localhost", "-m", name, *(["-a", json.dumps(options)] if options else [])]
        watch = _ModuleMemory()
        with watch:
            done = subprocess.run(
                command, env=self.environment, capture_output=True, text=True, timeout=RUN_SECONDS, check=False
            )
        if done.returncode:
            raise NotDone(f"{name} failed: {done.stdout[-500:]}{done.stderr[-500:]}")
        result = json.JSONDecoder().raw_decode(done.stdout, done.stdout.index("=> ") + 3)[0]
        return watch.peak, len(json.dumps(result))

    def ceiling(self) -> dict[str, float]:
        """What the simulator can do at the most: exports and resets a second, and seconds for one GET of all."""
        self.simulator.control.settings(latency=0, export_duration=0.1)
        names = ("URL", "USER", "PASSWORD", "CA_CERT")
        os.environ.update(
            {f"REDIS_ENTERPRISE_{name}": self.simulator.env[f"REDIS_ENTERPRISE_{name}"] for name in names}
        )
        try:
            return asyncio.run(_ceiling(self.count))
        finally:
            for name in names:
                del os.environ[f"REDIS_ENTERPRISE_{name}"]


async def _ceiling(count: int) -> dict[str, float]:
    api = Api()

    async def lasts(*requests) -> float:
        began = time.perf_counter()
        await asyncio.gather(*requests)
        return time.perf_counter() - began

    api_path = "/v1/bdbs/{}/actions/{}".format
    await lasts(*(api.request("GET", "/v1/bdbs?fields=uid") for dummy in range(16)))  # opens the connections
    exports = await lasts(*(api.request("POST", api_path(uid, "export"), LOCATION) for uid in range(1, count + 1)))
    await asyncio.sleep(0.3)
    fields = "uid,name,status,export_status,export_progress,export_failure_reason,last_export_time"
    look = sorted([await lasts(api.request("GET", f"/v1/bdbs?fields={fields}")) for dummy in range(21)])[10]
    resets = await lasts(*(api.request("PUT", api_path(uid, "export_reset_status"), {}) for uid in range(1, count + 1)))
    return {"exports": count / exports, "resets": count / resets, "look": look}


def environment() -> dict[str, str]:
    """As in the tests: no configuration of the caller."""
    kept = ("PATH", "HOME", "ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_HOME", "PYTHONPYCACHEPREFIX")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "LANG": "C.UTF-8",
        "ANSIBLE_LIBRARY": str(HERE / "library"),
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        "ANSIBLE_NOCOLOR": "1",
    }


def timed(command: list[str], env: dict[str, str], folder: Path) -> Sample:
    """Run a command to its end; the CPU time is that of all its processes."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        with subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        ) as child:
            dummy, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - began
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            output.seek(0)
            text = output.read().decode(errors="replace")
            raise NotDone(f"{' '.join(command)} ended with {child.returncode}:\n{text[-2000:]}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class _ModuleMemory:
    """Watches the processes of modules while something runs; ``peak`` in MB."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> _ModuleMemory:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    words = (process / "cmdline").read_bytes().split(b"\0")
                    if len(words) > 1 and b"python" in words[0] and b"AnsiballZ_" in words[1]:
                        status = (process / "status").read_text(encoding="ascii", errors="replace")
                        self.peak = max(self.peak, int(status.partition("VmHWM:")[2].split()[0]) / 1024)
                except (OSError, ValueError, IndexError):
                    continue  # it has ended
