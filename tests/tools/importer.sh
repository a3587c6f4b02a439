#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# importer.sh: give the archive of `make build` to galaxy-importer, which decides what Galaxy takes and shows, and look at what it made of it.
# Its run of ansible-lint is left out: `make lint` has the same rules and the stricter profile.
set -euo pipefail
cd "$(dirname "$0")/../.."
archives=("$PWD"/.build/archive/*.tar.gz)
home=$PWD/.build/importer
export PATH=$home/venv/bin:$PATH
unset ANSIBLE_COLLECTIONS_PATH

cd "$home"
rm -f importer_result.json
if ! HOME=$home GALAXY_IMPORTER_RUN_ANSIBLE_LINT=false python -m galaxy_importer.main "${archives[0]}" >log 2>&1; then
  cat log >&2
  exit 1
fi
if grep -E '^(WARNING|ERROR)|\[(WARNING|ERROR|DEPRECATION WARNING)\]' log >&2; then
  echo "galaxy-importer has something to say, see above" >&2
  exit 1
fi
python -c '
import json, pathlib, sys
documented = {"module", "filter", "inventory", "lookup", "callback", "test"}
lacking, shown = [], []
for content in json.loads(pathlib.Path("importer_result.json").read_text())["docs_blob"]["contents"]:
    kind, name = content["content_type"], content["content_name"]
    if kind in documented and not (content.get("doc_strings") or {}).get("doc") or kind == "role" and not content.get("readme_html"):
        lacking.append(f"{kind} {name}")
    elif kind in documented or kind in ("role", "playbook"):
        shown.append(name)
print(f"galaxy-importer takes the archive; Galaxy shows {len(shown)} modules, plugins, roles and playbooks; without documentation: {lacking}")
sys.exit(bool(lacking) or not shown)'
