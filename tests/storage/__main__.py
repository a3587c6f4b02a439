# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one store until Ctrl-C: ``python -m tests.storage sftp``."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
import tempfile
from pathlib import Path

from . import KINDS, serve
from .store import StoreMissing


def main() -> int:
    """Print where the store is, and wait."""
    parser = argparse.ArgumentParser(prog="python -m tests.storage", description=__doc__)
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("--directory", type=Path, help="what it keeps in files (a temporary directory)")
    options = parser.parse_args()
    # Python leaves SIGINT alone where it was ignored, as in what a shell runs in the background.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # The interrupt ends the stack first.
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        folder = options.directory or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="storage-")))
        try:
            store = stack.enter_context(serve(options.kind, folder.resolve()))
        except StoreMissing as error:
            print(error, file=sys.stderr)
            return 1
        print("export_location   ", json.dumps(store.location))
        print("import source     ", json.dumps(store.source("NAME.rdb.gz")))
        for name, value in store.settings.items():
            print(f"simulator          python -m tests.simulator --set {name}={value}")
        sys.stdout.flush()
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
