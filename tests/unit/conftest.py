# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make ansible_collections.community.redis_enterprise importable from a checkout that is not below ansible_collections/."""

from __future__ import annotations

import importlib
import os
import sys
import types


def _inject():
    """Register namespace packages whose path is this checkout, unless ansible-test or the link in site-packages did it already."""
    try:
        importlib.import_module("ansible_collections.community.redis_enterprise")
        return
    except ImportError:
        pass
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for name, path in (
        ("ansible_collections", []),
        ("ansible_collections.community", []),
        ("ansible_collections.community.redis_enterprise", [root]),
    ):
        if name not in sys.modules:
            sys.modules[name] = types.ModuleType(name)
            sys.modules[name].__path__ = path


_inject()
