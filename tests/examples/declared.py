# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each page needs beside `Page`, whose cluster and files are enough for a page that is not here."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ansible_collections.community.redis_enterprise.plugins.filter.protection_report import protection_report
from tests.examples import stores
from tests.examples.page import Page, quick, real
from tests.examples.session import PASSWORD
from tests.integration.conftest import BIN
from tests.storage import serve
from tests.tools.docsite.pages import ROOT
from tests.unit.plugins.rdbfiles import WITH_CHECKSUM, packed

GATE = (
    "ansible-playbook community.redis_enterprise.report_databases -e report_databases_directory=./report"
    " -e report_databases_fail_if_older_than=26h"
)
SECRETS = {
    "vault_ftp_password": "p@ss/word",
    "vault_s3_key_id": "AKIAEXAMPLE",
    "vault_s3_secret": "example-secret",
    "vault_sas_token": "sv=1&sig=example",
}
ORDERS = ["bk20261101-020041-1-orders-1_of_2-1-0-8191.rdb.gz", "bk20261101-020041-1-orders-2_of_2-2-8192-16383.rdb.gz"]
SESSIONS = ["bk20261101-020043-2-sessions-1_of_1-1-0-16383.rdb.gz"]


def earlier_exports(session):
    """The files of an export of last night, of real data."""
    folder = Path(session.place("/mnt/exports"))
    for name in ORDERS + SESSIONS:
        (folder / name).write_bytes(packed(WITH_CHECKSUM))


def with_key(session):
    """The files of last night, and the key of a user of SFTP."""
    earlier_exports(session)
    key = session.controller / ".ssh/exporter"
    key.parent.mkdir()
    key.write_text("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", encoding="utf-8")


def with_key_and_template(session):
    """The same, and the parts of the report's page."""
    with_key(session)
    for part in (ROOT / "roles/report_databases").rglob("report.*"):
        (session.controller / part.name).write_bytes(part.read_bytes())


def s3_server(stack, folder, page):
    """An S3 store that has the bucket and the user of the examples."""
    store = stack.enter_context(serve("s3", folder / "s3"))
    page.cluster |= store.settings
    page.values |= {
        "vault_s3_key_id": store.location["access_key_id"],
        "vault_s3_secret": store.location["secret_access_key"],
    }


def spoil_orders(session):
    """Last night's export, and what has been written by mistake since."""
    run = session.ansible.module(
        "bdb_export", name="orders", export_location={"type": "mount_point", "path": session.place("/mnt/exports")}
    )
    session.truth = session.sim.control.contents(1)
    with session.sim.control.client(1, "junk") as client:
        client.set("junk", "written by mistake")
    if run.rc:
        session.findings.append(run.text)


def orders_are_back(session):
    """The data is that of the export again, once; nobody has imported what is only looked at."""
    if session.sim.control.contents(1) != session.truth or len(session.truth) != 4000:
        session.findings.append("orders do not hold what was exported")
    if len(list(Path(session.place("/mnt/exports-before-restore")).iterdir())) != 2:
        session.findings.append("what was there before the restore was not kept")


def name_the_files(session):
    """The exported files also where, and as, the rest of the page has them."""
    folder = Path(session.place("/mnt/exports"))
    written = sorted(folder.iterdir())
    for other in ("/mnt/exports", "/srv/nfs/redis-exports", "/srv/sftp/redis"):
        for path, name in zip(written, ORDERS):
            (Path(session.place(other)) / name).write_bytes(path.read_bytes())


def last_night(session):
    """What the report is about: each database was exported."""
    run = session.ansible.module(
        "bdb_export", name="*", export_location={"type": "mount_point", "path": session.place("/mnt/exports")}
    )
    if run.rc:
        session.findings.append(run.text)


def the_report_says_yes(session):
    path = Path(session.place("/var/www/html/databases")) / "report.json"
    headline = json.loads(path.read_text(encoding="utf-8"))["headline"]
    if headline != "Yes: all 3 databases have good copies from the last 26 hours.":
        session.findings.append(headline)


def east_and_west(session):
    """Two clusters, which are one here: another node of it is the west."""
    east, west = session.sim.urls[:2]
    session.substitutes |= {"https://east.example.com:9443": east, "https://west.example.com:9443": west}
    session.ansible.env["VIEWER_PASSWORD"] = PASSWORD


def hours_ago(count):
    """A time as the cluster writes it."""
    return (datetime.now(timezone.utc) - timedelta(hours=count)).strftime("%Y-%m-%dT%H:%M:%SZ")


def quick_start_worked(session):
    if [len(session.sim.control.contents(uid)) for uid in (1, 2)] != [20, 10]:
        session.findings.append("the databases do not hold what they did")
    if session.sim.control.counters()["accepted_imports"] != {"1": 1}:
        session.findings.append("there was not one import")


def vault_password(session):
    (session.controller / ".vault-password").write_text("of-the-vault\n", encoding="utf-8")


def nothing_is_printed(session):
    """What the page has the reader look for was really there to be found: the task has used each secret."""
    log = (session.controller / "run.log").read_text(encoding="utf-8")
    if (
        "exported" not in log
        or "PLAY RECAP" not in log
        or "$ANSIBLE_VAULT" not in (session.controller / "secrets.yml").read_text("utf-8")
    ):
        session.findings.append("the run of which the log is searched did not do what it should")


def the_same_night_again(session):
    """The loop has left an export of orders that has yet to begin; the same cluster as it was before."""
    session.sim.control.remove_database(1)
    session.sim.control.add_database(
        **quick(
            1,
            "orders",
            export_status="succeeded",
            plan={"start_delay": 0.05, "result": "failed", "reason": "no-permission"},
        )
    )


def the_loop_was_wrong(session):
    (loop,) = [ended for ended in session.ended if ended.what == "ansible-playbook loop.yml"]
    rows = [
        result
        for task in ("Start the exports", "Wait until they are finished")
        for result in loop.outcomes[task][1]["results"]
    ]
    if len(rows) != 4 or any(row["changed"] or row.get("failed") for row in rows) or loop.run.rc:
        session.findings.append("the loop did not say that all was well")


PAGES: dict[str, Page] = {
    "README.md": Page(
        databases=[real(1, "orders", 20), real(2, "sessions", 10)],
        not_run={
            "export CONTROLLER_HOST": "tests/integration/test_awx.py sets the same variables",
            "ansible-playbook community.redis_enterprise.awx_setup": "tests/integration/test_awx.py runs it, with the awx.yml of the guide",
        },
        after=quick_start_worked,
    ),
    "docs/getting_started.md": Page(
        databases=[real(1, "orders", 20, shards=2), real(2, "sessions", 10), real(3, "catalogue", 0)],
    ),
    "docs/schedules.md": Page(
        databases=[quick(1, "orders"), quick(2, "sessions")],
        substitutes={"/usr/bin/ansible-playbook": str(BIN / "ansible-playbook"), "User=backup": "User=root"},
        not_run={
            "systemctl enable": "it would change this machine; the units are verified",
            "systemctl list-timers": "the same",
        },
        tries={
            "redis-export": "python {repository}/tests/examples/crontab.py {}",
            "redis-export.service": "! command -v systemd-analyze >/dev/null || systemd-analyze verify --man=no {}",
            "redis-export.timer": "! command -v systemd-analyze >/dev/null || systemd-analyze verify --man=no {}",
        },
    ),
    "docs/storage_locations.md": stores.page(),
    "docs/security.md": Page(
        substitutes={"s3cret-of-the-cluster": PASSWORD},
        prepare=vault_password,
        after=nothing_is_printed,
    ),
    "docs/from_uri.md": Page(
        databases=[
            quick(
                1,
                "orders",
                export_status="succeeded",
                plan={"start_delay": 60, "result": "failed", "reason": "no-permission"},
            ),
            quick(2, "sessions", export_status="succeeded", plan={"start_delay": 0.05}),
        ],
        before={"- name: Export two databases, with this collection": the_same_night_again},
        failing={"ansible-playbook task.yml": "The export failed: no-permission."},
        after=the_loop_was_wrong,
    ),
    "docs/exports.md": Page(
        prepare=earlier_exports,
        values=SECRETS,
        not_run={
            "TASK [Export every database]": "it takes minutes; tests/integration/test_progress.py reads such lines"
        },
    ),
    "docs/backup_policy.md": Page(
        databases=[quick(1, "orders"), quick(2, "sessions")],
        values=SECRETS,
        failing={"Fail when a database is not backed up periodically, or its last backup failed": "Look at sessions"},
    ),
    "docs/restores.md": Page(
        databases=[real(1, "orders", 4000, shards=2)],
        completes={"restore_databases_names": "orders", "restore_databases_confirm_erase": "orders"},
        not_run={
            "importing: [localhost]": "it takes a minute; tests/integration/test_progress.py reads such lines",
            "- name: Restore from S3": "tests/integration/test_restore_guide.py runs it without the first task, which is another collection's",
            "- name: Move orders to another cluster": "tests/integration/test_restore_guide.py runs it with two clusters",
        },
        prepare=spoil_orders,
        before={"- name: Restore orders from two files": name_the_files},
        after=orders_are_back,
    ),
    "docs/awx.md": Page(
        not_run={
            "export ": "tests/integration/test_awx.py sets the same variables, for its stand-in of a controller",
            "awx_setup_cluster_inputs:": "tests/integration/test_awx.py writes it to awx.yml",
            "ansible-playbook community.redis_enterprise.awx_setup": "tests/integration/test_awx.py runs it",
            "version: 3": "tests/integration/test_ansible_tools.py writes it to execution-environment.yml",
            "ansible-builder create": "tests/integration/test_ansible_tools.py runs it",
            "ansible-builder build": "it needs containers",
            "mkdir -p nightly": "tests/integration/test_ansible_tools.py runs it",
            "REDIS_ENTERPRISE_URL: https": "tests/integration/test_ansible_tools.py writes it to nightly/env/envvars",
            "export_databases_names:": "tests/integration/test_ansible_tools.py writes it to nightly/env/extravars",
            "ansible-runner run nightly": "tests/integration/test_ansible_tools.py runs it",
        },
    ),
    "docs/inventory.md": Page(
        databases=[
            quick(1, "orders", fields={"tags": [{"key": "environment", "value": "production"}]}),
            quick(2, "sessions"),
        ],
        not_run={"export_databases_username": "tests/integration/test_inventory.py gives each cluster its own user so"},
        tries={
            "export_hosts.yml": "ansible-playbook -i databases.redis_enterprise.yml {} -e @exports.yml",
        },
        prepare=east_and_west,
    ),
    "docs/events.md": Page(
        not_run={
            "- name: Tell about backups": "ansible-rulebook reads it in tests/integration/test_rulebook.py",
            "version: 3": "it needs containers; tests/integration/test_ansible_tools.py gives ansible-builder one of the same kind",
            "ansible-rulebook --rulebook": "tests/integration/test_rulebook.py runs this line",
            "{": "tests/integration/test_event_source.py compares the keys with those of an event",
            "run_job_template": "it needs an EDA server, as the guide says",
        },
    ),
    "docs/reports.md": Page(
        databases=[quick(1, "orders"), quick(2, "sessions", export_status="succeeded", last_export_time=hours_ago(76))],
        completes={"report_databases_directory": "./report"},
        failing={GATE: "Its newest copy is 3 days 4 hours old, 2 days 2 hours more than the 26 hours allowed."},
        not_run={
            "east/sessions": "the command before it prints this, with another name of the cluster and in one line",
            "groups:": "it needs Prometheus; tests/integration/test_role_report_databases.py compares the names of the metrics",
        },
        prepare=east_and_west,
    ),
    "roles/export_databases/README.md": Page(
        databases=[real(1, "orders", 20, shards=2), real(2, "sessions", 10)],
        substitutes={
            "subdir_owner: redislabs": f'subdir_owner: "{os.getuid()}"',
            "subdir_group: redislabs": f'subdir_group: "{os.getgid()}"',
        },
        values={
            "export_databases_location": {"type": "mount_point", "path": "/mnt/exports"},
            "row": {"export": {"files": [{"file": name} for name in ORDERS]}},
        },
        prepare=earlier_exports,
        servers=s3_server,
    ),
    "roles/restore_databases/README.md": Page(prepare=earlier_exports),
    "roles/report_databases/README.md": Page(prepare=last_night, after=the_report_says_yes),
    "CONTRIBUTING.md": Page(tries={"bdb-export-max-age.yml": "cd {repository} && antsibull-changelog lint {}"}),
    "tests/simulator/README.md": Page(
        not_run={
            "pip install": "runs until Ctrl-C; tests/unit/simulator/test_simulator_process.py starts it so",
            "nodes: 2": "tests/unit/simulator/test_simulator_process.py starts a cluster with it",
            "before = sim.control.contents(1)": "the tests of storage and of round trips are made of these calls",
        }
    ),
    "plugins": Page(
        values={
            **SECRETS,
            "orders_files": ORDERS,
            "sessions_files": SESSIONS,
            "report": protection_report([], [], "2026-11-01T06:00:00Z"),
            "listing": {"s3_keys": [f"nightly/{name}" for name in ORDERS]},
        },
        failing={"Fail when a database is not backed up periodically": "No periodic backup: orders-eu"},
        not_run={
            "---\n# production.redis_enterprise.yml": "tests/integration/test_inventory.py runs it",
            "---\n# All databases, with the connection": "tests/unit/plugins/plugin_utils/test_watch_options.py reads them as the source does",
        },
        prepare=with_key_and_template,
    ),
}
