#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# docs.sh: make the site of the documentation in .build/site/html, anew and without the network, and follow each of its links.
set -euo pipefail
cd "$(dirname "$0")/../.."
site=$PWD/.build/site
# A second run over the same folder reads only what has changed, and would pass over the warnings of the first.
rm -rf "$site"
mkdir -p "$site/source/reference" "$PWD/.build/home"
# antsibull-docs wants a folder that nobody else may write to.
chmod og-w "$site/source/reference"

HOME=$PWD/.build/home antsibull-docs --config-file docs/docsite/antsibull-docs.cfg collection --use-current --squash-hierarchy --fail-on-error \
  --dest-dir "$site/source/reference" community.redis_enterprise
python -m tests.tools.docsite.prepare "$site/source"
sphinx-build --quiet --nitpicky --fail-on-warning --keep-going --builder html --conf-dir docs/docsite -d "$site/doctrees" \
  "$site/source" "$site/html"
python -m tests.tools.docsite.links "$site/html"
