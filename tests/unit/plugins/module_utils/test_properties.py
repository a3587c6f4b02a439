# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every task, whatever the cluster, the network and other people do: drawn with hypothesis, played against ``model``.

Two things cannot be told apart by any client, and so are not asked for:

* Somebody else's run that begins after this task began, and the task's own. The answer to a start names no run, and the
  database shows one status. So ``exported`` promises a success of *some* run that began after the task did.
* A run that came and went without a trace between two reads (it failed, and somebody else reset the status), and a start that was lost on its way.
  So "at most one accepted start" is promised where nobody else resets the status.
"""

from __future__ import annotations

from collections import namedtuple
from unittest.mock import patch

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ansible_collections.community.redis_enterprise.plugins.module_utils import _module, _operation
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import (
    TRANSIENT_KINDS,
    RedisEnterpriseError,
)
from ansible_collections.community.redis_enterprise.plugins.modules import bdb_export, bdb_status_reset
from ansible_collections.community.redis_enterprise.tests.unit.plugins.drawn import drawn
from ansible_collections.community.redis_enterprise.tests.unit.plugins.module_utils import model
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import Clock

EXPORT_OUTCOMES = {"exported", "attached", "up_to_date", "failed", "timed_out", "not_started", "unknown"}
#: ``exported`` where the answer to the start was lost, and its success was the next that was seen.
UNWAITED_OUTCOMES = {"started", "exported", "running", "up_to_date", "failed", "timed_out", "not_started", "unknown"}
RESETTABLE = {"exported", "attached"}
PREDICTED_OUTCOMES = {"would_export", "would_attach", "would_fail", "up_to_date"}
RESET_OUTCOMES = {"reset", "idle", "skipped", "failed", "unknown"}
ROW = {
    "uid",
    "name",
    "operation",
    "outcome",
    "changed",
    "status",
    "progress",
    "failure_reason",
    "last_time",
    "elapsed",
    "before",
    "failure",
}
START_TIMEOUT = 60
#: No more than a client's time-out: 30 s on the way there and 30 s back are more than one request can take.
SECONDS = st.sampled_from([0.1, 0, 0.5, 0.9, 1, 2, 5, 9, 14, 30, 45])
STALLS = st.sampled_from([0, 0.1, 1, 9, 15])
#: With the slowest request, still before start_timeout is over.
START_DELAYS = st.sampled_from([0, 0.3, 1, 3, 12, 29, 44, 59])
REASONS = st.sampled_from([None, None, None, "no-permission", "general-error", "new-reason"])
PROGRESS = st.lists(st.sampled_from([0, 14.29, "40", 100, None, "", "n/a", -3, 1e9, float("nan")]), max_size=3)
PLANS = st.builds(model.Plan, START_DELAYS, SECONDS, REASONS)
MOMENTS = st.floats(0, 120, allow_nan=False, width=16)


def faults_of(kinds):
    """Faults of the first requests, and faults at moments, since a young operation is asked about often and an old one seldom."""
    fault = st.builds(model.Fault, st.sampled_from(kinds), STALLS, STALLS)
    first = st.lists(st.one_of(st.just(model.NO_FAULT), fault), max_size=10)
    later = st.lists(st.builds(model.Timed, MOMENTS, fault), max_size=5)
    return st.tuples(first, later).map(lambda both: both[0] + both[1])


FAULTS = faults_of(model.TRANSIENT_FAULTS)
LOST_ON_THE_WAY = faults_of(["lost_after", "stall", "lost_before", "server_after", "refused"])
FINAL = faults_of(model.TRANSIENT_FAULTS + model.FINAL_FAULTS)
ACTS = st.lists(
    st.builds(
        model.Act,
        MOMENTS,
        st.sampled_from(["export", "reset", "delete", "rename"]),
        PLANS,
    ),
    max_size=4,
)
NOTHING = st.just([])
OPTIONS = {
    "max_age": st.sampled_from([0, None, 5]),
    "if_running": st.sampled_from(["attach", "wait", "fail"]),
    "wait_timeout": st.sampled_from([600, 3600, 1, 10, 45, 70]),
    "poll_interval": st.sampled_from([5, 0.1, 30, 1000]),
    "max_parallel": st.sampled_from([0, 1, 2]),
    "reset_status": st.booleans(),
}
LONG = {**OPTIONS, "wait_timeout": st.just(36000)}


def validated(module, options):
    """The options of a task as the module's function gets them."""
    caught = {}
    with patch.object(module, "run_module", lambda spec, act: caught.update(spec=spec)):
        module.main()
    result = ArgumentSpecValidator({**_module.CONNECTION_OPTIONS, **caught["spec"]}).validate(options)
    if result.error_messages:
        raise AssertionError(result.error_messages)
    return result.validated_parameters


EXPORT = validated(
    bdb_export, {"name": ["*"], "export_location": {"type": "mount_point", "path": "/mnt"}, "start_timeout": 60}
)
RESET = validated(bdb_status_reset, {"name": ["*"], "operation": ["export"]})


#: A drawn database: how it speaks, what earlier runs left behind, what the task's starts lead to, and what others do to it.
Drawn = namedtuple("Drawn", "spelling word progress reset_delay former former_plan plans acts")
FORMER = ("never", "ended", "ended long ago", "ended and reset", "failed after a success", "running", "queued")
FIRST = Drawn("", "exporting", [], 0, "never", model.Plan(0, 1, None), [model.Plan(0, 1, None)], [])

QUICK_FAILURE = model.Plan(0, 0.1, "no-permission")
EXPORT_NOW = {"max_age": 0, "if_running": "attach", "poll_interval": 5, "max_parallel": 0}


#: Seconds until a reset shows; the longest of STUBBORN is a release on which it has no effect, where no verdict may be taken from before it.
PROMPT, STUBBORN = (0, 0.3, 2, 8), (0, 0.3, 8, 25, 10**6)


def databases(acts=NOTHING, reset_delays=PROMPT):
    return st.lists(
        st.builds(
            Drawn,
            st.sampled_from(model.IDLE_SPELLINGS),
            st.sampled_from(["exporting", "compressing"]),
            PROGRESS,
            st.sampled_from(reset_delays),
            st.sampled_from(FORMER),
            PLANS,
            st.lists(PLANS, min_size=1, max_size=3),
            acts,
        ),
        min_size=1,
        max_size=3,
    )


def build(drawn, faults=(), operation="export"):
    """The cluster at the second 0, when the task begins. Of ``drawn``, all but how idle is spelled is that of ``operation``."""
    clock = Clock()
    clock.now = 0.0
    built = []
    for uid, one in enumerate(drawn, 1):
        item = model.Operation(operation, one.spelling, one.word, one.progress, one.reset_delay)
        plan = one.former_plan
        if one.former == "failed after a success":
            item.start("former", model.Plan(0, 5, None), -3000)
            item.advance(-2000)
            plan = plan._replace(reason="no-permission")
        if one.former != "never":
            began = {"running": -plan.delay - plan.duration / 2, "queued": -plan.delay / 2, "ended long ago": -1200}
            item.start("former", plan, began.get(one.former, -200))
            item.advance(0)
        if one.former == "ended and reset":
            item.reset(-20)
        item.advance(0)
        built.append(model.Database(uid, [item], one.plans))
        built[-1].schedule(one.acts, operation)
    return model.Cluster(clock, built, faults)


def play(module, act, cluster, params, check_mode=False):
    """The rows of a task, or None when it failed before it did anything."""
    cluster.began = cluster.clock.now
    try:
        with (
            patch.object(module, "time", cluster.clock),
            patch.object(_operation, "ThreadPoolExecutor", model.Lanes(cluster.clock)),
        ):
            report = act(_module.Task(cluster, params, check_mode))
    except RedisEnterpriseError:
        if cluster.writes:
            raise
        return None
    return report.data["databases"]


def export(cluster, options, check_mode=False):
    return play(bdb_export, bdb_export.export, cluster, {**EXPORT, **options}, check_mode)


def reset(cluster, options):
    return play(bdb_status_reset, bdb_status_reset.reset, cluster, {**RESET, **options})


def check_rows(cluster, rows, outcomes, may_fail_later=()):
    for row in rows:
        assert set(row) == ROW and set(row["before"]) == {"status", "failure_reason", "last_time"}
        assert row["outcome"] in outcomes, row
        if row["outcome"] == "failed":  # a fault of the way is no failure: what came of it is read
            assert row["failure"]["kind"] not in TRANSIENT_KINDS
        bad = row["outcome"] in ("failed", "timed_out", "not_started", "unknown")
        # The status of a success may not have been reset, where that was asked for.
        assert (row["failure"] is not None) == bad or row["outcome"] in may_fail_later


def check_time(cluster, seconds):
    """Counted from the first list, whose faults have attempts of their own.

    The time-out is looked at once in a turn, so the last turn may be over it by what one turn sends, side by side: the writes,
    the list, and one question for each database that the list lacks.
    """
    assert cluster.clock.now - cluster.first_answer <= seconds + (2 + len(cluster.databases)) * cluster.longest + 0.1


def runs_during(cluster, row):
    """The runs that ended while the task went on."""
    operation = cluster.databases[row["uid"]].operations[row["operation"]]
    return [run for run in operation.runs if cluster.began <= run.ends <= cluster.clock.now]


def check_verdicts(cluster, rows):
    for row in rows:
        runs = runs_during(cluster, row)
        if row["outcome"] == "exported":
            assert any(run.reason is None and run.begins >= cluster.began for run in runs), (row, runs)
        elif row["outcome"] == "attached":
            assert any(run.reason is None for run in runs), (row, runs)
        elif row["outcome"] == "failed" and row["failure"]["kind"] == "operation_failed":
            assert any(run.reason for run in runs), (row, runs)
        elif row["outcome"] == "failed" and row["failure"]["kind"] == "vanished":
            assert cluster.databases[row["uid"]].deleted


def check_starts(cluster, rows):
    assert not [write for write in cluster.wrong if write[0] == "POST"]
    for row in rows:
        operation = cluster.databases[row["uid"]].operations["export"]
        assert operation.accepted <= 1, (row, operation.runs)


@drawn(400)
@given(databases(ACTS), FAULTS, st.fixed_dictionaries(OPTIONS))
def test_every_run_ends_in_time_and_accounts_for_every_database(drawn, faults, options):
    cluster = build(drawn, faults)
    rows = export(cluster, options)
    if rows is not None:
        assert [row["uid"] for row in rows] == cluster.first_list
        check_rows(cluster, rows, EXPORT_OUTCOMES, RESETTABLE if options["reset_status"] else ())
        check_time(cluster, options["wait_timeout"])


@drawn(150)
@given(databases(ACTS), FINAL, st.fixed_dictionaries(OPTIONS))
def test_refusals_for_good_end_in_time_too(drawn, faults, options):
    cluster = build(drawn, faults)
    rows = export(cluster, options)
    if rows is not None:
        check_rows(cluster, rows, EXPORT_OUTCOMES, RESETTABLE if options["reset_status"] else ())
        check_time(cluster, options["wait_timeout"])
        check_verdicts(cluster, rows)


@drawn(600)
@given(databases(ACTS, STUBBORN), FAULTS, st.fixed_dictionaries(OPTIONS))
def test_no_verdict_comes_from_a_former_run(drawn, faults, options):
    cluster = build(drawn, faults)
    check_verdicts(cluster, export(cluster, options) or [])


@drawn(600)
@given(databases(), FAULTS, st.fixed_dictionaries(LONG))
def test_no_start_is_accepted_twice_and_none_is_sent_to_what_runs(drawn, faults, options):
    cluster = build(drawn, faults)
    check_starts(cluster, export(cluster, options) or [])


@drawn(400)
@given(databases(), LOST_ON_THE_WAY, st.fixed_dictionaries(LONG))
# The reset was lost, the old failure stayed, and a start was lost whose run failed between two looks: it looked as if nothing had come of it.
@example(
    [FIRST._replace(former="ended", plans=[QUICK_FAILURE])],
    [model.Fault("lost_before", 0, 0), model.Fault("lost_after", 0, 9)],
    {**EXPORT_NOW, "wait_timeout": 36000},
)
# An answer that took long showed what had been before the reset, and was taken for what was there when it came.
@example(
    [FIRST._replace(former="ended", reset_delay=0.3, plans=[QUICK_FAILURE])],
    [model.NO_FAULT, model.Fault("stall", 0, 15), model.Fault("lost_after", 0, 0)],
    {**EXPORT_NOW, "wait_timeout": 36000},
)
def test_start_whose_answer_was_lost_is_accepted_once(drawn, faults, options):
    cluster = build(drawn, [model.NO_FAULT, *faults])
    check_starts(cluster, export(cluster, options) or [])


@drawn(200)
@given(databases(ACTS), FAULTS, st.fixed_dictionaries(OPTIONS))
def test_no_start_is_sent_to_what_runs_whatever_others_do(drawn, faults, options):
    cluster = build(drawn, faults)
    export(cluster, options)
    assert not cluster.wrong


@drawn(300)
@given(databases(), NOTHING, st.fixed_dictionaries(LONG))
def test_undisturbed_task_says_exactly_what_happened(drawn, faults, options):
    assume(all(one.former != "queued" for one in drawn))  # somebody else's, which begins while the task goes on
    cluster = build(drawn, faults)
    for row in export(cluster, options):
        operation = cluster.databases[row["uid"]].operations["export"]
        own = [run for run in operation.runs if run.source == "task"]
        former = [run for run in operation.runs if run.source == "former"]
        truth = own[-1:] or former[-1:]
        if row["outcome"] == "up_to_date":
            assert not own and options["max_age"] != 0 and row["last_time"]
        elif options["if_running"] == "fail" and row["outcome"] == "failed" and row["failure"]["kind"] == "busy":
            assert not own
        elif truth[0].reason:
            assert (row["outcome"], row["failure"]["kind"]) == ("failed", "operation_failed"), operation.runs
            assert row["failure_reason"] == truth[0].reason
        else:
            assert row["outcome"] == ("exported" if own else "attached"), operation.runs
            reset = options["reset_status"]
            assert row["status"] == (model.IDLE if reset else model.SUCCEEDED) and row["changed"] is (
                bool(own) or reset
            )


@drawn(150)
@given(databases(ACTS), FAULTS, st.fixed_dictionaries(OPTIONS), st.sampled_from([1, 10, 60]))
def test_without_waiting_the_task_lasts_no_longer_than_start_timeout(drawn, faults, options, start_timeout):
    cluster = build(drawn, faults)
    rows = export(cluster, {**options, "wait": False, "reset_status": False, "start_timeout": start_timeout})
    if rows is not None:
        check_rows(cluster, rows, UNWAITED_OUTCOMES)
        check_time(cluster, start_timeout)
        for row in rows:
            operation = cluster.databases[row["uid"]].operations["export"]
            if row["outcome"] == "started":
                assert operation.accepted or any(run.begins >= 0 for run in operation.runs)


@drawn(150)
@given(databases(ACTS), FAULTS, st.fixed_dictionaries(OPTIONS))
def test_check_mode_writes_nothing(drawn, faults, options):
    cluster = build(drawn, faults)
    rows = export(cluster, options, check_mode=True)
    assert cluster.writes == []
    if rows is not None:
        assert {row["outcome"] for row in rows} <= PREDICTED_OUTCOMES


RESET_OPTIONS = {
    "if_running": st.sampled_from(["fail", "wait", "skip"]),
    "wait_timeout": OPTIONS["wait_timeout"],
    "poll_interval": OPTIONS["poll_interval"],
    "max_parallel": OPTIONS["max_parallel"],
}


@drawn(300)
@given(databases(ACTS), FAULTS, st.fixed_dictionaries(RESET_OPTIONS))
def test_reset_is_never_sent_to_what_runs_and_is_seen_before_it_is_claimed(drawn, faults, options):
    cluster = build(drawn, faults)
    rows = reset(cluster, options)
    assert not cluster.wrong and not [write for write in cluster.writes if write[0] != "PUT"]
    if rows is None:
        return
    check_rows(cluster, rows, RESET_OUTCOMES)
    check_time(cluster, options["wait_timeout"])
    for row in rows:
        if row["outcome"] == "reset":
            assert (row["uid"], row["operation"]) in cluster.idle_since_put
        assert row["changed"] is (row["outcome"] == "reset")


@drawn(100)
@given(databases(), NOTHING, st.fixed_dictionaries({**RESET_OPTIONS, "wait_timeout": st.just(36000)}))
def test_second_reset_sends_nothing(drawn, faults, options):
    cluster = build(drawn, faults)
    assume(all(one.former != "queued" for one in drawn))  # it would run, and leave a status, between the two
    first = reset(cluster, {**options, "if_running": "wait"})
    assert {row["outcome"] for row in first} <= {"reset", "idle"}
    sent = len(cluster.writes)
    cluster.clock.now += 60
    second = reset(cluster, options)
    assert {row["outcome"] for row in second} == {"idle"} and len(cluster.writes) == sent
