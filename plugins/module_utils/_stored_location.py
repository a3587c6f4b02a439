# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: a location as the cluster shows it again, and what of it can be compared with one that is wanted.

The cluster hides the credentials of a location that it keeps: hashed since release 5.4.2, masked, or left out. So only the other keys are
compared, and a stored location is never sent back.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from ._location import LOCATION_OPTIONS

_URLS = ("url", "sftp_url")
_OPEN = [key for key, option in LOCATION_OPTIONS.items() if not option.get("no_log")]
_SECRET = [key for key in LOCATION_OPTIONS if key not in _OPEN and key not in _URLS]
_DEFAULT_PORTS = {"ftp": 21, "sftp": 22}
#: A user that is masked, or is a hash in hexadecimal or in base64: nothing can be told from it.
_HIDDEN = re.compile(r"\*+|[0-9A-Fa-f]{32,}|[A-Za-z0-9+/_-]{40,}={0,2}")


def public_location(location):
    """What may be shown of a location, wanted or stored: the keys without secrets, and URLs without their users. None when there is none."""
    shown = {key: text for key, text in _texts(location).items() if key in _OPEN}
    for key in _URLS:
        parts = _url_parts(_texts(location).get(key, ""))
        if parts:
            shown[key] = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return shown or None


def secret_keys(wanted):
    """The keys of a wanted location that hold a secret."""
    urls = [key for key in _URLS if key in wanted and urlsplit(wanted[key]).password]
    return urls + [key for key in _SECRET if key in wanted]


def differs(wanted, stored):
    """True when what the cluster shows of its location is not the wanted one, or when it shows none."""
    shown = _texts(stored)
    if not shown:
        return True
    if any(not _same_text(key, wanted.get(key, ""), shown.get(key, "")) for key in _OPEN if _matters(key, wanted)):
        return True
    if any(key in wanted and not _same_url(wanted[key], shown.get(key, "")) for key in _URLS):
        return True
    given, kept = ({key for key in _SECRET if key in location} for location in (wanted, shown))
    return bool(
        given - kept and kept - given
    )  # another kind of credential, such as a sas_token in place of an account_key


def is_illegible(wanted, stored):
    """True when the cluster hides even the host of a URL, so that another one would not be noticed."""
    shown = _texts(stored)
    return any(key in wanted and shown.get(key) and _is_hidden(_url_parts(shown[key])) for key in _URLS)


def _texts(location):
    """The keys that hold a text, whatever a server gives in place of a location."""
    if not isinstance(location, dict):
        return {}
    return {key: value for key, value in location.items() if isinstance(key, str) and isinstance(value, str) and value}


def _matters(key, wanted):
    """A subdir that is not wanted must not be there either; the cluster may find a region by itself."""
    return key in wanted or (key == "subdir" and wanted["type"] in ("s3", "gs", "abs"))


def _same_text(key, wanted, shown):
    if shown and not shown.strip("*"):
        return True
    if key in ("path", "subdir"):
        return wanted.strip("/") == shown.strip("/")
    return wanted == shown


def _url_parts(text):
    """The parts of a URL, or None for what is none, such as a hash in its place, or for one whose user cannot be told from its path."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme and parts.hostname and "@" not in parts.path and (parts.port or True)
    except ValueError:
        return None
    return parts if whole else None


def _is_hidden(parts):
    return not parts or not parts.hostname.strip("*")


def _same_url(wanted, shown):
    """Compare scheme, host, port, path, and the user where one is shown. Never the password."""
    one, other = _url_parts(wanted), _url_parts(shown)
    if _is_hidden(other):
        return bool(shown)
    user = unquote(other.username or "")
    if user and not _HIDDEN.fullmatch(user) and user != unquote(one.username or ""):
        return False
    return _place(one) == _place(other)


def _place(parts):
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme), unquote(parts.path).strip("/")
