# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the documentation of the options that select databases."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  uid:
    description:
      - Databases by their numeric uid. One may be given without a list.
    type: list
    elements: int
  name:
    description:
      - Databases by their name, or by a shell pattern with V(*), V(?) and V([...]). V(*) is all databases that the user may see.
      - An entry that matches nothing, and an exact name that several databases have, fail the task before anything is started.
    type: list
    elements: str
"""
