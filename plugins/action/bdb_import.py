# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module of the same name, and prints its progress while it waits."""

from __future__ import annotations

from ..plugin_utils._followed import FollowedAction


class ActionModule(FollowedAction):
    """The action bdb_import."""
