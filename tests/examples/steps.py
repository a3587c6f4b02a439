# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader does with an example: write it into a file, run it as tasks, plays or commands, or compare it with what was printed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

from tests.tools.docsite.pages import COLLECTION, ROOT

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
#: what makes a task of a part of one: the option that it is, the module, and what the module needs beside it
_PARTS = {
    "export_location": ("bdb_export", {"name": "orders", "max_age": 0}),
    "backup_location": ("bdb_backup_policy", {"name": "orders", "update_secrets": "always"}),
    "sources": ("bdb_import", {"name": "orders", "confirm_erase": "orders"}),
}
_COMMANDS = re.compile(r"(ansible(-\w+)?|python|cat|grep|mkdir) ")


class Unknown(Exception):
    """Nobody has said what a reader does with this example."""


@dataclass
class File:
    """Write it."""

    name: str
    text: str


@dataclass
class Play:
    """Run it. `text` is YAML, of tasks where `tasks` is true, else of plays; `more` are keywords for the play around tasks."""

    text: str
    tasks: bool
    more: dict[str, Any]


@dataclass
class Command:
    """Run a line in a shell."""

    line: str


@dataclass
class Environment:
    """Set a variable for the commands that follow; a value of dots is the reader's own."""

    name: str
    value: str


@dataclass
class Target:
    """A target of the Makefile, which must be there."""

    name: str


@dataclass
class Printed:
    """Compare it with what was printed before."""

    text: str


@dataclass
class Inventory:
    """Show it with ansible-inventory."""

    text: str


@dataclass
class Config:
    """Let Ansible read it as its configuration, and know each setting."""

    text: str


class _Loader(yaml.SafeLoader):
    """YAML with Ansible's tags."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))


def load(text):
    """The documents of a YAML text."""
    return [document for document in yaml.load_all(text, _Loader) if document is not None]


def lines_of(text):
    """The commands of a block, with continued lines joined, and the lines that are their output: (command or None, output or None)."""
    text = re.sub(r" *\\\n\s*", " ", text)
    prompted = re.search(r"^\$ ", text, re.MULTILINE)
    for line in text.splitlines():
        if prompted and not line.startswith("$ "):
            yield None, line
        else:
            command = re.sub(r"\s+# .*", "", line.removeprefix("$ ")).strip()
            if command and not command.startswith("#"):
                yield command, None


def steps_of(block, page):
    """The steps of one example, in their order. Raises Unknown."""
    if page.not_run_reason(block.text) and (block.language not in ("sh", "console", "bash")):
        return []
    if block.file:
        return [File(block.file, block.text)]
    if block.language in ("sh", "console", "bash"):
        return list(_shell(block, page))
    if block.language == "yaml":
        return [_yaml(block, text, page) for text in re.split(r"^---\n", block.text, flags=re.MULTILINE) if load(text)]
    if block.language in ("ini", "cfg"):
        return [Config(block.text)]
    if block.language == "json":
        json.loads(block.text)
    if block.language in ("text", "json"):
        return [Printed(block.text)]
    raise Unknown(f"{block.where}: nobody knows what to do with {block.language or 'a block without a language'}")


def _shell(block, page):
    printed = []
    for command, output in lines_of(block.text):
        if command is None:
            printed.append(output)
            continue
        if printed:
            yield Printed("\n".join(printed))
            printed = []
        exported = re.fullmatch(r"export (\w+)=(.*)", command)
        if page.not_run_reason(command):
            continue
        if exported:
            yield Environment(exported[1], exported[2].strip("'\""))
        elif re.match(r"make \w", command):
            yield Target(command.split()[1])
        elif _COMMANDS.match(command):
            yield Command(command)
        else:
            raise Unknown(f"{block.where}: nobody knows whether to run {command!r}")
    if printed:
        yield Printed("\n".join(printed))


def _yaml(block, text, page):
    (value,) = load(text)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        if any("rules" in item for item in value):
            raise Unknown(f"{block.where}: it is a rulebook, which ansible-rulebook runs and not this")
        if all("hosts" in item or "ansible.builtin.import_playbook" in item for item in value):
            return Play(text, False, {})
        if not any("hosts" in item for item in value):
            return Play(text, True, {})
    if isinstance(value, dict):
        role = next((name for name in ROLES if all(key.startswith(f"{name}_") for key in value)), None)
        if role:
            task = {
                "name": f"Role {role} with the variables of {block.where}",
                "ansible.builtin.include_role": {"name": f"{COLLECTION}.{role}"},
                "vars": {**page.completes, **value},
            }
            return Play(yaml.safe_dump([task]), True, {"check_mode": True})
        if set(value) == {"module_defaults"}:
            return Play(yaml.safe_dump([{f"{COLLECTION}.bdb_info": {}}]), True, value)
        if set(value) <= set(_PARTS):
            (option,) = value
            module, options = _PARTS[option]
            return Play(
                yaml.safe_dump([{"name": block.where, f"{COLLECTION}.{module}": {**options, **value}}]), True, {}
            )
        if "plugin" in value:
            return Inventory(text)
    raise Unknown(f"{block.where}: nobody knows what to do with this YAML")
