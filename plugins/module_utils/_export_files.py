# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the names of the files of exports, and which of them belong together. Reads no file.

The reference does not define the names; this is the pattern of all that were recorded. Another name is never guessed at.
"""

from __future__ import annotations

import re
from collections import Counter, namedtuple
from datetime import datetime
from itertools import groupby
from urllib.parse import unquote

#: The cluster cuts the name of the database to so many characters.
NAME_LENGTH = 30
#: Seconds by which the times in the names of one export's files may differ.
WINDOW = 60
LAST_SLOT = 16383
#: How many slots a database has whose ``hash_slots_policy`` is ``legacy``.
LEGACY_SLOTS = 4096
_SHOWN = 10
# The name of the database may hold hyphens, and even what looks like the rest: what stands last counts.
_NAME = re.compile(
    r"bk([0-9]{8}-[0-9]{6})-([0-9]{1,18})-(.+)-([0-9]{1,6})_of_([0-9]{1,6})-([0-9]{1,18})-([0-9]{1,5})-([0-9]{1,5})\.rdb(\.gz)?"
)

#: One file: ``path`` as given, ``folder`` what stands before its last part, ``time`` a datetime as in the name (no source says of which zone),
#: ``uid`` and ``name`` of the database, ``index`` 1..``shards``, ``shard_uid``, ``slots`` (first, last), ``packed`` whether it is a .gz.
ExportFile = namedtuple("ExportFile", "path folder time uid name index shards shard_uid slots packed")


class ExportSet:
    """The files of one export, or as many of them as there are. ``files`` is never empty, and no index is in it twice."""

    def __init__(self, files):
        self.files = sorted(files, key=lambda file: file.index)
        self.uid, self.name, self.shards = self.files[0].uid, self.files[0].name, self.files[0].shards
        self.time = min(file.time for file in files)
        there = {file.index for file in files}
        self.missing = [index for index in range(1, self.shards + 1) if index not in there]

    @property
    def title(self):
        """``orders (uid 1) of 2026-11-01T02:00:41``."""
        return f"{self.name} (uid {self.uid}) of {self.time.isoformat()}"

    def problem(self):
        """Why an import of these files would lose keys, as a sentence, or None."""
        if self.missing:
            return f"{self.title}: {_some([f'{index}_of_{self.shards}' for index in self.missing])} missing."
        expected = 0
        for first, last in sorted(file.slots for file in self.files):
            if first != expected:
                what = "are in no file" if first > expected else "are in two files"
                return f"{self.title}: slots {min(first, expected)} to {max(first, expected) - 1} {what}."
            expected = last + 1
        if expected not in (LAST_SLOT + 1, LEGACY_SLOTS):
            return f"{self.title}: slots {expected} to {LAST_SLOT} are in no file."
        return None


def parse_name(path):
    """The ExportFile of a name, path, object key or URL whose last part is the name; None for every other name.

    In a URL the last part is decoded, and what follows a question mark is no part of it.
    """
    folder, slash, last = path.rpartition("/")
    if "://" in path:
        folder, slash, last = re.split(r"[?#]", path, maxsplit=1)[0].rpartition("/")
        last = unquote(last)
    found = _NAME.fullmatch(last)
    if not found:
        return None
    stamp, uid, name, *numbers, packed = found.groups()
    index, shards, shard_uid, first, last_slot = map(int, numbers)
    if not 1 <= index <= shards <= LAST_SLOT + 1 or not first <= last_slot <= LAST_SLOT:
        return None
    try:
        time = datetime.strptime(stamp, "%Y%m%d-%H%M%S")
    except ValueError:
        return None
    return ExportFile(path, folder, time, int(uid), name, index, shards, shard_uid, (first, last_slot), bool(packed))


def group_files(files, window=WINDOW):
    """The ExportSets that the ExportFiles make up, the newest first.

    Files belong together when folder, uid, name and number of shards are the same, and their times are at most ``window`` seconds apart.
    What is closest in time is put together first, and never two files of the same index: so two exports shortly after each other stay apart,
    even when files are missing.
    """
    sets = []
    ordered = sorted(files, key=lambda file: (_family(file), file.time, file.packed, file.index, file.path))
    for dummy, family in groupby(ordered, _family):
        sets += _group_family(list(family), window)
    sets.sort(key=lambda each: (each.uid, each.name, each.files[0].path))
    return sorted(sets, key=lambda each: each.time, reverse=True)


def incomplete(names, window=WINDOW):
    """Sentences on what keeps these files from being one whole export; an empty list when nothing does.

    For sources that somebody listed by hand, for one database: files that are missing, given twice, or of different exports. Where a file lies
    does not matter. Names that are none of an export's are passed over: parse_name tells which these are.
    """
    files = [file for file in map(parse_name, names) if file]
    times = Counter(_plain_name(file) for file in files)
    sentences = [f"{name} is given {count} times." for name, count in times.items() if count > 1]
    unique = {_plain_name(file): file._replace(folder="") for file in files}
    sets = group_files(unique.values(), window)
    if len(sets) > 1:
        sentences.append(f"The files are of {len(sets)} exports: {_list([each.title for each in sets])}.")
    return sentences + [problem for problem in (each.problem() for each in sets) if problem]


def _family(file):
    return file.folder, file.uid, file.name, file.shards


def _group_family(files, window):
    """ExportSets of files of one database, sorted by time."""
    home = [[file] for file in files]
    gaps = sorted(range(1, len(files)), key=lambda at: files[at].time - files[at - 1].time)
    for at in gaps:
        left, right = home[at - 1], home[at]
        apart = (right[-1].time - left[0].time).total_seconds() > window
        if apart or {file.index for file in left} & {file.index for file in right}:
            continue
        left += right
        # The ends of a group are all that its neighbours look at, but every member keeps the way to it.
        for place in range(at, at + len(right)):
            home[place] = left
    return [ExportSet(group) for group in {id(group): group for group in home}.values()]


def _plain_name(file):
    """The file's name, without where it lies and whether it is packed: a file and its unpacked copy hold the same keys."""
    first, last = file.slots
    stamp = file.time.strftime("%Y%m%d-%H%M%S")
    return f"bk{stamp}-{file.uid}-{file.name}-{file.index}_of_{file.shards}-{file.shard_uid}-{first}-{last}.rdb"


def _list(texts):
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more


def _some(texts):
    return f"{_list(texts)} {'is' if len(texts) == 1 else 'are'}"
