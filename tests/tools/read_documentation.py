# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""read_documentation.py FOLDER: ansible-doc shows every plugin and role of the collection that is installed there, whole and without a warning."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

COLLECTION = "community.redis_enterprise"
#: kind of ansible-doc -> where its files are
KINDS = {
    "module": "plugins/modules/[!_]*.py",
    "filter": "plugins/filter/[!_]*.py",
    "inventory": "plugins/inventory/[!_]*.py",
    "role": "roles/*",
}


def names(folder, pattern):
    return [f"{COLLECTION}.{path.stem}" for path in sorted(folder.glob(pattern))]


def findings(kind, wanted, shown, folder):
    """What is wrong with the answer of ansible-doc, which is JSON."""
    for name in wanted:
        found = shown.get(name, {})
        if kind == "role":
            where = found.get("path", "")
            entries = found.get("entry_points", {}).values()
            lacking = [
                key
                for key in ("short_description", "description", "options", "examples")
                if not all(key in entry for entry in entries)
            ]
        else:
            doc = found.get("doc") or {}
            where = str(doc.get("filename", ""))
            lacking = [
                key
                for key in ("short_description", "description", "options", "author", "version_added")
                if not doc.get(key)
            ]
            lacking += [key for key in ("examples", "return") if not found.get(key) and kind != "inventory"]
        # From there, and not from the checkout.
        if not where.startswith(str(folder)):
            yield f"{kind} {name} is not shown from {folder}, but from {where or 'nowhere'}"
        yield from (f"{kind} {name} has no {key}" for key in lacking)


def main(folder):
    wanted = {kind: names(folder, pattern) for kind, pattern in KINDS.items()}
    running = {
        kind: subprocess.Popen(
            ["ansible-doc", "--type", kind, "--json", *each], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for kind, each in wanted.items()
        if each
    }
    wrong = []
    for kind, process in running.items():
        out, err = process.communicate()
        if process.returncode or err:
            wrong.append(f"{kind}: ansible-doc ended with {process.returncode}: {err}")
        else:
            wrong += findings(kind, wanted[kind], json.loads(out), folder)
    total = sum(len(each) for each in wanted.values())
    print("\n".join(wrong) or f"ansible-doc shows all {total} plugins and roles from the installed copy.")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
