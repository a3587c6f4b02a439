# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page's examples need beside the page: the cluster, variables, and which of them fail on purpose or are not run, and why.

A page that is not here gets the cluster and the files of `Page` and nothing else, which is enough for most.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.examples.session import PASSWORD, USERS
from tests.storage import serve
from tests.unit.plugins.rdbfiles import WITH_CHECKSUM, packed

def quick(uid, name, **more):
    """A database without data, which exports fast and writes no file."""
    return {"uid": uid, "name": name, "engine": "none", **more}


@dataclass
class Page:
    """The surroundings of a page."""

    databases: list[dict[str, Any]] = field(
        default_factory=lambda: [quick(1, "orders"), quick(2, "sessions"), quick(7, "orders-eu")]
    )
    #: more of the simulator's configuration
    cluster: dict[str, Any] = field(default_factory=dict)
    #: variables that the examples use and do not set
    values: dict[str, Any] = field(default_factory=dict)
    #: what stands in the examples -> what stands for it here
    substitutes: dict[str, str] = field(default_factory=dict)
    #: the rest of a role's variables, where an example shows some of them
    completes: dict[str, Any] = field(default_factory=dict)
    #: name of a task, or a command -> what it says when it fails, as it should
    failing: dict[str, str] = field(default_factory=dict)
    #: beginning of a block, or of a line of it -> why it is not run
    not_run: dict[str, str] = field(default_factory=dict)
    #: name of a file that a page has the reader write, and no command of the page uses -> a command that does, with {} for the file
    tries: dict[str, str] = field(default_factory=dict)
    #: what has happened before a reader comes to the page
    prepare: Callable[[Any], None] | None = None
    #: beginning of a block -> what happens before a reader comes to it
    before: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    #: what has to be true at the end, while the cluster still runs
    after: Callable[[Any], None] | None = None
    #: other servers: called with an ExitStack, a folder and this page, before the cluster is started
    servers: Callable[..., None] | None = None

    def config(self):
        users = [{"username": name, "password": PASSWORD, "role": role} for name, role in USERS.items()]
        return {"export_duration": 0.02, "import_duration": 0.02, "users": users, "databases": self.databases, **self.cluster}

    def fails(self, what):
        return self.failing.get(what)

    def not_run_reason(self, text):
        """Why a block, or a line of one, is not run; None where it is."""
        return next((reason for start, reason in self.not_run.items() if text.lstrip().startswith(start)), None)


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


def real(uid, name, keys, shards=1):
    """A database with data."""
    return {"uid": uid, "name": name, "keys": keys, "shards": shards}


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
    run = session.ansible.module("bdb_export", name="orders", export_location={"type": "mount_point", "path": session.place("/mnt/exports")})
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


def quick_start_worked(session):
    if [len(session.sim.control.contents(uid)) for uid in (1, 2)] != [20, 10]:
        session.findings.append("the databases do not hold what they did")
    if session.sim.control.counters()["accepted_imports"] != {"1": 1}:
        session.findings.append("there was not one import")


PAGES: dict[str, Page] = {
    "README.md": Page(
        databases=[real(1, "orders", 20), real(2, "sessions", 10)],
        not_run={
            "ansible-galaxy collection install": "there is no Galaxy here; make build installs the archive with the same command",
            "pip install requests": "the environment of the tests has it, from the same index",
        },
        after=quick_start_worked,
    ),
    "docs/exports.md": Page(prepare=earlier_exports, values=SECRETS),
    "docs/backup_policy.md": Page(
        databases=[quick(1, "orders"), quick(2, "sessions")],
        values=SECRETS,
        failing={"Fail when a database is not backed up periodically, or its last backup failed": "Look at sessions"},
    ),
    "docs/restores.md": Page(
        databases=[real(1, "orders", 4000, shards=2)],
        completes={"restore_databases_names": "orders", "restore_databases_confirm_erase": "orders"},
        not_run={
            "- name: Restore from S3": "tests/integration/test_restore_guide.py runs it without the first task, which is another collection's",
            "- name: Move orders to another cluster": "tests/integration/test_restore_guide.py runs it with two clusters",
        },
        prepare=spoil_orders,
        before={"- name: Restore orders from two files": name_the_files},
        after=orders_are_back,
    ),
    "roles/export_databases/README.md": Page(
        databases=[real(1, "orders", 20, shards=2), real(2, "sessions", 10)],
        substitutes={"subdir_owner: redislabs": f'subdir_owner: "{os.getuid()}"', "subdir_group: redislabs": f'subdir_group: "{os.getgid()}"'},
        values={
            "export_databases_location": {"type": "mount_point", "path": "/mnt/exports"},
            "row": {"export": {"files": [{"file": name} for name in ORDERS]}},
        },
        prepare=earlier_exports,
        servers=s3_server,
    ),
    "roles/restore_databases/README.md": Page(prepare=earlier_exports),
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
            "listing": {"s3_keys": [f"nightly/{name}" for name in ORDERS]},
            "there": {"databases": [{"uid": 1, "name": "orders-test"}, {"uid": 2, "name": "sessions"}]},
        },
        failing={"Fail when a database is not backed up periodically": "No periodic backup: orders-eu"},
        prepare=with_key,
    ),
}
