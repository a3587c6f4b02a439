#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# stage.sh: copy the files that git knows or would take to .build/ansible_collections/community/redis_enterprise, and print that path.
# ansible-test wants a real path of this shape, and it skips all files of a folder that git ignores: so the copy is a repository.
set -euo pipefail
cd "$(dirname "$0")/../.."
stage=$PWD/.build/ansible_collections/community/redis_enterprise
# ansible-test keeps its virtual environments below tests/output: they stay, everything else is made anew.
kept=$PWD/.build/ansible-test-output
if [ -d "$stage/tests/output" ]; then rm -rf "$kept" && mv "$stage/tests/output" "$kept"; fi
rm -rf "$stage"
mkdir -p "$stage/tests"
if [ -d "$kept" ]; then mv "$kept" "$stage/tests/output"; fi

# A file that was deleted and not yet committed is still listed: take what exists.
git ls-files -z --cached --others --exclude-standard |
  while IFS= read -r -d '' file; do
    if [ -e "$file" ] || [ -L "$file" ]; then printf '%s\0' "$file"; fi
  done |
  tar -cf - --null -T - | tar -xf - -C "$stage"
git init --quiet --template= "$stage"
printf '%s\n' "$stage"
