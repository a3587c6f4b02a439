# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every import, whatever the cluster, the network and other people do: most of all, that none is ever accepted twice.

Of an import the API keeps no time of its last success. So a run that nobody saw counts only after a status that was idle.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.redis_enterprise.plugins.modules import bdb_import
from ansible_collections.community.redis_enterprise.tests.unit.plugins.drawn import drawn
from ansible_collections.community.redis_enterprise.tests.unit.plugins.module_utils import model
from ansible_collections.community.redis_enterprise.tests.unit.plugins.module_utils.test_properties import (
    ACTS,
    FAULTS,
    FINAL,
    LOST_ON_THE_WAY,
    OPTIONS,
    ROW,
    STUBBORN,
    build,
    check_time,
    databases,
    play,
    runs_during,
    validated,
)

NAMES = ["db-1", "db-2", "db-3"]
FILE = {"type": "mount_point", "path": "/mnt/exports/seed.rdb"}
IMPORT = validated(bdb_import, {"name": ["*"], "sources": [FILE], "confirm_erase": NAMES, "start_timeout": 60})
CHOICES = st.fixed_dictionaries(
    {**{name: OPTIONS[name] for name in OPTIONS if name != "max_age"}, "start_timeout": st.sampled_from([1, 10, 60])}
)
OUTCOMES = {"imported", "attached", "failed", "timed_out", "not_started", "unknown"}
BAD = OUTCOMES - {"imported", "attached"}


def load(cluster, options, check_mode=False):
    return play(bdb_import, bdb_import.import_files, cluster, {**IMPORT, **options}, check_mode)


def truth(cluster, row):
    return cluster.databases[row["uid"]].operations["import"]


@drawn(500)
@given(databases(ACTS, STUBBORN), FINAL, CHOICES)
def test_no_import_is_accepted_twice_whatever_others_do(drawn, faults, options):
    cluster = build(drawn, faults, "import")
    load(cluster, options)
    assert all(db.operations["import"].accepted <= 1 for db in cluster.databases.values())
    assert not [write for write in cluster.wrong if write[0] == "POST"]


@drawn(300)
@given(databases(ACTS), LOST_ON_THE_WAY, CHOICES)
def test_no_import_is_accepted_twice_when_answers_are_lost(drawn, faults, options):
    cluster = build(drawn, [model.NO_FAULT, *faults], "import")
    load(cluster, options)
    assert all(db.operations["import"].accepted <= 1 for db in cluster.databases.values())


@drawn(400)
@given(databases(ACTS, STUBBORN), FAULTS, CHOICES)
def test_no_verdict_comes_from_a_former_import(drawn, faults, options):
    cluster = build(drawn, faults, "import")
    for row in load(cluster, options) or []:
        runs = runs_during(cluster, row)
        if row["outcome"] == "imported":
            assert any(run.reason is None and run.begins >= cluster.began for run in runs), (row, runs)
        elif row["outcome"] == "attached":
            assert any(run.reason is None for run in runs) and not row["files"], (row, runs)
        elif row["outcome"] == "failed" and row["failure"]["kind"] == "operation_failed":
            assert any(run.reason for run in runs), (row, runs)


@drawn(300)
@given(databases(ACTS), FAULTS, CHOICES)
def test_every_import_ends_in_time_and_accounts_for_every_database(drawn, faults, options):
    cluster = build(drawn, faults, "import")
    rows = load(cluster, options)
    if rows is None:
        return
    assert [row["uid"] for row in rows] == cluster.first_list
    check_time(cluster, options["wait_timeout"])
    for row in rows:
        assert set(row) == ROW | {"files"} and row["outcome"] in OUTCOMES
        # The status of a success may not have been reset, where that was asked for.
        resettable = options["reset_status"] and row["outcome"] in ("imported", "attached")
        assert (row["failure"] is not None) == (row["outcome"] in BAD) or resettable
        if truth(cluster, row).accepted:  # what the cluster took is never called not started, nor unchanged
            assert row["changed"] and row["outcome"] != "not_started" and row["files"] == ["seed.rdb"], row


@drawn(150)
@given(databases(ACTS), FAULTS, CHOICES, st.sampled_from([[], ["db-1"], ["*"]]))
def test_nothing_is_sent_without_consent_for_all_nor_in_check_mode(drawn, faults, options, consent):
    cluster = build(drawn, faults, "import")
    rows = load(cluster, {**options, "confirm_erase": consent})
    if cluster.first_list and not {f"db-{uid}" for uid in cluster.first_list} <= set(consent):
        assert (rows, cluster.writes) == (None, [])
    checked = build(drawn, faults, "import")
    load(checked, options, check_mode=True)
    assert checked.writes == []
