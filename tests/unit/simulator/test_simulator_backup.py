# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy of periodic backups: its changes, what GET shows of it, and the backups on a clock that moves."""

from __future__ import annotations

import hashlib
import time

import pytest

from tests.simulator.rdb import examine

S3 = {"type": "s3", "bucket_name": "b", "subdir": "d", "access_key_id": "hush-id", "secret_access_key": "hush-key"}
FIELDS = "fields=backup,backup_interval,backup_interval_offset,backup_history,backup_location"


class Policies:
    """Changes policies, and moves the clock to where they are due."""

    def __init__(self, api, folder):
        self.api = api
        self.control = api.simulator.control
        self.location = {"type": "mount_point", "path": str(folder)}

    def put(self, uid, /, query="", user="admin", **body):
        return self.api.call("PUT", f"/v1/bdbs/{uid}{query}", user=user, json=body)

    def enable(self, uid, interval=3600, **body):
        return self.put(uid, backup=True, backup_interval=interval, backup_location=self.location, **body)

    def shown(self, uid):
        return self.api.get(f"/v1/bdbs/{uid}?{FIELDS}").json()

    def new(self, **values):
        return self.control.add_database(keys=18, **values)["uid"]

    def until_due(self, uid):
        """Move the clock to the next scheduled backup and wait for its end."""
        self.control.advance(self.control.database(uid)["next_backup"] - self.control.time() + 1)
        return self.control.wait_done(uid)

    def later(self, uid, seconds=301):
        self.control.advance(seconds)
        return self.control.wait_done(uid)


@pytest.fixture(name="policies")
def fixture_policies(api, tmp_path):
    return Policies(api, tmp_path)


def test_change_is_shown_and_answered_with_the_database(policies):
    uid = policies.new()
    answer = policies.enable(uid, backup_interval_offset=600, backup_history=7)
    assert answer.status_code == 200 and answer.json()["action_uid"]
    wanted = {
        "backup": True,
        "backup_interval": 3600,
        "backup_interval_offset": 600,
        "backup_history": 7,
        "backup_location": policies.location,
    }
    assert policies.shown(uid) == wanted and wanted.items() <= answer.json().items()
    assert policies.put(uid, user="db_member", backup_history=0).ok
    assert policies.shown(uid) == {**wanted, "backup_history": 0}
    policies.control.settings(put_answers="empty")
    answer = policies.put(uid, backup=False)
    assert answer.status_code == 200 and answer.content == b""
    assert policies.shown(uid) == {**wanted, "backup_history": 0, "backup": False}
    assert policies.control.counters()["accepted_changes"] == {str(uid): 3}


@pytest.mark.parametrize("query", ["?dry_run", "?dry_run=true"])
def test_dry_run_changes_and_counts_nothing_but_itself(policies, query):
    uid = policies.new()
    before, body = policies.shown(uid), {"backup": True, "backup_interval": 3600}
    answer = policies.put(uid, query, **body, backup_location=policies.location)
    assert answer.status_code == 200 and answer.json()["action_uid"] == ""
    nowhere = {"type": "mount_point", "path": "/nowhere"}
    assert policies.put(uid, query, **body).status_code == 406
    assert policies.put(uid, query, **body, backup_location=nowhere).status_code == 406
    policies.control.settings(dry_run_verifies=False)
    assert policies.put(uid, query, **body, backup_location=nowhere).status_code == 200
    assert policies.shown(uid) == before and policies.control.database(uid)["next_backup"] is None
    counters = policies.control.counters()
    assert counters["accepted_dry_runs"] == {str(uid): 2} and counters["accepted_changes"] == {}
    assert counters["writes"] == 0 and counters["methods"]["PUT"] == 4
    assert policies.put(uid, "?dry_run=false", **body, backup_location=policies.location).ok
    assert policies.shown(uid)["backup"] is True and policies.control.counters()["writes"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"name": "other"},
        {"uid": 7},
        {"last_backup_time": "2026-01-01T00:00:00Z"},
        {"backup_status": ""},
        {"backup": "true"},
        {"backup": 1},
        {"backup": None},
        {"backup_interval": "3600"},
        {"backup_interval": 3600.0},
        {"backup_interval": True},
        {"backup_interval_offset": -1},
        {"backup_history": "7"},
        {"backup_location": None},
        {"backup_location": "/mnt"},
        {"backup_location": {**S3, "filename": "f"}},
        {"backup_location": {"type": "mount_point"}},
        {"export_location": {"type": "mount_point", "path": "/x"}},
    ],
)
def test_wrong_bodies(policies, uid, body):
    answer = policies.put(uid, **body)
    assert answer.status_code == 400 and "hush" not in answer.text
    assert policies.control.counters()["accepted_changes"] == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"backup": True}, "missing_backup_interval"),
        ({"backup": True, "backup_interval": 0}, "missing_backup_interval"),
        ({"backup": True, "backup_interval": 3600}, "missing_backup_location"),
        ({"backup_interval": 3600, "backup_interval_offset": 3600}, "invalid_backup_interval_offset"),
        ({"backup_location": {"type": "mount_point", "path": "/nowhere"}}, "backup_location_not_accessible"),
    ],
)
@pytest.mark.parametrize("profile", ["7.4", "8.0"])
def test_configurations_that_are_refused(policies, body, code, profile):
    uid = policies.new()
    policies.control.settings(profile=profile)
    before = policies.shown(uid)
    answer = policies.put(uid, **body)
    assert (answer.status_code, answer.json()["error_code"]) == (406, code)
    assert policies.shown(uid) == before


def test_other_refusals(policies, uid):
    control = policies.control
    assert policies.put(uid, user="db_viewer", backup=False).status_code == 403
    assert policies.put(99, backup=False).status_code == 404
    assert policies.put(2, user="scoped", backup=False).status_code == 404
    assert policies.enable(3).json()["error_code"] == "unsupported_module_capabilities"
    control.set_database(uid, import_plan={"hang": True})
    control.start_import(uid)
    assert policies.put(uid, backup=False).status_code == 409
    control.set_database(uid, import_plan={"hang": False})
    control.settings(license="expired")
    assert policies.put(uid, backup=False).status_code == 403


def test_a_change_takes_its_time(policies, uid):
    policies.control.settings(change_duration=60)
    assert policies.put(uid, backup_history=1).ok
    assert policies.api.get(f"/v1/bdbs/{uid}").json()["status"] == "active-change-pending"
    assert policies.put(uid, backup_history=2).status_code == 409 and policies.api.export(uid).status_code == 409
    assert policies.api.get(f"/v1/bdbs/{uid}").json()["backup_history"] == 1


@pytest.mark.parametrize("interval", [43200, 86400])
def test_a_random_offset_that_nobody_asked_for(policies, uid, interval):
    assert policies.enable(uid, interval).ok
    drawn = policies.shown(uid)["backup_interval_offset"]
    assert 0 < drawn < interval
    assert policies.enable(uid, interval).ok and policies.shown(uid)["backup_interval_offset"] == drawn
    assert policies.enable(uid, 3600).ok and policies.shown(uid)["backup_interval_offset"] < 3600
    assert policies.enable(uid, interval, backup_interval_offset=4000).ok
    assert policies.shown(uid)["backup_interval_offset"] == 4000
    assert policies.enable(uid, 3600).status_code == 406, "an offset that was asked for is not drawn anew"


def test_no_random_offset_for_other_intervals(policies, uid):
    assert policies.enable(uid, 3600).ok and policies.shown(uid)["backup_interval_offset"] == 0


def test_defaults_are_absent_in_older_releases(policies, uid):
    policies.control.settings(profile="7.4")
    assert policies.shown(uid) == {"backup_interval": 0}
    assert policies.enable(uid).ok
    assert policies.shown(uid) == {"backup": True, "backup_interval": 3600, "backup_location": policies.location}
    policies.control.settings(profile="8.0")
    assert set(policies.shown(uid)) == set(FIELDS.partition("=")[2].split(","))


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("location", "form", "expected"),
    [
        (S3, "hashed", {**S3, "access_key_id": _hash("hush-id"), "secret_access_key": _hash("hush-key")}),
        (S3, "masked", {**S3, "access_key_id": "********", "secret_access_key": "********"}),
        (S3, "omitted", {"type": "s3", "bucket_name": "b", "subdir": "d"}),
        (S3, "clear", S3),
        (
            {"type": "url", "url": "ftp://joe:hu%2Fsh@host:21/d/"},
            "hashed",
            {"type": "url", "url": f"ftp://joe:{_hash('hu/sh')}@host:21/d/"},
        ),
        (
            {"type": "sftp", "sftp_url": "sftp://joe:hush@host/", "key": "hush"},
            "omitted",
            {"type": "sftp", "sftp_url": "sftp://joe@host/"},
        ),
        ({"type": "sftp", "sftp_url": "sftp://joe@host/"}, "masked", {"type": "sftp", "sftp_url": "sftp://joe@host/"}),
    ],
)
def test_secrets_of_the_location(policies, uid, location, form, expected):
    policies.control.settings(location_secrets=form)
    answer = policies.put(uid, backup_location=location)
    assert answer.json()["backup_location"] == expected
    assert policies.shown(uid)["backup_location"] == expected


def test_backups_come_when_they_are_due_and_can_be_imported(policies, tmp_path):
    control = policies.control
    uid = policies.new(name="nightly", shards=2)
    assert policies.enable(uid, backup_interval_offset=600).ok
    due = control.database(uid)["next_backup"]
    assert due % 3600 == 600 and 0 < due - control.time() <= 3600
    control.advance(due - control.time() - 60)
    assert not control.database(uid)["busy"] and not list(tmp_path.iterdir())
    found = policies.until_due(uid)
    assert found["status_fields"]["backup_status"] == "succeeded" and found["next_backup"] == due + 3600
    assert time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(due)) < found["status_fields"]["last_backup_time"]
    assert "last_export_time" not in found["status_fields"]
    assert (found["last_run"]["operation"], found["last_run"]["by"]) == ("backup", "schedule")
    files = sorted(tmp_path.iterdir())
    assert len(files) == 2 and all(examine(path).sound and f"-{uid}-nightly-" in path.name for path in files)
    before = control.contents(uid)
    control.flush(uid)
    control.start_import(uid, [{"type": "mount_point", "path": str(path)} for path in files])
    assert control.wait_done(uid)["last_run"]["reason"] == "" and control.contents(uid) == before
    assert len(policies.until_due(uid)["runs"]) == 3 and len(list(tmp_path.iterdir())) == 4
    assert control.counters()["accepted_starts"] == {}


def test_a_jump_over_several_times_makes_one_backup(policies, uid):
    policies.enable(uid)
    found = policies.later(uid, 10 * 3600)
    assert len(found["runs"]) == 1 and found["next_backup"] > policies.control.time()
    last = found["status_fields"]["last_backup_time"]
    policies.put(uid, backup=False)
    found = policies.later(uid, 10 * 3600)
    assert len(found["runs"]) == 1 and found["next_backup"] is None
    assert found["status_fields"]["last_backup_time"] == last, "what is over does not move with the clock"


def test_the_time_passes_by_itself_and_by_an_event(policies, uid):
    control = policies.control
    policies.enable(uid)
    control.advance(control.database(uid)["next_backup"] - control.time() - 0.2)
    while not control.database(uid)["runs"]:
        time.sleep(0.02)
    control.wait_done(uid)
    control.event("advance", seconds=3600)
    while len(control.database(uid)["runs"]) < 2:
        time.sleep(0.02)


def test_history_deletes_old_files_of_the_database_only(policies, tmp_path):
    uid = policies.new(name="kept")
    names = [f"bk20200101-000000-{number}-kept-1_of_1-1-0-16383.rdb.gz" for number in (uid, uid + 1)]
    for name in [*names, "notes.txt"]:
        (tmp_path / name).touch()
    assert policies.enable(uid).ok
    policies.until_due(uid)
    assert len(list(tmp_path.iterdir())) == 4
    policies.put(uid, backup_history=2)
    policies.until_due(uid)
    assert not (tmp_path / names[0]).exists()
    assert (tmp_path / names[1]).exists() and (tmp_path / "notes.txt").exists() and len(list(tmp_path.iterdir())) == 4
    policies.later(uid, 3 * 86400)
    assert len(list(tmp_path.glob(f"bk*-{uid}-kept-*"))) == 1


def test_a_failed_backup_is_tried_again_until_it_succeeds(policies, tmp_path):
    uid = policies.new()
    policies.enable(uid, 86400, backup_interval_offset=0)
    tmp_path.chmod(0o555)
    shown = policies.until_due(uid)["status_fields"]
    assert (shown["backup_status"], shown["backup_failure_reason"]) == ("failed", "no-permission")
    assert "last_backup_time" not in shown
    assert len(policies.later(uid, 100)["runs"]) == 1 and len(policies.later(uid, 201)["runs"]) == 2
    tmp_path.chmod(0o755)
    found = policies.later(uid)
    assert len(found["runs"]) == 3 and found["status_fields"]["backup_status"] == "succeeded"
    assert len(policies.later(uid)["runs"]) == len(policies.later(uid)["runs"]) == 3


def test_a_backup_waits_for_a_busy_database_and_obeys_the_plan(policies, uid):
    control = policies.control
    policies.enable(uid)
    control.set_database(uid, plan={"hang": True, "busy_times": 1})
    control.start_import(uid)
    control.advance(3600)
    assert [run["operation"] for run in control.wait_done(uid)["runs"]] == ["import"]
    control.advance(301)
    assert policies.api.get(f"/v1/bdbs/{uid}").json()["backup_status"] == "exporting"
    assert policies.api.reset(uid, "backup").status_code == 409 and policies.api.export(uid).status_code == 409
    control.set_database(uid, plan={"hang": False})
    assert control.wait_done(uid)["last_run"]["operation"] == "backup"
    control.set_database(uid, plan={"result": "failed", "reason": "wrong-file-path"})
    assert policies.until_due(uid)["status_fields"]["backup_failure_reason"] == "wrong-file-path"
    assert policies.api.reset(uid, "backup").ok


def test_a_policy_of_the_configuration_is_obeyed(policies):
    uid = policies.new(fields={"backup": True, "backup_interval": 60, "backup_location": policies.location})
    assert policies.until_due(uid)["status_fields"]["backup_status"] == "succeeded"


def test_validation_of_a_location(policies, tmp_path):
    def validate(user="admin", **body):
        return policies.api.call("POST", "/v1/bdbs/actions/validate_backup_location", user=user, json=body)

    answer = validate(backup_location=policies.location)
    assert answer.status_code == 200 and answer.content == b""
    nowhere = {"type": "mount_point", "path": str(tmp_path / "missing")}
    answer = validate(backup_location=nowhere)
    assert answer.status_code == 406 and "wrong-file-path" in answer.json()["description"]
    for body in ({}, {"backup_location": S3, "more": 1}, {"backup_location": {"type": "nfs"}}):
        assert validate(**body).status_code == 400
    assert validate("db_viewer", backup_location=nowhere).status_code == 403
    policies.control.settings(validate_endpoint=False)
    assert validate(backup_location=policies.location).status_code == 404
    assert policies.control.counters()["writes"] == 0 and not list(tmp_path.iterdir())
