# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects as words of a command line: ``effect=status status=429 headers.Retry-After=1``."""

from __future__ import annotations

import shlex
from typing import Any

import yaml

from .settings import ConfigError


def parse_words(text: str, option: str) -> dict[str, Any]:
    """Return the object that ``key=value`` words stand for; a dot in a key goes one level down, values are YAML."""
    found: dict[str, Any] = {}
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ConfigError(f"{option} {text!r}: {error}") from None
    for word in words:
        key, sign, value = word.partition("=")
        *levels, name = key.split(".")
        place: Any = found
        for level in levels:
            place = place.setdefault(level, {})
            if not isinstance(place, dict):
                raise ConfigError(f"{option} {text!r}: {level} is given as a value and as an object")
        if not sign or not name or name in place:
            raise ConfigError(f"{option} {text!r}: {word!r} is not key=value, or given twice")
        try:
            place[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise ConfigError(f"{option} {text!r}: the value of {key} is not YAML") from None
    return found
