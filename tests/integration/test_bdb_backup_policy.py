# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bdb_backup_policy through real Ansible: what the cluster gets, what it has afterwards, and what the user reads."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.integration.conftest import load, mount
from tests.integration.secret_rows import LOCATIONS, leaks
from tests.simulator.process import SimulatorProcess

MODULE = "bdb_backup_policy"
NIGHTLY = {"enabled": True, "interval": 86400, "history": 7}


def real(uid, name):
    """A database of which the simulator checks the location: only one with data writes files."""
    return {"uid": uid, "name": name, "keys": 5}


def outcomes(run):
    return {row["name"]: row["outcome"] for row in run.result["databases"]}


def puts(sim):
    """The bodies of the changes that reached the cluster."""
    return [json.loads(entry["body"]) for entry in sim.control.requests(method="PUT")]


@pytest.mark.parametrize("profile, answer", [("7.4", "empty"), ("8.0", "bdb")])
def test_policy_is_set_once_and_then_left_alone(ansible, cluster, exports, profile, answer):
    sim = cluster({"profile": profile, "put_answers": answer, "databases": [real(1, "orders"), load(2, "sessions")]})
    ansible.use(sim)
    options = {"name": "*", **NIGHTLY, "backup_location": mount(exports)}
    check = ansible.module(MODULE, "--check", "--diff", **options)
    assert check.result["changed"] is True and set(outcomes(check).values()) == {"would_update"}
    assert check.result["preflight"]["ready"] is True and '"interval": 86400' in check.out
    assert sim.control.counters()["writes"] == 0
    run = ansible.module(MODULE, **options)
    assert outcomes(run) == {"orders": "updated", "sessions": "updated"}
    policy = run.result["databases"][0]["policy"]
    assert (policy["enabled"], policy["interval"], policy["backup_location"]) == (True, 86400, mount(exports))
    assert 0 <= policy["interval_offset"] < 86400
    sim.control.reset_log()
    for flags in ([], ["--check"]):
        again = ansible.module(MODULE, *flags, **options)
        assert again.result["changed"] is False and set(outcomes(again).values()) == {"unchanged"}
    assert sim.control.counters()["methods"] == {"GET": 2}
    assert ansible.module("bdb_info", uid=1).result["databases"][0]["backup_policy"] == policy
    off = ansible.module(MODULE, uid=1, enabled=False)
    assert outcomes(off) == {"orders": "updated"} and puts(sim) == [{"backup": False}]


def test_hidden_secrets_never_count_as_a_change_and_never_show(ansible, cluster):
    """Every kind of location, and several forms in which a cluster may show it again."""
    sim = cluster({"databases": [load(uid, kind) for uid, kind in enumerate(LOCATIONS, 1)]})
    (ansible.use(sim).folder / "vars.yml").write_text(yaml.safe_dump({"locations": LOCATIONS}), encoding="utf-8")
    tasks = [
        {
            "name": kind,
            f"community.redis_enterprise.{MODULE}": {
                "name": kind,
                "backup_location": f"{{{{ locations.{kind} }}}}",
                "update_secrets": "{{ update_secrets | default('on_change') }}",
            },
        }
        for kind in LOCATIONS
    ]
    flags = ("-e", f"@{ansible.folder / 'vars.yml'}", "--diff", "-vvv")
    first = ansible.play(tasks, *flags)
    assert first.recap()["changed"] == len(LOCATIONS) and first.recap()["failed"] == 0
    texts = [first.text]
    some = [task for task in tasks if task["name"] in ("url", "sftp", "s3")]
    for form, chosen in {"hashed": tasks, "masked": some, "omitted": some}.items():
        sim.control.settings(location_secrets=form)
        again = ansible.play(chosen, *flags)
        assert again.recap()["ok"] == len(chosen) and again.recap()["changed"] == 0, again.text
        texts.append(again.text)
    sim.control.reset_log()
    sent = ansible.play(tasks, *flags, "-e", "update_secrets=always")
    assert sent.recap()["changed"] == len(LOCATIONS)
    assert [body["backup_location"] for body in puts(sim)] == list(LOCATIONS.values())
    info = ansible.module("bdb_info", "-vvv")
    assert {row["name"]: row["backup_policy"]["backup_location"]["type"] for row in info.result["databases"]} == {
        kind: location["type"] for kind, location in LOCATIONS.items()
    }
    for text in [*texts, sent.text, info.text]:
        assert leaks(text) == {}


@pytest.fixture(name="busy", scope="module")
def provide_busy():
    """A cluster for all tests of what goes wrong on the way."""
    fields = {"backup": True, "backup_interval": 60, "backup_location": mount("/mnt/backups")}
    databases = [load(1, "orders", fields=fields), load(2, "sessions", fields=fields)]
    with SimulatorProcess({"databases": databases}) as running:
        yield running


@pytest.fixture(name="sim")
def provide_sim(busy):
    busy.control.clear_faults()
    busy.control.settings(change_duration=0, license="valid")
    busy.control.reset_log()
    return busy


@pytest.mark.parametrize(
    "interval, effect, values",
    [
        (3600, "status", {"status": 409, "times": 3}),
        (3601, "status", {"status": 429, "times": 1, "headers": {"Retry-After": "1"}}),
        (3602, "status_after", {"status": 503, "times": 1}),
        (3603, "drop_before", {"times": 1}),
        (3604, "drop_after", {"times": 1}),
        (3605, "truncate", {"times": 1}),
        (3606, "wrong_type", {"times": 1, "body": "[]"}),
    ],
)
def test_fault_on_the_way_is_overcome(ansible, sim, interval, effect, values):
    sim.control.fault(effect, method="PUT", **values)
    run = ansible.use(sim).module(MODULE, name="*", interval=interval)
    assert outcomes(run) == {"orders": "updated", "sessions": "updated"}, run.text
    assert all(body == {"backup_interval": interval} for body in puts(sim))
    assert {row["policy"]["interval"] for row in run.result["databases"]} == {interval}
    assert set(sim.control.counters()["accepted_changes"]) == {"1", "2"}


def test_change_that_takes_its_time_is_waited_for(ansible, sim):
    sim.control.settings(change_duration=1)
    run = ansible.use(sim).module(MODULE, name="*", interval=7200)
    assert outcomes(run) == {"orders": "updated", "sessions": "updated"} and len(puts(sim)) == 2
    again = ansible.module(MODULE, name="*", interval=7201, wait_timeout=1, poll_interval=0.1)
    assert set(outcomes(again).values()) <= {"timed_out", "updated"}
    after = ansible.module(MODULE, name="*", interval=7201)
    assert set(outcomes(after).values()) <= {"updated", "unchanged"} and after.rc == 0


def test_viewer_and_expired_licence(ansible, sim):
    viewer = ansible.use(sim, "db_viewer").module(MODULE, uid=1, enabled=False)
    failure = viewer.result["databases"][0]["failure"]
    assert (failure["kind"], failure["status"]) == ("permission", 403)
    assert "update_bdb" in failure["hint"] and "db_member" in failure["hint"]
    sim.control.settings(license="expired")
    expired = ansible.use(sim).module(MODULE, uid=1, enabled=False)
    assert "has expired" in expired.result["msg"] and sim.control.counters()["accepted_changes"] == {}


def test_unreachable_storage_fails_its_database_alone(ansible, cluster, exports):
    sim = cluster({"databases": [real(1, "orders"), load(2, "sessions")]})
    options = {"name": "*", **NIGHTLY, "backup_location": mount(exports / "nowhere")}
    run = ansible.use(sim).module(MODULE, **options)
    assert run.rc != 0 and outcomes(run) == {"orders": "failed", "sessions": "updated"}
    failure = run.result["databases"][0]["failure"]
    assert failure["status"] == 406 and "redislabs:redislabs" in failure["hint"]
    assert "orders (uid 1)" in run.result["msg"] and "sessions (uid 2)" not in run.result["msg"]
    (exports / "nowhere").mkdir()
    assert outcomes(ansible.module(MODULE, **options)) == {"orders": "updated", "sessions": "unchanged"}


def test_dry_run_is_sent_only_where_every_node_honours_it(ansible, cluster, exports):
    sim = cluster({"software_version": "7.2.4-92", "databases": [real(1, "orders"), load(2, "sessions")]}, nodes=2)
    options = {"name": "*", **NIGHTLY, "backup_location": mount(exports / "nowhere")}
    old = ansible.use(sim).module(MODULE, "--check", **options)
    assert set(outcomes(old).values()) == {"would_update"} and "7.2.4-92" in str(old.result["preflight"])
    assert old.result["preflight"]["validated"] is False and sim.control.counters()["methods"].keys() == {"GET"}
    sim.control.settings(software_version="8.0.2-17")
    new = ansible.module(MODULE, "--check", **options)
    assert outcomes(new) == {"orders": "would_fail", "sessions": "would_update"} and new.rc != 0
    assert new.result["preflight"]["validated"] is True
    counters = sim.control.counters()
    assert (counters["writes"], counters["accepted_dry_runs"], counters["accepted_changes"]) == (0, {"2": 1}, {})


def test_policy_makes_the_cluster_back_up(ansible, cluster, exports):
    """From the task to the file: the clock is moved over the next time at which a backup is due."""
    sim = cluster({"databases": [real(1, "orders")]})
    ansible.use(sim).module(MODULE, uid=1, **{**NIGHTLY, "interval_offset": 60}, backup_location=mount(exports))
    sim.control.advance(86400)
    sim.control.wait_done(1)
    shown = ansible.module("bdb_info", uid=1).result["databases"][0]
    assert shown["backup"]["status"] == "succeeded" and len(list(exports.glob("bk*.rdb.gz"))) == 1
