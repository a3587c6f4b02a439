# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the release of a cluster, which only its nodes tell, and which differs among them during an upgrade."""

from __future__ import annotations

import re

from ._errors import RedisEnterpriseError


def oldest_release(client):
    """The oldest ``software_version`` of all nodes as numbers, ``(7, 22, 0, 95)``, or None where one of them is not told."""
    try:
        nodes = client.get("/v1/nodes", None, "view_all_nodes_info", attempts=1, expect=list)
    except RedisEnterpriseError:
        return None
    releases = [_numbers(node.get("software_version")) if isinstance(node, dict) else None for node in nodes]
    return min(releases) if releases and all(releases) else None


def _numbers(version):
    found = re.match(r"([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})-([0-9]{1,6})", str(version))
    return tuple(int(number) for number in found.groups()) if found else None
