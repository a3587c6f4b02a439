# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Ansible against a simulated cluster: start one as a test needs it, run a module, a playbook or a command, read what it prints."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.simulator.process import SimulatorProcess

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
RUN_SECONDS = 120
#: The interpreter that runs the modules; `make matrix` sets another one than the controller's.
MODULES_PYTHON = os.environ.get("MODULES_PYTHON") or sys.executable


@dataclass
class Run:
    """What a command printed, and how it ended."""

    rc: int
    out: str
    err: str

    @property
    def text(self):
        return self.out + self.err

    @property
    def result(self):
        """The result of an ad-hoc task, as Ansible prints it."""
        found = re.search(r"^localhost \| \w+!? => ", self.out, re.MULTILINE)
        if not found:
            raise AssertionError(f"no result in the output:\n{self.text}")
        return json.JSONDecoder().raw_decode(self.out, found.end())[0]

    @property
    def words(self):
        """The output with every run of white space as one space: Ansible folds long warnings."""
        return " ".join(self.text.split())

    def recap(self, host="localhost"):
        """The counts of the play's recap."""
        line = re.search(rf"^{host} +: (.*)$", self.out, re.MULTILINE)
        return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", line.group(1))}


class Ansible:
    """Runs Ansible's commands of this environment in an empty folder, with no variable of the caller but PATH."""

    def __init__(self, folder):
        self.folder = folder
        self.env = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "COLUMNS": "1000",
            # ansible-core 2.21 shows a module's arguments at -vvv only on demand; the tests for secrets want to see them.
            "ANSIBLE_INJECT_INVOCATION": "1",
            **(
                {"ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"]}
                if "ANSIBLE_COLLECTIONS_PATH" in os.environ
                else {}
            ),
        }

    def use(self, simulator, user=None):
        """Point the environment at a simulator, as its administrator or as another of its users."""
        self.env.update(simulator.env)
        if user:
            self.env["REDIS_ENTERPRISE_USER"], self.env["REDIS_ENTERPRISE_PASSWORD"] = simulator.credentials(user)
        return self

    def command(self, *words, shell=False, **env):
        if MODULES_PYTHON != sys.executable and words[0] in ("ansible", "ansible-playbook"):
            words += ("-e", f"ansible_python_interpreter={MODULES_PYTHON}")
        done = subprocess.run(
            words[0] if shell else words,
            shell=shell,
            cwd=self.folder,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def module(self, plugin, /, *flags, env=None, **options):
        """An ad-hoc task of this collection."""
        arguments = ["-a", json.dumps(options)] if options else []
        return self.command(
            "ansible", "localhost", "-m", f"community.redis_enterprise.{plugin}", *arguments, *flags, **(env or {})
        )

    def play(self, tasks, *flags, env=None, **keywords):
        """A play on localhost with these tasks."""
        book = self.folder / "play.yml"
        book.write_text(
            yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, **keywords, "tasks": tasks}]),
            encoding="utf-8",
        )
        return self.command("ansible-playbook", str(book), *flags, **(env or {}))


@pytest.fixture
def ansible(tmp_path):
    folder = tmp_path / "controller"
    folder.mkdir()
    return Ansible(folder)


@pytest.fixture
def cluster():
    """cluster(config, **options): a simulator that serves, until the end of the test."""
    started = []

    def start(config=None, **options):
        simulator = SimulatorProcess(config, **options)
        simulator.start()
        started.append(simulator)
        return simulator

    yield start
    for simulator in started:
        simulator.stop()


@pytest.fixture
def exports(tmp_path):
    """A directory for exported files, and the location that leads there."""
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def mount(folder):
    return {"type": "mount_point", "path": str(folder)}


def load(uid, name, **more):
    """A database without data, which exports fast and writes no file."""
    return {"uid": uid, "name": name, "engine": "none", **more}


def blocks(page, language):
    """The code of a page of the documentation."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
