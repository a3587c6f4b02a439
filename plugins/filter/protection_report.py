# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: protection_report
short_description: Whether the databases of clusters are protected as they should be
version_added: 0.1.0
description:
  - From what M(community.redis_enterprise.bdb_info) has read of one or many clusters it judges for each database whether its last export and backup are
    recent enough, what has failed, why, and what to do about it.
  - A cluster that could not be read is in the report with the reason.
  - It reads nothing by itself. The role P(community.redis_enterprise.report_databases#role) reads, and writes the report as a page, as JSON and for Prometheus.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
options:
  _input:
    description:
      - The results of M(community.redis_enterprise.bdb_info), one for each cluster, failed ones too, and null where the module did not run. With
        O(community.redis_enterprise.bdb_info#module:stats) the report tells keys and memory, with
        O(community.redis_enterprise.bdb_info#module:preflight) also what cannot be exported.
    type: list
    elements: dict
    required: true
  names:
    description:
      - The name of each cluster, in the same order.
    type: list
    elements: str
    required: true
  hosts:
    description:
      - The host of each cluster in the inventory, in the same order. If not given, the O(names).
    type: list
    elements: str
  generated:
    description:
      - The time of the report in UTC, such as V(2026-11-22T02:30:00Z). Ages are taken by the clock of each cluster.
    type: str
    required: true
  max_age:
    description:
      - How old the newest copy of a database may be, whether an export or a backup, such as V(26h), V(7d), V(1d12h), a number of seconds, or V(none).
    type: str
  export_max_age:
    description:
      - How old the last successful export of a database may be, whatever its backups are.
    type: str
  backup_max_age:
    description:
      - How old the last successful backup of a database may be, whatever its exports are.
    type: str
  rules:
    description:
      - Other service levels for some databases. Of the rules that a database fits the first counts, and what it does not set stays as above.
    type: list
    elements: dict
    default: []
    suboptions:
      names:
        description: Names of databases, or shell patterns.
        type: list
        elements: str
      clusters:
        description: Names of clusters, or shell patterns.
        type: list
        elements: str
      tags:
        description: Tags that the database must have, with their values or shell patterns of them.
        type: dict
      max_age:
        description: As above. V(none) where the database may be lost.
        type: str
      export_max_age:
        description: As above.
        type: str
      backup_max_age:
        description: As above.
        type: str
  history:
    description:
      - The texts of former reports in JSON, in any order, for the trends and for what is no longer there. One that cannot be read is left out.
    type: list
    elements: str
    default: []
seealso:
  - module: community.redis_enterprise.bdb_info
"""

EXAMPLES = r"""
---
- name: Read the databases
  community.redis_enterprise.bdb_info:
    stats: true
  register: read

- name: Say whether last night can be trusted
  ansible.builtin.debug:
    msg: "{{ report.headline }}"
  vars:
    now_utc: "{{ now(utc=true, fmt='%Y-%m-%dT%H:%M:%SZ') }}"
    report: "{{ [read] | community.redis_enterprise.protection_report(names=['east'], generated=now_utc, max_age='26h') }}"
"""

RETURN = r"""
---
_value:
  description: The report. Its form is that of the role's C(files/report.schema.json).
  type: dict
  contains:
    version:
      description: The version of the form. It changes when something that was there is no more, or means something else.
      type: int
      sample: 1
    generated:
      description: The time of the report.
      type: str
      sample: "2026-11-22T02:30:00Z"
    verdict:
      description: V(ok), V(warn) where something needs a look, or V(bad).
      type: str
      sample: ok
    headline:
      description: The verdict as a sentence.
      type: str
      sample: "Yes: all 42 databases have good copies from the last 26 hours."
    level:
      description: The service level of databases that no rule fits, in seconds or null.
      type: dict
      sample: {max_age: 93600, export_max_age: null, backup_max_age: null}
    counts:
      description: How many clusters, clusters that were not read, and databases there are, and how many databases of each verdict.
      type: dict
      sample: {clusters: 1, clusters_not_read: 0, databases: 42, bad: 0, warn: 0, ok: 42, exempt: 0}
    problems:
      description: A line for each thing that is bad, with its remedy.
      type: list
      elements: str
      sample: []
    runs:
      description: The times to which the trends belong, this report's last.
      type: list
      elements: str
      sample: ["2026-11-22T02:30:00Z"]
    clusters:
      description: The clusters, those with problems first.
      type: list
      elements: dict
      sample: []
    databases:
      description: The databases, those with problems first.
      type: list
      elements: dict
      sample: []
"""

from ansible.errors import AnsibleFilterError

from ..plugin_utils._history import read_history
from ..plugin_utils._protection_report import build_report
from ..plugin_utils._service_level import Level, Levels
from ..plugin_utils._trust import untrusted


def protection_report(readings, names, generated, hosts=None, rules=(), history=(), **ages):
    """The filter."""
    unknown = sorted(set(ages) - set(Level._fields))
    if unknown:
        raise AnsibleFilterError(f"protection_report: it has no option {', '.join(unknown)}.")
    readings, names = list(readings), list(names)
    hosts = names if hosts is None else list(hosts)
    if not len(readings) == len(names) == len(hosts):
        raise AnsibleFilterError(
            f"protection_report: there are {len(readings)} results, {len(names)} names and {len(hosts)} hosts. Give as many of each."
        )
    try:
        levels = Levels(ages, rules or ())
    except ValueError as error:
        raise AnsibleFilterError(f"protection_report: {error}") from None
    try:
        return untrusted(
            build_report(list(zip(hosts, names, readings)), levels, generated, read_history(history, generated))
        )
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise AnsibleFilterError(
            f"protection_report: it takes results of bdb_info and a time such as 2026-11-22T02:30:00Z ({type(error).__name__})."
        ) from None


class FilterModule:
    """What Ansible loads."""

    def filters(self):
        """Name and function."""
        return {"protection_report": protection_report}
