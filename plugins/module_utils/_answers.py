# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what the cluster's refusals mean, and what to do about each."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from ._errors import RedisEnterpriseError

HINTS = {
    "authentication": (
        "Check the credentials. It is not tried again, since five failed logins lock the account for 30 minutes."
    ),
    "not_found": "It does not exist, or the role of this user hides it.",
    "conflict": "The cluster is busy with another change of the same database; try again later.",
    "throttled": "Too many requests; try again later.",
    "unsupported": (
        "A module of the database does not have the capability backup_restore, or the configuration is invalid."
    ),
    "redirect": (
        "There are three ways out: give the primary node or the cluster's FQDN in url, list that host in url as well, "
        "or let the nodes pass requests on with 'rladmin cluster config handle_redirects enabled'."
    ),
    "tls": (
        "Give the CA that signed the cluster's API certificate in ca_cert, and connect by a name which that "
        "certificate holds, such as the cluster's FQDN: it holds no IP addresses by default."
    ),
    "connection": "Check url and the network; the API listens on port 9443 unless the cluster says otherwise.",
    "protocol": "Check that url is a cluster's REST API and that nothing between answers in its place.",
}
_KIND_OF_STATUS = {
    401: "authentication",
    403: "permission",
    404: "not_found",
    406: "unsupported",
    409: "conflict",
    429: "throttled",
}
_ACTING_ROLES = "admin, cluster_member and db_member"
_USER_INFO = re.compile(r"(?<=://)[^/\s@\"']+@")
_MARKUP = re.compile(r"(?s)<(style|script|title).*?</\1>|<[^>]*>")


def redact_user_info(text):
    """``text`` with the user and password of every URL in it replaced by ``***``."""
    return _USER_INFO.sub("***@", text)


def status_error(base, status, headers, payload, permission, sent=()):
    """The exception for a status code of 400 and above.

    The body (bytes, or None when it broke off) is ``{"error_code", "description"}`` or ``{"message"}``, for the recorded and the
    documented form differ, HTML of a proxy, or nothing. It may repeat the texts ``sent``.
    """
    kind = _KIND_OF_STATUS.get(status) or ("server" if status >= 500 else "rejected")
    code, description = _error_body(payload, sent)
    hint = HINTS.get(kind)
    if kind == "permission":
        hint = "The user's role may not do this, or the licence has expired."
        if permission:
            roles = "all roles but none" if permission.startswith("view_") else _ACTING_ROLES
            hint = f"It needs the permission {permission}, which these roles have: {roles}."
    words = ": ".join(word for word in (code, description) if word)
    retry_after = headers.get("Retry-After") or ""
    return RedisEnterpriseError(
        kind,
        f"{base} answered {status}" + (f" ({words})." if words else "."),
        hint=hint,
        status=status,
        code=code,
        description=description,
        delivered=kind not in ("throttled", "conflict"),
        retry_after=int(retry_after) if retry_after.isdigit() else None,
    )


def _error_body(payload, sent):
    """(error_code, description) of an error's body, each a short text or None."""
    text = (payload or b"").decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = _MARKUP.sub(" ", text)
    code = None
    if isinstance(body, dict):
        code = body.get("error_code")
        names = ("description", "message", "error_message", "error")
        body = next((body[name] for name in names if body.get(name)), "")
    description = (
        _cut(redact_user_info(" ".join(str(body).split())), 300, sent) if isinstance(body, (str, int)) else None
    )
    return (_cut(redact_user_info(str(code)), 100, sent) if code else None), description or None


def _cut(text, end, sent):
    """``text`` up to ``end``, and less where that would cut through a text that was sent: a secret is hidden later, by its whole text only."""
    spellings = {spelling for word in sent for spelling in _spellings(word)}
    while end < len(text):
        starts = [text.find(word, max(0, end - len(word) + 1), end + len(word) - 1) for word in spellings]
        earlier = [start for start in starts if 0 <= start < end]
        if not earlier:
            break
        end = min(earlier)
    return text[:end]


def _spellings(word):
    return word, " ".join(word.split()), quote(word), quote(word, safe=""), json.dumps(word)[1:-1]
