# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: choose_exports
short_description: The newest whole export for each database that is to be restored
version_added: 0.1.0
description:
  - From the sets that M(community.redis_enterprise.export_files_info) has found, it takes for each database the newest one without a problem, and says
    why newer ones were passed over, or why there is none.
  - It does not guess. Where databases with different uids have been exported under one name, it asks which is meant.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
positional: databases
options:
  _input:
    description:
      - The sets, as RV(community.redis_enterprise.export_files_info#module:sets) has them.
    type: list
    elements: dict
    required: true
  databases:
    description:
      - The databases, as RV(community.redis_enterprise.bdb_info#module:databases) has them; of each C(uid) and C(name) are used.
    type: list
    elements: dict
    required: true
  origins:
    description:
      - For a database whose files have another name, such as after a migration or a rename, the name or the uid of the one that was exported, by the
        name or the uid of the database.
    type: dict
    default: {}
  location:
    description:
      - Where the cluster finds the files, as in O(community.redis_enterprise.bdb_export#module:export_location). With it each entry has its
        C(sources), with the credentials of the location.
    type: dict
seealso:
  - module: community.redis_enterprise.export_files_info
  - plugin: community.redis_enterprise.import_sources
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Read the databases
  community.redis_enterprise.bdb_info:
  register: there

- name: Find the exports
  community.redis_enterprise.export_files_info:
    directory: /mnt/exports
  register: exported

- name: Look which export each database would be restored from, where orders-eu was called orders when it was exported
  ansible.builtin.debug:
    msg: "{{ exported.sets | community.redis_enterprise.choose_exports(there.databases, origins={'orders-eu': 'orders'}) }}"
"""

RETURN = r"""
---
_value:
  description: One entry for each database, in their order.
  type: list
  elements: dict
  contains:
    uid:
      description: The uid of the database that is to be restored.
      type: int
      sample: 1
    name:
      description: Its name.
      type: str
      sample: orders
    export:
      description: The set, or null where there is none.
      type: dict
      sample: null
    passed_over:
      description: What is wrong with each newer set.
      type: list
      elements: str
      sample: []
    sources:
      description: With O(location), the sources of the import, as P(community.redis_enterprise.import_sources#filter) makes them.
      returned: with O(location)
      type: list
      elements: dict
      sample: []
    problem:
      description: Why there is no set, or null.
      type: str
      sample: "No file is that of an export of 'orders'. There is no file of any export."
"""

from ansible.errors import AnsibleFilterError

from ..module_utils._choice import choose
from ..module_utils._errors import RedisEnterpriseError


def choose_exports(sets, databases, origins=None, location=None):
    """The filter. A location may hold secrets, so no message repeats what is in it."""
    try:
        return choose(list(sets), list(databases), dict(origins or {}), location)
    except RedisEnterpriseError as error:
        raise AnsibleFilterError(f"choose_exports: {error.sentence()}") from None
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise AnsibleFilterError(
            f"choose_exports: it takes the sets of export_files_info and the databases of bdb_info ({type(error).__name__})."
        ) from None


class FilterModule:
    """What Ansible loads."""

    def filters(self):
        """Name and function."""
        return {"choose_exports": choose_exports}
