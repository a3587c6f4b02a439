# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many cases hypothesis draws: the same ones in every run, PROPERTIES_TIMES as many on demand."""

from __future__ import annotations

import os
import sys

from hypothesis import HealthCheck, settings

# A Python below the controllers' runs them to meet the language, not the logic: `make unit` draws more, `make test-all` all.
SHARE = 2 if sys.version_info >= (3, 11) else 15


def drawn(count):
    """The settings for a property of `count` cases."""
    return settings(
        deadline=None,
        derandomize=True,
        max_examples=max(1, count * int(os.environ.get("PROPERTIES_TIMES", "1")) // SHARE),
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
