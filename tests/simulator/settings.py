# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings: what can change while the simulator runs, and is the same for the whole cluster."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import jsonschema

from .profiles import PROFILES, Profile
from .storage import Endpoints

REDIRECT_FORMS = ("same_host", "inner_address", "foreign_host", "cluster_domain")
CERTIFICATES = ("valid", "expired", "foreign")
FLAG, TEXT, NAMES = {"type": "boolean"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}
SECONDS = {"type": "number", "minimum": 0}
COUNT = {"type": "integer", "minimum": 0}


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
    location_secrets: str = "hashed"
    change_duration: float = 0.0
    put_answers: str = "bdb"
    dry_run_verifies: bool = True
    validate_endpoint: bool = True
    backup_retry: float = 300.0

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


SETTINGS_PROPERTIES: dict[str, Any] = {
    "profile": {"enum": list(PROFILES)},
    "latency": SECONDS,
    "export_duration": SECONDS,
    "import_duration": SECONDS,
    "clock_offset": {"type": "number"},
    "certificate": {"enum": list(CERTIFICATES)},
    "basic_auth": FLAG,
    "certificate_auth": FLAG,
    "token_schemes": NAMES,
    "token_ttl_max": {"type": ["number", "null"], "exclusiveMinimum": 0},
    "lockout": FLAG,
    "mask_bdb_credentials": FLAG,
    "reset_while_running": {"enum": [200, 409]},
    "followers_redirect": FLAG,
    "redirect_location": {"enum": list(REDIRECT_FORMS)},
    "put_body_required": {"type": ["boolean", "null"]},
    "schema_endpoint": FLAG,
    "license": {"enum": ["valid", "expired", "none"]},
    "max_simultaneous_backups": COUNT,
    "software_version": {"type": ["string", "null"]},
    "location_secrets": {"enum": ["hashed", "masked", "omitted", "clear"]},
    "change_duration": SECONDS,
    "put_answers": {"enum": ["bdb", "empty"]},
    "dry_run_verifies": FLAG,
    "validate_endpoint": FLAG,
    "backup_retry": {"type": "number", "exclusiveMinimum": 0},
    **{name: {"type": ["string", "null"]} for name in ("s3_url", "gs_url", "abs_url", "storage_ca")},
}
SETTINGS_SCHEMA = {"type": "object", "properties": SETTINGS_PROPERTIES, "additionalProperties": False}


def check(value: Any, schema: dict[str, Any], what: str) -> None:
    """Raise ConfigError when a value violates a schema."""
    error = next(jsonschema.Draft7Validator(schema).iter_errors(value), None)
    if error is not None:
        where = ".".join([what] + [str(part) for part in error.absolute_path])
        raise ConfigError(f"{where}: {error.message}")
