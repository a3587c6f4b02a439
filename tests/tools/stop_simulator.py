# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""stop_simulator.py FILE: stop the simulator whose pid the file holds, if it still runs, and remove the file.

FILE is the simulator's ready file, or holds nothing but the pid.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import sys
import time


def is_simulator(pid: int) -> bool:
    """Whether the process is alive and ours; a pid from an old file may belong to something else by now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not pathlib.Path("/proc/self").exists()
    return b"tests.simulator" in command


def main(file: pathlib.Path, patience: float = 10.0) -> int:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    pid = content["pid"] if isinstance(content, dict) else content
    if is_simulator(pid):
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + patience
        while is_simulator(pid):
            if time.monotonic() > end:
                print(f"simulator {pid} ignored SIGTERM for {patience:.0f} s: killed", file=sys.stderr)
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.05)
    file.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
