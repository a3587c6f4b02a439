# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All of it together: a simulated cluster, the stand-in of AWX with this checkout as its project, and awx_setup.yml with the real modules of awx.awx."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.simulator.process import SimulatorProcess

from . import project
from .controller import Controller
from .launch import Launcher

#: Where tests/tools/awx.sh brings awx.awx.
MODULES = project.ROOT / ".build/awx"
PLAYBOOK = "community.redis_enterprise.awx_setup"
_SECONDS = 180


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
    def settings(self) -> dict[str, Any]:
        """The variables of awx_setup.yml for this cluster and its storage."""
        return {
            "awx_setup_cluster_inputs": {
                "url": self.cluster.url,
                "username": self.cluster.username,
                "password": self.cluster.password,
                "ca_cert": Path(self.cluster.ca_cert).read_text(encoding="utf-8"),
            },
            "awx_setup_storage_inputs": {"path": str(self.exports), "directory": str(self.exports)},
        }

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

    def setup(self, *flags: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        """Run awx_setup.yml with the settings and these variables, written to the file that the guide has."""
        (self.folder / "awx.yml").write_text(json.dumps({**self.settings, **variables}), encoding="utf-8")
        return self.command("ansible-playbook", PLAYBOOK, "-e", "@awx.yml", *flags)
