# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of the stand-in: kept as the API shows them, made and changed only after the checks of AWX. Raises Refused and Missing."""

from __future__ import annotations

import copy
import itertools
import json
from pathlib import Path
from typing import Any

from . import checks, project
from .checks import Refused
from .fields import ASSOCIATIONS, FIELDS, REFERENCES, UNIQUE

ENCRYPTED = "$encrypted$"


class Missing(Exception):
    """The answer 404."""


class Store:
    """All objects. ``checkout`` is what an update of any project brings, whatever its URL."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self._numbers = itertools.count(1)
        self.objects: dict[str, dict[int, dict[str, Any]]] = {endpoint: {} for endpoint in FIELDS}
        self.surveys: dict[int, dict[str, Any]] = {}
        self.associated: dict[tuple[int, str], list[int]] = {}
        self.playbooks: dict[int, list[str]] = {}
        self.create("organizations", {"name": "Default"})

    def find(self, endpoint: str, filters: dict[str, str]) -> list[dict[str, Any]]:
        """The objects of a list with these filters; AWX refuses a filter for a field that there is not."""
        endpoints = REFERENCES["unified_job_template"] if endpoint == "unified_job_templates" else (endpoint,)
        found = [one for name in endpoints for one in self._of(name).values()]
        known = {"id", "type", *(field for name in endpoints for field in FIELDS[name])}
        for field, wanted in filters.items():
            if field in ("page_size", "order_by"):
                continue
            if field not in known:
                raise Refused({"detail": f"{field} is not a field of {endpoint}."})
            found = [one for one in found if str(one.get(field)) == wanted]
        return [self.shown(one) for one in found]

    def get(self, endpoint: str, number: int) -> dict[str, Any]:
        """One object as it is kept, with its secrets."""
        try:
            return self._of(endpoint)[number]
        except KeyError:
            raise Missing from None

    def one(self, endpoint: str, name: str) -> dict[str, Any]:
        """The one with this name or identifier."""
        field = "identifier" if endpoint == "workflow_job_template_nodes" else "name"
        (found,) = [one for one in self._of(endpoint).values() if one[field] == name]
        return found

    def shown(self, kept: dict[str, Any]) -> dict[str, Any]:
        """An object as the API shows it: without secrets."""
        shown = copy.deepcopy(kept)
        if kept["type"] == "credential":
            for field in self.get("credential_types", kept["credential_type"])["inputs"].get("fields", []):
                if field.get("secret") and shown["inputs"].get(field["id"]):
                    shown["inputs"][field["id"]] = ENCRYPTED
        return shown

    def create(self, endpoint: str, data: dict[str, Any]) -> dict[str, Any]:
        self._of(endpoint)
        fields = FIELDS[endpoint]
        number = next(self._numbers)
        kind = "inventory" if endpoint == "inventories" else endpoint[:-1]
        made = {
            **copy.deepcopy(fields),
            **{field: value for field, value in data.items() if field in fields},
            "id": number,
            "type": kind,
            "url": f"/api/v2/{endpoint}/{number}/",
            "related": {"survey_spec": f"/api/v2/{endpoint}/{number}/survey_spec/"},
            "summary_fields": {},
        }
        self._check(endpoint, made)
        self.objects[endpoint][number] = made
        if endpoint == "projects":
            update = self.create("project_updates", {"project": number})
            made["summary_fields"]["current_update"] = {"id": update["id"], "status": update["status"]}
        return made

    def change(self, endpoint: str, number: int, data: dict[str, Any]) -> dict[str, Any]:
        kept = self.get(endpoint, number)
        changed = {**kept, **{field: value for field, value in data.items() if field in FIELDS[endpoint]}}
        if endpoint == "credentials" and "inputs" in data:
            changed["inputs"] = {
                name: kept["inputs"].get(name) if value == ENCRYPTED else value
                for name, value in data["inputs"].items()
            }
        self._check(endpoint, changed)
        kept.update(changed)
        return kept

    def remove(self, endpoint: str, number: int) -> None:
        """Remove it and what belongs to it."""
        self.get(endpoint, number)
        del self.objects[endpoint][number]
        owners = {"inventory": "inventories", "workflow_job_template": "workflow_job_templates"}
        for other, objects in self.objects.items():
            for one in list(objects.values()):
                owned = any(owners.get(field) == endpoint and one.get(field) == number for field in FIELDS[other])
                if owned and other != "job_templates" or other == "schedules" and one["unified_job_template"] == number:
                    self.remove(other, one["id"])

    def set_survey(self, number: int, spec: dict[str, Any]) -> None:
        checks.survey(spec)
        self.surveys[number] = spec

    def associate(self, endpoint: str, number: int, relation: str, other: int, remove: bool) -> None:
        self.get(ASSOCIATIONS[endpoint][relation], other)
        present = self.associated.setdefault((number, relation), [])
        if remove:
            present.remove(other)
            return
        if relation == "credentials":
            kind = self.get("credentials", other)["credential_type"]
            if any(self.get("credentials", one)["credential_type"] == kind for one in present):
                name = self.get("credential_types", kind)["name"]
                raise Refused({"error": f"Cannot assign multiple {name} credentials."})
        elif other == number or number in self._below(other):
            raise Refused({"error": "Cycle detected."})
        present.append(other)

    def update_project(self, number: int) -> dict[str, Any]:
        """One look at an update: the first sees it running, then it is done, and the project's playbooks are known."""
        update = self.get("project_updates", number)
        update["status"] = {"pending": "running"}.get(update["status"], "successful")
        if update["status"] == "successful":
            owner = self.get("projects", update["project"])
            owner["scm_revision"] = "0" * 40
            owner["summary_fields"].pop("current_update", None)
            self.playbooks[owner["id"]] = project.playbooks(self.checkout)
        return update

    def _of(self, endpoint: str) -> dict[int, dict[str, Any]]:
        if endpoint not in self.objects:
            raise Missing
        return self.objects[endpoint]

    def _below(self, node: int) -> set[int]:
        children = {
            child
            for name in ("success_nodes", "failure_nodes", "always_nodes")
            for child in self.associated.get((node, name), [])
        }
        return children.union(*(self._below(child) for child in children))

    def _check(self, endpoint: str, data: dict[str, Any]) -> None:
        """Refuse what AWX refuses in an object that is to be made or changed."""
        for field, endpoints in REFERENCES.items():
            number = data.get(field) if field in FIELDS[endpoint] else None
            if number is not None and not any(number in self.objects[other] for other in endpoints):
                raise Refused({field: [f"Invalid pk {number!r} - object does not exist."]})
        unique = UNIQUE.get(endpoint, ("name", "organization"))
        unique = tuple(field for field in unique if field in FIELDS[endpoint])
        for one in self.objects[endpoint].values():
            if unique and one["id"] != data["id"] and all(one[field] == data[field] for field in unique):
                raise Refused({"__all__": [f"{endpoint} with this {', '.join(unique)} already exists."]})
        special = getattr(self, f"_check_{endpoint}", None)
        if special:
            special(data)

    @staticmethod
    def _check_credential_types(data: dict[str, Any]) -> None:
        if data["kind"] not in ("cloud", "net"):
            raise Refused({"kind": [f"Must be 'cloud' or 'net', not {data['kind']}"]})
        checks.credential_type(data)

    def _check_credentials(self, data: dict[str, Any]) -> None:
        checks.credential_inputs(data["inputs"], self.get("credential_types", data["credential_type"]))

    @staticmethod
    def _check_projects(data: dict[str, Any]) -> None:
        if data["scm_type"] == "git" and not data["scm_url"]:
            raise Refused({"scm_url": ["SCM URL is required."]})

    def _check_inventory_sources(self, data: dict[str, Any]) -> None:
        if data["source"] == "scm" and data["source_project"] is None:
            raise Refused({"source_project": ["Project required for scm type sources."]})

    def _check_job_templates(self, data: dict[str, Any]) -> None:
        if data["project"] is None or not data["playbook"]:
            raise Refused({"project": ["A job template needs a project and one of its playbooks."]})
        if data["playbook"] not in self.playbooks.get(data["project"], []):
            raise Refused({"playbook": [f"Playbook not found for project: {data['playbook']}"]})
        if data["extra_vars"]:
            json.loads(data["extra_vars"])

    def _check_workflow_job_template_nodes(self, data: dict[str, Any]) -> None:
        checks.answers(self.surveys.get(data["unified_job_template"], {}), data["extra_data"], needed=False)

    def _check_schedules(self, data: dict[str, Any]) -> None:
        checks.recurrence(data["rrule"])
        checks.answers(self.surveys.get(data["unified_job_template"], {}), data["extra_data"])
