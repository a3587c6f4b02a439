#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# lint.sh: yamllint, shellcheck on every shell script (ansible-test looks at *.sh only), ruff, ansible-lint.
set -euo pipefail
cd "$(dirname "$0")/../.."

echo "yamllint"
yamllint --strict .

scripts=()
while IFS= read -r -d '' file; do
  if [ -f "$file" ] && IFS= read -r first <"$file" && [[ $first =~ ^'#!'.*[/\ ](ba)?sh$ ]]; then scripts+=("$file"); fi
done < <(git ls-files -z --cached --others --exclude-standard) 2>/dev/null
echo "shellcheck: ${#scripts[@]} scripts"
shellcheck "${scripts[@]}"

echo "ruff"
ruff check --quiet .
ruff format --quiet --check --diff .

echo "ansible-lint"
# With awx.awx, where it could be had, the options of its modules are checked too.
export ANSIBLE_COLLECTIONS_PATH=$PWD/.build/awx${ANSIBLE_COLLECTIONS_PATH:+:$ANSIBLE_COLLECTIONS_PATH}
ansible-lint --strict --nocolor
