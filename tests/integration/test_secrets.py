# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that went in as a secret comes out. The rows are in ``secret_rows.py``; each test here fills columns of ``.build/secrets.json``."""

from __future__ import annotations

import json
import re

import pytest
import requests
import yaml

from tests.integration.conftest import ROOT, load
from tests.integration.secret_rows import LOCATIONS, MARKS, ROWS, USER, VALUES, leaks
from tests.simulator.process import SimulatorProcess

pytestmark = pytest.mark.xdist_group("secrets")
EXPORT = "community.redis_enterprise.bdb_export"
SPELLINGS = ["plain", "decoded", "json", "percent", "lower", "form", "html", "lines"]
GOOD, BAD, ECHO, ECHO_HTML = [1], [2], list(range(10, 10 + len(SPELLINGS))), [20]
OUTCOMES = {
    "success": {"uid": GOOD},
    "failed export": {"uid": BAD},
    "refused with an echo": {"uid": ECHO},
    "refused with an echo in HTML": {"uid": ECHO_HTML},
    "check mode": {"uid": GOOD + BAD},
}
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
#: Values of export_location that Ansible itself refuses.
STRANGE = {
    "unknown keys of the location": "{{ strange }}",
    "location as a text": "{{ strange.values() | join(' ') }}",
    "location as a list": "{{ strange | dict2items }}",
}
NO_ARGUMENT = ["password", "password as Basic", "obtained JWT"]
#: Columns that hold some rows only, and why.
ONLY = {
    "server error with an echo": {
        "rows": [*NO_ARGUMENT, "client_id", "client_email", "private_key_id", "private_key"],
        "why": "one location is enough, since each costs the second of waiting for what became of the start",
    },
    "url with user info": {
        "rows": ["password", "access_key_id", "secret_access_key"],
        "why": "nothing else is in the task",
    },
}
CELLS = {}


@pytest.fixture(scope="module")
def sim():
    databases = [load(uid, f"db-{uid}") for uid in [*GOOD, *BAD, *ECHO, *ECHO_HTML, 21]]
    databases[1]["plan"] = {"result": "failed", "reason": "general-error"}
    user = {"username": USER, "password": VALUES["password"], "role": "admin"}
    with SimulatorProcess({"export_duration": 0, "databases": databases, "users": [user]}) as simulator:
        for uid, spelling in zip(ECHO, SPELLINGS):
            simulator.control.fault("echo", method="POST", uid=uid, status=400, body=spelling)
        simulator.control.fault("echo", method="POST", uid=20, status=400, html=True)
        simulator.control.fault("echo", method="POST", uid=21, status=500)
        yield simulator


@pytest.fixture(scope="module")
def token(sim):
    answer = requests.post(
        f"{sim.url}/v1/users/authorize",
        json={"username": USER, "password": VALUES["password"]},
        auth=(USER, VALUES["password"]),
        verify=sim.ca_cert,
        timeout=10,
    )
    return answer.json()["access_token"]


@pytest.fixture(scope="module", autouse=True)
def table():
    """Write what the tests of this file found."""
    yield
    if CELLS:
        (ROOT / ".build").mkdir(exist_ok=True)
        (ROOT / ".build" / "secrets.json").write_text(json.dumps(CELLS, indent=2) + "\n", encoding="utf-8")


@pytest.fixture
def here(ansible, sim, token):
    """A controller with the connection in the environment, and the secrets in a file of variables."""
    strange = {"type": "s3", **{f"my_{name}": value for name, value in VALUES.items()}}
    (ansible.folder / "vars.yml").write_text(
        yaml.safe_dump(
            {
                "locations": LOCATIONS,
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


def segments(text):
    """``{column: what its tasks printed}``."""
    found = {}
    for part in re.split(r"(?m)^TASK \[", text)[1:]:
        column = part.partition(" | ")[0]
        found[column] = found.get(column, "") + part
    return found


def test_every_outcome_in_every_view(here, token):
    """All outcomes in one run of ansible-runner at -vvvv with --diff; then all that this run has printed and written anywhere."""
    book = [task for column, options in OUTCOMES.items() for task in tasks(column, **options)]
    book += tasks("server error with an echo", uid=[21], wait_timeout=1)[3:4]
    book += tasks("register and debug", register=True, uid=ECHO[:2])
    book.append(
        {
            "name": "url with user info | s3",
            EXPORT: {
                "uid": 1,
                "url": "{{ bad_url }}",
                "export_location": "{{ locations.s3 }}",
            },
            "ignore_errors": True,
        }
    )
    for column, value in STRANGE.items():
        call = {"uid": 1, "export_location": value}
        book.append({"name": f"{column} | all at once", EXPORT: call, "ignore_errors": True})
    folder = here.folder / "runner"
    (folder / "project").mkdir(parents=True)
    (folder / "project" / "play.yml").write_text(
        yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": book}])
    )
    run = here.command(
        *("ansible-runner", "run", str(folder), "-p", "play.yml", "-vvvv"),
        *("--cmdline", f"--diff -e @{here.folder / 'vars.yml'}"),
        PYTHONPATH=str(here.folder / "syslog"),
        SYSLOG_FILE=str(here.folder / "syslog.txt"),
        ANSIBLE_LOG_PATH=str(here.folder / "ansible.log"),
        ANSIBLE_CALLBACKS_ENABLED="ansible.builtin.tree,ansible.builtin.junit",
        ANSIBLE_CALLBACK_TREE_DIR=str(here.folder / "tree"),
        JUNIT_OUTPUT_DIR=str(here.folder / "junit"),
    )
    assert run.rc == 0 and run.recap()["ok"] == len(book), run.text[-3000:]
    assert '"module_args": {' in run.out and "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in run.out
    columns = segments(run.out)
    files = sorted(path for path in (folder / "artifacts").rglob("*") if path.is_file())
    assert len(files) > len(book)
    columns["job events and artifacts"] = "".join(path.read_text() for path in files if path.name != "command")
    columns["log file"] = (here.folder / "ansible.log").read_text()
    columns["callback tree"] = "".join(path.read_text() for path in (here.folder / "tree").iterdir())
    columns["callback junit"] = "".join(path.read_text() for path in (here.folder / "junit").iterdir())
    columns["log of the host (syslog)"] = (here.folder / "syslog.txt").read_text()
    clean(leak for column, text in columns.items() for leak in check(column, text, token, **ONLY.get(column, {})))
    kept = "\n".join(
        json.loads(path.read_text())["env"]["REDIS_ENTERPRISE_PASSWORD"] for path in files if path.name == "command"
    )
    assert set(leaks(kept, token)) == {"password"}
    check(
        "ansible-runner's file command",
        "-",
        token,
        [row for row in ROWS if row != "password"],
        "it is the environment, which runner writes down",
    )


def test_loops(here, token):
    """Ansible prints the item of a loop, in a failure also beside a label: the secrets must not be in it."""
    call = {EXPORT: {"uid": ECHO[:1], "export_location": "{{ item }}"}, "ignore_errors": True}
    over = {"loop": "{{ locations.values() }}"}
    label = {**over, "loop_control": {"label": "{{ item.type }}"}}
    names = {"loop": "{{ locations.keys() }}", EXPORT: {"uid": ECHO[:1], "export_location": "{{ locations[item] }}"}}
    success = {EXPORT: {"uid": GOOD, "max_age": 0, "export_location": "{{ item }}"}}
    flags = ("-e", f"@{here.folder / 'vars.yml'}")
    bare = here.play(
        [
            {"name": "loop without label | all", **call, **over},
            {"name": "loop with label, success | all", **success, **label},
            {"name": "loop with label, failure | all", **call, **label},
            {"name": "loop with no_log | all", **call, **over, "no_log": True},
        ],
        *flags,
    )
    loud = here.play(
        [{"name": "loop over names at -vvvv, as YAML | all", **call, **names}],
        *(*flags, "-vvvv", "--diff"),
        env={"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"},
    )
    columns = {**segments(bare.out), **segments(loud.out)}
    for column in ("loop without label", "loop with label, failure"):
        found = leaks(columns.pop(column), token)
        assert found and not {"password", "password as Basic", "obtained JWT"}.intersection(found)
        check(column, "-", token, NO_ARGUMENT, "Ansible prints each item")
    clean(leak for column, text in columns.items() for leak in check(column, text, token))


def test_a_bug_of_the_collection(here, token):
    """An exception with every secret in its text, at the first answer and later; on new cores with tracebacks shown."""
    text = ""
    for number in (1, 3):
        run = here.module(
            "bdb_export",
            *("-vvvv", "-e", f"@{here.folder / 'vars.yml'}"),
            uid=[1, 2],
            max_age=0,
            export_location="{{ locations.gs }}",
            env={
                "PYTHONPATH": str(here.folder / "raise"),
                "RAISE_AT": str(number),
                "RAISE_TEXT": str(here.folder / "secrets.txt"),
                "ANSIBLE_DISPLAY_TRACEBACK": "always",
            },
        )
        assert run.rc != 0 and run.result["failure"]["kind"] == "bug", run.text
        text += run.text
    clean(check("Python exception, with tracebacks", text, token))


def test_ansible_debug(here, token):
    """Ansible's debugging prints the arguments of every module in a line of its own; the collection adds nothing to that."""
    run = here.play(
        tasks("ANSIBLE_DEBUG=1", uid=GOOD + ECHO[:1]), "-e", f"@{here.folder / 'vars.yml'}", env={"ANSIBLE_DEBUG": "1"}
    )
    assert run.rc == 0 and run.recap()["ignored"] == len(LOCATIONS) + len(AUTHS)
    others = [line for line in run.text.splitlines() if "done with _execute_module (" not in line]
    assert len(others) > 1000
    why = "Ansible prints the arguments of every task"
    clean(check("ANSIBLE_DEBUG=1", "\n".join(others), token, NO_ARGUMENT, why))


def test_ad_hoc(here, token):
    """With the connection in the environment and the location in a file, nothing shows; a literal location is on the command line anyway."""
    flags = ("-vvvv", "--diff", "-e", f"@{here.folder / 'vars.yml'}")
    text = here.module("bdb_export", *flags, uid=ECHO, export_location="{{ locations.gs }}").text
    text += here.module("bdb_export", *flags, uid=1, export_location="{{ strange }}").text
    clean(check("ad-hoc", text, token))
    literal = here.module("bdb_export", uid=ECHO, export_location=LOCATIONS["s3"])
    assert literal.rc != 0 and leaks(json.dumps(literal.result), token) == {}
    check(
        "ad-hoc, literal in -a", "-", token, [], "it is on the command line, and new cores print that again in an error"
    )


def test_role(here, token):
    role = {"ansible.builtin.include_role": {"name": "community.redis_enterprise.export_databases"}}
    cases = {
        "role, success": {"uids": GOOD, "location": "{{ locations.gs }}", "max_age": 0},
        "role, failed export": {"uids": BAD + ECHO[:3], "location": "{{ locations.s3 }}"},
        "role, wrong location": {"uids": GOOD, "location": "{{ strange }}"},
        "role, wrong argument": {"uids": GOOD, "location": "{{ strange }}", "if_running": "hope"},
    }
    connection = {"url": here.env.pop("REDIS_ENTERPRISE_URL"), "ca_cert": here.env.pop("REDIS_ENTERPRISE_CA_CERT")}
    connection.update(username=here.env.pop("REDIS_ENTERPRISE_USER"), password="{{ password }}")
    del here.env["REDIS_ENTERPRISE_PASSWORD"]
    (here.folder / "password.yml").write_text(yaml.safe_dump({"password": VALUES["password"]}))
    files = [word for name in ("vars", "password") for word in ("-e", f"@{here.folder / name}.yml")]
    show = {"ansible.builtin.debug": {"var": "export_databases_result"}}
    book = []
    for name, variables in cases.items():
        variables = {f"export_databases_{key}": value for key, value in {**connection, **variables}.items()}
        steps = {"block": [role, show], "rescue": [{"ansible.builtin.debug": {"var": "ansible_failed_result"}}]}
        book += [{"name": f"{name} | begin", "ansible.builtin.debug": {"msg": name}}, {**steps, "vars": variables}]
    run = here.play(book, "-vvvv", "--diff", *files)
    assert run.rc == 0 and run.recap()["rescued"] == 3, run.text[-3000:]
    parts = re.split(r"(?m)^TASK \[(role, [^|]*) \| begin\]", run.out)
    columns = dict(zip(parts[1::2], parts[2::2]))
    assert set(columns) == set(cases)
    clean(leak for column, text in columns.items() for leak in check(column, text, token))


def test_secrets_of_the_server(here, sim):
    """The API returns passwords of databases in clear, and whole objects where it ignores ``fields``."""
    number = sim.control.fault("ignore_fields", method="GET")
    book = [
        {"community.redis_enterprise.bdb_info": {}, "register": "answer"},
        {"ansible.builtin.debug": {"var": "answer"}},
        *tasks("success", uid=GOOD)[:1],
        {"community.redis_enterprise.bdb_status_reset": {"name": "*", "operation": "export"}},
    ]
    run = here.play(book, "-vvvv", "--diff", "-e", f"@{here.folder / 'vars.yml'}")
    sim.control.clear_faults(number)
    assert run.rc == 0 and "db-1" in run.out and "s3cret" not in run.text


def test_refused_login(here, sim, token):
    """The server repeats the login's body and header."""
    number = sim.control.fault("echo", path=".*authorize", status=400)
    run = here.module("bdb_info", "-vvvv", uid=1, auth_method="jwt")
    sim.control.clear_faults(number)
    assert run.rc != 0 and "answered 400" in run.result["msg"]
    clean(check("refused login", run.text, token, NO_ARGUMENT, "a login holds a password only"))
