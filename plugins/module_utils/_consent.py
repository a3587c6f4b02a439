# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: nothing is erased that nobody has named."""

from __future__ import annotations

from ._databases import is_pattern
from ._errors import RedisEnterpriseError, option_error

_SHOWN = 20


def require_consent(chosen, databases, erase, merge):
    """Refuse unless ``erase`` names each of the ``chosen`` databases, and ``merge`` each Active-Active one. Raises kind ``option``.

    Both hold exact names or uids. A name that several of all ``databases`` have names none of them, and neither does a number that is the uid
    of one and the name of another.
    """
    meanings = {}
    for db in databases:
        meanings.setdefault(db.name, set()).add(db.uid)
        meanings.setdefault(str(db.uid), set()).add(db.uid)
    refusals = []
    for option, words, merged, what in (
        ("confirm_erase", erase, False, "an import erases everything in a database"),
        (
            "confirm_merge",
            merge,
            True,
            "an import into an Active-Active database merges: what it holds stays, keys of the same name change, and counters grow by the imported value",
        ),
    ):
        named = {uid for word in words for uid in meanings.get(word, ()) if len(meanings[word]) == 1}
        open_ones = [db for db in chosen if bool(db.raw.get("crdt")) is merged and db.uid not in named]
        if open_ones:
            refusals.append(_refusal(option, words, open_ones, meanings, what))
    if refusals:
        message = " ".join(refusal.message for refusal in refusals)
        raise RedisEnterpriseError("option", message, hint=" ".join(refusal.hint for refusal in refusals))


def _refusal(option, words, open_ones, meanings, what):
    titles = [f"{db.name} (uid {db.uid})" for db in open_ones]
    more = f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else ""
    needed = [db.name if db.name and len(meanings[db.name]) == 1 else str(db.uid) for db in open_ones]
    doubtful = [word for word in words if len(meanings.get(word, ())) > 1]
    patterns = [word for word in words if is_pattern(word) and word not in meanings]
    why = ""
    if doubtful:
        why = f" {', '.join(map(repr, doubtful))} could mean more than one database; use the uid."
    elif patterns:
        why = f" {', '.join(map(repr, patterns))} is taken for no pattern here: each database is to be named."
    return option_error(
        option,
        f"it does not name {', '.join(titles[:_SHOWN])}{more}, and {what}",
        f"If that is meant, set {option} to: {', '.join([*words, *needed] if not (doubtful or patterns) else needed)}.{why}",
    )
