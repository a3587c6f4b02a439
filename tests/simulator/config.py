# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration: settings that can change while running, users, databases, modules and faults, checked strictly."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from .accounts import ROLES
from .profiles import PROFILES, Profile
from .storage import Endpoints

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
REDIRECT_FORMS = ("same_host", "inner_address", "foreign_host", "cluster_domain")
CERTIFICATES = ("valid", "expired", "foreign")
_FLAG, _TEXT, _NAMES = {"type": "boolean"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_SECONDS = {"type": "number", "minimum": 0}
_COUNT = {"type": "integer", "minimum": 0}


class ConfigError(Exception):
    """The configuration is wrong; the text says where and how."""


@dataclass
class Settings:
    """What the control API's /settings can read and change while the simulator runs."""

    profile: str = "8.0"
    latency: float = 0.0
    export_duration: float = 0.5
    import_duration: float = 0.5
    clock_offset: float = 0.0
    certificate: str = "valid"
    basic_auth: bool = True
    certificate_auth: bool = True
    token_schemes: list[str] = field(default_factory=lambda: ["jwt", "bearer"])
    token_ttl_max: float | None = None
    lockout: bool = True
    mask_bdb_credentials: bool = False
    reset_while_running: int = 409
    followers_redirect: bool = False
    redirect_location: str = "same_host"
    put_body_required: bool | None = None
    schema_endpoint: bool = True
    license: str = "valid"
    max_simultaneous_backups: int = 0
    software_version: str | None = None
    s3_url: str | None = None
    gs_url: str | None = None
    abs_url: str | None = None
    storage_ca: str | None = None

    @property
    def version(self) -> Profile:
        """The habits of the version that is played."""
        return PROFILES[self.profile]

    @property
    def endpoints(self) -> Endpoints:
        """Where the object stores are."""
        return Endpoints(self.s3_url, self.gs_url, self.abs_url, self.storage_ca)

    def change(self, values: dict[str, Any]) -> None:
        """Set some settings after checking all of them."""
        check(values, SETTINGS_SCHEMA, "settings")
        for name, value in values.items():
            setattr(self, name, [item.lower() for item in value] if name == "token_schemes" else value)

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name."""
        return asdict(self)


_SETTINGS_PROPERTIES: dict[str, Any] = {
    "profile": {"enum": list(PROFILES)},
    "latency": _SECONDS,
    "export_duration": _SECONDS,
    "import_duration": _SECONDS,
    "clock_offset": {"type": "number"},
    "certificate": {"enum": list(CERTIFICATES)},
    "basic_auth": _FLAG,
    "certificate_auth": _FLAG,
    "token_schemes": _NAMES,
    "token_ttl_max": {"type": ["number", "null"], "exclusiveMinimum": 0},
    "lockout": _FLAG,
    "mask_bdb_credentials": _FLAG,
    "reset_while_running": {"enum": [200, 409]},
    "followers_redirect": _FLAG,
    "redirect_location": {"enum": list(REDIRECT_FORMS)},
    "put_body_required": {"type": ["boolean", "null"]},
    "schema_endpoint": _FLAG,
    "license": {"enum": ["valid", "expired", "none"]},
    "max_simultaneous_backups": _COUNT,
    "software_version": {"type": ["string", "null"]},
    **{name: {"type": ["string", "null"]} for name in ("s3_url", "gs_url", "abs_url", "storage_ca")},
}
SETTINGS_SCHEMA = {"type": "object", "properties": _SETTINGS_PROPERTIES, "additionalProperties": False}

_PLAN_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "duration": {"type": ["number", "null"], "minimum": 0},
        "start_delay": _SECONDS,
        "result": {"enum": ["succeeded", "failed"]},
        "reason": {"type": "string", "minLength": 1},
        "busy_times": _COUNT,
        "busy_seconds": _SECONDS,
        "finish_instantly": _FLAG,
        "progress_type": {"enum": ["int", "float", "string"]},
        "progress": {"enum": ["moving", "stuck"]},
        "hang": _FLAG,
        "loses_data": _FLAG,
    },
}
_CHANGEABLE: dict[str, Any] = {
    "name": {"type": "string", "minLength": 1},
    "modules": _NAMES,
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
        "keys": _COUNT,
        "seed": {"type": "integer"},
        "engine": {"enum": ["redis", "none"]},
    },
}
FAULT_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["effect"],
    "properties": {
        "effect": _TEXT,
        "method": _TEXT,
        "path": _TEXT,
        "uid": {"type": "integer"},
        "node": {"type": "integer"},
        "times": {"type": "integer", "minimum": 1},
        "seconds": _SECONDS,
        "skip": _COUNT,
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
        "status": {"type": "integer"},
        "headers": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
        "body": {},
        "html": _FLAG,
        "delay": _SECONDS,
    },
}
EVENT_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["do"],
    "properties": {
        "at": _SECONDS,
        "do": _TEXT,
        "uid": {"type": "integer"},
        "name": {"type": "string", "minLength": 1},
        "export_location": {"type": "object"},
        "dataset_import_sources": {"type": "array"},
        "operation": {"enum": ["export", "import", "backup"]},
        "node": {"type": "integer"},
        "username": _TEXT,
        "values": {"type": "object"},
    },
}
_USER_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["username", "password"],
    "properties": {
        "username": _TEXT,
        "password": _TEXT,
        "role": {"enum": list(ROLES)},
        "certificate": _FLAG,
        "databases": {"type": ["array", "null"], "items": {"type": "integer"}},
    },
}
_MODULE_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["module_name"],
    "properties": {"module_name": _TEXT, "display_name": _TEXT, "semantic_version": _TEXT, "capabilities": _NAMES},
}
_CONFIG_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **_SETTINGS_PROPERTIES,
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


def check(value: Any, schema: dict[str, Any], what: str) -> None:
    """Raise ConfigError when a value violates a schema."""
    error = next(jsonschema.Draft7Validator(schema).iter_errors(value), None)
    if error is not None:
        where = ".".join([what] + [str(part) for part in error.absolute_path])
        raise ConfigError(f"{where}: {error.message}")


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
