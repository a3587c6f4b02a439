# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: how old the copies of a database may be, by default and by rules for some databases."""

from __future__ import annotations

from collections import namedtuple

from ..module_utils._databases import name_matches
from ._words import parse_duration

#: Seconds or None for each: the newest copy of either kind, the last export, the last backup.
Level = namedtuple("Level", "max_age export_max_age backup_max_age")
_SELECTORS = ("names", "clusters", "tags")


class Levels:
    """``defaults`` and each of ``rules`` hold durations under the names of a Level's fields; ValueError says what is wrong with them.

    A rule applies to databases that each of its ``names``, ``clusters`` (names or shell patterns) and ``tags`` (key to value or pattern) fits.
    The first that applies decides, and what it does not set comes from the defaults.
    """

    def __init__(self, defaults, rules=()):
        self.default = Level(**{field: _duration(field, defaults.get(field)) for field in Level._fields})
        if not isinstance(rules, (list, tuple)):
            raise ValueError("rules: they are no list.")
        self._rules = [self._rule(number, rule) for number, rule in enumerate(rules, 1)]
        #: Whether some databases may have another level than most.
        self.varied = any(rule[-1] != self.default for rule in self._rules)

    def _rule(self, number, rule):
        where = f"rule {number}"
        if not isinstance(rule, dict):
            raise ValueError(f"{where}: it is no dictionary.")
        unknown = [str(key) for key in rule if key not in _SELECTORS + Level._fields]
        if unknown:
            known = ", ".join(_SELECTORS + Level._fields)
            raise ValueError(f"{where}: {', '.join(unknown)} is unknown. A rule may have {known}.")
        if not any(rule.get(key) for key in _SELECTORS):
            raise ValueError(f"{where}: it says of no database that it is meant. Give names, clusters or tags.")
        if not isinstance(rule.get("tags") or {}, dict):
            raise ValueError(f"{where}: tags is no dictionary. Give keys with values or patterns.")
        level = self.default._replace(
            **{field: _duration(f"{where}: {field}", rule[field]) for field in Level._fields if field in rule}
        )
        return _listed(rule.get("names")), _listed(rule.get("clusters")), rule.get("tags") or {}, level

    def of(self, cluster, name, tags):
        """The Level of a database."""
        for names, clusters, wanted, level in self._rules:
            if (
                _any_fits(name, names)
                and _any_fits(cluster, clusters)
                and all(key in tags and name_matches(str(tags[key]), str(value)) for key, value in wanted.items())
            ):
                return level
        return self.default


def _duration(where, value):
    try:
        return parse_duration(value)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _listed(value):
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)] if value else []


def _any_fits(text, patterns):
    return not patterns or any(name_matches(text, pattern) for pattern in patterns)
