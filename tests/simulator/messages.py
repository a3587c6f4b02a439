# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes in and out of the API, independent of the web server below."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

_HARMLESS = {"/v1/users/authorize", "/v1/users/refresh_jwt", "/v1/bdbs/actions/validate_backup_location"}
_UID_IN_PATH = re.compile(r"/bdbs/(\d+)(?:/|$)")


class Problem(Exception):
    """An error answer: HTTP status, ``error_code`` and ``description`` (contract section 6)."""

    def __init__(self, status: int, error_code: str, description: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.error_code = error_code
        self.description = description
        self.headers = headers or {}

    def reply(self) -> Reply:
        """Return the answer to send."""
        body = orjson.dumps({"error_code": self.error_code, "description": self.description})
        return Reply(self.status, body, dict(self.headers))


class DropConnection(Exception):
    """Raised to cut the client's connection without an answer."""


@dataclass
class Reply:
    """An answer; the default is the empty 200 of the five actions (contract section 2)."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    declared_length: int | None = None  # a Content-Length longer than the body, for answers that are cut off


def json_reply(value: Any, status: int = 200) -> Reply:
    """Return an answer with a JSON body."""
    return Reply(status, orjson.dumps(value))


@dataclass
class Exchange:
    """One request on its way through the pipeline."""

    method: str
    path: str
    query: dict[str, str]
    headers: Any
    raw_body: bytes
    node: int
    transport: Any
    path_and_query: str = ""
    subject: str | None = None  # subject line of the client certificate
    account: Any = None
    route: str = "unknown"
    failed_login: bool = False
    body: Any = None  # parsed JSON

    @property
    def dry_run(self) -> bool:
        """Tell whether the request asks for validation only (contract section 2, PUT of a BDB)."""
        return self.query.get("dry_run", "false").lower() not in ("false", "0")

    @property
    def writes(self) -> bool:
        """Tell whether the request could change something, if it were accepted."""
        return self.method in ("POST", "PUT") and self.path not in _HARMLESS and not self.dry_run

    @property
    def uid(self) -> int | None:
        """The database uid in the path."""
        found = _UID_IN_PATH.search(self.path)
        return int(found.group(1)) if found else None
