# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_backup_policy: only what differs is sent, secrets are no difference, and what was asked is read back."""

from __future__ import annotations

import json

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.modules import bdb_backup_policy
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import (
    LOST,
    REFUSED_CONNECTION,
    Repeated,
    bdb,
    read,
    refusal,
)

MOUNT = {"type": "mount_point", "path": "/mnt/backups"}
S3 = {"type": "s3", "bucket_name": "b", "subdir": "d", "access_key_id": "AKIA", "secret_access_key": "very-secret"}
HASHED_S3 = {**S3, "access_key_id": "5ebe2294ecd0e0f0", "secret_access_key": "5ebe2294ecd0e0f08eab7690d2a6ee69"}
NIGHTLY = {"enabled": True, "interval": 86400, "backup_location": MOUNT}
NIGHTLY_SHOWN = {"backup": True, "backup_interval": 86400, "backup_history": 7, "backup_location": MOUNT}
OFF = {"backup": False, "backup_interval": 0, "backup_interval_offset": 0, "backup_history": 0}


@pytest.fixture
def policy(run):
    """policy(options, *steps): the Report of the module and what was sent."""

    def call(options, *steps, check_mode=False):
        return run(bdb_backup_policy, {"name": "orders", **options}, *steps, check_mode=check_mode)

    return call


def put(uid=1, answer=None, query=""):
    return ("PUT", f"/v1/bdbs/{uid}{query}", answer)


def nodes(*versions):
    return ("GET", "/v1/nodes", [{"uid": uid, "software_version": version} for uid, version in enumerate(versions, 1)])


SCHEMA = ("GET", "/v1/jsonschema", {})


def rows(report):
    return [(row["name"], row["outcome"], row["changed"]) for row in report.data["databases"]]


def bodies(script):
    return [body for method, dummy, body in script.sent if method == "PUT"]


def refused(policy, options, *steps):
    """What the module says of options that it does not take."""
    with pytest.raises(RedisEnterpriseError) as caught:
        policy(options, *steps)
    assert caught.value.kind == "option"
    return caught.value.sentence()


# What is sent


def test_new_policy_is_sent_whole_and_read_back(policy):
    report, script = policy(
        {**NIGHTLY, "history": 7}, read(bdb(**OFF)), nodes("8.0.2-17"), put(), read(bdb(**NIGHTLY_SHOWN))
    )
    assert rows(report) == [("orders", "updated", True)] and report.failure is None
    assert bodies(script) == [
        {"backup": True, "backup_interval": 86400, "backup_history": 7, "backup_location": MOUNT},
    ]
    row = report.data["databases"][0]
    assert row["changes"] == ["enabled", "interval", "history", "backup_location"]
    assert row["before"] == {
        "enabled": False,
        "interval": 0,
        "interval_offset": 0,
        "history": 0,
        "backup_location": None,
    }
    assert row["policy"] == {
        "enabled": True,
        "interval": 86400,
        "interval_offset": None,
        "history": 7,
        "backup_location": MOUNT,
    }


def test_same_policy_is_left_alone_with_one_read(policy):
    report, script = policy(NIGHTLY, read(bdb(**NIGHTLY_SHOWN, backup_interval_offset=4711)))
    assert rows(report) == [("orders", "unchanged", False)] and report.changed is False
    assert len(script.sent) == 1 and report.diff == {"before": {}, "after": {}}


@pytest.mark.parametrize(
    "options, shown, body",
    [
        ({"interval": 3600}, NIGHTLY_SHOWN, {"backup_interval": 3600}),
        ({"interval_offset": 60}, NIGHTLY_SHOWN, {"backup_interval_offset": 60}),
        ({"history": 0}, NIGHTLY_SHOWN, {"backup_history": 0}),
        ({"enabled": False}, NIGHTLY_SHOWN, {"backup": False}),
        ({"enabled": True}, {**NIGHTLY_SHOWN, "backup": False}, {"backup": True, "backup_interval": 86400}),
        ({**NIGHTLY, "history": 8}, NIGHTLY_SHOWN, {"backup_history": 8}),
        ({"backup_location": {**MOUNT, "path": "/x"}}, NIGHTLY_SHOWN, {"backup_location": {**MOUNT, "path": "/x"}}),
    ],
)
def test_only_what_differs_is_sent(policy, options, shown, body):
    steps = [nodes("8.0.2-17")] if body.get("backup_history") else []
    report, script = policy(options, read(bdb(**shown)), *steps, put(), read(bdb(**{**shown, **body})))
    assert bodies(script) == [body] and rows(report) == [("orders", "updated", True)]


def test_numbers_are_sent_as_numbers_whatever_ansible_was_given(policy):
    dummy, script = policy(
        {"interval": "3600", "enabled": "yes", "backup_location": MOUNT},
        read(bdb(**OFF)),
        put(),
        read(bdb(backup=True, backup_interval=3600, backup_location=MOUNT)),
    )
    assert json.dumps(bodies(script)[0]).startswith('{"backup": true, "backup_interval": 3600,')


def test_what_the_cluster_leaves_out_has_its_default_value(policy):
    report, script = policy({"enabled": False, "history": 0, "interval_offset": 0, "interval": 86400}, read(bdb()))
    assert rows(report) == [("orders", "unchanged", False)] and script.writes == []


@pytest.mark.parametrize("shown", [{}, {"backup_interval": 86400}])
def test_enabling_sends_an_interval_that_may_be_shown_by_default_alone(policy, shown):
    dummy, script = policy(
        {"enabled": True, "interval": 86400, "backup_location": MOUNT},
        read(bdb(**shown)),
        put(),
        read(bdb(backup=True, backup_location=MOUNT)),
    )
    assert bodies(script) == [{"backup": True, "backup_interval": 86400, "backup_location": MOUNT}]


@pytest.mark.parametrize("spelling", ["86400", 86400.0])
def test_numbers_are_read_in_any_spelling(policy, spelling):
    report, dummy = policy({"interval": 86400}, read(bdb(backup_interval=spelling)))
    assert rows(report) == [("orders", "unchanged", False)]


def test_offset_that_the_cluster_chose_stays(policy):
    report, dummy = policy(NIGHTLY, read(bdb(**OFF)), put(), read(bdb(**NIGHTLY_SHOWN, backup_interval_offset=12345)))
    assert (
        rows(report) == [("orders", "updated", True)]
        and report.data["databases"][0]["policy"]["interval_offset"] == 12345
    )


# Secrets


@pytest.mark.parametrize("mask", ["5ebe2294ecd0e0f08eab7690d2a6ee69", "********", "", None])
def test_hidden_secrets_are_no_difference(policy, mask):
    stored = {**S3, "access_key_id": mask, "secret_access_key": mask}
    report, script = policy({"backup_location": S3}, read(bdb(backup_location=stored)))
    assert rows(report) == [("orders", "unchanged", False)] and script.writes == []


def test_secrets_are_sent_at_every_run_on_demand(policy):
    shown = bdb(backup_location=HASHED_S3)
    report, script = policy({"backup_location": S3, "update_secrets": "always"}, read(shown), put(), read(shown))
    assert bodies(script) == [{"backup_location": S3}] and rows(report) == [("orders", "updated", True)]
    assert report.diff["after"]["orders (uid 1)"]["backup_location"] == {
        "type": "s3",
        "bucket_name": "b",
        "subdir": "d",
    } | dict.fromkeys(("access_key_id", "secret_access_key"), "sent, not shown")


def test_a_location_without_secrets_is_never_sent_for_them(policy):
    report, script = policy({"backup_location": MOUNT, "update_secrets": "always"}, read(bdb(backup_location=MOUNT)))
    assert rows(report) == [("orders", "unchanged", False)] and script.writes == []


def test_the_whole_given_location_is_sent_when_one_key_of_it_differs(policy):
    moved = {**S3, "subdir": "other"}
    dummy, script = policy(
        {"backup_location": moved},
        read(bdb(backup_location=HASHED_S3)),
        put(),
        read(bdb(backup_location={**HASHED_S3, "subdir": "/other/"})),
    )
    assert bodies(script) == [{"backup_location": moved}]


def test_nothing_of_a_secret_is_in_the_report(policy):
    ftp = {"type": "url", "url": "ftp://user:very-secret@files.example.com/dir/"}
    stored = {"type": "url", "url": "ftp://user:5ebe2294ecd0e0f08eab7690d2a6ee69@files.example.com/dir/"}
    for location, kept in ((S3, HASHED_S3), (ftp, stored)):
        for check_mode in (False, True):
            steps = [SCHEMA] if check_mode else [put(), read(bdb(backup_location=kept))]
            report, dummy = policy(
                {"backup_location": location, "update_secrets": "always", "cluster_dry_run": False},
                read(bdb(backup_location=kept)),
                *steps,
                check_mode=check_mode,
            )
            shown = json.dumps([report.data, report.diff, report.msg, report.warnings])
            assert rows(report)[0][2] is True
            assert (
                "very-secret" not in shown and "AKIA" not in shown and "5ebe2294" not in shown and "user:" not in shown
            )


def test_a_url_in_the_diff_says_that_its_password_is_sent(policy):
    ftp = {"type": "url", "url": "ftp://user:pw@files.example.com/dir/"}
    options = {"backup_location": ftp, "cluster_dry_run": False}
    report, dummy = policy(options, read(bdb()), SCHEMA, check_mode=True)
    after = report.diff["after"]["orders (uid 1)"]["backup_location"]
    assert after == {"type": "url", "url": "ftp://***@files.example.com/dir/"}


@pytest.mark.parametrize("stored", ["5ebe2294ecd0e0f08eab7690d2a6ee69", "ftp://********", "********"])
def test_a_url_that_is_hidden_whole_is_no_difference_but_a_warning(policy, stored):
    ftp = {"type": "url", "url": "ftp://user:pw@files.example.com/dir/"}
    shown = read(bdb(backup_location={"type": "url", "url": stored}))
    report, script = policy({"backup_location": ftp}, shown)
    assert rows(report) == [("orders", "unchanged", False)] and script.writes == []
    assert len(report.warnings) == 1 and "update_secrets always" in report.warnings[0]


# What no cluster can take is refused before anything is sent


def test_nothing_to_set(policy):
    assert "none of enabled, interval, interval_offset, history, backup_location is given" in refused(policy, {})


def test_secrets_of_no_location(policy):
    said = refused(policy, {"enabled": True, "update_secrets": "always"})
    assert said.startswith("update_secrets: ") and "Give backup_location" in said


@pytest.mark.parametrize("offset", [3600, 4000])
def test_offset_that_is_no_part_of_the_interval(policy, offset):
    said = refused(policy, {"interval": 3600, "interval_offset": offset})
    assert said.startswith(f"interval_offset: {offset} s is not less than the interval of 3600 s")


def test_offset_that_is_no_part_of_the_interval_that_is_there(policy):
    shown = read(bdb(backup_interval=3600), bdb(uid=2, name="sessions", backup_interval=86400))
    said = refused(policy, {"name": "*", "interval_offset": 3600}, shown)
    assert "3600 s is not less than the interval of 3600 s for orders (uid 1)" in said and "sessions" not in said


def test_cluster_may_keep_or_draw_the_offset_that_nobody_asked_for(policy):
    shown = {**NIGHTLY_SHOWN, "backup_interval_offset": 50000}
    short = {**NIGHTLY_SHOWN, "backup_interval": 3600, "backup_interval_offset": 0}
    report, script = policy({"interval": 3600}, read(bdb(**shown)), put(), read(bdb(**short)))
    assert rows(report) == [("orders", "updated", True)] and bodies(script) == [{"backup_interval": 3600}]
    report, dummy = policy({"interval": 3600}, read(bdb(**shown)), put(answer=refusal(406, "unsupported")))
    assert rows(report) == [("orders", "failed", False)]
    assert "present offset of 50000 s is not less than the interval: give an interval_offset" in report.msg


def test_enabling_without_a_location(policy):
    said = refused(policy, {"enabled": True, "interval": 3600}, read(bdb(**OFF)))
    assert said.startswith("backup_location: ") and "orders (uid 1)" in said and "Give the location" in said


@pytest.mark.parametrize("shown", [{}, {"backup_interval": 0}, {"backup_interval": None}])
def test_enabling_without_an_interval(policy, shown):
    said = refused(policy, {"enabled": True, "backup_location": MOUNT}, read(bdb(**shown)))
    assert said.startswith("interval: ") and "orders (uid 1)" in said and "86400" in said


def test_one_database_that_cannot_be_enabled_keeps_the_others_from_being_changed(policy):
    ready = bdb(**{**NIGHTLY_SHOWN, "backup": False})
    said = refused(policy, {"name": "*", "enabled": True}, read(ready, bdb(uid=2, name="sessions", backup_interval=60)))
    assert "sessions (uid 2)" in said and "orders" not in said


def test_unknown_database_and_bad_location(policy):
    assert "no database matches 'ordres'" in refused(policy, {"name": "ordres", "enabled": False}, read(bdb()))
    assert "backup_location.path" in refused(policy, {"backup_location": {"type": "mount_point", "path": "x"}})
    assert "name: neither uid nor name" in refused(policy, {"name": [], "enabled": False})


# What comes after the PUT


def test_change_that_shows_late_is_waited_for(policy):
    pending = read(bdb(status="active-change-pending", **OFF))
    report, script = policy(NIGHTLY, read(bdb(**OFF)), put(), pending, pending, read(bdb(**NIGHTLY_SHOWN)))
    assert rows(report) == [("orders", "updated", True)] and len(script.writes) == 1


def test_change_is_not_believed_while_the_cluster_is_at_it(policy):
    pending = read(bdb(status="active-change-pending", **NIGHTLY_SHOWN))
    report, dummy = policy(NIGHTLY, read(bdb(**OFF)), put(), pending, Repeated(read(bdb(**OFF))))
    failure = report.data["databases"][0]["failure"]
    assert rows(report) == [("orders", "failed", True)] and failure["kind"] == "not_applied"
    assert "enabled, interval, backup_location" in failure["description"]


def test_no_end_of_the_change_within_the_time(policy):
    pending = read(bdb(status="active-change-pending", **OFF))
    report, dummy = policy({**NIGHTLY, "wait_timeout": 1}, read(bdb(**OFF)), put(), Repeated(pending))
    assert rows(report) == [("orders", "timed_out", True)]


def test_database_that_is_being_changed_is_waited_for(policy):
    pending = read(bdb(status="active-change-pending", **OFF))
    report, script = policy(NIGHTLY, pending, read(bdb(**OFF)), put(), read(bdb(**NIGHTLY_SHOWN)))
    assert rows(report) == [("orders", "updated", True)] and len(script.writes) == 1


def test_conflict_is_tried_again(policy):
    busy = put(answer=refusal(409, "conflict"))
    report, script = policy(NIGHTLY, read(bdb(**OFF)), busy, read(bdb(**OFF)), put(), read(bdb(**NIGHTLY_SHOWN)))
    assert rows(report) == [("orders", "updated", True)] and len(script.writes) == 2


def test_conflict_after_which_nothing_is_left_to_do(policy):
    busy = put(answer=refusal(409, "conflict"))
    report, script = policy(NIGHTLY, read(bdb(**OFF)), busy, read(bdb(**NIGHTLY_SHOWN)))
    assert rows(report) == [("orders", "unchanged", False)] and len(script.writes) == 1
    assert report.data["databases"][0]["changes"] == []


def test_conflict_that_does_not_end(policy):
    off, busy = read(bdb(**OFF)), put(answer=refusal(409, "conflict", retry_after=30))
    report, dummy = policy({**NIGHTLY, "wait_timeout": 20, "poll_interval": 20}, off, busy, off)
    assert rows(report) == [("orders", "not_started", False)] and "409" in report.msg and "wait_timeout" in report.msg


def test_request_that_was_never_sent_is_sent_again(policy):
    off = read(bdb(**OFF))
    report, script = policy(NIGHTLY, off, put(answer=REFUSED_CONNECTION), off, put(), read(bdb(**NIGHTLY_SHOWN)))
    assert rows(report) == [("orders", "updated", True)] and len(script.writes) == 2


def test_lost_answer_is_cleared_up_by_reading(policy):
    report, script = policy(NIGHTLY, read(bdb(**OFF)), put(answer=LOST), read(bdb(**NIGHTLY_SHOWN)))
    assert rows(report) == [("orders", "updated", True)] and len(script.writes) == 1
    assert report.data["databases"][0]["before"]["enabled"] is False


def test_change_that_was_lost_on_its_way_is_sent_again(policy):
    off = read(bdb(**OFF))
    report, script = policy(NIGHTLY, off, put(answer=LOST), off, put(), read(bdb(**NIGHTLY_SHOWN)))
    assert rows(report) == [("orders", "updated", True)] and len(script.writes) == 2


def test_lost_secrets_cannot_be_seen_and_are_sent_until_they_are_taken(policy):
    shown = read(bdb(backup_location=HASHED_S3))
    options = {"backup_location": S3, "update_secrets": "always"}
    report, script = policy(options, shown, put(answer=LOST), shown, put(answer=LOST), shown, put(), shown)
    assert rows(report) == [("orders", "updated", True)] and bodies(script) == [{"backup_location": S3}] * 3


def test_lost_answer_about_which_nothing_is_known_when_the_time_is_up(policy):
    off = read(bdb(**OFF))
    options = {**NIGHTLY, "wait_timeout": 1, "poll_interval": 20}
    report, dummy = policy(options, off, put(answer=refusal(503, "server", retry_after=30)), off)
    assert rows(report) == [("orders", "unknown", True)] and "Run the task again" in report.msg


@pytest.mark.parametrize(
    "answer, words",
    [
        (refusal(406, "unsupported", code="missing_backup_interval"), "Give the interval"),
        (refusal(406, "unsupported", description="Unable to access the storage"), "its nodes reach the location"),
        (refusal(406, "unsupported", code="unsupported_module_capabilities"), "backup_restore"),
        (refusal(403, "permission", hint="It needs the permission update_bdb"), "update_bdb"),
        (refusal(400, "rejected"), "answered 400"),
        (refusal(404, "not_found"), "answered 404"),
    ],
)
def test_one_refusal_stops_no_other_database(policy, answer, words):
    one, other = bdb(**OFF), bdb(uid=2, name="sessions", **OFF)
    report, dummy = policy(
        {**NIGHTLY, "name": "*", "max_parallel": 1},
        read(one, other),
        put(answer=answer),
        read(one, other),
        put(uid=2),
        read(one, bdb(uid=2, name="sessions", **NIGHTLY_SHOWN)),
    )
    assert rows(report) == [("orders", "failed", False), ("sessions", "updated", True)]
    assert report.failure.kind == "databases" and "orders (uid 1)" in report.msg and words in report.msg


def test_refused_credentials_end_the_task(policy):
    one, other = bdb(**OFF), bdb(uid=2, name="sessions", **OFF)
    report, dummy = policy(
        {**NIGHTLY, "name": "*", "max_parallel": 1}, read(one, other), put(answer=refusal(401, "authentication"))
    )
    assert rows(report) == [("orders", "failed", False), ("sessions", "not_started", False)]


def test_database_that_vanishes(policy):
    gone = ("GET", "/v1/bdbs/1", refusal(404, "not_found"))
    report, dummy = policy(NIGHTLY, read(bdb(**OFF)), put(), read(), gone)
    assert report.data["databases"][0]["failure"]["kind"] == "vanished"


# Check mode


def test_check_mode_without_a_dry_run_predicts_and_sends_nothing(policy):
    databases = read(bdb(**OFF), bdb(uid=2, name="sessions", **NIGHTLY_SHOWN))
    options = {**NIGHTLY, "name": "*", "cluster_dry_run": False}
    report, script = policy(options, databases, SCHEMA, check_mode=True)
    assert rows(report) == [("orders", "would_update", True), ("sessions", "unchanged", False)]
    assert script.writes == [] and report.data["preflight"] == {"ready": True, "problems": [], "validated": False}
    assert report.data["databases"][0]["policy"]["interval"] == 86400
    assert report.diff["before"]["orders (uid 1)"]["enabled"] is False
    assert report.diff["after"]["orders (uid 1)"]["enabled"] is True


def test_check_mode_needs_one_read_when_there_is_nothing_to_do(policy):
    report, script = policy(NIGHTLY, read(bdb(**NIGHTLY_SHOWN)), check_mode=True)
    assert rows(report) == [("orders", "unchanged", False)] and len(script.sent) == 1


def test_check_mode_fails_where_the_real_run_would(policy):
    modules = ("GET", "/v1/modules", [{"module_name": "own", "capabilities": []}])
    shown = bdb(status="recovery", module_list=[{"module_name": "own"}], **OFF)
    report, dummy = policy(NIGHTLY, read(shown), SCHEMA, modules, check_mode=True)
    assert rows(report) == [("orders", "would_fail", False)] and report.data["preflight"]["ready"] is False
    assert [problem["kind"] for problem in report.data["preflight"]["problems"]] == ["unsupported", "not_active"]
    assert "refuses to back up it" in report.msg


DRY = {"enabled": False}
ON = bdb(**NIGHTLY_SHOWN)
SAME = ("GET", "/v1/bdbs/1", ON)


@pytest.mark.parametrize("versions", [("7.4.2-54",), ("8.0.2-17", "7.4.2-1"), ("100.0.21-16135",)])
def test_dry_run_is_sent_to_releases_that_document_it(policy, versions):
    report, script = policy(DRY, read(ON), nodes(*versions), put(query="?dry_run"), SAME, check_mode=True)
    assert rows(report) == [("orders", "would_update", True)] and report.data["preflight"]["validated"] is True
    assert bodies(script) == [{"backup": False}]


@pytest.mark.parametrize(
    "answer",
    [
        nodes("7.2.4-92"),
        nodes("8.0.2-17", "6.4.2-30"),
        nodes("8.0.2-17", None),
        nodes("new"),
        nodes(),
        ("GET", "/v1/nodes", ["8.0.2-17"]),
        ("GET", "/v1/nodes", refusal(403, "permission")),
        ("GET", "/v1/nodes", LOST),
    ],
)
def test_dry_run_is_not_sent_where_the_cluster_might_apply_it(policy, answer):
    report, script = policy(DRY, read(ON), answer, check_mode=True)
    assert script.writes == [] and rows(report) == [("orders", "would_update", True)]
    assert report.data["preflight"]["validated"] is False and report.data["preflight"]["ready"] is True
    (problem,) = report.data["preflight"]["problems"]
    assert (problem["kind"], problem["blocking"]) == ("not_validated", False) and "7.4" in problem["hint"]


def test_dry_run_finds_what_the_cluster_will_refuse(policy):
    answer = refusal(406, "unsupported", code="missing_backup_interval")
    report, dummy = policy(DRY, read(ON), nodes("8.0.2-17"), put(answer=answer, query="?dry_run"), check_mode=True)
    assert rows(report) == [("orders", "would_fail", False)] and "Give the interval" in report.msg
    assert report.data["preflight"]["ready"] is False


@pytest.mark.parametrize("answer, steps", [(refusal(409, "conflict"), []), (LOST, [SAME])])
def test_dry_run_that_the_cluster_has_no_time_for_is_no_failure(policy, answer, steps):
    busy = put(answer=answer, query="?dry_run")
    report, dummy = policy(DRY, read(ON), nodes("8.0.2-17"), busy, *steps, check_mode=True)
    assert rows(report) == [("orders", "would_update", True)] and report.data["preflight"]["validated"] is False


def test_dry_run_that_was_applied_stops_before_the_next(policy):
    """The first of the three is refused, which proves nothing; so the second is read back, and the third is not asked for."""
    others = [bdb(uid=uid, name=f"db-{uid}", **NIGHTLY_SHOWN) for uid in (2, 3)]
    applied = ("GET", "/v1/bdbs/2", bdb(uid=2, name="db-2", **{**NIGHTLY_SHOWN, "backup": False}))
    report, script = policy(
        {**DRY, "name": "*"},
        read(ON, *others),
        nodes("8.0.2-17"),
        put(answer=refusal(406, "unsupported"), query="?dry_run"),
        put(uid=2, query="?dry_run"),
        applied,
        check_mode=True,
    )
    assert rows(report) == [("orders", "would_fail", False), ("db-2", "failed", True), ("db-3", "would_update", True)]
    assert "while the cluster was asked for a dry run" in report.msg and len(script.writes) == 2


def test_dry_runs_are_read_back_until_one_was_accepted(policy):
    others = [bdb(uid=uid, name=f"db-{uid}", **NIGHTLY_SHOWN) for uid in (2, 3)]
    report, script = policy(
        {**DRY, "name": "*"},
        read(ON, *others),
        nodes("8.0.2-17"),
        put(query="?dry_run"),
        SAME,
        put(uid=2, query="?dry_run"),
        put(uid=3, query="?dry_run"),
        check_mode=True,
    )
    assert report.data["preflight"]["validated"] is True and len(script.writes) == 3


# Warnings


@pytest.mark.parametrize("version, warned", [("7.8.6-36", True), ("7.22.0-95", False), ("8.0.2-17", False)])
def test_history_that_the_release_does_not_keep_to(policy, version, warned):
    report, dummy = policy(
        {"history": 7}, read(bdb(**OFF)), nodes(version), put(), read(bdb(**{**OFF, "backup_history": 7}))
    )
    assert ["RS140649" in warning for warning in report.warnings] == [True] * warned


def test_interval_that_was_perhaps_not_meant_in_seconds(policy):
    report, dummy = policy({"interval": 24}, read(bdb(**OFF)), put(), read(bdb(**{**OFF, "backup_interval": 24})))
    assert "24 s" in report.warnings[0]


def test_active_active_and_product_folder(policy):
    location = {"type": "mount_point", "path": "/var/opt/redislabs/backups"}
    report, dummy = policy(
        {"backup_location": location}, read(bdb(crdt=True)), put(), read(bdb(crdt=True, backup_location=location))
    )
    assert "directory of the product" in report.warnings[0] and "Active-Active" in report.warnings[1]


@pytest.mark.parametrize("odd", [None, "", [], "s3://b", 5, {}, {"type": 5, "path": ["/mnt/backups"]}, {5: "x"}])
def test_odd_location_of_the_cluster_is_replaced(policy, odd):
    report, script = policy({"backup_location": MOUNT}, read(bdb(backup_location=odd)), put(), read(ON))
    assert rows(report) == [("orders", "updated", True)] and bodies(script) == [{"backup_location": MOUNT}]
    assert report.data["databases"][0]["before"]["backup_location"] is None
