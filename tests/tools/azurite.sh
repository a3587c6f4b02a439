#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# azurite.sh FOLDER: bring the emulator of Azure's blob storage there, which npm alone has. Where there is no npm, or it does not
# get the package in time, the tests of that storage are skipped and say so.
set -euo pipefail
folder=$1
# The last one that runs on Node.js 20.
version=3.35.0

if ! command -v npm >/dev/null; then
  echo "azurite: no npm here, so the tests of Azure's storage are skipped"
  exit
fi
mkdir -p "$folder"
# Node.js trusts the system's certificates only when it is told where they are.
bundle=/etc/ssl/certs/ca-certificates.crt
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -e "$bundle" ]; then export NODE_EXTRA_CA_CERTS=$bundle; fi
if ! timeout 90 npm install --prefix "$folder" --no-audit --no-fund --fetch-retries 1 --fetch-retry-mintimeout 1000 \
  --loglevel error "azurite@$version" </dev/null; then
  echo "azurite: npm could not install it, so the tests of Azure's storage are skipped"
  rm -rf "$folder/node_modules"
fi
