# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases go out to every kind of storage and come back from there with bdb_export and bdb_import; each key is compared.

One play exports all databases, one to each case's storage, and then fails on purpose where a case has a cause for it. Then
the databases lose their keys, get others, and a second play imports all of them in one task.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import time
from dataclasses import dataclass, field
from typing import Any

import asyncssh
import pytest
import requests

from tests.integration.conftest import Ansible
from tests.simulator.process import SimulatorProcess
from tests.storage import KINDS, Store, serve
from tests.storage.store import PASSWORD, READER_PASSWORD, StoreMissing, url_login

MODULE = "community.redis_enterprise.bdb_"
CASES = [*KINDS, "sftp-key", "sftp-own"]
#: databases: shards and keys from the seed; all have the keys of _put_more() too, but the empty one
DATABASES = {"three": (3, 90), "one": (1, 27), "empty": (1, 0)}
#: the cases that have all three; the others have the first
MANY = ("directory", "ftp", "s3")
HOUR = 3600
FILE_NAME = re.compile(r"bk\d{8}-\d{6}-(\d+)-(.+)-(\d+)_of_(\d+)-\d+-\d+-\d+\.rdb\.gz")
#: case -> what to change of the location, and the reason of the export that fails there
FAILURES = {
    "ftp": (lambda item: {**item, "url": re.sub(":[^:@/]+@", ":n0t-the-password@", item["url"])}, "no-permission"),
    "ftps": (lambda item: {**item, "url": item["url"].replace("exports", "missing")}, "wrong-file-path"),
    "sftp-key": (
        lambda item: {**item, "key": asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()},
        "no-permission",
    ),
    "s3": (lambda item: {**item, "secret_access_key": "n0t-the-secret"}, "no-permission"),
}


@dataclass
class Case:
    """A way to a storage, and what became of the databases that went it."""

    store: Store
    location: dict[str, Any]
    source: Any
    uids: dict[str, int] = field(default_factory=dict)
    #: by database: what it held before and after, rows of the modules' results, names of its files
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    exported: dict[str, Any] = field(default_factory=dict)
    imported: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    failed_export: Any = None
    failed_import: Any = None


@dataclass
class Trip:
    """All cases that could be made, why the others could not, and all that Ansible printed."""

    cases: dict[str, Case] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    printed: str = ""


def _put_more(control, uid):
    """Keys that the seed has not: encodings of large values, odd names, an expiry that is near."""
    soon = int(time.time() + HOUR) * 1000 + 123
    for key, commands in {
        b"": [("SET", "", "of an empty name")],
        b"\x00\r\n {tag}\xff": [("SET", b"\x00\r\n {tag}\xff", bytes(range(256)) * 4096)],
        b"soon": [("RPUSH", "soon", *range(5)), ("PEXPIREAT", "soon", soon)],
        b"numbers": [("SADD", "numbers", *range(-3, 600))],
        b"large hash": [("HSET", "large hash", *range(2000))],
        b"large list": [("RPUSH", "large list", *("x" * index for index in range(400)))],
        b"scores": [("ZADD", "scores", "-inf", "a", "inf", "b", math.pi, "c", -0.0, "d", *range(600))],
        b"worked": [
            *[("XADD", "worked", f"{index}-1", "field", index) for index in range(1, 400)],
            ("XDEL", "worked", "399-1", "7-1"),
            ("XGROUP", "CREATE", "worked", "late", "$"),
            ("XGROUP", "CREATE", "worked", "early", "0"),
            ("XREADGROUP", "GROUP", "early", "consumer", "COUNT", 5, "STREAMS", "worked", ">"),
            ("XACK", "worked", "early", "2-1"),
        ],
    }.items():
        with control.client(uid, key) as client:
            for command in commands:
                client.execute_command(*command)


def _stores(folder, stack, trip):
    """Start a store of each kind, and make the cases."""
    stores = {}
    for kind in KINDS:
        try:
            stores[kind] = stack.enter_context(serve(kind, folder / kind))
            trip.cases[kind] = Case(stores[kind], stores[kind].location, stores[kind].source)
        except StoreMissing as missing:
            trip.missing[kind] = str(missing)
    sftp = stores["sftp"]
    for case, more in {
        "sftp-key": {"login": url_login(password="ignored when there is a key"), "key": sftp.extra["key"]},
        "sftp-own": {"login": url_login().partition(":")[0]},
    }.items():
        trip.cases[case] = Case(sftp, sftp.extra["at"](**more), lambda name, more=more: sftp.extra["at"](name, **more))
    settings = {name: value for store in stores.values() for name, value in store.settings.items()}
    authorities = {store.settings["storage_ca"] for store in stores.values() if "storage_ca" in store.settings}
    bundle = folder / "authorities.pem"
    bundle.write_text("".join(open(path, encoding="ascii").read() for path in sorted(authorities)), encoding="ascii")
    return {**settings, "storage_ca": str(bundle)}, sftp


def _play(ansible, trip, tasks, values):
    """Run tasks that each register ``result_<number>``; return the results."""
    results = ansible.folder / "results.json"
    keep = ", ".join(f"result_{number}" for number in range(len(tasks)))
    run = ansible.play(
        [
            *({**task, "register": f"result_{number}", "ignore_errors": True} for number, task in enumerate(tasks)),
            {
                "name": "Keep",
                "ansible.builtin.copy": {"content": f"{{{{ [{keep}] | to_json }}}}", "dest": str(results)},
            },
        ],
        *("-vvv", "-e", f"@{ansible.folder / 'values.json'}"),
        **values,
    )
    trip.printed += run.text
    assert run.rc == 0, run.text
    return json.loads(results.read_text(encoding="utf-8"))


def _rows(result, case):
    return {row["name"].partition(".")[2]: row for row in result["databases"] if row["name"].startswith(f"{case}.")}


def _export(ansible, trip):
    """Export each case's databases to its location, and one of them to where it fails."""
    wrong = {case: change(trip.cases[case].location) for case, (change, dummy) in FAILURES.items()}
    values = {"locations": {name: case.location for name, case in trip.cases.items()}, "wrong": wrong}
    (ansible.folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
    common = {"poll_interval": 1, "max_parallel": 0, "force": True}
    tasks = [
        {
            "name": f"Export to {name}",
            f"{MODULE}export": {
                **common,
                "uid": list(case.uids.values()),
                "export_location": f"{{{{ locations['{name}'] }}}}",
            },
        }
        for name, case in trip.cases.items()
    ] + [
        {
            "name": f"Fail to export to {name}",
            f"{MODULE}export": {
                **common,
                "uid": trip.cases[name].uids["three"],
                "export_location": f"{{{{ wrong['{name}'] }}}}",
            },
        }
        for name in wrong
    ]
    results = _play(ansible, trip, tasks, {})
    for name, result in zip(trip.cases, results):
        trip.cases[name].exported = _rows(result, name)
    for name, result in zip(wrong, results[len(trip.cases) :]):
        trip.cases[name].failed_export = result


def _import(ansible, trip):
    """Import everything in one task; then, in another, files that are not where the source says."""
    for case in trip.cases.values():
        names = case.store.names()
        for database, uid in case.uids.items():
            case.files[database] = [name for name in names if FILE_NAME.fullmatch(name)[1] == str(uid)]
    imports = [
        {"uid": case.uids[database], "sources": [case.source(file) for file in files]}
        for case in trip.cases.values()
        for database, files in case.files.items()
    ]
    missing = [{"uid": case.uids["three"], "sources": [case.source("missing.rdb.gz")]} for case in trip.cases.values()]
    (ansible.folder / "values.json").write_text(json.dumps({"all": imports, "missing": missing}), encoding="utf-8")
    uids = [str(uid) for case in trip.cases.values() for uid in case.uids.values()]
    tasks = [
        {
            "name": f"Import {what}",
            f"{MODULE}import": {
                "imports": f"{{{{ {what} }}}}",
                "confirm_erase": uids,
                "max_parallel": 0,
                "poll_interval": 1,
            },
        }
        for what in ("all", "missing")
    ]
    everything, nothing = _play(ansible, trip, tasks, {})
    for name, case in trip.cases.items():
        case.imported = _rows(everything, name)
        case.failed_import = _rows(nothing, name)["three"]


@pytest.fixture(name="trip", scope="module")
def fixture_trip(tmp_path_factory):
    """Out and back again."""
    folder = tmp_path_factory.mktemp("round-trip")
    trip = Trip()
    with contextlib.ExitStack() as stack:
        settings, sftp = _stores(folder, stack, trip)
        databases = [
            {"name": f"{case}.{name}", "shards": shards, "keys": keys}
            for case in trip.cases
            for name, (shards, keys) in DATABASES.items()
            if case in MANY or name == "three"
        ]
        config = {**settings, "export_duration": 0.05, "import_duration": 0.05, "databases": databases}
        sim = stack.enter_context(SimulatorProcess(config))
        sftp.extra["authorised"].append(_cluster_key(sim))
        for item in sim.control.databases():
            case, dummy, name = item["name"].partition(".")
            trip.cases[case].uids[name] = item["uid"]
        each = [(case, name, uid) for case in trip.cases.values() for name, uid in case.uids.items()]
        for case, name, uid in each:
            if name != "empty":
                _put_more(sim.control, uid)
            case.before[name] = sim.control.contents(uid)
        (folder / "controller").mkdir()
        ansible = Ansible(folder / "controller").use(sim)
        _export(ansible, trip)
        for dummy, dummy, uid in each:
            sim.control.flush(uid)
            with sim.control.client(uid, b"later") as client:
                client.set(b"later", b"than the export")
        _import(ansible, trip)
        for case, name, uid in each:
            case.after[name] = sim.control.contents(uid)
        assert "Traceback" not in sim.output
    return trip


def _cluster_key(sim):
    """The public half of the cluster's SSH key, as an administrator finds it."""
    answer = requests.get(
        f"{sim.url}/v1/cluster", auth=(sim.username, sim.password), verify=sim.ca_cert, timeout=10, proxies={"no": "*"}
    )
    return answer.json()["cluster_ssh_public_key"]


@pytest.fixture(name="case")
def fixture_case(trip, request):
    if request.param in trip.missing:
        pytest.skip(trip.missing[request.param])
    return trip.cases[request.param]


each_case = pytest.mark.parametrize("case", CASES, indirect=True)


@each_case
def test_every_key_is_back(case):
    assert {name: row["outcome"] for name, row in case.exported.items()} == dict.fromkeys(case.uids, "exported")
    assert {name: row["outcome"] for name, row in case.imported.items()} == dict.fromkeys(case.uids, "imported")
    for name, before in case.before.items():
        keys, after = DATABASES[name][1], case.after[name]
        assert len(before) == (keys + 8 if keys else 0)
        assert set(after) == set(before)
        for key, value in before.items():
            assert after[key] == value, key


def test_the_keys_are_of_every_type_and_some_expire(trip):
    held = trip.cases["directory"].before["three"]
    assert {item.type for item in held.values()} == {"string", "hash", "list", "set", "zset", "stream"}
    expiries = [item.expires_at for item in held.values() if item.expires_at]
    assert len(expiries) > 1 and min(expiries) < (time.time() + HOUR) * 1000
    worked = held[b"worked"].value
    assert len(worked["entries"]) == 397 and worked["last_id"] == b"399-1"
    assert [entry[0] for entry in worked["groups"][b"early"]["pending"]] == [b"1-1", b"3-1", b"4-1", b"5-1"]
    assert worked["groups"][b"late"]["last_id"] == b"399-1"


@each_case
def test_one_file_for_each_shard_and_no_trace_of_anything_else(case):
    for name, files in case.files.items():
        shards, parts = DATABASES[name][0], [FILE_NAME.fullmatch(file) for file in files]
        assert [(int(part[3]), int(part[4])) for part in parts] == [(index + 1, shards) for index in range(shards)]
        assert case.imported[name]["files"] == files


@pytest.mark.parametrize("case", [*FAILURES], indirect=True)
def test_an_export_that_fails_says_why(case, request):
    reason = FAILURES[request.node.callspec.params["case"]][1]
    assert case.failed_export["failed"] is True
    assert [row["failure_reason"] for row in case.failed_export["databases"]] == [reason]


@each_case
def test_a_file_that_is_missing_is_a_download_error_and_the_data_stays(case):
    row = case.failed_import
    assert (row["outcome"], row["failure_reason"]) == ("failed", "download-error")


def test_no_secret_is_printed(trip):
    secrets = {PASSWORD, url_login().partition(":")[2], READER_PASSWORD, "n0t-the-password", "n0t-the-secret"}
    for case in trip.cases.values():
        for name in ("secret_access_key", "account_key", "key", "private_key"):
            if name in case.location:
                lines = case.location[name].splitlines()
                secrets.add(lines[len(lines) // 2])
    assert len(secrets) >= 8
    assert not [text for text in secrets if text in trip.printed]
