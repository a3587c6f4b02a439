# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON schemas of the request bodies and of ``GET /v1/jsonschema`` (contract sections 2, 3 and 4)."""

from __future__ import annotations

from typing import Any

import jsonschema

from .messages import Problem

_TEXT = {"type": "string", "minLength": 1}
_ANY_TEXT = {"type": "string"}

# type -> (required keys, optional keys); the same for export and backup (contract section 4)
LOCATIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "url": ({"url": {"type": "string", "pattern": "^ftps?://"}}, {}),
    "sftp": ({"sftp_url": {"type": "string", "pattern": "^sftp://"}}, {"key": _TEXT}),
    "s3": (
        {"bucket_name": _TEXT, "access_key_id": _TEXT, "secret_access_key": _TEXT},
        {"subdir": _ANY_TEXT, "region_name": _TEXT},
    ),
    "gs": (
        {
            "bucket_name": _TEXT,
            "client_id": _TEXT,
            "client_email": _TEXT,
            "private_key_id": _TEXT,
            "private_key": _TEXT,
        },
        {"subdir": _ANY_TEXT},
    ),
    "abs": (
        {"container": _TEXT, "account_name": _TEXT},
        {"subdir": _ANY_TEXT, "account_key": _TEXT, "sas_token": _TEXT},
    ),
    "mount_point": ({"path": _TEXT}, {}),
}


def _branch(kind: str, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    required, optional = LOCATIONS[kind]
    required = {"type": {"enum": [kind]}, **required, **(extra or {})}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }
    if kind == "abs":
        schema["oneOf"] = [{"required": ["account_key"]}, {"required": ["sas_token"]}]
    return schema


_FILENAME = {"filename": _TEXT}
_IMPORT_EXTRA = {"s3": _FILENAME, "gs": _FILENAME, "abs": _FILENAME}
LOCATION = {"type": "object", "oneOf": [_branch(kind) for kind in LOCATIONS]}
_SOURCE = {"type": "object", "oneOf": [_branch(kind, _IMPORT_EXTRA.get(kind)) for kind in LOCATIONS]}
_SOURCE["oneOf"][0]["properties"]["url"] = {"type": "string", "pattern": "^(ftps?|https?)://"}
_NUMBER = {"type": "number", "minimum": 0, "maximum": 100}
_STATUS = {"type": "string", "enum": ["exporting", "succeeded", "failed"]}
_REASON = {"type": "string", "enum": ["no-permission", "wrong-file-path", "general-error"]}

BDB = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "bdb",
    "type": "object",
    "properties": {
        "uid": {"type": "integer", "minimum": 1, "readOnly": True},
        "name": {"type": "string", "maxLength": 63, "pattern": "^[a-zA-Z0-9_.-]+$"},
        "type": {"type": "string", "enum": ["redis", "memcached"]},
        "memory_size": {"type": "integer", "minimum": 0},
        "shards_count": {"type": "integer", "minimum": 1, "maximum": 512},
        "status": {
            "type": "string",
            "readOnly": True,
            "enum": [
                "pending",
                "active",
                "active-change-pending",
                "delete-pending",
                "import-pending",
                "creation-failed",
                "recovery",
            ],
        },
        "backup": {"type": "boolean", "default": False},
        "backup_interval": {"type": "integer", "minimum": 0},
        "backup_interval_offset": {"type": "integer", "minimum": 0},
        "backup_history": {"type": "integer", "minimum": 0, "default": 0},
        "backup_location": LOCATION,
        "backup_status": _STATUS,
        "backup_progress": _NUMBER,
        "backup_failure_reason": _REASON,
        "last_backup_time": {"type": "string", "readOnly": True},
        "dataset_import_sources": {"type": "array", "items": _SOURCE},
        "import_status": {"type": "string", "enum": ["idle", "initializing", "importing", "succeeded", "failed"]},
        "import_progress": _NUMBER,
        "import_failure_reason": {"type": "string"},
        "export_status": _STATUS,
        "export_progress": _NUMBER,
        "export_failure_reason": _REASON,
        "last_export_time": {"type": "string", "readOnly": True},
    },
}

_EXPORT_BODY = {
    "type": "object",
    "properties": {
        "export_location": BDB["properties"]["backup_location"],
        "email_notification": {"type": "boolean"},
    },
    "required": ["export_location"],
    "additionalProperties": False,
}
_IMPORT_BODY = {
    "type": "object",
    "properties": {
        "dataset_import_sources": {**BDB["properties"]["dataset_import_sources"], "minItems": 1},
        "email_notification": {"type": "boolean"},
    },
    "required": ["dataset_import_sources"],
    "additionalProperties": False,
}
_LOCATION_BODY = {
    "type": "object",
    "properties": {"backup_location": LOCATION},
    "required": ["backup_location"],
    "additionalProperties": False,
}
_POLICY_BODY = {
    "type": "object",
    "properties": {
        name: schema
        for name, schema in BDB["properties"].items()
        if name in ("backup", "backup_interval", "backup_interval_offset", "backup_history", "backup_location")
    },
    "additionalProperties": False,
}
_TTL = {"type": "integer", "minimum": 1, "maximum": 86400}
_LOGIN_PROPERTIES = {"username": _ANY_TEXT, "password": _ANY_TEXT, "ttl": _TTL}


def _is_whole(dummy: Any, value: Any) -> bool:
    """3600.0 is an integer in JSON schema, and none for the cluster, which has stumbled over data types (RS186863)."""
    return isinstance(value, int) and not isinstance(value, bool)


_Validator = jsonschema.validators.extend(
    jsonschema.Draft7Validator,
    type_checker=jsonschema.Draft7Validator.TYPE_CHECKER.redefine("integer", _is_whole),
)
_VALIDATORS = {
    name: _Validator(schema)
    for name, schema in {
        "export": _EXPORT_BODY,
        "import": _IMPORT_BODY,
        "policy": _POLICY_BODY,
        "location": _LOCATION_BODY,
        "reset": {"type": "object", "additionalProperties": False},
        "login_body": {
            "type": "object",
            "properties": _LOGIN_PROPERTIES,
            "required": ["username", "password"],
            "additionalProperties": False,
        },
        "login_header": {
            "type": "object",
            "properties": {"ttl": _TTL, "username": {}, "password": {}},
            "additionalProperties": False,
        },
        "refresh": {"type": "object", "properties": {"ttl": _TTL}, "additionalProperties": False},
    }.items()
}


def _best_error(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """Go down to the branch of a location's own type, so that the message names the key that is wrong."""
    kind = error.instance.get("type") if isinstance(error.instance, dict) else None
    if error.validator == "oneOf" and kind in LOCATIONS:
        index = list(LOCATIONS).index(kind)
        inner = [item for item in error.context if item.schema_path[0] == index]
        if inner:
            return _best_error(inner[0])
    return error


def check_body(name: str, body: Any) -> None:
    """Raise 400 for a body that violates its schema; the message never repeats a value, which could be a secret."""
    for error in _VALIDATORS[name].iter_errors(body):
        found = _best_error(error)
        where = "/".join(str(part) for part in found.absolute_path) or "body"
        if found.validator == "required":
            missing = [key for key in found.validator_value if key not in found.instance]
            what = "missing: " + ", ".join(missing)
        elif found.validator == "additionalProperties":
            known = found.schema.get("properties", {})
            what = "not allowed: " + ", ".join(sorted(key for key in found.instance if key not in known))
        elif found.validator == "oneOf" and "type" in found.schema.get("properties", {}):
            what = "exactly one of account_key and sas_token is needed"
        elif found.validator == "oneOf":
            what = "type must be one of " + ", ".join(LOCATIONS)
        else:
            what = f"violates {found.validator!r}"
        raise Problem(400, "invalid_schema", f"Invalid request body at {where}: {what}")
