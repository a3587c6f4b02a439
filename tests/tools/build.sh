#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build.sh: build the archive, compare it with what git knows, install it into an empty path, and read its documentation from there.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$PWD/.build/archive
rm -rf "$out"
mkdir -p "$out"

ansible-galaxy collection build --force --output-path "$out"
archives=("$out"/*.tar.gz)

# Nothing but files that git knows or would take: no cache, no virtual environment, no test output.
tar -tzf "${archives[0]}" | sed 's#^\./##; s#/$##' | sort -u >"$out/packed"
{
  git ls-files --cached --others --exclude-standard
  printf '%s\n' MANIFEST.json FILES.json
} | python -c '
import pathlib, sys
known = set()
for name in sys.stdin.read().splitlines():
    known.update(str(path) for path in (pathlib.PurePath(name), *pathlib.PurePath(name).parents))
surplus = [name for name in pathlib.Path(sys.argv[1]).read_text().splitlines() if name not in known]
print("\n".join(["The archive holds what git does not know:", *surplus]) if surplus else "The archive holds only what git knows.")
sys.exit(bool(surplus))' "$out/packed"

# With the variable set to a path that already has the collection, install says "already installed" and does nothing.
unset ANSIBLE_COLLECTIONS_PATH
ansible-galaxy collection install --offline --force -p "$out/installed" "${archives[0]}"
installed=$out/installed/ansible_collections/community/redis_enterprise
readme=$(sed -n 's/^readme: *//p' galaxy.yml)
[ -s "$installed/$readme" ] || { echo "galaxy.yml names $readme, which is not in the archive" >&2; exit 1; }

export ANSIBLE_COLLECTIONS_PATH=$out/installed
python -m tests.tools.read_documentation "$installed"
