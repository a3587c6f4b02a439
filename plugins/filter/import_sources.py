# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: import_sources
short_description: The sources of an import, from the location of an export and the names of its files
version_added: 0.1.0
description:
  - An export takes a directory, an import takes one entry for each file in it. This filter makes the list for
    O(community.redis_enterprise.bdb_import#module:sources).
  - For C(mount_point) it joins the path and the file. For C(url) and C(sftp) it appends the percent-encoded file to the URL. For C(s3), C(gs) and
    C(abs) the last part of the file becomes C(filename), and what stands before it is added to C(subdir).
author:
  - The community.redis_enterprise contributors (@ansible-collections)
positional: files
options:
  _input:
    description:
      - The location, as in O(community.redis_enterprise.bdb_export#module:export_location). C(url) may also be that of an HTTP or HTTPS server here.
    type: dict
    required: true
  files:
    description:
      - The files of one export, relative to the location, as RV(community.redis_enterprise.export_files_info#module:sets[].files[].file) has them.
    type: list
    elements: str
    required: true
seealso:
  - module: community.redis_enterprise.bdb_import
  - module: community.redis_enterprise.export_files_info
"""

EXAMPLES = r"""
---
- name: Find the exports
  community.redis_enterprise.export_files_info:
    directory: /mnt/exports
    name: orders
  register: exported

- name: Restore the newest of them
  community.redis_enterprise.bdb_import:
    name: orders
    sources: "{{ location | community.redis_enterprise.import_sources(newest.files | map(attribute='file')) }}"
    confirm_erase: orders
  vars:
    location:
      type: mount_point
      path: /mnt/exports
    newest: "{{ exported.sets | selectattr('name', 'eq', 'orders') | selectattr('newest') | first }}"
"""

RETURN = r"""
---
_value:
  description: One source for each file, in the order of the files. It has the credentials of the location.
  type: list
  elements: dict
  sample:
    - type: mount_point
      path: /mnt/exports/bk20261101-020041-1-orders-1_of_1-1-0-16383.rdb.gz
"""

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import RedisEnterpriseError
from ..module_utils._sources import sources_of


def import_sources(location, files):
    """The filter. A location may hold secrets, so no message repeats what is in it."""
    try:
        return sources_of(location, files)
    except RedisEnterpriseError as error:
        raise AnsibleFilterError(f"import_sources: {error.sentence()}") from None


class FilterModule:
    """What Ansible loads."""

    def filters(self):
        """Name and function."""
        return {"import_sources": import_sources}
