# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter written_exports: which of the new files are those that a run has written."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.redis_enterprise.plugins.filter.written_exports import FilterModule

LONG = "a-name-of-more-than-thirty-characters"


def written_exports(*arguments, **keywords):
    return FilterModule().filters()["written_exports"](*arguments, **keywords)


def found(uid=1, name="orders", file="x.rdb", problem=None):
    return {"uid": uid, "name": name, "files": [{"file": file}], "problem": problem}


def exported(uid=1, name="orders", outcome="exported"):
    return {"uid": uid, "name": name, "outcome": outcome}


@pytest.mark.parametrize(
    "sets, database, folder, chosen, problem",
    [
        ([found(file="new"), found(file="older")], exported(), "", "new", None),
        ([found(file="bad", problem="It is cut off."), found(file="older")], exported(), "", "older", None),
        ([found(file="bad", problem="It is cut off.")], exported(), "", "bad", "It is cut off."),
        ([], exported(), "", None, "No new file of it is there."),
        # Another cluster's database of the same uid, or of the same name.
        ([found(name="others")], exported(), "", None, "No new file of it is there."),
        ([found(uid=2)], exported(), "", None, "No new file of it is there."),
        ([found(name=LONG[:30])], exported(name=LONG), "", "x.rdb", None),
        # With a directory of its own: only there, but for an export that an earlier run has begun.
        ([found(file="x.rdb"), found(file="run2/x.rdb"), found(file="run/x.rdb")], exported(), "run", "run/x.rdb", None),
        ([found(file="old/x.rdb")], exported(), "run", None, "No new file of it is there."),
        ([found(file="old/x.rdb")], exported(outcome="attached"), "run", "old/x.rdb", None),
        (
            [],
            exported(outcome="attached"),
            "run",
            None,
            "No new file of it is there. Its export was running already, so they may be among those that were there before: "
            "check them with export_files_info, or export anew.",
        ),
    ],
)  # fmt: skip
def test_choice(sets, database, folder, chosen, problem):
    (row,) = written_exports(sets, [database], folder=folder)
    assert (row["uid"], row["name"], row["problem"]) == (database["uid"], database["name"], problem)
    assert (row["export"] and row["export"]["files"][0]["file"]) == chosen


def test_each_database_has_its_entry():
    rows = written_exports([found(2, "b"), found(1, "a")], iter([exported(1, "a"), exported(2, "b"), exported(3, "c")]))
    assert [(row["uid"], row["problem"] is None) for row in rows] == [(1, True), (2, True), (3, False)]


@pytest.mark.parametrize("sets, databases", [(7, []), ([{}], [exported()]), ([found()], [{}]), ([], [7])])
def test_other_input_is_refused(sets, databases):
    with pytest.raises(AnsibleFilterError, match="it takes the sets of export_files_info"):
        written_exports(sets, databases)
