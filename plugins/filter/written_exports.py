# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: written_exports
short_description: The files that exports of databases have just written
version_added: 0.1.0
description:
  - From the sets that M(community.redis_enterprise.export_files_info) has found new in a directory, it takes for each database that was exported the
    newest without a problem, and says what is wrong where there is none.
  - A set counts when both the uid and the name in its files are those of the database, for several clusters may write to one directory.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
positional: databases
options:
  _input:
    description:
      - The new sets, as RV(community.redis_enterprise.export_files_info#module:sets) has them with
        O(community.redis_enterprise.export_files_info#module:known).
    type: list
    elements: dict
    required: true
  databases:
    description:
      - The databases that succeeded, as RV(community.redis_enterprise.bdb_export#module:databases) has them; of each C(uid), C(name) and C(outcome) are used.
    type: list
    elements: dict
    required: true
  folder:
    description:
      - Where below the directory the run has exported to. Files elsewhere do not count then, but for a database whose export was running before and was
        followed only.
    type: str
    default: ""
seealso:
  - module: community.redis_enterprise.bdb_export
  - module: community.redis_enterprise.export_files_info
"""

EXAMPLES = r"""
---
- name: Look at the directory before
  community.redis_enterprise.export_files_info:
    directory: /mnt/exports
    check: none
  register: before

- name: Export
  community.redis_enterprise.bdb_export:
    name: "*"
    export_location:
      type: mount_point
      path: /mnt/exports
  register: export

- name: Look at the directory after
  community.redis_enterprise.export_files_info:
    directory: /mnt/exports
    known: "{{ before.sets }}"
  register: after

- name: Show what has been written
  ansible.builtin.debug:
    msg: "{{ after.sets | community.redis_enterprise.written_exports(export.databases | selectattr('outcome', 'eq', 'exported')) }}"
"""

RETURN = r"""
---
_value:
  description: One entry for each database, in their order.
  type: list
  elements: dict
  contains:
    uid:
      description: The uid of the database.
      type: int
      sample: 1
    name:
      description: Its name.
      type: str
      sample: orders
    outcome:
      description: Its outcome, as given.
      type: str
      sample: exported
    export:
      description: The newest set without a problem, or else the newest, or null where there is none.
      type: dict
      sample: null
    problem:
      description: Why it could not be imported, or null.
      type: str
      sample: No new file of it is there.
"""

from ansible.errors import AnsibleFilterError

from ..module_utils._choice import written


def written_exports(sets, databases, folder=""):
    """The filter."""
    try:
        return written(list(sets), list(databases), folder)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise AnsibleFilterError(
            f"written_exports: it takes the sets of export_files_info and the databases of bdb_export ({type(error).__name__})."
        ) from None


class FilterModule:
    """What Ansible loads."""

    def filters(self):
        """Name and function."""
        return {"written_exports": written_exports}
