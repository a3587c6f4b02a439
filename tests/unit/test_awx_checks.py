# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in of AWX refuses what AWX refuses, so that what it takes says something."""

from __future__ import annotations

import copy

import pytest

from tests.awx import checks
from tests.awx.checks import Refused
from tests.awx.store import ENCRYPTED, Store

KIND = {
    "inputs": {
        "fields": [
            {"id": "url", "label": "URL", "type": "string"},
            {"id": "password", "label": "Password", "type": "string", "secret": True},
            {"id": "insecure", "label": "Insecure", "type": "boolean"},
        ],
        "required": ["url"],
    },
    "injectors": {
        "file": {"template.key": "{{ password }}"},
        "env": {"THE_URL": "{{ url }}", "THE_FILE": "{{ tower.filename.key if password else '' }}"},
        "extra_vars": {"place": "{{ {'url': url | default('')} | tojson }}"},
    },
}
QUESTION = {
    "question_name": "Databases",
    "variable": "names",
    "type": "text",
    "required": True,
    "default": "?*",
    "min": 2,
}


def survey_of(**changes):
    return {"name": "", "description": "", "spec": [{**QUESTION, **changes}]}


def changed(part, key, value):
    kind = copy.deepcopy(KIND)
    kind[part][key] = value
    return kind


def test_what_is_sound_is_taken():
    checks.credential_type(KIND)
    checks.credential_inputs({"url": "https://cluster", "insecure": True}, KIND)
    checks.survey(survey_of())
    checks.answers(survey_of(), {"names": "orders"})
    checks.recurrence("DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1")
    checks.recurrence("DTSTART;TZID=Europe/Berlin:20260101T013000 RRULE:FREQ=DAILY;INTERVAL=1")


@pytest.mark.parametrize(
    "kind",
    [
        changed("inputs", "fields", [{"id": "url", "label": "URL", "type": "integer"}]),
        changed("inputs", "fields", [{"id": "url"}]),
        changed("inputs", "fields", [{"id": "url", "label": "URL"}] * 2),
        changed("inputs", "fields", [{"id": "url", "label": "URL", "type": "boolean", "secret": True}]),
        changed("inputs", "required", ["token"]),
        changed("injectors", "env", {"ANSIBLE_TIMEOUT": "1"}),
        changed("injectors", "env", {"NOT A NAME": "1"}),
        changed("injectors", "env", {"THE_URL": "{{ ulr }}"}),
        changed("injectors", "env", {"THE_FILE": "{{ tower.filename.certificate }}"}),
        changed("injectors", "file", {"key": "{{ password }}"}),
        changed("injectors", "extra_vars", {"place": {"url": "{{ url"}}),
    ],
)
def test_credential_types_that_are_refused(kind):
    with pytest.raises(Refused):
        checks.credential_type(kind)


@pytest.mark.parametrize("inputs", [{"ulr": "x"}, {"url": 7}, {"insecure": "true"}])
def test_inputs_that_are_refused(inputs):
    with pytest.raises(Refused):
        checks.credential_inputs(inputs, KIND)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "list"},
        {"required": "yes"},
        {"variable": None},
        {"min": "2"},
        {"default": 7},
        {"type": "integer", "default": "7"},
        {"type": "multiplechoice"},
        {"type": "multiplechoice", "choices": ["a", "b"], "default": "a\nb"},
        {"type": "multiselect", "choices": ["a", "b"], "default": "c"},
    ],
)
def test_questions_that_are_refused(changes):
    with pytest.raises(Refused):
        checks.survey(survey_of(**changes))


@pytest.mark.parametrize(
    "question, given",
    [
        ({}, {}),
        ({}, {"names": "*"}),
        ({}, {"names": ["orders"]}),
        ({}, {"names": "orders", "location": "/elsewhere"}),
        ({"type": "integer", "default": 1, "min": 0}, {"names": ""}),
        ({"type": "integer", "default": 1, "min": 0}, {"names": -1}),
        ({"type": "integer", "default": 1, "min": 0, "max": 5}, {"names": 6}),
        ({"type": "multiplechoice", "choices": ["a"], "default": "a"}, {"names": ""}),
        ({"type": "multiselect", "choices": ["a"], "default": "a"}, {"names": ["b"]}),
    ],
)
def test_answers_that_are_refused(question, given):
    with pytest.raises(Refused):
        checks.answers(survey_of(**question), given)


def test_defaults_answer_by_themselves():
    assert checks.defaults(survey_of()) == {"names": "?*"}
    assert checks.defaults(survey_of(default="")) == {}  # too short
    assert checks.defaults(survey_of(default="", min=None)) == {"names": ""}
    assert checks.defaults(survey_of(type="multiselect", choices=["a", "b"], default="a\nb")) == {"names": ["a", "b"]}


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=DAILY;INTERVAL=1",
        "DTSTART:20260101T020000 RRULE:FREQ=DAILY;INTERVAL=1",
        "DTSTART:20260101T020000Z RRULE:FREQ=DAILY",
        "DTSTART:20260101T020000Z RRULE:FREQ=SECONDLY;INTERVAL=1",
        "DTSTART:20260101T020000Z RRULE:FREQ=NEVER;INTERVAL=1",
    ],
)
def test_rules_of_schedules_that_are_refused(rule):
    with pytest.raises(Refused):
        checks.recurrence(rule)


def test_objects_are_unique_refer_to_others_and_hide_their_secrets(tmp_path):
    (tmp_path / "export.yml").write_text("- hosts: localhost\n", encoding="utf-8")
    store = Store(tmp_path)
    kind = store.create("credential_types", {"name": "kind", "kind": "cloud", **KIND})
    data = {"name": "one", "credential_type": kind["id"], "inputs": {"url": "u", "password": "canary"}}
    made = store.create("credentials", data)
    assert store.shown(made)["inputs"] == {"url": "u", "password": ENCRYPTED}
    store.change("credentials", made["id"], {"inputs": {"url": "v", "password": ENCRYPTED}})
    assert store.get("credentials", made["id"])["inputs"] == {"url": "v", "password": "canary"}
    with pytest.raises(Refused):
        store.create("credentials", data)
    with pytest.raises(Refused):
        store.create("credentials", {**data, "name": "two", "credential_type": 99})
    with pytest.raises(Refused):
        store.find("credentials", {"colour": "red"})
    project = store.create("projects", {"name": "project", "scm_type": "git", "scm_url": "https://git.example.com"})
    template = {"name": "export", "project": project["id"], "playbook": "export.yml"}
    with pytest.raises(Refused):  # its first update has not ended
        store.create("job_templates", template)
    update = project["summary_fields"]["current_update"]["id"]
    assert [store.update_project(update)["status"] for dummy in range(2)] == ["running", "successful"]
    job = store.create("job_templates", template)
    store.associate("job_templates", job["id"], "credentials", made["id"], False)
    other = store.create("credentials", {**data, "name": "two"})
    with pytest.raises(Refused):  # one of each type
        store.associate("job_templates", job["id"], "credentials", other["id"], False)
