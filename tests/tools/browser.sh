#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# browser.sh FOLDER: bring a headless Chromium there, axe-core, which judges accessibility, and Playwright in FOLDER/python, which drives
# it. npm has the browser packed for x86-64 Linux with the libraries that a bare system lacks; elsewhere one on PATH is taken.
# What cannot be had is said, and the tests that look at pages are skipped.
set -euo pipefail
folder=$1
chromium=153.0.0
axe=4.14.1
playwright=1.65.2

give_up() {
  echo "browser: $1, so the tests in a browser are skipped"
  rm -rf "$folder/python" "$folder/node_modules"
  exit
}

command -v npm >/dev/null || give_up "no npm here"
mkdir -p "$folder"
# Node.js trusts the system's certificates only when it is told where they are.
bundle=/etc/ssl/certs/ca-certificates.crt
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -e "$bundle" ]; then export NODE_EXTRA_CA_CERTS=$bundle; fi

packages=("axe-core@$axe")
if [ "$(uname -sm)" = "Linux x86_64" ]; then packages+=("@sparticuz/chromium@$chromium"); fi
timeout 120 npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts --fetch-retries 1 --fetch-retry-mintimeout 1000 \
  --loglevel error "${packages[@]}" </dev/null || give_up "npm could not install ${packages[*]}"
timeout 120 uv pip install --quiet --python .venv/bin/python --target "$folder/python" "playwright==$playwright" </dev/null ||
  give_up "playwright $playwright could not be installed"

packed=$folder/node_modules/@sparticuz/chromium/bin
if [ -d "$packed" ]; then
  unpack='const z = require("zlib"); process.stdin.pipe(z.createBrotliDecompress()).pipe(process.stdout)'
  node -e "$unpack" <"$packed/chromium.br" >"$folder/chromium"
  chmod +x "$folder/chromium"
  for part in al2023 fonts; do node -e "$unpack" <"$packed/$part.tar.br" | tar -x -C "$folder"; done
  printf '<fontconfig><dir>/usr/share/fonts</dir><dir>%s/fonts</dir><cachedir>%s/fonts-cache</cachedir></fontconfig>\n' "$PWD/$folder" "$PWD/$folder" \
    >"$folder/fonts.conf"
  rm -rf "$folder/node_modules/@sparticuz"
fi
