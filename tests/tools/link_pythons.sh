#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# link_pythons.sh DIR: make DIR/python3.X for each Python 3.X found, a link to the real interpreter.
# ansible-test takes every python3.X on PATH, and stops at the shims of version managers that are not active.
set -euo pipefail
dir=$1
mkdir -p "$dir"

roots=("${PYENV_ROOT:-$HOME/.pyenv}")
IFS=: read -r -a path <<<"$PATH"
for folder in "${path[@]}"; do
  case $folder in */shims) roots+=("${folder%/shims}") ;; esac
done

for version in 3.8 3.9 3.10 3.11 3.12 3.13 3.14; do
  candidates=()
  while IFS= read -r found; do candidates+=("$found"); done < <(type -ap "python$version")
  for root in "${roots[@]}"; do candidates+=("$root/versions/$version".*"/bin/python$version"); done
  for candidate in "${candidates[@]}"; do
    real=$("$candidate" -c 'import sys, venv, ensurepip; print(sys._base_executable)' 2>/dev/null) || continue
    ln -sfn "$real" "$dir/python$version"
    break
  done
done
