# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: databases as the cluster reports them, how to select them, and the words of their statuses."""

from __future__ import annotations

import re
from collections import namedtuple
from datetime import datetime, timezone
from difflib import get_close_matches
from fnmatch import fnmatchcase

from ._errors import RedisEnterpriseError, option_error

OPERATIONS = ("export", "import", "backup")
IDLE, SUCCEEDED, FAILED = "idle", "succeeded", "failed"
#: The status of the database itself from the start of an import to its end.
IMPORT_PENDING = "import-pending"
#: A clock of one node may run this many seconds ahead of another's before an age is not believed.
CLOCK_TOLERANCE = 60
_SHOWN_NAMES = 20

#: ``uid`` int, ``name`` str, ``status`` of the database itself, ``raw`` the whole object as the API gave it.
Database = namedtuple("Database", "uid name status raw")
#: ``status`` ``idle`` or the cluster's word, ``progress`` 0-100 or None, ``reason`` and ``last_time`` text or None.
State = namedtuple("State", "status progress reason last_time")


def state_of(database, operation):
    """The State of ``export``, ``import`` or ``backup``.

    Idle is a missing key, null, ``""`` or ``"idle"``: releases differ (RS107596). Progress comes as int, float or text.
    While the database itself is pending because of an import, an end of an import is not yet, or that of a former one.
    """
    raw = database.raw
    status = raw.get(f"{operation}_status")
    status = str(status) if status not in (None, "") else IDLE
    if operation == "import" and database.status == IMPORT_PENDING and not is_running(status):
        status = IMPORT_PENDING
    try:
        progress = min(100.0, max(0.0, float(raw.get(f"{operation}_progress"))))
    except (TypeError, ValueError, OverflowError):
        progress = None
    last_time = raw.get(f"last_{operation}_time")
    return State(
        status,
        progress,
        str(raw.get(f"{operation}_failure_reason") or "") or None,
        str(last_time) if last_time else None,
    )


def objects_in(value):
    """The JSON objects of a list; nothing for whatever else a server gives in its place."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def is_running(status):
    """True for every word that is neither idle nor an end: an unknown word counts as running."""
    return status not in (IDLE, SUCCEEDED, FAILED)


def parse_time(text):
    """An aware datetime from the API's ISO 8601 text (``2025-10-14T00:01:22Z``), or None."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def age_of(last_time, server_time):
    """Whole seconds between ``last_time`` and the cluster's own clock, or None when one is unknown or lies in the future."""
    moment = parse_time(last_time)
    if moment is None or server_time is None:
        return None
    age = (server_time - moment).total_seconds()
    return max(0, int(age)) if age >= -CLOCK_TOLERANCE else None


def read_optional(client, path, params, permission):
    """What the cluster answers, or None where it does not offer or does not show it."""
    try:
        return client.get(path, params, permission)
    except RedisEnterpriseError as error:
        if error.kind in ("permission", "not_found", "unsupported", "rejected", "protocol"):
            return None
        raise


class DatabaseReader:
    """Reads all databases in ONE request, with only the fields that are needed."""

    def __init__(self, client, fields):
        self._client = client
        self._fields = fields

    def read(self, **options):
        """``{uid: Database}``. Falls back to whole objects, once and for good, where the cluster refuses ``fields``."""
        try:
            return self._parse(self._get("/v1/bdbs", "view_all_bdbs_info", list, options))
        except RedisEnterpriseError as error:
            if not self._fields or error.kind not in ("rejected", "unsupported"):
                raise
        self._fields = None
        return self._parse(self._get("/v1/bdbs", "view_all_bdbs_info", list, options))

    def read_one(self, uid, **options):
        """One Database. RedisEnterpriseError of kind ``not_found`` when it is gone."""
        return self._parse([self._get(f"/v1/bdbs/{uid}", "view_bdb_info", dict, options)], uid)[uid]

    def _get(self, path, permission, expect, options):
        fields = {"fields": ",".join(self._fields)} if self._fields else None
        return self._client.get(path, fields, permission, expect=expect, **options)

    @staticmethod
    def _parse(objects, wanted=None):
        try:
            databases = {
                int(raw["uid"]): Database(
                    int(raw["uid"]), str(raw.get("name") or ""), str(raw.get("status") or ""), raw
                )
                for raw in objects
            }
            return databases if wanted is None else {wanted: databases[wanted]}
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            raise RedisEnterpriseError(
                "protocol",
                "The list of databases is not what the API promises.",
                hint="Check that url is a cluster's REST API.",
            ) from None


def fields_for(operations, *more):
    """The field names to ask for: identity, and all that is known of each operation."""
    names = ["uid", "name", "status", *more]
    for operation in operations:
        names += [
            f"{operation}_status",
            f"{operation}_progress",
            f"{operation}_failure_reason",
            f"last_{operation}_time",
        ]
    return names


def require_selector(uids, names):
    """An acting module never takes 'all' from silence."""
    if not uids and not names:
        raise option_error(
            "name",
            "neither uid nor name says which databases are meant",
            "Give one of them; name '*' is all databases.",
        )


def select(databases, uids, names):
    """The databases with these uids, and those whose name equals or matches these names, each once, in that order; all without either.

    Raises kind ``option`` when a selector matches nothing, or when an exact name is that of several databases.
    """
    if not uids and not names:
        return [databases[uid] for uid in sorted(databases)]
    chosen = {}
    missing = [uid for uid in uids or () if uid not in databases]
    if missing:
        raise no_match("uid", missing, databases)
    for uid in uids or ():
        chosen[uid] = databases[uid]
    missing = []
    for name in names or ():
        found = [db for uid, db in sorted(databases.items()) if name_matches(db.name, name)]
        if len(found) > 1 and not is_pattern(name):
            uids_of_name = ", ".join(str(db.uid) for db in found)
            raise option_error(
                "name",
                f"{name!r} is the name of {len(found)} databases, with the uids {uids_of_name}",
                "Select them by uid.",
            )
        if not found:
            missing.append(name)
        chosen.update((db.uid, db) for db in found)
    if missing:
        raise no_match("name", missing, databases)
    return list(chosen.values())


def is_pattern(selector):
    """Whether an entry of the option name is a shell pattern."""
    return any(letter in selector for letter in "*?[")


def name_matches(name, selector):
    """Whether a database of this name is meant by an entry of the option name: its name, or a shell pattern."""
    if not is_pattern(selector):
        return name == selector
    try:
        return fnmatchcase(name, selector)
    except re.error:  # a range that runs backwards, on Python 3.9 and 3.10
        return False


def no_match(option, missing, databases):
    """The error for entries of ``option`` that match none of ``databases``, whose keys say only in which order to name them."""
    wanted = ", ".join(repr(value) for value in missing)
    listed = [f"{db.name} (uid {db.uid})" for dummy, db in sorted(databases.items())]
    there = ", ".join(listed[:_SHOWN_NAMES]) + (
        f" and {len(listed) - _SHOWN_NAMES} more" if len(listed) > _SHOWN_NAMES else ""
    )
    close = get_close_matches(str(missing[0]), [db.name for db in databases.values()], 1)
    guess = f" Did you mean {close[0]!r}?" if close else ""
    return option_error(
        option,
        f"no database matches {wanted}",
        f"This user sees {there or 'no database'}.{guess} A database may be hidden by the role of this user.",
    )
