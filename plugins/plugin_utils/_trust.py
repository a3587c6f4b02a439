# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: which texts of a plugin Ansible may take for templates. Those that others wrote never, on any release of ansible-core."""

from __future__ import annotations

import re

try:
    # ansible-core 2.19 and later evaluate nothing that is not marked so.
    from ansible.template import trust_as_template as template

    def untrusted(value):
        """``value``, in whose texts Ansible looks for no template."""
        return value

except ImportError:
    # Earlier ones evaluate everything that is not marked as unsafe.
    from ansible.utils.unsafe_proxy import wrap_var as untrusted

    def template(text):
        """``text``, to be evaluated where it is used."""
        return text


#: What evaluates to itself. These texts stay plain in JSON, where ansible-inventory makes a dict of every other text that is no template.
_HARMLESS = re.compile(r"[\w\s.,:/@+-]*")


def plain(value):
    """``value``, a text or lists and dicts of texts, so that nothing in it is ever evaluated."""
    if isinstance(value, str):
        text = "".join(value)  # without the marks that Ansible may have put on it
        return template(text) if _HARMLESS.fullmatch(text) else untrusted(text)
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
