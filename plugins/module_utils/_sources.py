# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: which files go into which database. The doc fragment ``_location.sources`` says the same."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from ._databases import is_pattern, select
from ._errors import option_error
from ._export_files import incomplete
from ._location import LOCATION_OPTIONS, source_payload


def planned_imports(params):
    """Check the options ``uid``, ``name``, ``sources`` and ``imports`` without asking the cluster, and return ``assign``.

    ``assign(databases)`` gives ``[(Database, [(payload, file name)])]`` in the order of the options. Both raise kind ``option``.
    """
    if params["imports"]:
        return _each_with_its_own(params)
    if not params["sources"]:
        raise option_error(
            "sources",
            "neither sources nor imports says which files are meant",
            "Give the files of one export in sources, or imports with a name and sources for each database.",
        )
    if not params["uid"] and not params["name"]:
        raise option_error(
            "name", "neither uid nor name says which databases are meant", "Give one of them, or use imports."
        )
    sources = _files("sources", params["sources"], params["allow_incomplete"])
    return lambda databases: [(db, sources) for db in select(databases, params["uid"], params["name"])]


def _each_with_its_own(params):
    surplus = [option for option in ("uid", "name", "sources") if params[option]]
    if surplus:
        raise option_error(surplus[0], "it is given beside imports", "Use either imports, or sources with uid or name.")
    entries = []
    for number, entry in enumerate(params["imports"]):
        option = f"imports[{number}]"
        if (entry["uid"] is None) == (not entry["name"]):
            problem = "neither is given" if entry["uid"] is None else "both are given"
            raise option_error(
                f"{option}.uid and {option}.name", problem, "Each entry is for one database: give one of the two."
            )
        if is_pattern(entry["name"] or ""):
            raise option_error(
                f"{option}.name",
                f"{entry['name']!r} is a pattern",
                "Each entry is for one database: give its exact name.",
            )
        entries.append((option, entry, _files(f"{option}.sources", entry["sources"], params["allow_incomplete"])))
    return lambda databases: _assigned(entries, databases)


def _assigned(entries, databases):
    plan, owners = [], {}
    uids = [entry["uid"] for dummy, entry, dummy in entries if entry["uid"] is not None]
    names = [entry["name"] for dummy, entry, dummy in entries if entry["name"]]
    found = {db.uid: db for db in select(databases, uids, names)}
    by_name = {db.name: db for db in found.values()}
    for option, entry, sources in entries:
        db = found[entry["uid"]] if entry["uid"] is not None else by_name[entry["name"]]
        if db.uid in owners:
            raise option_error(
                option,
                f"it is for {db.name} (uid {db.uid}), and so is {owners[db.uid]}",
                "Give each database once, with all its files in one entry.",
            )
        owners[db.uid] = option
        plan.append((db, sources))
    return plan


def _files(option, sources, allow_incomplete):
    """``[(payload, file name)]`` of the sources of one database."""
    if not sources:
        raise option_error(option, "it is empty", "Give one entry for each file that the export has written.")
    files = [source_payload(f"{option}[{number}]", source) for number, source in enumerate(sources)]
    problems = incomplete([name for dummy, name in files])
    if problems and not allow_incomplete:
        raise option_error(
            option,
            f"it is not one whole export: {' '.join(problems).rstrip('.')}",
            "An import of it would lose keys without a warning. Give every file of one export; export_files_info lists which belong together. "
            "If no others are left, set allow_incomplete.",
        )
    return files


def sources_of(location, files):
    """The option ``sources`` for these files, relative to ``location``, a dict as in the option ``export_location``. Raises kind ``option``."""
    if not isinstance(location, Mapping):
        raise option_error("location", "it is no dictionary", "Give it as in export_location of bdb_export.")
    kinds = LOCATION_OPTIONS["type"]["choices"]
    if location.get("type") not in kinds:
        raise option_error("location.type", "it is missing or unknown", f"Give one of {', '.join(kinds)}.")
    for key, value in location.items():
        if value is not None and not isinstance(value, str):
            raise option_error(f"location.{key}", "it is no text", "Give it as in export_location of bdb_export.")
    if isinstance(files, (str, bytes, Mapping)) or not isinstance(files, Iterable):
        raise option_error("files", "it is no list", "Give the names of the files of one export.")
    given = {key: value for key, value in location.items() if value not in (None, "")}
    return [_source(given, f"files[{number}]", file) for number, file in enumerate(files)]


def _source(location, option, file):
    parts = file.split("/") if isinstance(file, str) else []
    if not all(parts) or ".." in parts or not parts:
        raise option_error(
            option,
            "it is no path relative to the location",
            "Give it as export_files_info returns it, without a slash at its beginning and without '..'.",
        )
    source = dict(location)
    url = "sftp_url" if source["type"] == "sftp" else source["type"]
    if "path" in source:
        source["path"] = posixpath.join(source["path"], file)
    elif url in source:
        if "?" in source[url]:
            raise option_error(f"location.{url}", "it has a query", "Give the URL of a directory.")
        source[url] = f"{source[url].rstrip('/')}/{quote(file)}"
    else:
        folder, dummy, source["filename"] = file.rpartition("/")
        if folder:
            source["subdir"] = posixpath.join(source.get("subdir", ""), folder)
    source_payload("location", source)
    return source
