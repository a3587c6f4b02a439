# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the names of hosts and groups that databases have in an inventory."""

from __future__ import annotations

import re
from collections import Counter

from ..module_utils._errors import option_error

#: The group of all hosts, and what the names of all other groups begin with.
GROUP = "redis_enterprise"
GROUPINGS = (
    "cluster",
    "status",
    "version",
    "replication",
    "modules",
    "tags",
    "export_status",
    "import_status",
    "backup_status",
    "export_age",
    "backup_age",
    "backup_policy",
)
#: Names of hosts that mean something else to Ansible.
_RESERVED = frozenset(("all", "ungrouped", "localhost", "127.0.0.1"))
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def safe_host(text):
    """``text`` as a host that no pattern, path or template takes for something else."""
    return re.sub(r"^-|[^\w.-]", "_", text) or "database"


def host_names(databases, taken=()):
    """A host name for each of ``databases``, in their order, all different and none of them in ``taken``.

    Each database is ``(name, uid, label of the cluster, wished)``. Without wished names it is called by its name. All databases of one name
    are called NAME-UID if they are in one cluster, and NAME@LABEL if they are not, or in the last resort NAME-UID@LABEL.
    """
    in_cluster = Counter((safe_host(name), safe_host(label)) for name, dummy, label, dummy in databases)
    wishes = []
    for name, uid, label, wished in databases:
        label = safe_host(label)
        names = [safe_host(text) for text in wished] or [safe_host(name)]
        numbered = f"{names[-1]}-{uid}"
        if wished or in_cluster[safe_host(name), label] > 1:
            names.append(numbered)
        else:
            names.append(f"{names[-1]}@{label}")
        wishes.append([*names, f"{numbered}@{label}"])
    levels = [0] * len(wishes)
    while True:
        names = [wish[level] for wish, level in zip(wishes, levels)]
        counts = Counter(names)
        clashes = [
            at
            for at, name in enumerate(names)
            if (counts[name] > 1 or name in taken or name in _RESERVED) and levels[at] < len(wishes[at]) - 1
        ]
        if not clashes:
            return names
        for at in clashes:
            levels[at] += 1


def age_limits(texts):
    """``[(seconds, text)]`` for the option age_limits, such as ``1h``. Raises RedisEnterpriseError of kind ``option``."""
    limits = []
    for text in texts:
        found = re.fullmatch(r"([1-9][0-9]{0,8})([smhdw])", text)
        if not found:
            raise option_error(
                "age_limits", f"{text!r} is no age", "Give a number and one of s, m, h, d or w, such as 12h."
            )
        limits.append((int(found.group(1)) * _UNITS[found.group(2)], text))
    if not limits or any(one[0] >= other[0] for one, other in zip(limits, limits[1:])):
        raise option_error(
            "age_limits",
            "it is empty, or an age in it is not more than the one before",
            "Give ages that grow, such as 1h, 1d, 7d.",
        )
    return limits


def age_class(state, limits):
    """In which of the classes that ``limits`` make the last success of an operation is."""
    if state["last_time"] is None:
        return "never"
    if state["age"] is None:
        return "unknown"
    for at, (seconds, text) in enumerate(limits):
        if state["age"] < seconds:
            return f"{limits[at - 1][1]}_to_{text}" if at else f"under_{text}"
    return f"over_{limits[-1][1]}"


def group_names(row, label, groupings, limits):
    """The groups of a database, as ``describe`` shows it, for the chosen groupings, not yet made safe."""
    values = {
        "cluster": [("cluster", label)],
        "status": [("status", row["status"])],
        "version": [("version", row["version"])],
        "replication": [("replication", _switch(row["replication"]))],
        "modules": [("module", module["name"]) for module in row["modules"]],
        "tags": [("tag", key if value in (None, "") else f"{key}_{value}") for key, value in row["tags"].items()],
        "export_status": [("export", row["export"]["status"])],
        "import_status": [("import", row["import"]["status"])],
        "backup_status": [("backup", row["backup"]["status"])],
        "export_age": [("export_age", age_class(row["export"], limits))],
        "backup_age": [("backup_age", age_class(row["backup"], limits))],
        "backup_policy": [("backup_policy", _switch(row["backup_policy"]["enabled"]))],
    }
    chosen = [pair for grouping in GROUPINGS if grouping in groupings for pair in values[grouping]]
    return [f"{GROUP}_{kind}_{value}" for kind, value in chosen if value not in (None, "")]


def _switch(value):
    return "on" if value else "off"
