# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: protection_page
short_description: A protection report as an HTML page
version_added: 0.1.0
description:
  - Makes one page of a report, which needs no other file and no network.
  - Every value is escaped, and the page's own policy lets no other style and script into it than O(style) and O(script).
author:
  - The community.redis_enterprise contributors (@ansible-collections)
options:
  _input:
    description:
      - The report, as the filter P(community.redis_enterprise.protection_report#filter) returns it.
    type: dict
    required: true
  template:
    description:
      - The Jinja template of the page. The role P(community.redis_enterprise.report_databases#role) has one in C(files/report.html.j2).
    type: str
    required: true
  style:
    description:
      - The style sheet.
    type: str
    required: true
  script:
    description:
      - The script.
    type: str
    required: true
seealso:
  - plugin: community.redis_enterprise.protection_report
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Write the page, with the template beside the playbook
  ansible.builtin.copy:
    content: >-
      {{ report | community.redis_enterprise.protection_page(template=lookup('ansible.builtin.file', 'report.html.j2'),
         style=lookup('ansible.builtin.file', 'report.css'), script=lookup('ansible.builtin.file', 'report.js')) }}
    dest: /var/www/html/report.html
    mode: "0644"
"""

RETURN = r"""
---
_value:
  description: The page.
  type: str
"""

from ansible.errors import AnsibleFilterError
from jinja2 import TemplateError

from ..plugin_utils._page import render_page
from ..plugin_utils._trust import untrusted


def protection_page(report, template, style, script):
    """The filter."""
    try:
        return untrusted(render_page(report, template, style, script))
    except TemplateError as error:
        raise AnsibleFilterError(f"protection_page: the template cannot be used: {error}") from None
    except (TypeError, KeyError, AttributeError) as error:
        raise AnsibleFilterError(
            f"protection_page: it takes what protection_report returns ({type(error).__name__})."
        ) from None


class FilterModule:
    """What Ansible loads."""

    def filters(self):
        """Name and function."""
        return {"protection_page": protection_page}
