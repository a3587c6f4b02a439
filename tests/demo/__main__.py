# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job on a simulated cluster, with real Redis data: export, follow, verify, reset, look at the files, and restore what was spoilt.

Run it with ``make demo``. It needs no network, and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.simulator.contents import summary
from tests.simulator.process import SimulatorProcess
from tests.simulator.rdb import examine, table

DATABASES = [
    {"uid": 1, "name": "orders", "shards": 2, "keys": 4000},
    {
        "uid": 2,
        "name": "sessions",
        "keys": 1500,
        "export_status": "succeeded",
        "last_export_time": "2026-01-01T02:00:00Z",
    },
    {
        "uid": 3,
        "name": "catalogue",
        "shards": 3,
        "keys": 3000,
        "export_status": "failed",
        "export_failure_reason": "no-permission",
    },
    {"uid": 4, "name": "empty", "keys": 0},
]
PLAYBOOK = "community.redis_enterprise.export_databases"
RESTORE = "community.redis_enterprise.restore_databases"
SPOILT = ["orders", "catalogue"]


def say(text):
    print(f"\n=== {text}", flush=True)


def run(*words, env):
    """Show a command and what it prints; its output comes back as well."""
    print("$ " + shlex.join(words), flush=True)
    done = subprocess.run(
        words,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout, flush=True)
    if done.returncode != 0:
        sys.exit(f"The demonstration failed: the command ended with {done.returncode}.")
    return done.stdout


def show_files(folder, control):
    """The exported files, and whether they hold as many keys as the databases they came from. False when something is wrong."""
    files = sorted(folder.iterdir())
    verdicts = [examine(path) for path in files]
    print(table(verdicts))
    sound = all(verdict.sound for verdict in verdicts)
    for database in control.databases():
        held = sum(shard["keys"] for shard in control.database(database["uid"])["shards"])
        exported = sum(
            verdict.keys or 0
            for verdict in verdicts
            if re.search(rf"-{database['uid']}-{database['name']}-\d+_of_", verdict.path.name)
        )
        print(f"{database['name']:<10} {held:>5} keys in the database, {exported:>5} in its files")
        sound = sound and held == exported
    return sound


def read_all(control):
    """{name: all its keys with their types, values and expiries}."""
    return {database["name"]: control.contents(database["uid"]) for database in control.databases()}


def spoil(control):
    """What a bad deployment does at night: one database is overwritten here and there, another is emptied."""
    with contextlib.ExitStack() as stack:
        for client in map(stack.enter_context, control.shard_clients(1)):
            for key in itertools.islice(client.scan_iter(count=500), 500):
                client.delete(key)
            client.set(f"junk-{client.dbsize()}", "written by mistake")
    control.flush(3)


def show_data(title, control, truth):
    """One line for each database. True when all of them hold what they held at first."""
    print(f"{title}:")
    found = read_all(control)
    for name, contents in found.items():
        print(f"  {name:<10} {summary(contents)}{'' if contents == truth[name] else '   <- not what it was'}")
    return found == truth


def main():
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="redis-enterprise-demo-") as home,
        SimulatorProcess({"databases": DATABASES}) as cluster,
    ):
        exports = Path(home) / "exports"
        exports.mkdir()
        env = {
            **{
                key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "REDIS_ENTERPRISE_"))
            },
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "HOME": home,
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "ANSIBLE_NOCOLOR": "1",
            **cluster.env,
        }
        say(f"A simulated Redis Enterprise cluster serves {len(DATABASES)} databases with real data at {cluster.url}")
        variables = {
            "export_databases_names": "*",
            "export_databases_location": {"type": "mount_point", "path": str(exports)},
            "export_databases_directory": str(exports),
        }
        say("Export all of them, verify the outcome, and leave their statuses reset")
        run("ansible-playbook", PLAYBOOK, "-e", json.dumps(variables), env=env)

        say("The files that the cluster has written, read back with Redis's own checker")
        sound = show_files(exports, cluster.control)

        say("The same once more: everything is up to date, nothing is changed, and nothing but reads is sent")
        cluster.control.reset_log()
        again = run("ansible-playbook", PLAYBOOK, "-e", json.dumps(variables), env=env)
        counters = cluster.control.counters()
        print(f"The cluster got {counters['methods']}, {counters['writes']} of them writes.")
        if not sound or counters["writes"] or "changed=0" not in again:
            sys.exit("The demonstration failed: see above.")

        say(f"Something goes wrong in the databases {' and '.join(SPOILT)}")
        truth = read_all(cluster.control)
        show_data("Before", cluster.control, truth)
        spoil(cluster.control)
        spoilt = not show_data("After", cluster.control, truth)

        say("Restore both from their newest whole export; each must be named, since an import erases")
        variables = {
            "restore_databases_names": SPOILT,
            "restore_databases_location": {"type": "mount_point", "path": str(exports)},
            "restore_databases_confirm_erase": SPOILT,
        }
        run("ansible-playbook", RESTORE, "-e", json.dumps(variables), env=env)

        say("Every key, its type, value and expiry, compared with what was there before")
        restored = show_data("Now", cluster.control, truth)
        imports = cluster.control.counters()["accepted_imports"]
        print(f"The cluster accepted {sum(imports.values())} imports, one for each of {len(imports)} databases.")
        if not spoilt or not restored or imports != {"1": 1, "3": 1}:
            sys.exit("The demonstration failed: see above.")
    say(f"Done in {time.monotonic() - began:.0f} s, and everything is stopped and removed")


if __name__ == "__main__":
    main()
