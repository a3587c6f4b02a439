# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in loops, in ad-hoc lines, in the role, in a bug, in Ansible's debugging, and those of the server itself."""

from __future__ import annotations

import json
import re

import yaml

from tests.integration.secret_columns import (
    AUTHS,
    BAD,
    ECHO,
    EXPORT,
    GOOD,
    NO_ARGUMENT,
    NO_TOKEN,
    check,
    clean,
    provide_here,
    provide_sim,
    provide_table,
    provide_token,
    segments,
    tasks,
)
from tests.integration.secret_rows import LOCATIONS, VALUES, leaks

FIXTURES = (provide_sim, provide_token, provide_table, provide_here)


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
    columns = {**segments(bare.out), **segments(loud.out + loud.err)}
    for column in ("loop without label", "loop with label, failure"):
        found = leaks(columns.pop(column), token)
        assert found and not {"password", "password as Basic", "obtained JWT"}.intersection(found)
        check(column, "-", token, NO_ARGUMENT, "Ansible prints each item")
    clean(leak for column, text in columns.items() for leak in check(column, text, token, **NO_TOKEN))


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
        assert run.rc != 0 and "bug of the collection" in run.result["msg"], run.text
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
    clean(check("ad-hoc", text, token, **NO_TOKEN))
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
    parts = re.split(r"(?m)^TASK \[(role, [^|]*) \| begin\]", run.out + run.err)
    columns = dict(zip(parts[1::2], parts[2::2]))
    assert set(columns) == set(cases)
    clean(leak for column, text in columns.items() for leak in check(column, text, token, **NO_TOKEN))


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
