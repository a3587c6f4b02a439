# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: a directory with the files of exports, as the host that runs the task sees it."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

from ._errors import option_error
from ._rdb import examine_file

_WAY_OUT = "The path of a mount_point location is the nodes' own: this host needs the same share mounted, and the option takes the path that it has here."
#: Reading and unpacking wait for the disk and for C code, so a few files at a time are quicker than one.
_READERS = 4


def list_directory(directory, recurse=True):
    """``(names, warnings)``: the paths of all files in and below ``directory``, relative to it, and what could not be read.

    Raises kind ``option`` where the directory itself cannot be read.
    """
    if not os.path.isabs(directory):
        raise option_error("directory", f"{directory!r} is not an absolute path", _WAY_OUT)
    warnings = []

    def unreadable(error):
        if error.filename == directory:
            raise option_error("directory", f"{directory}: {error.strerror} on the host of this task", _WAY_OUT)
        warnings.append(f"Not looked into {shown(error.filename)}: {error.strerror}.")

    names = []
    for folder, folders, files in os.walk(directory, onerror=unreadable):
        names += [os.path.relpath(os.path.join(folder, name), directory) for name in files]
        folders[:] = sorted(folders) if recurse else []
    return names, warnings


def sizes_of(directory, names):
    """``{name: bytes}`` of those that are files, and still there: a name may be anything, a pipe too, which would never end."""
    sizes = {}
    for name in names:
        try:
            found = os.stat(os.path.join(directory, name))
        except OSError:
            continue
        if stat.S_ISREG(found.st_mode):
            sizes[name] = found.st_size
    return sizes


def examine_files(directory, names, full, checker):
    """``{name: Verdict}``."""
    with ThreadPoolExecutor(_READERS) as readers:
        verdicts = readers.map(lambda name: examine_file(os.path.join(directory, name), full, checker), names)
        return dict(zip(names, verdicts))


def shown(name):
    """A file's name as text that can be printed: the bytes of a name need not be UTF-8."""
    return name.encode("utf-8", "replace").decode("utf-8")
