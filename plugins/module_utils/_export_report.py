# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: which sets of exported files are meant, and what a task says about them."""

from __future__ import annotations

from datetime import timezone

from ._databases import is_pattern, name_matches
from ._errors import option_error
from ._export_files import NAME_LENGTH


def wanted_files(files, uids, names):
    """The ExportFiles of databases with these uids or names; all without either. A file has only the first letters of a long name."""
    if not uids and not names:
        return files
    selectors = [name if is_pattern(name) else name[:NAME_LENGTH] for name in names or ()]
    return [
        file
        for file in files
        if file.uid in (uids or ()) or any(name_matches(file.name, selector) for selector in selectors)
    ]


def wanted_sets(sets, not_after, known, sizes, latest):
    """Of ``sets``, the newest first, those not newer than ``not_after``, not among ``known``, and at most ``latest`` of each database.

    ``known`` are sets as rows of an earlier task. A set is known when all its files are, with their sizes, and when it is older than all that is
    known of its database: then it was left out by ``latest``.
    """
    known_sizes, oldest = _what_is_known(known or ())
    kept, count = [], {}
    for each in sets:
        database = (each.uid, each.name)
        if not_after and each.time.replace(tzinfo=timezone.utc) > not_after:
            continue
        if each.time.isoformat() < oldest.get(database, ""):
            continue
        if all(file.path in known_sizes and known_sizes[file.path] == sizes.get(file.path) for file in each.files):
            continue
        count[database] = count.get(database, 0) + 1
        if not latest or count[database] <= latest:
            kept.append(each)
    return kept


def _what_is_known(rows):
    """``{file: size}``, and ``{(uid, name): time of the oldest set}``."""
    sizes, oldest = {}, {}
    try:
        for row in rows:
            database, time = (int(row["uid"]), str(row["name"])), str(row["time"])
            oldest[database] = min(time, oldest.get(database, time))
            sizes.update((file["file"], file["size"]) for file in row["files"])
    except (KeyError, TypeError, ValueError):
        raise option_error(
            "known", "it is not what this module returns as sets", "Give the item sets of an earlier task, unchanged."
        ) from None
    return sizes, oldest


def set_rows(sets, sizes, verdicts):
    """RV(sets): each set as a dict. ``verdicts`` is empty where no file was read."""
    rows, seen = [], set()
    for each in sets:
        files = [_file_row(file, sizes, verdicts.get(file.path)) for file in each.files]
        bad = [f"{file['file']}: {file['problem']}" for file in files if file["problem"]]
        problem = each.problem()
        keys = [file["key_count"] for file in files]
        row = {
            "uid": each.uid,
            "name": each.name,
            "time": each.time.isoformat(),
            "shards": each.shards,
            "files": files,
            "missing": each.missing,
            "complete": problem is None,
            "sound": not bad if verdicts else None,
            "size": sum(file["size"] or 0 for file in files) if sizes else None,
            "key_count": sum(keys) if problem is None and not bad and None not in keys else None,
            "problem": problem or (bad[0] if bad else None),
            "newest": False,
        }
        if row["problem"] is None and (each.uid, each.name) not in seen:
            seen.add((each.uid, each.name))
            row["newest"] = True
        rows.append(row)
    return rows


def summary(rows, place, others, checked):
    """The message: how many sets, how many of them with a problem and what the first of these is, or why there may be none."""
    if not rows:
        what = f" Of {others} other files none has the name of an export's." if others else ""
        return f"No file of an export that is meant is in {place}.{what}"
    bad = [row for row in rows if row["problem"]]
    files = sum(len(row["files"]) for row in rows)
    first = f" {len(bad)} with a problem, the newest of them: {bad[0]['problem']}" if bad else " No problem was found."
    how = "read" if checked else "not read, only their names"
    return f"{len(rows)} {'set' if len(rows) == 1 else 'sets'} of {files} {'file' if files == 1 else 'files'}, {how}.{first}"


def _file_row(file, sizes, verdict):
    first, last = file.slots
    return {
        "file": file.path,
        "index": file.index,
        "shard_uid": file.shard_uid,
        "slots": f"{first}-{last}",
        "size": sizes.get(file.path),
        "key_count": verdict.keys if verdict else None,
        "problem": verdict.problem if verdict else None,
        "note": verdict.note if verdict else None,
    }
