#!/usr/bin/env bash
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# curl_xargs.sh COUNT: export the databases 1 to COUNT, wait until all are finished, reset their statuses; 16 processes of curl at a time.
set -euo pipefail
count=$1
config=$(mktemp)
trap 'rm -f "$config"' EXIT
# Not on the command line, where every user of the host could read the password.
printf 'user = "%s:%s"\ncacert = "%s"\nheader = "Content-Type: application/json"\nfail\nsilent\nshow-error\n' \
  "$REDIS_ENTERPRISE_USER" "$REDIS_ENTERPRISE_PASSWORD" "$REDIS_ENTERPRISE_CA_CERT" >"$config"
api=$REDIS_ENTERPRISE_URL/v1/bdbs
export_body='{"export_location": {"type": "mount_point", "path": "/mnt/exports"}}'

seq "$count" | xargs -P 16 -I UID curl --config "$config" -X POST --data "$export_body" "$api/UID/actions/export"
for ((look = 0; look < 10000; look++)); do
  done=$(curl --config "$config" "$api?fields=export_status" | { grep -oE '"export_status": ?"succeeded"' || true; } | wc -l)
  if [ "$done" -eq "$count" ]; then break; fi
  sleep 0.05
done
seq "$count" | xargs -P 16 -I UID curl --config "$config" -X PUT --data '{}' "$api/UID/actions/export_reset_status"
