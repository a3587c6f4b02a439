# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of secrets share: the cluster that repeats them, the tasks that hold them, and the table that is written to ``.build/secrets.json``."""

from __future__ import annotations

import fcntl
import json
import re

import pytest
import requests
import yaml

from tests.integration.conftest import ROOT, load
from tests.integration.secret_rows import LOCATIONS, MARKS, ROWS, SOURCES, USER, VALUES, leaks
from tests.simulator.process import SimulatorProcess

EXPORT = "community.redis_enterprise.bdb_export"
IMPORT = "community.redis_enterprise.bdb_import"
POLICY = "community.redis_enterprise.bdb_backup_policy"
SPELLINGS = ["plain", "decoded", "json", "percent", "lower", "form", "html", "lines"]
GOOD, BAD, ECHO, ECHO_HTML = [1], [2], list(range(10, 10 + len(SPELLINGS))), [20]
SYSLOG = """
import os, syslog
def write(*words):
    with open(os.environ["SYSLOG_FILE"], "a") as file:
        file.write(f"{words[-1]}\\n")
syslog.syslog = write
"""
RAISE = """
import email.utils, os
calls = []
def parsedate_to_datetime(text):
    calls.append(text)
    if len(calls) >= int(os.environ["RAISE_AT"]):
        raise RuntimeError(open(os.environ["RAISE_TEXT"]).read())
    raise ValueError
email.utils.parsedate_to_datetime = parsedate_to_datetime
"""
AUTHS = {"token": {"token": "{{ token }}"}, "jwt": {"auth_method": "jwt"}}
NO_ARGUMENT = ["password", "password as Basic", "obtained JWT"]
NO_TOKEN = {"rows": [row for row in ROWS if row not in ("token", "obtained JWT")], "why": "no task of it uses a token"}
CELLS = {}


@pytest.fixture(name="sim", scope="module")
def provide_sim():
    databases = [load(uid, f"db-{uid}") for uid in [*GOOD, *BAD, *ECHO, *ECHO_HTML, 21]]
    databases[1]["plan"] = {"result": "failed", "reason": "general-error"}
    user = {"username": USER, "password": VALUES["password"], "role": "admin"}
    with SimulatorProcess({"export_duration": 0, "databases": databases, "users": [user]}) as simulator:
        for uid, spelling in zip(ECHO, SPELLINGS):
            for method in ("POST", "PUT"):
                simulator.control.fault("echo", method=method, uid=uid, status=400, body=spelling)
        simulator.control.fault("echo", method="POST", uid=20, status=400, html=True)
        simulator.control.fault("echo", method="POST", uid=21, status=500)
        yield simulator


@pytest.fixture(name="token", scope="module")
def provide_token(sim):
    answer = requests.post(
        f"{sim.url}/v1/users/authorize",
        json={"username": USER, "password": VALUES["password"]},
        auth=(USER, VALUES["password"]),
        verify=sim.ca_cert,
        timeout=10,
    )
    return answer.json()["access_token"]


@pytest.fixture(name="table", scope="module")
def provide_table():
    """Add what the tests of secrets found to the table; the files that they stand in may run in several processes."""
    yield
    if CELLS:
        path = ROOT / ".build" / "secrets.json"
        path.parent.mkdir(exist_ok=True)
        with path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            kept = json.loads(file.read() or "{}")
            for row, columns in CELLS.items():
                kept.setdefault(row, {}).update(columns)
            file.truncate(0)
            file.write(json.dumps(kept, indent=2) + "\n")


@pytest.fixture(name="here")
def provide_here(ansible, sim, token, table):
    """A controller with the connection in the environment, and the secrets in a file of variables."""
    strange = {"type": "s3", **{f"my_{name}": value for name, value in VALUES.items()}}
    (ansible.folder / "vars.yml").write_text(
        yaml.safe_dump(
            {
                "locations": LOCATIONS,
                "sources": SOURCES,
                "token": token,
                "strange": strange,
                "bad_url": f"https://{USER}:{MARKS['password']}@127.0.0.1",
            }
        )
    )
    for name, text in {"syslog": SYSLOG, "raise": RAISE}.items():
        (ansible.folder / name).mkdir()
        (ansible.folder / name / "sitecustomize.py").write_text(text, encoding="utf-8")
    (ansible.folder / "secrets.txt").write_text("\n".join([*VALUES.values(), token]), encoding="utf-8")
    return ansible.use(sim)


def check(column, text, token, rows=ROWS, why=None):
    """Fill a column, and return each cell that gives something away with its row, its column and the spelling."""
    assert text.strip(), f"{column}: nothing was printed"
    found = leaks(text, token)
    for row in ROWS:
        CELLS.setdefault(row, {})[column] = "clean" if row in rows else f"not applicable: {why}"
    for row in found:
        CELLS[row][column] = f"LEAK: {found[row]}"
    return [f"{row} x {column}: {spelling}" for row, spelling in found.items()]


def clean(given_away):
    """Fail with a line for each cell that is not clean."""
    lines = list(given_away)
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def tasks(column, register=False, **options):
    """One task for each location, and for each other way to log in."""
    calls = {kind: {"export_location": f"{{{{ locations.{kind} }}}}"} for kind in LOCATIONS}
    calls.update(
        (name, {"export_location": {"type": "mount_point", "path": "/x"}, **auth}) for name, auth in AUTHS.items()
    )
    found = []
    for name, call in calls.items():
        more = {"register": "answer"} if register else {}
        found.append(
            {
                "name": f"{column} | {name}",
                EXPORT: {"max_age": 0, "poll_interval": 0.1, **call, **options},
                "ignore_errors": True,
                "check_mode": column == "check mode",
                **more,
            }
        )
        if register:
            found.append({"name": f"{column} | debug", "ansible.builtin.debug": {"var": "answer"}})
    return found


def policy_tasks(column, **options):
    """One task for each location that sets it as that of the periodic backup."""
    return [
        {
            "name": f"{column} | {kind}",
            POLICY: {"backup_location": f"{{{{ locations.{kind} }}}}", "update_secrets": "always", **options},
            "ignore_errors": True,
            "check_mode": "check mode" in column,
        }
        for kind in LOCATIONS
    ]


def import_tasks(column, uid, **options):
    """One task for each location that imports a file from there, with ``sources`` and ``imports`` by turns."""
    found = []
    for number, kind in enumerate(SOURCES):
        source = f"{{{{ sources.{kind} }}}}"
        call = {"uid": uid, "sources": [source]}
        if number % 2:
            call = {"imports": [{"uid": one, "sources": [source]} for one in uid]}
        confirmed = {"confirm_erase": [str(one) for one in uid], "poll_interval": 0.1}
        found.append(
            {
                "name": f"{column} | {kind}",
                IMPORT: {**call, **confirmed, **options},
                "ignore_errors": True,
                "check_mode": "check mode" in column,
            }
        )
    return found


def segments(text):
    """``{column: what its tasks printed}``."""
    found = {}
    for part in re.split(r"(?m)^TASK \[", text)[1:]:
        column = part.partition(" | ")[0]
        found[column] = found.get(column, "") + part
    return found
