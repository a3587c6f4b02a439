#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# eda.sh FOLDER: make a virtual environment there with ansible-rulebook, which needs Java 17 or newer. Where there is none, or the packages
# do not come, the tests of rulebooks are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$1

version=$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | sed -nE 's/.*version "([0-9]+).*/\1/p' | head -n 1) || version=
if [ "${version:-0}" -lt 17 ]; then
  echo "eda: no Java 17 or newer here (${version:-none}), so the tests of rulebooks are skipped"
  rm -rf "$folder"
  exit
fi
uv venv --quiet --clear --python .venv/bin/python "$folder"
if ! timeout 120 uv pip install --quiet --python "$folder/bin/python" -r tests/requirements/eda.txt; then
  echo "eda: ansible-rulebook could not be installed, so the tests of rulebooks are skipped"
  rm -rf "$folder"
fi
