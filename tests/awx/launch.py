# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a job template to ansible-runner: answers, credentials and inventory in a private data directory, as AWX makes one for each job."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from . import checks
from .project import BIN
from .store import Store

_SECONDS = 120


class _Unsafe(yaml.SafeDumper):
    """Texts in a file of variables that Ansible does not look into for templates: whoever answers a survey writes no Jinja."""


_Unsafe.add_representer(str, lambda dumper, text: dumper.represent_scalar("!unsafe", text))


@dataclass
class Job:
    """One run of ansible-runner: how it ended, and what it left in its private data directory."""

    template: str
    rc: int
    folder: Path
    artifacts: Path
    printed: str

    @property
    def stdout(self) -> str:
        return (self.artifacts / "stdout").read_text(encoding="utf-8")

    @property
    def events(self) -> list[dict[str, Any]]:
        """The job's events, in their order."""
        files = (self.artifacts / "job_events").glob("*.json")
        return sorted(
            (json.loads(file.read_text(encoding="utf-8")) for file in files), key=lambda event: event["counter"]
        )

    @property
    def hosts(self) -> set[str]:
        """The hosts on which a task ran."""
        return {event["event_data"]["host"] for event in self.events if event["event"].startswith("runner_on_ok")}

    def written(self) -> dict[str, str]:
        """All that the run has left for others to read: every file of the artifacts but the command's, which holds the environment."""
        return {
            str(path.relative_to(self.artifacts)): path.read_text(encoding="utf-8", errors="replace")
            for path in self.artifacts.rglob("*")
            if path.is_file() and path.name != "command"
        }


class Launcher:
    """Runs the job templates of a Store. ``collections`` is where the project's collection was installed, ``folder`` gets one directory for each job."""

    def __init__(self, store: Store, collections: Path, folder: Path) -> None:
        self._store = store
        self._collections = collections
        self._folder = folder
        self._numbers = itertools.count(1)

    def launch(
        self,
        name: str,
        answers: dict[str, Any] | None = None,
        credentials: list[dict[str, Any]] | None = None,
        flags: tuple[str, ...] = (),
    ) -> list[Job]:
        """Run a job template with these answers to its survey, once or, with slices, once for each. Raises Refused for what AWX refuses.

        ``credentials`` are used instead of the template's, ``flags`` are those of ansible-playbook that a launch may ask for.
        """
        template = self._store.one("job_templates", name)
        survey = self._store.surveys.get(template["id"], {})
        given = {**checks.defaults(survey), **(answers or {})}
        checks.answers(survey, given)
        given = {**json.loads(template["extra_vars"] or "{}"), **given}
        numbers = self._store.associated.get((template["id"], "credentials"), [])
        credentials = credentials or [self._store.get("credentials", number) for number in numbers]
        inventory = self.inventory(template["inventory"])
        slices = max(1, min(template["job_slice_count"], len(inventory["_meta"]["hostvars"])))
        return [
            self._run(template, given, credentials, _slice(inventory, number, slices), flags)
            for number in range(slices)
        ]

    def workflow(self, name: str) -> tuple[bool, list[tuple[str, Job]]]:
        """Run a workflow: (whether AWX calls it successful, [(step, its job)]). A failed step that leads nowhere makes it fail."""
        workflow = self._store.one("workflow_job_templates", name)
        nodes = {
            node["id"]: node
            for node in self._store.objects["workflow_job_template_nodes"].values()
            if node["workflow_job_template"] == workflow["id"]
        }
        children = {
            child
            for number in nodes
            for relation in ("success", "failure", "always")
            for child in self._next(number, relation)
        }
        due, ran, success = [number for number in nodes if number not in children], [], True
        while due:
            number = due.pop(0)
            template = self._store.get("job_templates", nodes[number]["unified_job_template"])["name"]
            jobs = self.launch(template, nodes[number]["extra_data"])
            good = not any(job.rc for job in jobs)
            ran += [(nodes[number]["identifier"], job) for job in jobs]
            follow = self._next(number, "success" if good else "failure") + self._next(number, "always")
            success = success and (good or bool(follow))
            due += follow
        return success, ran

    def inventory(self, number: int) -> dict[str, Any]:
        """An inventory as a script prints it: its hosts, and what its sources bring, each read as an update does."""
        hosts = [host for host in self._store.objects["hosts"].values() if host["inventory"] == number]
        found = {"_meta": {"hostvars": {host["name"]: json.loads(host["variables"] or "{}") for host in hosts}}}
        found["all"] = {"hosts": [host["name"] for host in hosts]}
        for source in self._store.objects["inventory_sources"].values():
            if source["inventory"] == number:
                found = self._update(source)
        return found

    def _next(self, node: int, relation: str) -> list[int]:
        return self._store.associated.get((node, f"{relation}_nodes"), [])

    def _update(self, source: dict[str, Any]) -> dict[str, Any]:
        folder = self._private_directory()
        env, dummy = self.inject([self._store.get("credentials", source["credential"])], folder)
        done = subprocess.run(
            [str(BIN / "ansible-inventory"), "-i", source["source_path"], "--list", "--export"],
            cwd=self._store.checkout,
            env={**self._base(folder), **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"the update of the inventory failed:\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def _run(self, template, answers, credentials, inventory, flags) -> Job:
        folder = self._private_directory()
        env, files = self.inject(credentials, folder)
        _write(folder / "env/envvars", yaml.safe_dump({**self._base(folder), **env}))
        _write(folder / "env/extravars", yaml.dump(answers, Dumper=_Unsafe))
        _write(folder / "env/settings", yaml.safe_dump({"job_timeout": _SECONDS}))
        words = ["-e @" + str(file) for file in files] + list(flags)
        script = folder / "inventory/hosts"
        _write(script, f"#!/bin/sh\ncat <<'END'\n{json.dumps(inventory)}\nEND\n", 0o700)
        (folder / "project").symlink_to(self._store.checkout)
        command = ["run", str(folder), "-p", template["playbook"], "--ident", "job", "--omit-env-files"]
        if words:
            command += ["--cmdline=" + " ".join(words)]
        done = subprocess.run(
            [str(BIN / "ansible-runner"), *command],
            env={"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        return Job(template["name"], done.returncode, folder, folder / "artifacts/job", done.stdout + done.stderr)

    def _private_directory(self) -> Path:
        folder = self._folder / f"job-{next(self._numbers)}"
        for name in ("env", "inventory"):
            (folder / name).mkdir(parents=True)
        return folder

    def _base(self, folder: Path) -> dict[str, str]:
        return {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(self._collections),
            "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "0",
        }

    def inject(self, credentials: list[dict[str, Any]], folder: Path) -> tuple[dict[str, str], list[Path]]:
        """(environment, files of variables) of these credentials. What was left open is undefined in the templates, and empty where it is printed."""
        environment = ImmutableSandboxedEnvironment()
        env, variables = {}, []
        for credential in credentials:
            kind = self._store.get("credential_types", credential["credential_type"])
            booleans = [field["id"] for field in kind["inputs"]["fields"] if field["type"] == "boolean"]
            known = {name: value for name, value in credential["inputs"].items() if value != ""}
            known = {**dict.fromkeys(booleans, False), **known, "tower": {"filename": {}}}
            for label, template in kind["injectors"].get("file", {}).items():
                path = folder / "env" / f"{credential['id']}.{label}"
                _write(path, environment.from_string(template).render(known))
                known["tower"]["filename"][label.partition(".")[2]] = str(path)
            for name, template in kind["injectors"].get("env", {}).items():
                env[name] = environment.from_string(template).render(known)
            extra = _filled(
                kind["injectors"].get("extra_vars", {}),
                lambda text, known=known: environment.from_string(text).render(known),
            )
            if extra:
                variables.append(folder / "env" / f"{credential['id']}.extra_vars")
                _write(variables[-1], yaml.dump(extra, Dumper=_Unsafe))
        return env, variables


def _filled(value: Any, fill: Any) -> Any:
    if isinstance(value, dict):
        return {fill(key): _filled(item, fill) for key, item in value.items()}
    return [_filled(item, fill) for item in value] if isinstance(value, list) else fill(value)


def _slice(inventory: dict[str, Any], number: int, count: int) -> dict[str, Any]:
    """Every ``count``-th host, from ``number`` on, in the order of their names; the groups are cut down to these."""
    chosen = set(sorted(inventory["_meta"]["hostvars"])[number::count])
    cut = {"_meta": {"hostvars": {name: inventory["_meta"]["hostvars"][name] for name in chosen}}}
    for name, group in inventory.items():
        if name != "_meta":
            cut[name] = {**group, "hosts": [host for host in group.get("hosts", []) if host in chosen]}
    return cut


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
