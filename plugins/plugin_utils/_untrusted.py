# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what a filter makes of texts that others wrote is never a template, on any release of ansible-core."""

from __future__ import annotations

try:
    # Since 2.19 only what is marked as trusted is a template.
    from ansible.template import is_trusted_as_template

    HAS_TRUST = callable(is_trusted_as_template)
except ImportError:
    HAS_TRUST = False


def untrusted(value):
    """``value``, marked so that releases before 2.19 do not look for templates in its texts when it is used as a variable."""
    if HAS_TRUST:
        return value
    from ansible.utils.unsafe_proxy import wrap_var

    return wrap_var(value)
