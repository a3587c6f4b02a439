# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator as a subprocess, for tests and benchmarks."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .controlclient import Control

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0


class SimulatorError(Exception):
    """The simulator did not start or did not stop; the text holds what it printed."""


class SimulatorProcess:
    """Start it with ``with`` or ``start()``/``stop()``; it also ends when this process does.

    ``config`` is what a configuration file may hold; ``options`` are those of the command line, ``nodes=3`` for
    ``--nodes 3``, with a list for one that is repeated; ``python`` is the interpreter to use.
    """

    def __init__(self, config: dict[str, Any] | None = None, python: str = sys.executable, **options: Any) -> None:
        self._config = config
        self._python = python
        self._options = options
        self._directory: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.facts: dict[str, Any] = {}
        self.control: Control | None = None

    def start(self) -> SimulatorProcess:
        """Start the simulator and wait until it serves."""
        self._directory = Path(tempfile.mkdtemp(prefix="simulator-process-"))
        ready = self._directory / "ready.json"
        command = [self._python, "-m", "tests.simulator", "--ready-file", str(ready), "--stop-on-stdin-end"]
        if self._config is not None:
            path = self._directory / "config.json"
            path.write_text(json.dumps(self._config), encoding="utf-8")
            command += ["--config", str(path)]
        for name, value in self._options.items():
            for item in value if isinstance(value, list) else [value]:
                command += ["--" + name.replace("_", "-")] + ([] if item is True else [str(item)])
        with open(self._directory / "output.txt", "wb") as output:
            # The open pipe is the leash: when this process ends in whatever way, the simulator sees it close.
            self._process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=output, stderr=output)
        deadline = time.monotonic() + _START_SECONDS
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
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
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdin.close()
        text = self.output
        shutil.rmtree(self._directory, ignore_errors=True)
        if check and process.returncode != 0:
            raise SimulatorError(f"the simulator ended with {process.returncode}:\n{text}")

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
