# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.simulator.digest CONTROL_URL UID...``: a line for what each database holds, to compare two times.

The digest is the same for the same keys, types, values and expiries, however they are spread over shards.
"""

from __future__ import annotations

import argparse
import sys

from .contents import summary
from .controlclient import Control


def main(arguments: list[str] | None = None) -> int:
    """Print the lines."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.digest", description=__doc__)
    parser.add_argument("control_url", help="where the control API is")
    parser.add_argument("uids", nargs="+", type=int, metavar="UID", help="a database")
    options = parser.parse_args(arguments)
    control = Control(options.control_url)
    for uid in options.uids:
        print(f"{uid:>3}  {summary(control.contents(uid))}")
    control.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
