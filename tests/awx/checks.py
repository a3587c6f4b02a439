# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX refuses: credential types, credentials, surveys, answers to them, and rules of schedules. Each function raises Refused."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
from dateutil.rrule import rrulestr
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

_NAME = r"^[a-zA-Z_][a-zA-Z0-9_]*$"
_INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "required": {"type": "array", "items": {"type": "string"}},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label"],
                "properties": {
                    "id": {"type": "string", "pattern": _NAME},
                    "label": {"type": "string"},
                    "type": {"enum": ["string", "boolean"]},
                    "format": {"enum": ["ssh_private_key", "url"]},
                    "choices": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
                    "help_text": {"type": "string"},
                    "multiline": {"type": "boolean"},
                    "secret": {"type": "boolean"},
                    "ask_at_runtime": {"type": "boolean"},
                    "default": {},
                },
            },
        },
    },
}
_INJECTORS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "file": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {r"^template(\.[a-zA-Z_][a-zA-Z0-9_]*)?$": {"type": "string"}},
        },
        "env": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {_NAME: {"type": "string", "pattern": "^[\x00-\x7f]*$"}},
        },
        "extra_vars": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {
                _NAME: {
                    "anyOf": [{"type": "string"}, {"type": "array"}, {"$ref": "#/properties/extra_vars"}],
                }
            },
        },
    },
}
#: type of a question -> (type of its answer and default in Python, what the message calls it)
_ANSWERS = {
    "text": (str, "a string"),
    "textarea": (str, "a string"),
    "password": (str, "a string"),
    "integer": (int, "an integer"),
    "float": ((int, float), "a number"),
    "multiplechoice": (str, "one of its choices"),
    "multiselect": (list, "a list"),
}


class Refused(Exception):
    """The answer 400; the argument is its body."""


def credential_type(data: dict[str, Any]) -> None:
    """The inputs and the injectors of a custom credential type, and that each template can be filled in."""
    inputs, injectors = data["inputs"], data["injectors"]
    _schema("inputs", inputs, _INPUTS)
    _schema("injectors", injectors, _INJECTORS)
    fields = inputs.get("fields", [])
    ids = [field["id"] for field in fields]
    if len(set(ids)) < len(ids) or "tower" in ids:
        raise Refused({"inputs": ["field IDs must be unique, and not tower"]})
    for field in fields:
        if field.get("type") == "boolean" and {"choices", "multiline", "format", "secret"} & field.keys():
            raise Refused({"inputs": [f"not allowed for boolean type ({field['id']})"]})
    unknown = set(inputs.get("required", [])) - set(ids)
    if unknown:
        raise Refused({"inputs": [f"required names {sorted(unknown)}, which are no fields"]})
    forbidden = [name for name in injectors.get("env", {}) if name.startswith("ANSIBLE_")]
    if forbidden:
        raise Refused({"injectors": [f"{forbidden} may affect Ansible configuration"]})
    files = [label.partition(".")[2] for label in injectors.get("file", {})]
    names = {**dict.fromkeys(ids, "EXAMPLE"), "tower": {"filename": dict.fromkeys(files, "EXAMPLE")}}
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for template in _texts(injectors):
        try:
            environment.from_string(template).render(names)
        except TemplateError as error:
            raise Refused({"injectors": [f"{template!r} uses an undefined field ({error})"]}) from None


def credential_inputs(inputs: dict[str, Any], kind: dict[str, Any]) -> None:
    """The inputs of a credential: only fields of its type, each of the field's type."""
    fields = {field["id"]: field for field in kind["inputs"].get("fields", [])}
    for name, value in inputs.items():
        if name not in fields:
            raise Refused({"inputs": [f"Additional properties are not allowed ({name!r} was unexpected)"]})
        expected = bool if fields[name].get("type") == "boolean" else str
        if not isinstance(value, expected):
            raise Refused({"inputs": {name: [f"it is not of type {expected.__name__}"]}})


def survey(spec: dict[str, Any]) -> None:
    """A whole survey: name, description, and questions that can be asked."""
    for key, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(spec.get(key), kind):
            raise Refused({"error": f"Field {key!r} is missing from survey spec, or of a wrong type."})
    if not spec["spec"]:
        raise Refused({"error": "'spec' doesn't contain any items."})
    seen = set()
    for number, question in enumerate(spec["spec"]):
        for key, kind in (("type", str), ("question_name", str), ("variable", str), ("required", bool)):
            if not isinstance(question.get(key), kind):
                raise Refused({"error": f"{key!r} missing from survey question {number}, or of a wrong type"})
        if question["variable"] in seen:
            raise Refused({"error": f"'variable' {question['variable']!r} duplicated in survey question {number}."})
        seen.add(question["variable"])
        _question(question)


def _question(question: dict[str, Any]) -> None:
    kind, name = question["type"], question["variable"]
    if kind not in _ANSWERS:
        raise Refused({"error": f"{kind!r} in survey question {name} is no question type."})
    for limit in ("min", "max"):
        if question.get(limit) is not None and not isinstance(question[limit], int):
            raise Refused({"error": f"The {limit} limit in survey question {name} expected to be integer."})
    default = question.get("default", "")
    if kind.startswith("multi"):
        choices = question.get("choices")
        if not choices:
            raise Refused({"error": f"Survey question {name} of type {kind} must specify choices."})
        # The defaults of a multiselect are the lines of one text.
        lines = [line for line in default.splitlines() if line.strip()]
        if any(line not in choices for line in lines) or (kind == "multiplechoice" and len(lines) > 1):
            raise Refused({"error": f"Default choice of {name} must be answered from the choices listed."})
    elif default != "" and (not isinstance(default, _ANSWERS[kind][0]) or isinstance(default, bool)):
        raise Refused({"error": f"Default value {default!r} in survey question {name} expected to be {kind}."})


def answers(spec: dict[str, Any], given: dict[str, Any], needed: bool = True) -> None:
    """Answers to a survey; with ``needed`` every required question has one. Variables that no question asks for are refused."""
    questions = {question["variable"]: question for question in spec.get("spec", [])}
    unasked = sorted(given.keys() - questions.keys())
    if unasked:
        raise Refused({"extra_vars": [f"Variables {', '.join(unasked)} are not allowed on launch."]})
    missing = [name for name, question in questions.items() if needed and question["required"] and name not in given]
    if missing:
        raise Refused({"variables_needed_to_start": [f"{name!r} value missing" for name in missing]})
    for name, value in given.items():
        problem = _problem(questions[name], value)
        if problem:
            raise Refused({"variables_needed_to_start": [f"Value {value!r} for {name!r} {problem}."]})


def defaults(spec: dict[str, Any]) -> dict[str, Any]:
    """The answers that a survey gives by itself: its defaults, an empty one of a text too. Those of a multiselect become a list."""
    found = {}
    for question in spec.get("spec", []):
        value = question.get("default")
        if question["type"] == "multiselect" and value is not None:
            value = value.splitlines()
        if value is not None and not _problem(question, value):
            found[question["variable"]] = value
    return found


def _problem(question: dict[str, Any], value: Any) -> str | None:
    kind, words = _ANSWERS[question["type"]]
    if not isinstance(value, kind) or isinstance(value, bool):
        return f"expected to be {words}"
    choices = question.get("choices") or []
    chosen = value if isinstance(value, list) else [value]
    if question["type"].startswith("multi") and any(one not in choices for one in chosen):
        return f"expected to be one of {choices}"
    size = len(value) if isinstance(value, str) else value
    for limit, sign in (("min", 1), ("max", -1)):
        bound = question.get(limit)
        if bound is not None and not isinstance(value, list) and sign * size < sign * bound:
            return f"breaks the {limit} of {bound}"
    return None


def recurrence(rule: str) -> None:
    """The rule of a schedule: one DTSTART with a time zone, and rules with an INTERVAL that lead to a date."""
    if len(re.findall(r"DTSTART(?:;TZID=[^:]+:\d{8}T\d{6}|:\d{8}T\d{6}Z)(?= )", rule)) != 1:
        raise Refused({"rrule": ["Valid DTSTART required in rrule, once and with a time zone."]})
    rules = re.findall(r"RRULE:(\S+)", rule)
    if not rules or any("INTERVAL" not in one or "SECONDLY" in one for one in rules):
        raise Refused({"rrule": ["INTERVAL required in rrule, and SECONDLY is not supported."]})
    try:
        first = next(iter(rrulestr(rule.replace(" ", "\n"))))
    except (ValueError, StopIteration) as error:
        raise Refused({"rrule": [f"rrule parsing failed validation: {error}"]}) from None
    if first.tzinfo is None:
        raise Refused({"rrule": ["DTSTART cannot be a naive datetime."]})


def _schema(field: str, value: Any, schema: dict[str, Any]) -> None:
    for error in jsonschema.Draft4Validator(schema).iter_errors(value):
        raise Refused({field: [error.message]})


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value]
