# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All of it together: a simulated cluster, the stand-in of AWX with this checkout as its project, and awx_setup.yml with the real modules of awx.awx."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.simulator.process import SimulatorProcess

from . import project
from .controller import Controller
from .launch import Launcher

#: Where tests/tools/awx.sh brings awx.awx.
MODULES = project.ROOT / ".build/awx"
GUIDE = project.ROOT / "docs/awx.md"
PLAYBOOK = "community.redis_enterprise.awx_setup"
_SECONDS = 180


def blocks(language: str) -> list[str]:
    """The examples of docs/awx.md in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def reason_to_skip() -> str | None:
    """Why awx.awx is not there, or None when it is."""
    there = (MODULES / "ansible_collections/awx/awx/plugins/modules").is_dir()
    return None if there else "awx.awx is not there: make .build/awx/.tried brings it from PyPI"


class Stage:
    """Everything serves between ``with`` and its end. ``folder`` must be empty; the jobs and the exported files are left in it."""

    def __init__(self, folder: Path, config: dict[str, Any]) -> None:
        self.folder = folder
        self.exports = folder / "exports"
        self._config = config
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Stage:
        self.exports.mkdir(parents=True)
        checkout = project.clone(self.folder / "project")
        self.installed = project.install(checkout, self.folder / "collections")
        self.cluster = self._stack.enter_context(SimulatorProcess(self._config))
        self.controller = self._stack.enter_context(Controller(checkout))
        self.store = self.controller.store
        self.launcher = Launcher(self.store, self.folder / "collections", self.folder / "jobs")
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    @property
    def settings(self) -> str:
        """The file awx.yml of the guide, with this cluster and its storage in it."""
        text = next(block for block in blocks("yaml") if block.startswith("awx_setup_"))
        for example, here in (
            ("https://cluster.example.com:9443", self.cluster.url),
            ("backup@example.com", self.cluster.username),
            ("/etc/ssl/redis-enterprise.pem", str(self.cluster.ca_cert)),
            ("/mnt/exports", str(self.exports)),
            ("/mnt/reports", str(self.folder / "report")),
        ):
            if example not in text:
                raise ValueError(f"docs/awx.md does not have {example} any more")
            text = text.replace(example, here)
        return text

    def command(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """A command of Ansible with awx.awx and the controller's address in its environment."""
        paths = [str(MODULES), *os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":")]
        return subprocess.run(
            words,
            cwd=self.folder,
            env={
                "PATH": f"{project.BIN}:{os.environ['PATH']}",
                "HOME": str(self.folder),
                "LANG": "C.UTF-8",
                "ANSIBLE_COLLECTIONS_PATH": ":".join(filter(None, paths)),
                "ANSIBLE_LOCALHOST_WARNING": "0",
                "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_PIPELINING": "1",
                **self.controller.env,
                **env,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )

    def setup(self, *flags: str) -> subprocess.CompletedProcess[str]:
        """Run the command of the guide, with the guide's settings."""
        (self.folder / "awx.yml").write_text(self.settings, encoding="utf-8")
        (line,) = [
            line for block in blocks("console") for line in block.splitlines() if line.startswith("ansible-playbook")
        ]
        return self.command(*line.split(), *flags, REDIS_ENTERPRISE_PASSWORD=self.cluster.password)
