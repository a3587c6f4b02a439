# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.simulator.rdb FILE...``: judge exported files with the real redis-check-rdb."""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from .redisserver import check_rdb

_KEYS_READ = re.compile(r"(\d+) keys read")


@dataclass
class Verdict:
    """What is known of one file; ``keys`` None means that the checker could not read it."""

    path: Path
    size: int
    keys: int | None
    sound: bool
    text: str


def examine(path: str | Path) -> Verdict:
    """Unpack one .rdb.gz (or take a plain .rdb), run the checker and read the key count that it prints."""
    path = Path(path)
    try:
        size = path.stat().st_size
        with tempfile.TemporaryDirectory(prefix="rdb-") as directory:
            plain = Path(directory) / "dump.rdb"
            opener = gzip.open if path.name.endswith(".gz") else open
            with opener(path, "rb") as source, open(plain, "wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            sound, output = check_rdb(plain)
    except (OSError, EOFError, zlib.error) as error:
        return Verdict(path, path.stat().st_size if path.is_file() else 0, None, False, f"unreadable: {error}")
    keys = _KEYS_READ.search(output)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    text = "RDB looks OK" if sound else (lines[-1] if lines else "refused")
    return Verdict(path, size, int(keys.group(1)) if keys else None, sound, text)


def table(verdicts: list[Verdict]) -> str:
    """Return an aligned table with a line of totals."""
    rows = [("File", "Bytes", "Keys", "redis-check-rdb")]
    rows += [
        (item.path.name, f"{item.size:,}", "?" if item.keys is None else f"{item.keys:,}", item.text)
        for item in verdicts
    ]
    rows.append(
        (
            f"{len(verdicts)} files",
            f"{sum(item.size for item in verdicts):,}",
            f"{sum(item.keys or 0 for item in verdicts):,}",
            f"{sum(item.sound for item in verdicts)} of {len(verdicts)} sound",
        )
    )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 0 when every file is sound."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.rdb", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE", help="an exported .rdb.gz or a plain .rdb")
    verdicts = [examine(name) for name in parser.parse_args(arguments).files]
    print(table(verdicts))
    return 0 if all(item.sound for item in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
