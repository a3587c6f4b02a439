# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The project of the stand-in: a copy of the checkout as a clone would be, and the collection installed from it as a controller does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
_PLAYBOOK = re.compile(r"^\s*-?\s*(hosts|(ansible\.builtin\.)?import_playbook):", re.MULTILINE)


def clone(folder: Path) -> Path:
    """Copy what git knows or would take to ``folder``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\0"):
        # The tests are no part of a project, and a file that was deleted and not yet committed is still listed.
        if name and not name.startswith("tests/") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def install(project: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """What an update of a project does with its collections/requirements.yml, in the project's folder."""
    return subprocess.run(
        [str(BIN / "ansible-galaxy"), "collection", "install", "-r", "collections/requirements.yml"],
        cwd=project,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "ANSIBLE_COLLECTIONS_PATH": str(folder),
            # Else the link in this environment's site-packages would be found, and nothing would be installed.
            "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def playbooks(project: Path) -> list[str]:
    """The files that AWX offers as playbooks: YAML with a play or an import of one, but not among tasks, roles and hidden files."""
    found = []
    for path in sorted(project.rglob("*.y*ml")):
        parts = path.relative_to(project).parts
        hidden = any(part.startswith(".") or part in ("roles", "tasks", "group_vars", "host_vars") for part in parts)
        if not hidden and _PLAYBOOK.search(path.read_text(encoding="utf-8", errors="ignore")):
            found.append("/".join(parts))
    return found
