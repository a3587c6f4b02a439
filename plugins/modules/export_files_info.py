#!/usr/bin/python
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: export_files_info
short_description: Find, check and name the files that exports of Redis Enterprise databases have written
version_added: 0.1.0
description:
  - An export writes one file for each shard, and an import needs all of them. The REST API tells the name of none.
  - This module finds the files in a directory, puts together what belongs to one export, says what is missing, reads each file to tell whether
    it is whole and how many keys it holds, and names the newest set that can be imported.
  - It works on the host that runs the task, and needs no cluster and no connection.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
extends_documentation_fragment:
  - community.redis_enterprise._attributes
  - community.redis_enterprise._attributes.info
attributes:
  action_group:
    support: none
    details:
      - It has no options of a connection.
    membership: []
options:
  directory:
    description:
      - The directory, as the host that runs the task sees it. For a C(mount_point) location this host needs the share that the cluster's nodes have
        mounted, perhaps under another path.
      - This or O(files), and not both.
    type: path
  files:
    description:
      - Instead of a directory, names of files as another collection's listing of a store gives them. Paths, URLs and object keys are accepted as well;
        what counts is the last part. Nothing can be read then, so RV(sets[].sound) is null.
    type: list
    elements: str
  recurse:
    description:
      - Whether to look into the directories below O(directory) too. Files of one export are expected in one directory.
    type: bool
    default: true
  uid:
    description:
      - Only files of databases with these uids on the cluster that exported them.
      - Without O(uid) and O(name) all files are meant.
    type: list
    elements: int
  name:
    description:
      - Only files of databases with these names, or with a name that a shell pattern matches.
      - The names of the files hold the first 30 characters only. A longer name is cut before it is compared; a pattern is not, so it has to match
        those 30.
    type: list
    elements: str
  not_after:
    description:
      - Only sets whose time is this one or earlier, such as V(2026-11-01T06:00:00) to restore what was before the morning. A date alone is its beginning.
      - It is compared with the time in the names of the files, for which no source says which time zone it is in. A time with an offset is turned
        into UTC before.
    type: str
  window:
    description:
      - Seconds by which the times in the names of the files of one export may differ, since shards are not saved in the same second.
      - Files of the same shard are never put together, so a wide window does not mix two exports.
    type: int
    default: 60
  latest:
    description:
      - At most so many sets of each database, the newest. V(0) is no limit.
    type: int
    default: 0
  known:
    description:
      - The item RV(sets) of an earlier task with this module. Only what is new since then is listed, that is sets with a file that was not there
        or had another size.
    type: list
    elements: dict
  wait_for_files:
    description:
      - Seconds to wait until each database in O(uid) has a complete set of those that are meant, for a host that shares O(directory) over a network may
        see a new file some time after it was written. When they are over, what is there is reported.
    type: int
    default: 0
  check:
    description:
      - How to check the files in O(directory).
      - V(none) reads names only.
      - V(quick) reads each file to its end, and computes the checksum of the gzip container, or of the RDB format where there is no container. So
        files that are cut off and files with changed bytes are found. Keys are counted as the file announces them.
      - V(full) also computes the checksum of the RDB format inside a container, unless Redis was told to write none. With a O(checker) it follows the
        whole structure, and counts the keys.
    type: str
    choices:
      - none
      - quick
      - full
    default: quick
  checker:
    description:
      - The path of C(redis-check-rdb), a program that comes with Redis, for O(check=full). If not set, it is that on the host's PATH, if there is one.
      - One that is older than the format of a file gives no verdict on that file, and RV(sets[].files[].note) says so.
    type: path
seealso:
  - module: community.redis_enterprise.bdb_export
  - module: community.redis_enterprise.bdb_import
  - plugin: community.redis_enterprise.import_sources
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Look at all exported files in a directory that this host shares with the cluster's nodes
  community.redis_enterprise.export_files_info:
    directory: /mnt/exports
  register: exported

- name: Fail when any set cannot be imported
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join(' ') }}"
  vars:
    problems: "{{ exported.sets | map(attribute='problem') | select | list }}"

- name: Find what orders held before the morning, and count its keys
  community.redis_enterprise.export_files_info:
    directory: /mnt/exports
    name: orders
    not_after: "2026-11-01T06:00:00"
    check: full
  register: before_the_morning

- name: Restore it
  community.redis_enterprise.bdb_import:
    name: orders
    sources: "{{ location | community.redis_enterprise.import_sources(files) }}"
    confirm_erase: orders
  vars:
    location:
      type: mount_point
      path: /mnt/exports
    newest: "{{ before_the_morning.sets | selectattr('newest') | first }}"
    files: "{{ newest.files | map(attribute='file') }}"

- name: Judge the names that a listing of an object store has given
  community.redis_enterprise.export_files_info:
    files: "{{ listing.s3_keys }}"
"""

RETURN = r"""
---
sets:
  description: One entry for each export of which there are files, the newest first.
  returned: when the names could be read
  type: list
  elements: dict
  contains:
    uid:
      description: The uid of the database on the cluster that exported it.
      returned: always
      type: int
      sample: 1
    name:
      description: Its name, or the first 30 characters of it.
      returned: always
      type: str
      sample: orders
    time:
      description: The earliest time in the names of its files, in ISO 8601, without a time zone, since none is known.
      returned: always
      type: str
      sample: "2026-11-01T02:00:41"
    shards:
      description: How many files the export has written.
      returned: always
      type: int
      sample: 2
    files:
      description: Its files, in the order of their index.
      returned: always
      type: list
      elements: dict
      contains:
        file:
          description: The path relative to O(directory), or the text as given in O(files), with what may be secret in a URL masked.
          returned: always
          type: str
          sample: bk20261101-020041-1-orders-1_of_2-1-0-8191.rdb.gz
        index:
          description: Which of RV(sets[].shards) it is, from 1.
          returned: always
          type: int
          sample: 1
        shard_uid:
          description: The uid of the shard.
          returned: always
          type: int
          sample: 1
        slots:
          description: The hash slots of the shard.
          returned: always
          type: str
          sample: 0-8191
        size:
          description: Bytes, or null with O(files).
          returned: always
          type: int
          sample: 20480
        key_count:
          description: How many keys it holds, or null where it was not read or does not say.
          returned: always
          type: int
          sample: 512
        problem:
          description: What is wrong with it, or null.
          returned: always
          type: str
          sample: null
        note:
          description: What could not be checked, or null.
          returned: always
          type: str
          sample: null
    missing:
      description: The indexes of files that are not there.
      returned: always
      type: list
      elements: int
      sample: []
    complete:
      description: Whether no file is missing, and their hash slots are all there are.
      returned: always
      type: bool
      sample: true
    sound:
      description: Whether nothing was found wrong with its files. Null when they were not read.
      returned: always
      type: bool
      sample: true
    size:
      description: Bytes of its files together, or null with O(files).
      returned: always
      type: int
      sample: 40960
    key_count:
      description: Keys of its files together. Null when it is not complete or not sound, or when a file does not tell.
      returned: always
      type: int
      sample: 1000
    problem:
      description: Why it should not be imported, as a sentence, or null.
      returned: always
      type: str
      sample: null
    newest:
      description: Whether it is the newest set without a problem of its database, as far as sets are listed.
      returned: always
      type: bool
      sample: true
others:
  description: Files whose names are none of an export's. They are not guessed at.
  returned: when the names could be read
  type: dict
  contains:
    count:
      description: How many.
      returned: always
      type: int
      sample: 1
    names:
      description: At most ten of them.
      returned: always
      type: list
      elements: str
      sample:
        - dump.rdb
  sample:
    count: 1
    names:
      - dump.rdb
checker:
  description: The redis-check-rdb that was used, or null.
  returned: when the names could be read
  type: str
  sample: /usr/bin/redis-check-rdb
failure:
  description: Why the task failed, or null.
  returned: always
  type: dict
  contains:
    kind:
      description: V(option), or V(bug) for one of this collection's.
      returned: always
      type: str
      sample: option
    status:
      description: Always null.
      returned: always
      type: int
      sample: null
    code:
      description: Always null.
      returned: always
      type: str
      sample: null
    description:
      description: What is wrong.
      returned: always
      type: str
      sample: "directory: /mnt/exports: No such file or directory on the host of this task."
    hint:
      description: What to do about it.
      returned: always
      type: str
      sample: Give the path under which this host has the share.
"""

import time

from ..module_utils._databases import parse_time
from ..module_utils._errors import option_error
from ..module_utils._export_directory import examine_files, list_directory, shown, sizes_of
from ..module_utils._export_files import WINDOW, group_files, parse_name
from ..module_utils._export_report import set_rows, summary, wanted_files, wanted_sets
from ..module_utils._module import Report, run_module_without_cluster
from ..module_utils._rdb_checker import find_checker

_SHOWN = 10
_PAUSE = 2


def look(task):
    """Check the options, list until everything is there, read, and report."""
    params = task.params
    directory, check = params["directory"], params["check"]
    if bool(directory) == (params["files"] is not None):
        problem = "both are given" if directory else "neither is given"
        raise option_error("directory and files", problem, "Give the directory, or the names of the files.")
    if params["wait_for_files"] and not (directory and params["uid"]):
        raise option_error(
            "wait_for_files",
            "directory or uid is not given",
            "Give both, to say which files are waited for, and where.",
        )
    not_after = _moment(params["not_after"])
    checker = find_checker(params["checker"], task.run_command) if directory and check == "full" else None
    deadline = time.monotonic() + params["wait_for_files"]
    while True:
        sets, sizes, others, warnings = _listed(params, not_after)
        there = {each.uid for each in sets if not each.problem()}
        rest = deadline - time.monotonic()
        if rest <= 0 or there.issuperset(params["uid"]):
            break
        time.sleep(min(_PAUSE, rest))
    paths = [file.path for each in sets for file in each.files]
    verdicts = examine_files(directory, paths, check == "full", checker) if directory and check != "none" else {}
    rows = set_rows(sets, sizes, verdicts)
    data = {
        "sets": rows,
        "others": {"count": len(others), "names": others[:_SHOWN]},
        "checker": checker and checker.path,
    }
    message = summary(rows, directory or "what is given", len(others), bool(verdicts))
    return Report(False, message, data, warnings=warnings[:_SHOWN])


def _listed(params, not_after):
    """``(sets, sizes, other names, warnings)`` of what is there at this moment."""
    directory = params["directory"]
    names, warnings = (
        list_directory(directory, params["recurse"]) if directory else (list(dict.fromkeys(params["files"])), [])
    )
    parsed = {name: parse_name(name) if shown(name) == name else None for name in names}
    files = wanted_files([file for file in parsed.values() if file], params["uid"], params["name"])
    sizes = sizes_of(directory, [file.path for file in files]) if directory else {}
    files = [file for file in files if not directory or file.path in sizes]
    sets = wanted_sets(group_files(files, params["window"]), not_after, params["known"], sizes, params["latest"])
    return sets, sizes, sorted(shown(name) for name, file in parsed.items() if not file), warnings


def _moment(text):
    moment = parse_time(text) if text else None
    if text and moment is None:
        raise option_error(
            "not_after", f"{text!r} is no time", "Give it as 2026-11-01T06:00:00, or with an offset at its end."
        )
    return moment


def main():
    run_module_without_cluster(
        {
            "directory": {"type": "path"},
            "files": {"type": "list", "elements": "str"},
            "recurse": {"type": "bool", "default": True},
            "uid": {"type": "list", "elements": "int"},
            "name": {"type": "list", "elements": "str"},
            "not_after": {"type": "str"},
            "window": {"type": "int", "default": WINDOW},
            "latest": {"type": "int", "default": 0},
            "known": {"type": "list", "elements": "dict"},
            "check": {"type": "str", "choices": ["none", "quick", "full"], "default": "quick"},
            "wait_for_files": {"type": "int", "default": 0},
            "checker": {"type": "path"},
        },
        look,
    )


if __name__ == "__main__":
    main()
