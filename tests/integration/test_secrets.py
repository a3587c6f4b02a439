# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing that went in as a secret comes out, whatever the outcome of a task and wherever Ansible writes.

The rows of the matrix are in ``secret_rows.py``, what the columns share is in ``secret_columns.py``.
"""

from __future__ import annotations

import json

import yaml

from tests.integration.secret_columns import (
    BAD,
    ECHO,
    ECHO_HTML,
    EXPORT,
    GOOD,
    IMPORT,
    NO_ARGUMENT,
    NO_TOKEN,
    POLICY,
    check,
    clean,
    import_tasks,
    policy_tasks,
    provide_here,
    provide_sim,
    provide_table,
    provide_token,
    segments,
    tasks,
)
from tests.integration.secret_rows import ROWS, leaks

FIXTURES = (provide_sim, provide_token, provide_table, provide_here)
OUTCOMES = {
    "success": {"uid": GOOD},
    "failed export": {"uid": BAD},
    "refused with an echo": {"uid": ECHO},
    "refused with an echo in HTML": {"uid": ECHO_HTML},
    "check mode": {"uid": GOOD + BAD},
}
#: Values of export_location that Ansible itself refuses.
STRANGE = {
    "unknown keys of the location": "{{ strange }}",
    "location as a text": "{{ strange.values() | join(' ') }}",
    "location as a list": "{{ strange | dict2items }}",
}
POLICIES = {
    "backup policy": {"uid": GOOD + ECHO},
    "backup policy in check mode": {"uid": GOOD + BAD},
}
IMPORTS = {
    "import": {"uid": GOOD},
    "import that is refused with an echo": {"uid": ECHO + ECHO_HTML},
    "import in check mode": {"uid": GOOD + BAD},
}
#: Columns that hold some rows only, and why.
ONLY = {
    **dict.fromkeys(
        [*STRANGE, *POLICIES, *IMPORTS, "unknown keys of the backup location", "unknown keys of sources"], NO_TOKEN
    ),
    "server error with an echo": {
        "rows": [*NO_ARGUMENT, "client_id", "client_email", "private_key_id", "private_key"],
        "why": "one location is enough, since each costs the second of waiting for what became of the start",
    },
    "url with user info": {
        "rows": ["password", "access_key_id", "secret_access_key"],
        "why": "nothing else is in the task",
    },
}


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
    book += [task for column, options in POLICIES.items() for task in policy_tasks(column, **options)]
    book.append(
        {
            "name": "unknown keys of the backup location | all at once",
            POLICY: {"uid": 1, "backup_location": "{{ strange }}"},
            "ignore_errors": True,
        }
    )
    book += [task for column, options in IMPORTS.items() for task in import_tasks(column, **options)]
    for call in ({"uid": 1, "sources": "{{ [strange] }}"}, {"imports": [{"uid": 1, "sources": "{{ [strange] }}"}]}):
        book.append({"name": "unknown keys of sources | all at once", IMPORT: call, "ignore_errors": True})
    book.append(
        {
            "name": "unknown keys of sources | a text",
            IMPORT: {"imports": "{{ strange.values() | join(' ') }}"},
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
