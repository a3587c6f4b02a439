# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_import: what it refuses before it sends anything, which requests it sends, and what it says in the end."""

from __future__ import annotations

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.modules import bdb_import
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import (
    LOST,
    REFUSED_CONNECTION,
    Repeated,
    bdb,
    failing_read,
    fence,
    read,
    refusal,
)

FIRST = "bk20261101-020041-1-orders-1_of_2-1-0-8191.rdb.gz"
SECOND = "bk20261101-020041-1-orders-2_of_2-2-8192-16383.rdb.gz"
SEED = "/mnt/exports/seed.rdb"
SESSIONS = {"uid": 2, "name": "sessions"}


def mount(*names):
    return [{"type": "mount_point", "path": name if name.startswith("/") else f"/mnt/exports/{name}"} for name in names]


def begin(uid=1, answer=None):
    return ("POST", f"/v1/bdbs/{uid}/actions/import", answer)


def importing(uid=1, name="orders", **more):
    return bdb(uid=uid, name=name, status="import-pending", import_status="importing", **more)


@pytest.fixture
def load(run):
    """load(options, *steps): the Report of the module and what was sent."""

    def call(options, *steps, check_mode=False):
        chosen = {} if "imports" in options else {"name": "orders", "sources": mount(FIRST, SECOND)}
        return run(bdb_import, {**chosen, "confirm_erase": "orders", **options}, *steps, check_mode=check_mode)

    return call


def refused(load, options, *steps, check_mode=False):
    """The words of an error of the options; only the read of the databases may have been sent."""
    with pytest.raises(RedisEnterpriseError) as caught:
        load(options, *steps, check_mode=check_mode)
    assert caught.value.kind == "option"
    return caught.value.sentence()


def rows(report):
    return [(row["name"], row["outcome"], row["changed"]) for row in report.data["databases"]]


# The way of an import


def test_import_is_started_once_and_followed_to_its_end(load):
    report, script = load(
        {},
        read(bdb()),
        begin(),
        read(bdb(status="import-pending", import_status="initializing", import_progress=0)),
        read(importing(import_progress=40)),
        read(bdb(import_status="succeeded", import_progress=100)),
    )
    assert rows(report) == [("orders", "imported", True)]
    assert script.sent[1][2] == {"dataset_import_sources": mount(FIRST, SECOND)}
    assert report.data["databases"][0]["files"] == [FIRST, SECOND]
    assert report.failure is None


def test_stale_success_is_fenced_off_and_the_new_end_believed_between_two_polls(load):
    stale = bdb(import_status="succeeded")
    report, script = load(
        {}, read(stale), fence(operation="import"), read(bdb(import_status="idle")), begin(), read(stale)
    )
    assert rows(report) == [("orders", "imported", True)]
    assert report.data["databases"][0]["before"]["status"] == "succeeded"
    assert script.writes == [
        ("PUT", "/v1/bdbs/1/actions/import_reset_status"),
        ("POST", "/v1/bdbs/1/actions/import"),
    ]


def test_running_import_is_followed_and_a_warning_says_that_its_files_are_unknown(load):
    report, script = load({}, read(importing()), read(bdb(import_status="succeeded")))
    assert rows(report) == [("orders", "attached", False)]
    assert script.writes == [] and report.data["databases"][0]["files"] == []
    assert "cannot be read back" in report.warnings[0]


def test_running_import_is_waited_for_and_then_replaced(load):
    done = bdb(import_status="succeeded")
    report, script = load(
        {"if_running": "wait"},
        read(importing()),
        read(done),
        fence(operation="import"),
        read(bdb()),
        begin(),
        read(done),
    )
    assert rows(report) == [("orders", "imported", True)]
    assert [method for method, dummy in script.writes] == ["PUT", "POST"]


def test_end_counts_only_when_the_database_is_no_longer_pending(load):
    """Neither the success of a former import, shown a moment too long, nor its own, shown before the database can be used."""
    stale = bdb(status="import-pending", import_status="failed", import_failure_reason="download-error")
    report, dummy = load(
        {},
        read(bdb()),
        begin(),
        read(stale),
        read(importing()),
        read(bdb(status="import-pending", import_status="succeeded")),
        read(bdb(import_status="succeeded")),
    )
    assert rows(report) == [("orders", "imported", True)]


def test_database_that_is_pending_for_an_import_is_one_that_runs(load):
    pending = bdb(status="import-pending", import_status="succeeded")
    report, script = load({"if_running": "fail"}, read(pending))
    assert report.data["databases"][0]["failure"]["kind"] == "busy" and script.writes == []


def test_each_database_gets_its_own_files(load):
    report, script = load(
        {
            "imports": [{"name": "sessions", "sources": mount(SEED)}, {"uid": 1, "sources": mount(FIRST, SECOND)}],
            "confirm_erase": ["1", "sessions"],
            "max_parallel": 1,
        },
        read(bdb(), bdb(**SESSIONS)),
        begin(2),
        read(bdb(), bdb(**SESSIONS, import_status="succeeded")),
        begin(1),
        read(bdb(import_status="succeeded"), bdb(**SESSIONS, import_status="succeeded")),
    )
    assert rows(report) == [("sessions", "imported", True), ("orders", "imported", True)]
    bodies = [body["dataset_import_sources"] for method, dummy, body in script.sent if method == "POST"]
    assert bodies == [mount(SEED), mount(FIRST, SECOND)]


# Never twice


@pytest.mark.parametrize("again", [refusal(409, "conflict"), REFUSED_CONNECTION])
def test_what_did_nothing_in_the_cluster_is_sent_again(load, again):
    report, script = load(
        {}, read(bdb()), begin(answer=again), read(bdb()), begin(), read(bdb(import_status="succeeded"))
    )
    assert rows(report) == [("orders", "imported", True)]


def test_start_whose_answer_was_lost_is_never_sent_again(load, clock):
    report, script = load({}, read(bdb()), begin(answer=LOST), Repeated(read(bdb())))
    assert script.writes == [("POST", "/v1/bdbs/1/actions/import")]
    row = report.data["databases"][0]
    assert (row["outcome"], row["failure"]["kind"]) == ("unknown", "not_started")
    assert "It is not sent twice" in row["failure"]["hint"] and row["files"] == [FIRST, SECOND]
    assert clock.now >= 1060


def test_lost_answer_of_an_import_that_runs_is_followed(load):
    report, script = load({}, read(bdb()), begin(answer=LOST), read(importing()), read(bdb(import_status="succeeded")))
    assert rows(report) == [("orders", "imported", True)]
    assert len(script.writes) == 1


def test_contact_lost_while_it_runs_is_unknown(load):
    report, script = load({}, read(bdb()), begin(), read(importing()), failing_read(refusal(401, "authentication")))
    assert rows(report) == [("orders", "unknown", True)]


# Failures


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("download-error", "could not get a file"),
        ("file-corrupted", "export_files_info"),
        ("general-error", "ephemeral storage"),
        ("key-too-long", "key whose name is longer"),
        ("invalid-bulk-length", "value that is larger"),
        ("out-of-memory", "memory_size"),
        ("something-new", "/var/opt/redislabs/log"),
        ("", "/var/opt/redislabs/log"),
    ],
)
def test_each_reason_is_explained(load, reason, words):
    failed = bdb(import_status="failed", import_failure_reason=reason)
    report, dummy = load({}, read(bdb()), begin(), read(failed))
    failure = report.data["databases"][0]["failure"]
    assert words in failure["hint"] and "incomplete until an import of it has succeeded" in failure["hint"]
    assert report.failure.kind == "databases" and (reason or "no reason given") in report.msg


def test_data_that_is_too_large_is_explained_in_bytes(load):
    reason = "file-larger-than-mem-limit:3221225472:1073741824"
    report, dummy = load({}, read(bdb()), begin(), read(bdb(import_status="failed", import_failure_reason=reason)))
    failure = report.data["databases"][0]["failure"]
    assert "3,221,225,472 bytes (3 GiB)" in report.msg and "1,073,741,824 bytes (1 GiB)" in report.msg
    assert "memory_size to more than 3221225472 bytes" in failure["hint"]
    assert failure["code"] == reason


def test_target_that_is_not_active_is_refused_and_the_others_go_on(load):
    report, script = load(
        {"name": ["orders", "sessions"], "sources": mount(SEED), "confirm_erase": ["orders", "sessions"]},
        read(bdb(status="active-change-pending"), bdb(**SESSIONS)),
        begin(2),
        read(bdb(), bdb(**SESSIONS, import_status="succeeded")),
    )
    assert rows(report) == [("orders", "failed", False), ("sessions", "imported", True)]
    assert report.data["databases"][0]["failure"]["kind"] == "not_active"
    assert report.data["databases"][0]["files"] == []


# Consent


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("consent", [[], ["sessions"], ["ORDERS"], ["*"], ["2"]])
def test_no_import_without_the_name(load, consent, check_mode):
    words = refused(load, {"confirm_erase": consent}, read(bdb(), bdb(**SESSIONS)), check_mode=check_mode)
    assert "confirm_erase: it does not name orders (uid 1), and an import erases everything" in words
    assert "orders" in words.partition("set confirm_erase to:")[2]


def test_pattern_selects_but_does_not_consent(load):
    words = refused(load, {"name": "*", "sources": mount(SEED)}, read(bdb(), bdb(**SESSIONS)))
    assert "does not name sessions (uid 2)" in words and "orders, sessions" in words
    words = refused(load, {"name": "*", "sources": mount(SEED), "confirm_erase": "*"}, read(bdb()))
    assert "'*' is taken for no pattern here" in words


def test_name_of_two_databases_consents_to_neither(load):
    twins = read(bdb(), bdb(uid=5))
    options = {"name": [], "uid": 5, "confirm_erase": "orders"}
    words = refused(load, options, twins)
    assert "set confirm_erase to: 5" in words and "'orders' could mean more than one database" in words
    report, dummy = load(
        {**options, "confirm_erase": "5"}, twins, begin(5), read(bdb(uid=5, import_status="succeeded"))
    )
    assert rows(report) == [("orders", "imported", True)]


def test_number_that_is_a_uid_and_another_name_consents_to_neither(load):
    words = refused(load, {"confirm_erase": "1"}, read(bdb(), bdb(uid=2, name="1")))
    assert "'1' could mean more than one database" in words


def test_active_active_database_asks_for_its_own_consent(load):
    merged = bdb(crdt=True)
    words = refused(load, {}, read(merged))
    assert "confirm_merge: it does not name orders (uid 1)" in words and "merges" in words and "counters grow" in words
    report, dummy = load(
        {"confirm_erase": [], "confirm_merge": "orders"},
        read(merged),
        begin(),
        read(bdb(crdt=True, import_status="succeeded")),
    )
    assert rows(report) == [("orders", "imported", True)]


def test_consent_to_a_merge_is_none_to_erase(load):
    words = refused(load, {"confirm_erase": [], "confirm_merge": "orders"}, read(bdb()))
    assert "confirm_erase" in words


# Sources


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([FIRST], "2_of_2 is missing"),
        ([FIRST, FIRST], "is given 2 times"),
        ([FIRST, SECOND.replace("20261101", "20261102")], "are of 2 exports"),
        ([FIRST, SECOND.replace("orders", "sessions")], "are of 2 exports"),
    ],
)
def test_what_is_not_one_whole_export_is_refused_unless_that_is_meant(load, names, words):
    said = refused(load, {"sources": mount(*names)})
    assert said.startswith("sources: it is not one whole export") and words in said and "allow_incomplete" in said
    report, script = load(
        {"sources": mount(*names), "allow_incomplete": True}, read(bdb()), begin(), read(bdb(import_status="succeeded"))
    )
    assert rows(report) == [("orders", "imported", True)]


@pytest.mark.parametrize(
    "path",
    [
        "/opt/redislabs/x.rdb",
        "/var/opt/redislabs/tmp/x.rdb.gz",
        "/mnt/../etc/opt/redislabs/x.rdb",
        "//opt//redislabs/x.rdb",
    ],
)
def test_directories_of_the_product_are_refused(load, path):
    words = refused(load, {"sources": mount(path)})
    assert "sources[0].path" in words and "a directory of the product" in words and "Copy the file" in words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"type": "mount_point"}, "sources[0].path: it is missing"),
        ({"type": "mount_point", "path": "mnt/x.rdb"}, "not an absolute path. Give the file"),
        ({"type": "mount_point", "path": "/mnt/exports"}, "sources[0].path: it names no file that ends in .rdb"),
        (
            {"type": "mount_point", "path": "/mnt/x.rdb", "filename": "x.rdb"},
            "sources[0].filename: type mount_point has no",
        ),
        ({"type": "url", "url": "ftp://u:pw@host/exports/"}, "sources[0].url: it names no file"),
        ({"type": "url", "url": "redis://host/x.rdb"}, "scheme is not ftp or ftps or http or https"),
        ({"type": "url", "url": "ftp://host/x.rdb?a"}, "cannot be told apart"),
        ({"type": "sftp", "sftp_url": "sftp://host/x.txt"}, "sources[0].sftp_url: it names no file"),
        (
            {"type": "s3", "bucket_name": "b", "access_key_id": "k", "secret_access_key": "s"},
            "sources[0].filename: it is missing",
        ),
    ],
)
def test_sources_that_cannot_work_are_refused(load, source, words):
    said = refused(load, {"sources": [source]})
    assert words in said and "pw" not in said


@pytest.mark.parametrize(
    "source",
    [
        {"type": "url", "url": "https://host/x.rdb.gz?X-Amz-Signature=0123"},
        {"type": "url", "url": "ftp://user:p%40ss@host/a%20b/x.rdb"},
        {"type": "sftp", "sftp_url": "sftp://user@host/x.rdb.gz"},
        {"type": "abs", "container": "c", "account_name": "a", "sas_token": "sig=1", "filename": "x.rdb"},
    ],
)
def test_sources_of_each_kind_are_sent_as_they_are(load, source):
    report, script = load({"sources": [source]}, read(bdb()), begin(), read(bdb(import_status="succeeded")))
    assert script.sent[1][2] == {"dataset_import_sources": [source]}
    assert report.data["databases"][0]["files"][0].startswith("x.rdb")


ONE = [{"name": "orders", "sources": mount(SEED)}]


@pytest.mark.parametrize(
    ("options", "steps", "words"),
    [
        ({"sources": None}, [], "sources: neither sources nor imports"),
        ({"name": None}, [], "name: neither uid nor name"),
        ({"imports": ONE, "name": "orders"}, [], "name: it is given beside imports"),
        ({"imports": ONE, "sources": mount(SEED)}, [], "sources: it is given beside imports"),
        ({"imports": [{"sources": mount(SEED)}]}, [], "imports[0].uid and imports[0].name: neither"),
        ({"imports": [{"uid": 1, "name": "orders", "sources": mount(SEED)}]}, [], "both are given"),
        ({"imports": [{"name": "ord*", "sources": mount(SEED)}]}, [], "imports[0].name: 'ord*' is a pattern"),
        ({"imports": [{"name": "orders", "sources": []}]}, [], "imports[0].sources: it is empty"),
        (
            {"imports": [{"name": "orders", "sources": mount(FIRST)}]},
            [],
            "imports[0].sources: it is not one whole export",
        ),
        (
            {"imports": ONE + [{"uid": 1, "sources": mount(SEED)}]},
            [read(bdb())],
            "imports[1]: it is for orders (uid 1), and so is imports[0]",
        ),
        ({"imports": [{"name": "order", "sources": mount(SEED)}]}, [read(bdb())], "Did you mean 'orders'?"),
    ],
)
def test_options_that_contradict_each_other_are_refused(load, options, steps, words):
    assert words in refused(load, options, *steps)


# Check mode


def test_check_mode_sends_no_write_and_predicts(load):
    report, script = load(
        {},
        read(bdb(import_status="failed", import_failure_reason="download-error")),
        ("GET", "/v1/jsonschema", refusal(404, "not_found")),
        check_mode=True,
    )
    assert rows(report) == [("orders", "would_import", True)] and script.writes == []
    assert report.data["preflight"] == {"ready": True, "problems": []}
    assert report.diff["after"] == {
        "orders (uid 1)": {"status": "succeeded", "failure_reason": None, "content": "only what the files hold"}
    }


def test_check_mode_finds_what_would_fail(load):
    schema = {
        "properties": {
            "dataset_import_sources": {
                "items": {"oneOf": [{"properties": {"type": {"enum": ["s3"]}}, "additionalProperties": False}]}
            }
        }
    }
    report, script = load(
        {"name": "*", "sources": mount(SEED), "confirm_erase": ["orders", "sessions"], "if_running": "fail"},
        read(bdb(status="recovery"), importing(**SESSIONS)),
        ("GET", "/v1/jsonschema", schema),
        check_mode=True,
    )
    kinds = [(problem["name"], problem["kind"]) for problem in report.data["preflight"]["problems"]]
    assert kinds == [("orders", "rejected"), ("sessions", "rejected"), ("orders", "not_active"), ("sessions", "busy")]
    assert {outcome for dummy, outcome, dummy in rows(report)} == {"would_fail"} and script.writes == []


def test_status_of_a_success_is_reset_in_the_same_task(load):
    report, script = load(
        {"reset_status": True},
        read(bdb()),
        begin(),
        read(importing()),
        read(bdb(import_status="succeeded")),
        fence(operation="import"),
        read(bdb()),
    )
    row = report.data["databases"][0]
    assert (row["outcome"], row["status"], report.failure) == ("imported", "idle", None)
    assert len(row["files"]) == 2 and len(script.writes) == 2
