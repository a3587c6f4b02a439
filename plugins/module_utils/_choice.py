# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: which export a database is to be restored from, or has just written. Never guesses between two, and never takes a part of one."""

from __future__ import annotations

from difflib import get_close_matches

from ._errors import option_error
from ._export_files import NAME_LENGTH
from ._sources import sources_of

_SHOWN = 10


def choose(sets, databases, origins, location=None):
    """One row for each database: ``{uid, name, export, passed_over, problem}``, and ``sources`` with a ``location``.

    ``sets`` are those of ``export_files_info``, the newest first, ``databases`` dicts with ``uid`` and ``name``, ``origins`` maps the name or the uid of a
    database to the name or the uid of that which was exported. ``export`` is the newest set that is whole, ``passed_over`` says what is wrong with
    newer ones. Raises kind ``option`` for an origin of a database that is not restored.
    """
    targets = {str(value) for db in databases for value in (db["uid"], db["name"])}
    strangers = [str(key) for key in origins if str(key) not in targets]
    if strangers:
        raise option_error(
            "origins",
            f"no database that is restored has the name or uid {', '.join(map(repr, strangers))}",
            f"It maps each of {', '.join(sorted(targets)[:_SHOWN])} to the database that was exported.",
        )
    named = {str(key): value for key, value in origins.items()}
    families = {}
    for each in sets:
        families.setdefault(each["name"], []).append(each)
        families.setdefault(each["uid"], []).append(each)
    rows = [_row(db, named.get(db["name"], named.get(str(db["uid"]), db["name"])), families) for db in databases]
    for row in rows if location else ():
        files = [file["file"] for file in row["export"]["files"]] if row["export"] else []
        row["sources"] = sources_of(location, files)
    return rows


def written(sets, databases, folder=""):
    """What each of ``databases``, as ``bdb_export`` returns them, has written of ``sets``: ``{uid, name, outcome, export, problem}``.

    With a ``folder`` only files in it count for those that were exported; one whose export was running before writes where that was begun.
    ``export`` is the newest set without a problem, or else the newest, or None.
    """
    rows = []
    for db in databases:
        found = [each for each in sets if each["uid"] == db["uid"] and each["name"] == db["name"][:NAME_LENGTH]]
        if folder and db["outcome"] == "exported":
            found = [each for each in found if each["files"][0]["file"].startswith(f"{folder}/")]
        export = next((each for each in found if not each["problem"]), found[0] if found else None)
        problem = "No new file of it is there."
        if db["outcome"] != "exported":
            problem += (
                " Its export was running already, so they may be among those that were there before: "
                "check them with export_files_info, or export anew."
            )
        problem = export["problem"] if export else problem
        rows.append(
            {"uid": db["uid"], "name": db["name"], "outcome": db["outcome"], "export": export, "problem": problem}
        )
    return rows


def _row(db, origin, families):
    by_uid = isinstance(origin, int) or (str(origin) != db["name"] and str(origin).isdigit())
    found = families.get(int(origin) if by_uid else str(origin)[:NAME_LENGTH], [])
    whole = [each for each in found if not each["problem"]]
    uids = sorted({each["uid"] for each in found})
    problem = None
    if not found:
        problem = _nothing(origin, by_uid, families)
    elif len(uids) > 1:
        problem = (
            f"Databases with the uids {', '.join(map(str, uids))} have been exported under the name {str(origin)[:NAME_LENGTH]!r}: "
            f"say which is meant, as in {db['name']}: {found[0]['uid']}."
        )
    elif not whole:
        problem = f"No export of it is whole. {' '.join(each['problem'] for each in found[:_SHOWN])}"
    export = None if problem else whole[0]
    passed_over = [] if export is None else [each["problem"] for each in found[: found.index(export)]]
    return {"uid": db["uid"], "name": db["name"], "export": export, "passed_over": passed_over, "problem": problem}


def _nothing(origin, by_uid, families):
    if by_uid:
        return f"No file is that of an export of the database with the uid {origin}."
    names = sorted(name for name in families if isinstance(name, str))
    close = get_close_matches(str(origin)[:NAME_LENGTH], names, 1)
    there = f"There are files of {', '.join(names[:_SHOWN])}" + (
        f" and {len(names) - _SHOWN} more." if len(names) > _SHOWN else "."
    )
    guess = f" Did you mean {close[0]!r}?" if close else ""
    return f"No file is that of an export of {origin!r}. {there if names else 'There is no file of any export.'}{guess}"
