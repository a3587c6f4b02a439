#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# awx.sh FOLDER: bring the collection awx.awx into FOLDER/ansible_collections, out of the last package `ansible` on PyPI that has it. Where that cannot
# be had in time, the tests of playbooks/awx_setup.yml are skipped and say so.
set -euo pipefail
folder=$1
# It has awx.awx 24.6.1.
version=12.3.0

rm -rf "$folder"
mkdir -p "$folder"
if timeout 120 uv pip install --quiet --python .venv/bin/python --no-deps --target "$folder/all" "ansible==$version" </dev/null; then
  mkdir "$folder/ansible_collections"
  mv "$folder/all/ansible_collections/awx" "$folder/ansible_collections/"
else
  echo "awx: ansible $version could not be had from PyPI, so the tests of playbooks/awx_setup.yml are skipped"
fi
rm -rf "$folder/all"
