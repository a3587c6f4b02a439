# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the cluster's reasons of a failed export, import or backup, in words, and what to do about each.

Source: the fields ``export_failure_reason``, ``import_failure_reason`` and ``backup_failure_reason`` of the reference's BDB object.
"""

from __future__ import annotations

import re

_LOGS = "the logs of the node in /var/opt/redislabs/log"
_WRITING = {
    "no-permission": (
        "The cluster's nodes may not write there: check the credentials of the location and their rights; "
        "a mount_point must be writable for redislabs:redislabs on every node."
    ),
    "wrong-file-path": "The nodes do not find the path: it must exist, and a mount_point must exist on every node of the cluster, not on this host.",
    "general-error": (
        "The cluster does not say more: check that the nodes reach the storage, that both it and the nodes' ephemeral storage "
        f"have room, and {_LOGS}."
    ),
}
_READING = {
    "download-error": (
        "The nodes could not get a file: check that each file is there under exactly this name, the credentials and their rights, and that every node "
        "reaches the storage; a mount_point must be mounted on every node, and its files readable for redislabs:redislabs."
    ),
    "file-corrupted": (
        "A file is broken off, damaged, or no RDB file: check it with community.redis_enterprise.export_files_info and check full, "
        "bring it there once more, or take the files of an earlier export."
    ),
    "general-error": (
        "The cluster does not say more: check that the nodes reach the storage, that their ephemeral storage has room for the files, that the "
        f"database's Redis version is not older than that of the files, and {_LOGS}."
    ),
    "key-too-long": "A file has a key whose name is longer than the cluster takes: shorten or remove it in the database it came from, and export that again.",
    "invalid-bulk-length": (
        "A file has a value that is larger than the cluster takes (512 MB unless it is set otherwise): split or remove it in the database it came from, "
        "and export that again."
    ),
    "out-of-memory": "The data does not fit into the memory limit of the database: raise its memory_size, and import again.",
}
_REMEDIES = {"export": _WRITING, "backup": _WRITING, "import": _READING}
_UNKNOWN = "Look into the logs of the cluster's nodes in /var/opt/redislabs/log."
_TOO_LARGE = re.compile(r"file-larger-than-mem-limit:(\d+):(\d+)$")
_AFTERMATH = "Take the data of the database as incomplete until an import of it has succeeded."
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def explain(operation, reason):
    """``(sentence, hint)`` for the failure ``reason`` of an ``export``, ``import`` or ``backup``; None is a failure without one."""
    sizes = _TOO_LARGE.match(reason or "")
    if sizes:
        needed, limit = int(sizes.group(1)), int(sizes.group(2))
        what = f"the data needs {_size(needed)}, and the memory limit of the database is {_size(limit)}"
        hint = (
            f"Raise the database's memory_size to more than {needed} bytes, plus what its replicas need, and import again; or import into a larger database. "
            "Where the cluster is known to judge it wrongly, skip_import_analyze of the database skips this check."
        )
    else:
        what = reason or "no reason given"
        hint = _REMEDIES[operation].get(reason, _UNKNOWN)
    if operation == "import":
        hint = f"{hint} {_AFTERMATH}"
    return f"The {operation} failed: {what}.", hint


def _size(count):
    """``1,073,741,824 bytes (1 GiB)``."""
    shown, unit = float(count), 0
    while shown >= 1024 and unit < len(_UNITS) - 1:
        shown, unit = shown / 1024, unit + 1
    return f"{count:,} bytes" + (f" ({shown:.4g} {_UNITS[unit]})" if unit else "")
