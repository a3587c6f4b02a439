# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""awx_setup.yml with the real modules of awx.awx against a stand-in of AWX's API, and then what AWX runs: each job template, by the real ansible-runner."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.awx.checks import Refused
from tests.awx.project import ROOT
from tests.awx.stage import PLAYBOOK, Stage, reason_to_skip
from tests.integration.conftest import load

SKIP = reason_to_skip()
pytestmark = pytest.mark.skipif(SKIP is not None, reason=str(SKIP))
PREFIX = "Redis Enterprise"
DATABASES = [
    {
        "uid": 1,
        "name": "orders",
        "shards": 2,
        "keys": 60,
        "export_status": "failed",
        "export_failure_reason": "no-permission",
    },
    {"uid": 2, "name": "sessions", "keys": 20},
    load(3, "broken", plan={"result": "failed", "reason": "no-permission"}),
]
S3 = {"bucket_name": "exports", "subdir": "007", "access_key_id": "canary-key-id", "secret_access_key": "0123456789"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """The objects made, once for all tests, and the playbook's output in ``stage.made``."""
    with Stage(tmp_path_factory.mktemp("awx") / "stage", {"export_duration": 0, "databases": DATABASES}) as started:
        started.made = started.setup()
        yield started


@pytest.fixture(scope="module")
def exported(stage):
    """The job of an export of orders and sessions, which others can look at and restore from."""
    stage.cluster.control.reset_log()
    answers = {"export_databases_names": "orders, sess*", "export_databases_max_age": 0}
    (job,) = stage.launcher.launch(template("export"), answers)
    return job, stage.cluster.control.counters()


def template(name):
    return f"{PREFIX}: {name}"


def words(text):
    return " ".join(text.split())


def recap(text):
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", text[text.index("PLAY RECAP") :])}


def keeps_secrets(stage, *jobs):
    """No secret in whatever a job leaves for others to read."""
    secrets = [stage.cluster.password, S3["secret_access_key"], S3["access_key_id"]]
    for job in jobs:
        found = [f"{name}: {secret}" for name, text in job.written().items() for secret in secrets if secret in text]
        assert found == [] and len(job.written()) > 10
        assert not any(secret in job.printed for secret in secrets)


# The objects


def test_everything_is_made_and_a_second_run_changes_nothing(stage):
    assert stage.made.returncode == 0, stage.made.stdout + stage.made.stderr
    assert recap(stage.made.stdout)["changed"] == 9
    counts = {endpoint: len(objects) for endpoint, objects in stage.store.objects.items() if objects}
    assert counts == {
        "organizations": 1,
        "credential_types": 2,
        "credentials": 2,
        "projects": 1,
        "project_updates": 1,
        "inventories": 2,
        "inventory_sources": 1,
        "job_templates": 5,
        "workflow_job_templates": 1,
        "workflow_job_template_nodes": 2,
        "schedules": 1,
    }
    assert stage.cluster.password not in stage.made.stdout + stage.made.stderr
    stage.controller.writes.clear()
    again = stage.setup()
    assert again.returncode == 0 and recap(again.stdout)["changed"] == 0, again.stdout
    assert stage.controller.writes == []


def test_the_project_brings_the_collection_of_its_own_checkout(stage):
    assert stage.installed.returncode == 0, stage.installed.stdout + stage.installed.stderr
    found = stage.folder / "collections/ansible_collections/community/redis_enterprise/MANIFEST.json"
    assert json.loads(found.read_text(encoding="utf-8"))["collection_info"]["name"] == "redis_enterprise"


def options_of(playbook):
    """The options of the roles that a playbook runs, by the names of their variables; of a playbook without a role, the variables that it uses."""
    text = (ROOT / playbook).read_text(encoding="utf-8")
    found = {name: {} for name in re.findall(r"\b(?:reset_statuses)_\w+", text)}
    for role in re.findall(r"community\.redis_enterprise\.(\w+)$", text, re.MULTILINE):
        specs = ROOT / "roles" / role / "meta/argument_specs.yml"
        if specs.is_file():
            found.update(yaml.safe_load(specs.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])
    return found


def test_surveys_ask_for_variables_of_the_roles_with_their_choices(stage):
    for one in stage.store.objects["job_templates"].values():
        options = options_of(one["playbook"])
        assert (ROOT / one["playbook"]).is_file()
        for name in json.loads(one["extra_vars"]):
            assert name in options
        for question in stage.store.surveys[one["id"]]["spec"]:
            option = options.get(question["variable"])
            assert option is not None, f"{one['playbook']} knows no {question['variable']}"
            if "choices" in option:
                assert set(question["choices"]) <= set(option["choices"])
            # Whatever is no text is answered always: the controller refuses an empty answer to it.
            assert question["type"].startswith("text") or question["required"]


def test_credential_types_of_all_kinds_of_storage_give_locations_that_the_modules_take(stage):
    from ansible_collections.community.redis_enterprise.plugins.module_utils._location import (
        LOCATION_OPTIONS,
        location_payload,
    )

    key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"
    values = {
        "path": "/mnt/exports",
        "url": "ftps://exporter:p%40ss@ftp.example.com/exports/",
        "sftp_url": "sftp://exporter@sftp.example.com/exports/",
        "private_key": key,
        "account_key": "0123",
    }
    types = credential_types()
    assert set(types) == {"cluster", *LOCATION_OPTIONS["type"]["choices"]}
    for kind in sorted(set(types) - {"cluster"}):
        needed = {name: values.get(name, "0017") for name in types[kind]["inputs"]["required"]}
        more = {"account_key": "0123"} if kind == "abs" else {}
        made = credential(stage, kind, {**needed, **more}, f"{kind} of a test")
        folder = stage.folder / f"inject-{kind}"
        (folder / "env").mkdir(parents=True)
        env, (file,) = stage.launcher.inject([made], folder)
        variables = yaml.load(file.read_text(encoding="utf-8").replace("!unsafe ", ""), yaml.SafeLoader)
        assert env == {} and variables["restore_databases_location"] == variables["export_databases_location"]
        location = json.loads(variables["export_databases_location"])
        assert location_payload("export_location", location) == {"type": kind, **needed, **more}
        secrets = {field["id"] for field in types[kind]["inputs"]["fields"] if field.get("secret")}
        assert secrets == {name for name, option in LOCATION_OPTIONS.items() if option.get("no_log")} & location.keys()


def credential_types():
    """The data as YAML has it: nothing in it but what the controller fills in is a template."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!unsafe", lambda loader, node: node.value)
    text = (ROOT / "playbooks/vars/awx_credential_types.yml").read_text(encoding="utf-8")
    return yaml.load(text, Loader)["awx_setup_credential_types"]


def credential(stage, kind, inputs, name):
    """A credential of a type of the data, which is made if it is not there."""
    data = credential_types()[kind]
    present = [one for one in stage.store.objects["credential_types"].values() if one["name"] == data["name"]]
    made = present[0] if present else stage.store.create("credential_types", {**data, "kind": "cloud"})
    return stage.store.create("credentials", {"name": name, "credential_type": made["id"], "inputs": inputs})


# The jobs


def test_export_with_the_answers_of_an_operator(stage, exported):
    job, counters = exported
    assert job.rc == 0, job.printed
    assert (
        '"2 exported: orders, sessions"' in job.stdout
        and "3 files, " in job.stdout
        and "80 keys verified" in job.stdout
    )
    assert counters["accepted_starts"] == {"1": 1, "2": 1}
    assert {event["event"] for event in job.events} >= {"playbook_on_start", "runner_on_ok", "playbook_on_stats"}
    assert job.hosts == {"localhost"}
    keeps_secrets(stage, job)


def test_export_to_a_bucket_whose_keys_are_in_a_credential(stage):
    """At the highest verbosity, with a key and a folder that YAML would take for numbers. The simulated cluster has no data in this database."""
    cluster = stage.store.one("credentials", PREFIX)
    storage = credential(stage, "s3", S3, "bucket of a test")
    answers = {"export_databases_names": "broken", "export_databases_run_subdir": "true"}
    (job,) = stage.launcher.launch(template("export"), answers, credentials=[cluster, storage], flags=("-vvvv",))
    assert job.rc != 0 and "broken (uid 3): failed. The export failed: no-permission." in words(job.stdout)
    (start,) = stage.cluster.control.requests(method="POST", path="/v1/bdbs/3/actions/export")
    location = json.loads(start["body"])["export_location"]
    folder, dummy, run = location.pop("subdir").partition("/")
    assert {"type": "s3", "subdir": folder, **location} == {"type": "s3", **S3} and run
    keeps_secrets(stage, job)


def test_restore_needs_each_name_twice(stage, exported):
    """First in check mode with the names of the files, then with what was left open and a moment, which YAML takes for one."""
    name = template("restore")
    stage.cluster.control.reset_log()
    files = "\n".join(path.name for path in stage.exports.iterdir())
    answers = {"restore_databases_names": "orders, sessions", "restore_databases_confirm_erase": "orders"}
    (refused,) = stage.launcher.launch(name, {**answers, "restore_databases_files": files}, flags=("--check",))
    assert "orders (uid 1) from 2 files" in refused.stdout and "sessions (uid 2) from 1 file" in refused.stdout
    assert refused.rc != 0 and "confirm_erase: it does not name sessions (uid 2)" in words(refused.stdout)
    assert stage.cluster.control.counters()["writes"] == 0
    answers["restore_databases_confirm_erase"] = "orders, sessions"
    (job,) = stage.launcher.launch(name, {**answers, "restore_databases_not_after": "2999-01-01T00:00:00Z"})
    assert job.rc == 0 and '"2 imported: orders, sessions"' in job.stdout, job.printed
    keeps_secrets(stage, refused, job)


def test_statuses_are_reset_also_failed_ones(stage, exported):
    (job,) = stage.launcher.launch(template("reset statuses"), {"reset_statuses_operations": ["export"]})
    assert job.rc == 0 and "1 reset: broken" in job.stdout and "2 idle: orders, sessions" in job.stdout, job.printed
    assert "import - " not in job.stdout
    keeps_secrets(stage, job)


def test_export_split_by_databases_runs_one_job_for_each_slice(stage):
    stage.cluster.control.reset_log()
    jobs = stage.launcher.launch(template("export, split by databases"), {"export_databases_max_age": 0})
    assert len(jobs) == 2 and sorted(job.rc == 0 for job in jobs) == [False, True], "".join(job.printed for job in jobs)
    assert stage.cluster.control.counters()["accepted_starts"] == {"1": 1, "2": 1, "3": 1}
    hosts = [job.hosts - {"localhost"} for job in jobs]
    assert not hosts[0] & hosts[1]
    keeps_secrets(stage, *jobs)


def test_workflow_reports_after_a_failure_and_is_red_for_what_was_not_exported(stage):
    (schedule,) = stage.store.objects["schedules"].values()
    workflow = stage.store.get("workflow_job_templates", schedule["unified_job_template"])
    green, steps = stage.launcher.workflow(workflow["name"])
    assert [step for step, job in steps] == ["export", "report"]
    report = steps[1][1]
    assert not green and report.rc != 0 and "broken" in report.stdout, report.printed
    assert (stage.folder / "report/report.html").is_file()
    keeps_secrets(stage, *(job for step, job in steps))


@pytest.mark.parametrize(
    "name, answers",
    [
        ("export", {"export_databases_names": "*"}),
        ("export", {"export_databases_max_age": ""}),
        ("export", {"export_databases_max_age": -1}),
        ("export", {"export_databases_check": "hope"}),
        ("export", {"export_databases_location": {"type": "mount_point", "path": "/elsewhere"}}),
        ("restore", {"restore_databases_names": "orders"}),
    ],
)
def test_answers_that_no_job_should_get_are_refused(stage, name, answers):
    with pytest.raises(Refused):
        stage.launcher.launch(template(name), answers)


# What is missing, and the end


@pytest.mark.parametrize(
    "env, wanted",
    [
        ({"ANSIBLE_COLLECTIONS_PATH": str(Path(str(ROOT)))}, "awx.awx"),
        ({"CONTROLLER_HOST": "http://127.0.0.1:9", "CONTROLLER_OAUTH_TOKEN": "canary-token"}, "127.0.0.1"),
        ({"CONTROLLER_OAUTH_TOKEN": "canary-token"}, "401"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_made(stage, env, wanted):
    stage.controller.writes.clear()
    run = stage.command("ansible-playbook", PLAYBOOK, **env)
    text = words(run.stdout + run.stderr)
    assert run.returncode != 0 and "The controller cannot be used. This playbook needs the collection awx.awx" in text
    assert "CONTROLLER_HOST" in text and wanted in text and "canary-token" not in text
    assert stage.controller.writes == []


def test_everything_can_be_removed_but_the_credentials(stage):
    run = stage.setup("-e", "awx_setup_state=absent")
    assert run.returncode == 0, run.stdout + run.stderr
    left = {endpoint for endpoint, objects in stage.store.objects.items() if objects}
    assert left == {"organizations", "credential_types", "credentials", "project_updates"}
