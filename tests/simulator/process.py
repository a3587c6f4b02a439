# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator as a process of its own, for tests and benchmarks.

It is forked from a process that has loaded the simulator's code already: that costs a third of a start of ``python -m tests.simulator``.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .controlclient import Control

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.simulator.cli"])


def _serve(words: list[str], leash: Any, output: str) -> None:
    """Be the simulator, in the new process: standard input is the leash, and what it prints goes into a file."""
    from .cli import main  # loaded by the server of the forks, and needed by nobody else

    sys.stdin = os.fdopen(os.dup(leash.fileno()))
    with open(output, "ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(_ROOT)
    sys.exit(main(words))


class SimulatorError(Exception):
    """The simulator did not start or did not stop; the text holds what it printed."""


class SimulatorProcess:
    """Start it with ``with`` or ``start()``/``stop()``; it also ends when this process does.

    ``config`` is what a configuration file may hold; ``options`` are those of the command line, ``nodes=3`` for
    ``--nodes 3``, with a list for one that is repeated.
    """

    def __init__(self, config: dict[str, Any] | None = None, **options: Any) -> None:
        self._config = config
        self._options = options
        self._directory: Path | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._leash: Any = None
        self.facts: dict[str, Any] = {}
        self.control: Control | None = None

    def start(self) -> SimulatorProcess:
        """Start the simulator and wait until it serves."""
        self._directory = Path(tempfile.mkdtemp(prefix="simulator-process-"))
        ready = self._directory / "ready.json"
        words = ["--ready-file", str(ready), "--stop-on-stdin-end"]
        if self._config is not None:
            path = self._directory / "config.json"
            path.write_text(json.dumps(self._config), encoding="utf-8")
            words += ["--config", str(path)]
        for name, value in self._options.items():
            for item in value if isinstance(value, list) else [value]:
                words += ["--" + name.replace("_", "-")] + ([] if item is True else [str(item)])
        # The open pipe is the leash: when this process ends in whatever way, the simulator sees it close.
        end, self._leash = _FORKS.Pipe(duplex=False)
        output = self._directory / "output.txt"
        output.touch()
        self._process = _FORKS.Process(target=_serve, args=(words, end, str(output)), daemon=True)
        self._process.start()
        end.close()
        deadline = time.monotonic() + _START_SECONDS
        while not ready.exists():
            if self._process.exitcode is not None or time.monotonic() > deadline:
                text = self.output
                self.stop(check=False)
                raise SimulatorError(f"the simulator did not start:\n{text}")
            time.sleep(0.01)
        self.facts = json.loads(ready.read_text(encoding="utf-8"))
        self.control = Control(self.facts["control_url"])
        return self

    def stop(self, check: bool = True) -> None:
        """Stop the simulator; with ``check`` an exit code other than 0 raises."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if self.control is not None:
            self.control.close()
        process.terminate()
        process.join(_STOP_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
        self._leash.close()
        text = self.output
        shutil.rmtree(self._directory, ignore_errors=True)
        if check and process.exitcode != 0:
            raise SimulatorError(f"the simulator ended with {process.exitcode}:\n{text}")

    def __enter__(self) -> SimulatorProcess:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop(check=exception[0] is None)

    @property
    def output(self) -> str:
        """What the simulator printed so far."""
        return (self._directory / "output.txt").read_text(encoding="utf-8", errors="replace")

    @property
    def pid(self) -> int:
        """Process id of the simulator."""
        return self.facts["pid"]

    @property
    def url(self) -> str:
        """URL of the first node."""
        return self.facts["url"]

    @property
    def urls(self) -> list[str]:
        """URLs of all nodes."""
        return self.facts["urls"]

    @property
    def ca_cert(self) -> str:
        """Path of the CA certificate."""
        return self.facts["ca_cert"]

    @property
    def username(self) -> str:
        """Name of the first user, an administrator unless configured otherwise."""
        return self.facts["users"][0]["username"]

    @property
    def password(self) -> str:
        """Password of the first user."""
        return self.facts["users"][0]["password"]

    @property
    def client_certificates(self) -> dict[str, dict[str, str]]:
        """User name to ``cert``, ``key`` and ``subject``."""
        return self.facts["client_certificates"]

    def credentials(self, username: str) -> tuple[str, str]:
        """Return name and password of a user, whose name may be given without ``@cluster.local``."""
        for user in self.facts["users"]:
            if username in (user["username"], user["username"].partition("@")[0]):
                return user["username"], user["password"]
        raise KeyError(username)

    @property
    def env(self) -> dict[str, str]:
        """The environment variables that point the collection at this simulator."""
        return {
            "REDIS_ENTERPRISE_URL": self.url,
            "REDIS_ENTERPRISE_USER": self.username,
            "REDIS_ENTERPRISE_PASSWORD": self.password,
            "REDIS_ENTERPRISE_CA_CERT": self.ca_cert,
        }
