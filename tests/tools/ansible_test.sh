#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ansible_test.sh ARGUMENTS...: run ansible-test on a fresh copy of the collection, with no network but the package index.
# Its caches (virtual environments, get-pip.py) go to .build/home instead of the user's home.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
home=$root/.build/home

stage=$(bash tests/tools/stage.sh)
bash tests/tools/link_pythons.sh "$root/.build/pythons"

cache=$home/.ansible/test/cache
mkdir -p "$cache"
internal=$(python -c 'import ansible_test._internal.python_requirements as m; print(m.__file__)')
for version in $(grep -oE "pip='[0-9.]+'" "$internal" | tr -dc '0-9.\n' | tr . _); do
  cp tests/tools/get_pip.py "$cache/get_pip_$version.py"
done

# The user's own pip configuration (index, certificates) stays in force; ours only makes pip less talkative.
mkdir -p "$home/.config" "$home/.pip"
if [ -d "$HOME/.config/pip" ]; then ln -sfn "$HOME/.config/pip" "$home/.config/pip"; fi
printf '[global]\nquiet = 2\ndisable-pip-version-check = true\n' >"$home/.pip/pip.conf"

path=$root/.venv/bin:$root/.build/pythons
IFS=: read -r -a folders <<<"$PATH"
for folder in "${folders[@]}"; do
  case $folder in */shims | "$root/.venv/bin") ;; *) path=$path:$folder ;; esac
done

cd "$stage"
HOME=$home PATH=$path exec ansible-test "$@"
