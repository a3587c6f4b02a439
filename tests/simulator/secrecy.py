# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How secrets of a BDB are shown (contract sections 0 fact 5, and 4.1)."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import unquote

_MASK = "********"
_PASSWORD_FIELDS = ("authentication_admin_pass", "authentication_redis_pass")
_USERINFO = re.compile(r"://[^@/]*@")
_URL_PASSWORD = re.compile(r"(?<=://)([^:@/]*):([^@/]*)@")
_URL_KEYS = ("url", "sftp_url")
_SECRET_KEYS = ("key", "access_key_id", "secret_access_key", "private_key", "account_key", "sas_token")


def _hidden(value: str, form: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest() if form == "hashed" else _MASK


def _url(url: str, form: str) -> str:
    """Return a URL with its password ``hashed`` or ``masked``, or without it."""
    if form == "omitted":
        return _URL_PASSWORD.sub(r"\1@", url)
    return _URL_PASSWORD.sub(lambda found: f"{found[1]}:{_hidden(unquote(found[2]), form)}@", url)


def hide_location(location: dict[str, Any], form: str) -> dict[str, Any]:
    """Return a location as GET shows it; ``form`` is the setting ``location_secrets``."""
    if form == "clear":
        return location
    shown = {}
    for key, value in location.items():
        if key in _URL_KEYS:
            shown[key] = _url(str(value), form)
        elif key not in _SECRET_KEYS:
            shown[key] = value
        elif form != "omitted":
            shown[key] = _hidden(str(value), form)
    return shown


def hide(bdb: dict[str, Any], mode: str, location_form: str) -> dict[str, Any]:
    """Return a copy with passwords ``clear``, ``masked`` or ``omitted`` (roles without view_redis_pass).

    The secrets of a backup location have a form of their own in every mode.
    """
    shown = dict(bdb)
    if isinstance(shown.get("backup_location"), dict):
        shown["backup_location"] = hide_location(shown["backup_location"], location_form)
    if mode == "clear":
        return shown
    for name in _PASSWORD_FIELDS:
        if mode == "omitted":
            shown.pop(name, None)
        elif name in shown:
            shown[name] = _MASK
    for name in ("replica_sources", "crdt_sources"):
        shown[name] = [
            {**source, "uri": _USERINFO.sub(f"://{_MASK}@", str(source.get("uri", "")))}
            for source in shown.get(name) or []
        ]
    return shown
