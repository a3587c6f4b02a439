# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration: settings, users, databases, modules, faults and events, checked strictly."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from .accounts import ROLES
from .settings import COUNT, FLAG, NAMES, SECONDS, SETTINGS_PROPERTIES, TEXT, ConfigError, Settings, check

STATUS_FIELDS = (
    "export_status",
    "export_progress",
    "export_failure_reason",
    "last_export_time",
    "import_status",
    "import_progress",
    "import_failure_reason",
    "backup_status",
    "backup_progress",
    "backup_failure_reason",
    "last_backup_time",
)
PLAN_KEYS = ("plan", "import_plan")  # of exports and backups; of imports


_PLAN_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "duration": {"type": ["number", "null"], "minimum": 0},
        "start_delay": SECONDS,
        "result": {"enum": ["succeeded", "failed"]},
        "reason": {"type": "string", "minLength": 1},
        "busy_times": COUNT,
        "busy_seconds": SECONDS,
        "finish_instantly": FLAG,
        "progress_type": {"enum": ["int", "float", "string"]},
        "progress": {"enum": ["moving", "stuck"]},
        "hang": FLAG,
        "loses_data": FLAG,
    },
}
_CHANGEABLE: dict[str, Any] = {
    "name": {"type": "string", "minLength": 1},
    "modules": NAMES,
    "fields": {"type": "object"},
    **{key: _PLAN_SCHEMA for key in PLAN_KEYS},
    "idle": {"enum": ["profile", "missing", "", "idle", None]},
    # An unquoted time in YAML is no string and would be shown in another form than the API's.
    **{name: {"type": ["string", "null"]} if name.startswith("last_") else {} for name in STATUS_FIELDS},
}
CHANGE_SCHEMA = {"type": "object", "properties": _CHANGEABLE, "additionalProperties": False}
DATABASE_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **_CHANGEABLE,
        "uid": {"type": "integer", "minimum": 1},
        "shards": {"type": "integer", "minimum": 1},
        "keys": COUNT,
        "seed": {"type": "integer"},
        "engine": {"enum": ["redis", "none"]},
    },
}
FAULT_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["effect"],
    "properties": {
        "effect": TEXT,
        "method": TEXT,
        "path": TEXT,
        "uid": {"type": "integer"},
        "node": {"type": "integer"},
        "times": {"type": "integer", "minimum": 1},
        "seconds": SECONDS,
        "skip": COUNT,
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
        "status": {"type": "integer"},
        "headers": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
        "body": {},
        "html": FLAG,
        "delay": SECONDS,
    },
}
EVENT_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["do"],
    "properties": {
        "at": SECONDS,
        "seen": {"type": "integer", "minimum": 1},
        "do": TEXT,
        "uid": {"type": "integer"},
        "name": {"type": "string", "minLength": 1},
        "export_location": {"type": "object"},
        "dataset_import_sources": {"type": "array"},
        "operation": {"enum": ["export", "import", "backup"]},
        "node": {"type": "integer"},
        "username": TEXT,
        "values": {"type": "object"},
        "seconds": SECONDS,
    },
}
CLOCK_SCHEMA = {
    "type": "object",
    "properties": {"advance": SECONDS},
    "required": ["advance"],
    "additionalProperties": False,
}
_USER_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["username", "password"],
    "properties": {
        "username": TEXT,
        "password": TEXT,
        "role": {"enum": list(ROLES)},
        "certificate": FLAG,
        "databases": {"type": ["array", "null"], "items": {"type": "integer"}},
    },
}
_MODULE_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["module_name"],
    "properties": {"module_name": TEXT, "display_name": TEXT, "semantic_version": TEXT, "capabilities": NAMES},
}
_CONFIG_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **SETTINGS_PROPERTIES,
        "nodes": {"type": "integer", "minimum": 1, "maximum": 35},
        "databases": {"type": ["array", "integer"], "items": DATABASE_SCHEMA, "minimum": 0},
        "users": {"type": "array", "items": _USER_SCHEMA, "minItems": 1},
        "modules": {"type": "array", "items": _MODULE_SCHEMA},
        "faults": {"type": "array", "items": FAULT_SCHEMA},
        "events": {"type": "array", "items": EVENT_SCHEMA},
    },
}

DEFAULT_USERS = [
    {
        "username": f"{role}@cluster.local",
        "password": f"simulated-{role}-pw",
        "role": role,
        "certificate": role in ("admin", "db_member"),
    }
    for role in ROLES
] + [{"username": "scoped@cluster.local", "password": "simulated-scoped-pw", "role": "db_member", "databases": [1]}]
DEFAULT_DATABASES = [
    {"uid": 1, "name": "orders", "shards": 2, "keys": 1000},
    {"uid": 2, "name": "sessions", "shards": 1, "keys": 200},
    {"uid": 3, "name": "catalogue", "shards": 1, "keys": 0},
]


@dataclass
class Config:
    """Everything that is fixed at the start."""

    settings: Settings = field(default_factory=Settings)
    nodes: int = 1
    databases: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)
    modules: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


def quick_databases(count: int) -> list[dict[str, Any]]:
    """Return ``count`` databases without data, for load: uid 1..count, db-001 and so on."""
    return [{"uid": number, "name": f"db-{number:03d}", "engine": "none"} for number in range(1, count + 1)]


def _planned(databases: list[dict[str, Any]], key: str, plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the databases with plans laid over their own; a plan with a ``uid`` is for that database only."""
    for plan in plans:
        values = {name: value for name, value in plan.items() if name != "uid"}
        check(values, _PLAN_SCHEMA, key)
        if "uid" in plan and all(item.get("uid") != plan["uid"] for item in databases):
            raise ConfigError(f"{key}: no database has the uid {plan['uid']}")
        databases = [
            {**item, key: {**item.get(key, {}), **values}} if plan.get("uid") in (None, item.get("uid")) else item
            for item in databases
        ]
    return databases


def load(
    path: str | None,
    overrides: dict[str, Any],
    additions: dict[str, Any] | None = None,
    plans: dict[str, list[dict[str, Any]]] | None = None,
) -> Config:
    """Read a YAML (or JSON) file, lay the command line's values over it, add its lists and check the whole."""
    data: Any = {}
    if path is not None:
        try:
            data = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
        except (OSError, yaml.YAMLError) as error:
            raise ConfigError(f"cannot read {path}: {error}") from error
    if isinstance(data, dict):
        data = {**data, **{name: value for name, value in overrides.items() if value is not None}}
        for name, more in (additions or {}).items():
            data[name] = [*(data.get(name) or []), *more]
    check(data, _CONFIG_SCHEMA, "config")
    settings = Settings()
    known = {item.name for item in fields(Settings)}
    settings.change({name: value for name, value in data.items() if name in known})
    databases = data.get("databases", DEFAULT_DATABASES)
    if isinstance(databases, int):
        databases = quick_databases(databases)
    for key, more in (plans or {}).items():
        databases = _planned(databases, key, more)
    return Config(
        settings,
        data.get("nodes", 1),
        databases,
        data.get("users", DEFAULT_USERS),
        data.get("modules", []),
        data.get("faults", []),
        data.get("events", []),
    )
