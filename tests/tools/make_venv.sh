#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make_venv.sh NAME PATH SITE: make .venv with the interpreter PATH (asked for as NAME), uv in it, and the collection's link in SITE.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=$1 python=$2 site=$3

fail() {
  printf 'make: %s\n' "$@" >&2
  exit 1
}

[ -n "$python" ] || fail "$name does not run; install Python 3.11 or newer, or give its name: make PYTHON=python3.12 ..."
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "$name is Python $version, but ansible-core needs 3.11 or newer; give another one: make PYTHON=python3.12 ..."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
  fail "$name has no venv module; on Debian and Ubuntu: apt-get install python$version-venv (or python3-venv)"

rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements/uv.txt

# ansible-playbook, pytest, ansible-lint and the rest find a collection in site-packages, wherever the checkout is.
mkdir -p "$site/ansible_collections/community"
ln -sfn "$PWD" "$site/ansible_collections/community/redis_enterprise"
