# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_export: which requests it sends for what the cluster shows, and what it says in the end."""

from __future__ import annotations

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils import _databases, _job, _operation, _start
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.modules import bdb_export
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import (
    LOST,
    NEW,
    REFUSED_CONNECTION,
    Played,
    bdb,
    failing_read,
    fence,
    read,
    refusal,
    start,
)

MOUNT = {"type": "mount_point", "path": "/mnt/exports"}
OLD = "2026-11-01T01:00:00Z"
RECENT = "2026-11-01T02:50:00Z"
ONE_GONE = ("GET", "/v1/bdbs/1", refusal(404, "not_found"))


@pytest.fixture
def export(run):
    """export(options, *steps): the Report of the module and what was sent."""

    def call(options, *steps, check_mode=False):
        return run(bdb_export, {"name": "orders", "export_location": MOUNT, **options}, *steps, check_mode=check_mode)

    return call


@pytest.fixture
def play(clock):
    """play(cluster, max_parallel): the jobs of all its databases, carried out by the clock of the test."""

    def call(cluster, max_parallel, poll_interval=5):
        reader = _databases.DatabaseReader(cluster, None)
        databases = reader.read()
        jobs = [_job.Job(database, "export", {}) for database in databases.values()]
        rules = _start.Start("export", "exported", "attach", True, 60)
        _operation.Runner(
            cluster, reader, _operation.Limits(600, poll_interval, max_parallel), clock.monotonic, clock.sleep
        ).carry_out(rules, jobs, databases)
        return jobs

    return call


def only(report):
    assert len(report.data["databases"]) == 1
    return report.data["databases"][0]


@pytest.mark.parametrize("idle", [{}, {"export_status": None}, {"export_status": ""}, {"export_status": "idle"}])
def test_idle_in_each_spelling_is_started_without_a_reset(export, idle):
    report, script = export(
        {},
        read(bdb(**idle)),
        start(),
        read(bdb(export_status="exporting", export_progress=10)),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    row = only(report)
    assert (row["outcome"], row["changed"], row["last_time"]) == ("exported", True, NEW)
    assert report.failure is None and report.changed is True
    assert script.sent[1][2] == {"export_location": MOUNT}


def test_stale_success_is_fenced_off_and_never_taken_for_the_new_one(export):
    stale = bdb(export_status="succeeded", export_progress=100, last_export_time=OLD)
    idle = bdb(export_status="", last_export_time=OLD)
    report, dummy = export(
        {},
        read(stale),
        fence(),
        read(idle),
        start(),
        read(idle),
        read(bdb(export_status="exporting", last_export_time=OLD)),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert only(report)["outcome"] == "exported"
    assert only(report)["before"] == {"status": "succeeded", "failure_reason": None, "last_time": OLD}


def test_reset_without_effect_leaves_the_stale_success_disbelieved(play, clock):
    cluster = Played(clock, count=1, seconds=3, before="succeeded", resets=False)
    (job,) = play(cluster, max_parallel=4)
    assert (job.outcome, job.state.last_time) == ("exported", NEW)
    assert [method for method, dummy in cluster.writes] == ["PUT", "POST"]
    assert clock.now >= cluster.started[1] + 3


def test_stale_failure_that_fails_the_same_way_again_is_a_new_failure(export):
    failed = bdb(export_status="failed", export_failure_reason="no-permission", last_export_time=OLD)
    report, dummy = export({}, read(failed), fence(), read(bdb(last_export_time=OLD)), start(), read(failed))
    row = only(report)
    assert (row["outcome"], row["failure_reason"], row["failure"]["kind"]) == (
        "failed",
        "no-permission",
        "operation_failed",
    )
    assert "redislabs:redislabs" in row["failure"]["hint"]
    assert report.failure.kind == "databases" and "no-permission" in report.msg


def test_export_that_ends_between_two_polls_is_seen(export):
    report, dummy = export(
        {}, read(bdb(last_export_time=OLD)), start(), read(bdb(export_status="succeeded", last_export_time=NEW))
    )
    assert only(report)["outcome"] == "exported"


def test_export_that_ends_and_is_reset_by_somebody_between_two_polls_is_seen(export):
    report, dummy = export(
        {}, read(bdb(last_export_time=OLD)), start(), read(bdb(export_status="", last_export_time=NEW))
    )
    assert only(report)["outcome"] == "exported"


def test_delayed_start_is_waited_for(export, clock):
    idle = read(bdb())
    report, dummy = export(
        {"poll_interval": 10, "start_timeout": 60},
        idle,
        start(),
        idle,
        idle,
        idle,
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert only(report)["outcome"] == "exported"


def growing_pauses(seconds):
    """How many polls fit into ``seconds`` when each pause is a tenth of the time so far, and at least 0.03 s."""
    now, polls = 0.0, 0
    while now < seconds:
        now += max(0.03, 0.1 * now)
        polls += 1
    return polls


def test_start_that_never_comes_is_an_error(export):
    report, dummy = export({"start_timeout": 5}, read(bdb()), start(), *[read(bdb())] * growing_pauses(5))
    assert only(report)["failure"]["kind"] == "not_started"
    assert "max_simultaneous_backups" in only(report)["failure"]["hint"]


def test_unknown_word_is_running_and_reported_as_it_is(export):
    compressing = read(bdb(export_status="compressing", export_progress="14.29"))
    report, dummy = export({"wait_timeout": 2}, read(bdb()), start(), *[compressing] * growing_pauses(2))
    row = only(report)
    assert (row["outcome"], row["status"], row["progress"]) == ("timed_out", "compressing", 14.29)
    assert "still compressing at 14.29 %" in report.msg and "goes on" in report.msg


def test_running_export_is_attached_to(export):
    running = bdb(export_status="exporting", export_progress=40, last_export_time=OLD)
    report, script = export(
        {}, read(running), read(running), read(bdb(export_status="succeeded", last_export_time=NEW))
    )
    assert (only(report)["outcome"], report.changed) == ("attached", False)
    assert script.writes == []


def test_running_export_is_waited_for_and_a_new_one_follows(export):
    running = bdb(export_status="exporting", last_export_time=OLD)
    ended = bdb(export_status="succeeded", last_export_time=RECENT)
    report, dummy = export(
        {"if_running": "wait"},
        read(running),
        read(ended),
        fence(),
        read(bdb(last_export_time=RECENT)),
        start(),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert only(report)["outcome"] == "exported"


def test_running_export_fails_when_asked_to(export):
    report, script = export({"if_running": "fail"}, read(bdb(export_status="exporting")))
    assert only(report)["failure"]["kind"] == "busy" and script.writes == []


def test_recent_success_is_up_to_date_with_one_read_and_one_warning(export):
    report, dummy = export({}, read(bdb(export_status="", last_export_time=RECENT)))
    assert (only(report)["outcome"], report.changed) == ("up_to_date", False)
    assert len(report.warnings) == 1 and "orders (uid 1), 600 s ago" in report.warnings[0]


def test_own_max_age_needs_no_warning(export):
    report, dummy = export({"max_age": 900}, read(bdb(last_export_time=RECENT)))
    assert only(report)["outcome"] == "up_to_date" and report.warnings == []


@pytest.mark.parametrize("options", [{"max_age": 0}, {"force": True}, {"max_age": 599}])
def test_recent_success_is_exported_anew_on_demand(export, options):
    report, dummy = export(
        options, read(bdb(last_export_time=RECENT)), start(), read(bdb(export_status="succeeded", last_export_time=NEW))
    )
    assert only(report)["outcome"] == "exported"


def test_recent_success_after_a_failure_is_exported_anew(export):
    report, dummy = export(
        {},
        read(bdb(export_status="failed", last_export_time=RECENT)),
        fence(),
        read(bdb(last_export_time=RECENT)),
        start(),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert only(report)["outcome"] == "exported"


@pytest.mark.parametrize("time", ["2026-11-01T04:00:00Z", "yesterday", "1730430000"])
def test_time_in_the_future_or_unreadable_is_no_reason_to_leave_alone(export, time):
    report, dummy = export(
        {}, read(bdb(last_export_time=time)), start(), read(bdb(export_status="succeeded", last_export_time=NEW))
    )
    assert only(report)["outcome"] == "exported"


def test_conflict_is_tried_again_after_a_pause(export, clock):
    report, script = export(
        {},
        read(bdb()),
        start(answer=refusal(409, "conflict")),
        read(bdb()),
        start(),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert only(report)["outcome"] == "exported"
    assert script.writes == [("POST", "/v1/bdbs/1/actions/export")] * 2
    assert clock.sleeps[0] > 0.2


def test_conflict_with_somebody_elses_export_is_attached_to(export):
    running = bdb(export_status="exporting")
    report, dummy = export(
        {},
        read(bdb()),
        start(answer=refusal(409, "conflict")),
        read(running),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert (only(report)["outcome"], report.changed) == ("attached", False)


def test_start_whose_answer_was_lost_is_not_sent_twice(export):
    report, script = export(
        {},
        read(bdb()),
        start(answer=LOST),
        read(bdb()),
        read(bdb(export_status="exporting")),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert only(report)["outcome"] == "exported"
    assert len(script.writes) == 1


def test_start_that_was_never_sent_is_sent_again(export):
    report, script = export(
        {},
        read(bdb()),
        start(answer=REFUSED_CONNECTION),
        read(bdb()),
        start(),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert only(report)["outcome"] == "exported" and len(script.writes) == 2


@pytest.mark.parametrize(
    "status, kind", [(403, "permission"), (404, "not_found"), (406, "unsupported"), (400, "rejected")]
)
def test_refusal_for_good_is_final_and_stops_no_other_database(export, status, kind):
    both = [bdb(), bdb(uid=2, name="sessions")]
    report, script = export(
        {"name": "*", "max_parallel": 1},
        read(*both),
        start(1, refusal(status, kind)),
        read(*both),
        start(2),
        read(both[0], bdb(uid=2, name="sessions", export_status="succeeded", last_export_time=NEW)),
    )
    assert [row["outcome"] for row in report.data["databases"]] == ["failed", "exported"]
    assert report.data["databases"][0]["failure"]["status"] == status
    assert report.failure.kind == "databases" and report.changed is True


def test_refused_password_ends_everything_at_once(export):
    both = [bdb(), bdb(uid=2, name="sessions")]
    report, script = export({"name": "*", "max_parallel": 1}, read(*both), start(1, refusal(401, "authentication")))
    assert [row["outcome"] for row in report.data["databases"]] == ["failed", "not_started"]
    assert len(script.writes) == 1


def test_cluster_that_is_silent_for_a_while_is_asked_again(export):
    report, dummy = export(
        {},
        read(bdb()),
        start(),
        failing_read(refusal(503, "server")),
        failing_read(LOST),
        read(bdb(export_status="succeeded", last_export_time=NEW)),
    )
    assert only(report)["outcome"] == "exported"
    assert len(report.warnings) == 1 and "503" in report.warnings[0]


def test_access_lost_while_waiting_leaves_each_database_accounted_for(export):
    report, dummy = export({}, read(bdb()), start(), failing_read(refusal(403, "permission")))
    row = only(report)
    assert (row["outcome"], row["failure"]["kind"]) == ("unknown", "permission")
    assert "may go on in the cluster" in row["failure"]["hint"]


def test_database_deleted_while_waiting(export):
    report, dummy = export({}, read(bdb()), start(), read(), ONE_GONE)
    assert only(report)["failure"]["kind"] == "vanished"


def test_status_reset_by_somebody_else_is_no_success(export):
    idle = bdb(last_export_time=OLD)
    report, dummy = export(
        {"poll_interval": 1000},
        read(idle),
        start(),
        read(bdb(export_status="exporting", last_export_time=OLD)),
        *[read(idle)] * (growing_pauses(10.2) - 1),
    )
    assert only(report)["failure"]["kind"] == "status_lost"


def test_without_waiting_the_task_ends_when_all_are_accepted(export):
    report, script = export({"wait": False}, read(bdb()), start())
    assert (only(report)["outcome"], report.changed) == ("started", True)
    assert len(script.sent) == 2


def test_without_waiting_a_running_export_is_left_running(export):
    report, script = export({"wait": False}, read(bdb(export_status="exporting")))
    assert (only(report)["outcome"], report.changed, script.writes) == ("running", False, [])


def test_without_waiting_a_lost_answer_is_still_cleared_up(export):
    report, script = export({"wait": False}, read(bdb()), start(answer=LOST), read(bdb(export_status="exporting")))
    assert (only(report)["outcome"], len(script.writes)) == ("started", 1)


def test_without_waiting_the_limit_that_ran_out_is_the_one_that_is_named(export):
    busy = [read(bdb(export_status="exporting"))] * (1 + growing_pauses(2))
    report, script = export({"wait": False, "if_running": "wait", "start_timeout": 2}, *busy)
    assert only(report)["outcome"] == "not_started" and script.writes == []
    assert "raise start_timeout" in only(report)["failure"]["hint"]
    assert "wait_timeout" not in only(report)["failure"]["hint"]


def test_check_mode_sends_no_write_and_predicts(export):
    databases = [
        bdb(),
        bdb(uid=2, name="sessions", export_status="exporting", export_progress=30),
        bdb(uid=3, name="graph", module_list=[{"module_name": "graph"}]),
        bdb(uid=4, name="fresh", last_export_time=RECENT),
    ]
    schema = {
        "properties": {
            "backup_location": {
                "oneOf": [{"properties": {"type": {"const": "mount_point"}, "path": {}}, "additionalProperties": False}]
            }
        }
    }
    report, script = export(
        {"name": "*"},
        read(*databases),
        ("GET", "/v1/jsonschema", schema),
        (
            "GET",
            "/v1/modules",
            [
                {"module_name": "graph", "capabilities": ["types"]},
                {"module_name": "search", "capabilities": ["backup_restore"]},
            ],
        ),
        check_mode=True,
    )
    assert script.writes == []
    assert [(row["outcome"], row["changed"]) for row in report.data["databases"]] == [
        ("would_export", True),
        ("would_attach", False),
        ("would_fail", False),
        ("up_to_date", False),
    ]
    assert report.changed is True and report.data["preflight"]["ready"] is False
    assert {(problem["name"], problem["kind"]) for problem in report.data["preflight"]["problems"]} == {
        ("sessions", "busy"),
        ("graph", "unsupported"),
    }
    assert report.diff["after"]["orders (uid 1)"]["status"] == "succeeded"


@pytest.mark.parametrize(
    "answer",
    [refusal(404, "not_found"), refusal(403, "permission"), [], "text", {"properties": {"backup_location": []}}],
)
def test_check_mode_does_without_a_schema(export, answer):
    report, dummy = export({}, read(bdb()), ("GET", "/v1/jsonschema", answer), check_mode=True)
    assert report.data["preflight"] == {"ready": True, "problems": []}


def test_check_mode_names_a_location_that_the_cluster_does_not_know(export):
    forms = [{"properties": {"type": {"enum": ["ftp", "s3"]}}}]
    report, dummy = export(
        {},
        read(bdb()),
        ("GET", "/v1/jsonschema", {"properties": {"backup_location": {"oneOf": forms}}}),
        check_mode=True,
    )
    assert only(report)["outcome"] == "would_fail" and "type mount_point" in report.msg


def test_nothing_is_started_before_every_selector_is_resolved(export):
    with pytest.raises(RedisEnterpriseError, match="no database matches 'order'") as caught:
        export({"name": ["orders", "order"]}, read(bdb()))
    assert "sees orders (uid 1). Did you mean 'orders'?" in caught.value.hint


def test_exact_name_of_two_databases_is_refused(export):
    with pytest.raises(RedisEnterpriseError, match="name of 2 databases, with the uids 1, 5") as caught:
        export({}, read(bdb(), bdb(uid=5)))
    assert (caught.value.kind, caught.value.hint) == ("option", "Select them by uid.")


def test_neither_uid_nor_name_is_refused_before_anything_is_sent(export):
    with pytest.raises(RedisEnterpriseError, match="neither uid nor name"):
        export({"name": []})


def test_bug_of_ours_does_away_with_nothing_that_is_known(play, clock):
    class Broken(Played):
        def get(self, *args, **kwargs):
            if self.polls == 3:
                raise KeyError("a secret may stand here")
            return super().get(*args, **kwargs)

    jobs = play(Broken(clock, count=2, seconds=60), max_parallel=1)
    assert [job.outcome for job in jobs] == ["unknown", "not_started"]
    assert jobs[0].error.kind == "bug" and "KeyError" in jobs[0].error.message and "secret" not in jobs[0].error.message


def test_hundred_databases_share_one_poll(play, clock):
    cluster = Played(clock, count=100, seconds=3)
    jobs = play(cluster, max_parallel=0)
    assert {job.outcome for job in jobs} == {"exported"}
    assert len(cluster.writes) == 100 and cluster.most_running == 100
    assert cluster.polls == len(clock.sleeps) + 1 <= 40


def test_no_more_than_max_parallel_run_at_a_time(play, clock):
    cluster = Played(clock, count=7, seconds=2)
    jobs = play(cluster, max_parallel=3)
    assert {job.outcome for job in jobs} == {"exported"}
    assert cluster.most_running == 3


SUCCESS = bdb(export_status="succeeded", export_progress=100, last_export_time=NEW)
RESET = bdb(export_status="", last_export_time=NEW)


def test_status_of_a_success_is_reset_in_the_same_task(export):
    report, script = export({"reset_status": True}, read(bdb()), start(), read(SUCCESS), fence(), read(RESET))
    row = only(report)
    assert (row["outcome"], row["changed"], row["status"], row["last_time"]) == ("exported", True, "idle", NEW)
    assert report.failure is None and report.diff["after"]["orders (uid 1)"]["status"] == "idle"
    assert [method for method, dummy in script.writes] == ["POST", "PUT"]


def test_each_success_is_reset_while_the_others_still_run(export):
    running = bdb(uid=2, name="sessions", export_status="exporting")
    done = bdb(uid=2, name="sessions", export_status="succeeded", last_export_time=NEW)
    report, dummy = export(
        {"name": "*", "max_parallel": 1, "reset_status": True, "if_running": "attach", "max_age": 0},
        read(bdb(), running),
        start(),
        read(SUCCESS, running),
        fence(),
        read(RESET, done),
        fence(2),
        read(RESET, bdb(uid=2, name="sessions", last_export_time=NEW)),
    )
    rows = report.data["databases"]
    assert [(row["outcome"], row["changed"], row["status"]) for row in rows] == [
        ("exported", True, "idle"),
        ("attached", True, "idle"),
    ]


def test_status_of_a_failure_and_of_what_is_up_to_date_stays(export):
    failed = bdb(export_status="failed", export_failure_reason="no-permission")
    report, script = export({"reset_status": True}, read(bdb()), start(), read(failed))
    assert (only(report)["outcome"], only(report)["status"], len(script.writes)) == ("failed", "failed", 1)
    recent = bdb(export_status="succeeded", last_export_time=RECENT)
    report, script = export({"reset_status": True}, read(recent))
    assert (only(report)["outcome"], report.changed, len(script.sent)) == ("up_to_date", False, 1)


def test_success_whose_status_cannot_be_reset_stays_a_success_and_the_task_fails(export):
    answer = refusal(403, "permission", hint="It needs the permission reset_bdb_current_export_status.")
    report, dummy = export({"reset_status": True}, read(bdb()), start(), read(SUCCESS), fence(answer=answer))
    row = only(report)
    assert (row["outcome"], row["status"], row["failure"]["status"]) == ("exported", "succeeded", 403)
    assert report.failure.kind == "databases" and "1 exported." in report.msg
    assert "The export succeeded, but its status was not reset" in report.msg and "bdb_status_reset" in report.msg


def test_next_export_by_somebody_else_is_not_reset(export):
    again = bdb(export_status="exporting", last_export_time=NEW)
    report, script = export({"reset_status": True}, read(bdb()), start(), read(again))
    assert (only(report)["outcome"], only(report)["status"]) == ("exported", "exporting")
    assert report.failure is None and len(script.writes) == 1


def test_reset_of_what_nobody_waits_for_is_refused_before_anything_is_sent(export):
    with pytest.raises(RedisEnterpriseError) as caught:
        export({"reset_status": True, "wait": False})
    assert caught.value.sentence().startswith("reset_status: with wait false")


def test_check_mode_shows_the_reset_status(export):
    no_schema = ("GET", "/v1/jsonschema", refusal(404, "not_found"))
    report, script = export({"reset_status": True}, read(bdb()), no_schema, check_mode=True)
    assert report.diff["after"]["orders (uid 1)"]["status"] == "idle" and script.writes == []
