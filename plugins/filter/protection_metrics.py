# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: protection_metrics
short_description: A protection report as metrics for Prometheus
version_added: 0.1.0
description:
  - Writes a report in Prometheus's text format, for the textfile collector of its node exporter.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
options:
  _input:
    description:
      - The report, as the filter P(community.redis_enterprise.protection_report#filter) returns it.
    type: dict
    required: true
seealso:
  - plugin: community.redis_enterprise.protection_report
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Hand the report to the node exporter
  ansible.builtin.copy:
    content: "{{ report | community.redis_enterprise.protection_metrics }}"
    dest: /var/lib/prometheus/node-exporter/redis_enterprise.prom
    mode: "0644"
"""

RETURN = r"""
---
_value:
  description: The text.
  type: str
"""

from ansible.errors import AnsibleFilterError

from ..plugin_utils._metrics import render_metrics
from ..plugin_utils._trust import untrusted


def protection_metrics(report):
    """The filter."""
    try:
        return untrusted(render_metrics(report))
    except (TypeError, KeyError, AttributeError) as error:
        raise AnsibleFilterError(
            f"protection_metrics: it takes what protection_report returns ({type(error).__name__})."
        ) from None


class FilterModule:
    """What Ansible loads."""

    def filters(self):
        """Name and function."""
        return {"protection_metrics": protection_metrics}
