#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# units_matrix.sh oldest|all|VERSION: the unit tests of what runs on targets, the modules and their module_utils, on the oldest Python found,
# on all of them, from the targets' floor on, or on one.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash tests/tools/link_pythons.sh .build/pythons

found=()
for version in 3.9 3.10 3.11 3.12 3.13; do
  if [ -e ".build/pythons/python$version" ]; then found+=("$version"); fi
done
case $1 in
  oldest) wanted=("${found[0]}") ;;
  all) wanted=("${found[@]}") ;;
  *) wanted=("$1") ;;
esac
echo "Pythons found: ${found[*]}; testing on ${wanted[*]}"
own=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$1" = oldest ] && [ "${wanted[*]}" = "$own" ]; then
  echo "That is the Python of make unit, which runs the same tests"
  exit
fi
for version in "${wanted[@]}"; do
  bash tests/tools/ansible_test.sh units --venv --python "$version" --color no tests/unit/plugins/module_utils/ tests/unit/plugins/modules/
done
