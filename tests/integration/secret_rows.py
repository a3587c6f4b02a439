# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the matrix of secrets: a canary in each secret option, and how to find any spelling or piece of it in a text.

Each canary begins and ends with a mark of letters and digits, which no escaping changes, so a piece of it is found as well.
"""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus, unquote

MARKS = {
    name: f"canary{number:02d}"
    for number, name in enumerate(
        "password url sftp_url key access_key_id secret_access_key client_id client_email private_key_id private_key account_key sas_token".split()
    )
}
USER = "ops@cluster.local"


def _value(name):
    mark = MARKS[name]
    if name in ("url", "sftp_url"):
        return f"{'ftp' if name == 'url' else 'sftp'}://someone:{mark}%2fa%40b{mark}@files.example.com/redis/"
    if name in ("key", "private_key"):
        return (
            f"-----BEGIN PRIVATE KEY-----\n{mark}/line+first\n{mark}/line+second\n{mark}==\n-----END PRIVATE KEY-----\n"
        )
    if name == "sas_token":
        return f"sv={mark}&sig={mark}%2B{mark}"
    return f"{mark}/a+b&c=d<\"e'{mark}"


VALUES = {name: _value(name) for name in MARKS}
BASIC = base64.b64encode(f"{USER}:{VALUES['password']}".encode()).decode()


def _location(kind, *secrets, **more):
    return {"type": kind, **more, **{name: VALUES[name] for name in secrets}}


LOCATIONS = {
    "url": _location("url", "url"),
    "sftp": _location("sftp", "sftp_url", "key"),
    "s3": _location("s3", "access_key_id", "secret_access_key", bucket_name="bucket"),
    "gs": _location("gs", "client_id", "client_email", "private_key_id", "private_key", bucket_name="bucket"),
    "abs_key": _location("abs", "account_key", container="container", account_name="account"),
    "abs_token": _location("abs", "sas_token", container="container", account_name="account"),
}
SOURCES = {
    kind: {**location, key: f"{location[key]}x.rdb"} if key in location else {**location, "filename": "x.rdb"}
    for kind, location in LOCATIONS.items()
    for key in [{"url": "url", "sftp": "sftp_url"}.get(kind, "filename")]
}
SOURCES["signed"] = {
    "type": "url",
    "url": f"https://files.example.com/x.rdb?X-Amz-Signature={MARKS['url']}%2F{MARKS['url']}&X-Amz-Date=20261101",
}
ROWS = [*MARKS, "password as Basic", "lines of key", "token", "obtained JWT"]
#: How every token of the simulator begins: {"alg":"HS256","typ":"JWT"}.
TOKEN_HEAD = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"


def spellings(value):
    """Name and text of each way in which a program may write ``value``."""
    escaped = json.dumps(value)[1:-1]
    return {
        "plain": value,
        "percent-decoded": unquote(value),
        "percent-encoded": quote(value, safe=""),
        "percent-encoded but the slash": quote(value),
        "form-encoded": quote_plus(value),
        "JSON": escaped,
        "JSON with escaped slashes": escaped.replace("/", "\\/"),
        "JSON with \\u0026": escaped.replace("/", "\\/").replace("&", "\\u0026"),
        "HTML": html.escape(value),
        "folded": " ".join(value.split()),
        "base64": base64.b64encode(value.encode()).decode(),
    }


def leaks(text, token=None):
    """``{row: spelling}`` of what the text gives away."""
    found = {}
    for name, mark in MARKS.items():
        whole = [how for how, spelled in spellings(VALUES[name]).items() if spelled.strip() in text]
        if whole or mark in text:
            at = text.find(mark)
            found[name] = whole[0] if whole else f"a piece: {text[max(0, at - 60) : at + 40]!r}"
    if any(line in text for line in VALUES["key"].splitlines() if MARKS["key"] in line):
        found["lines of key"] = "plain"
    if BASIC in text or BASIC[12:40] in text:
        found["password as Basic"] = "base64"
    if token and (token in text or token.rpartition(".")[2] in text):
        found["token"] = "plain"
    if any(head != token for head in _tokens(text)):
        found["obtained JWT"] = "plain"
    return found


def _tokens(text):
    return re.findall(re.escape(TOKEN_HEAD) + r"[\w.-]*", text)
