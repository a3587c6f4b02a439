# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""crontab.py FILE: whether each line of a file of /etc/cron.d has a time, a user and a command whose programs are there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

_FIELD = r"(?:\*|\d+(?:-\d+)?)(?:/\d+)?(?:,\d+(?:-\d+)?)*"
_LINE = re.compile(rf"(?:{_FIELD} +){{5}}(?P<user>[a-z_][a-z0-9_-]*) +(?P<command>.+)")


def main(path):
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if not found:
            sys.exit(f"no line for cron: {line}")
        subprocess.run(["sh", "-n", "-c", found["command"]], check=True)
        for program in re.findall(r"\bflock|\bansible-playbook", found["command"]):
            if not shutil.which(program):
                sys.exit(f"{program} is not there")


if __name__ == "__main__":
    main(sys.argv[1])
