# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: storage locations, as options and as the API's objects. The doc fragment ``_location`` says the same.

Which keys a type has is the reference's ``backup_location`` object; ``export_location`` is the same, and ``dataset_import_sources`` name a file in it.
"""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urlsplit

from ._errors import option_error

LOCATION_OPTIONS = {
    "type": {"type": "str", "required": True, "choices": ["mount_point", "url", "sftp", "s3", "gs", "abs"]},
    "path": {"type": "str"},
    "url": {"type": "str", "no_log": True},
    "sftp_url": {"type": "str", "no_log": True},
    "key": {"type": "str", "no_log": True},
    "bucket_name": {"type": "str"},
    "subdir": {"type": "str"},
    "access_key_id": {"type": "str", "no_log": True},
    "secret_access_key": {"type": "str", "no_log": True},
    "region_name": {"type": "str"},
    "client_id": {"type": "str", "no_log": True},
    "client_email": {"type": "str", "no_log": True},
    "private_key_id": {"type": "str", "no_log": True},
    "private_key": {"type": "str", "no_log": True},
    "container": {"type": "str"},
    "account_name": {"type": "str"},
    "account_key": {"type": "str", "no_log": True},
    "sas_token": {"type": "str", "no_log": True},
}
SOURCE_OPTIONS = {**LOCATION_OPTIONS, "filename": {"type": "str"}}
#: type -> (keys that it must have, keys that it may have)
_KEYS = {
    "mount_point": (("path",), ()),
    "url": (("url",), ()),
    "sftp": (("sftp_url",), ("key",)),
    "s3": (("bucket_name", "access_key_id", "secret_access_key"), ("subdir", "region_name")),
    "gs": (("bucket_name", "client_id", "client_email", "private_key_id", "private_key"), ("subdir",)),
    "abs": (("container", "account_name"), ("subdir", "account_key", "sas_token")),
}
_WITH_FILENAME = ("s3", "gs", "abs")
_URL_SCHEMES = {"url": ("ftp", "ftps"), "sftp_url": ("sftp",)}
_SOURCE_SCHEMES = {"url": ("ftp", "ftps", "http", "https"), "sftp_url": ("sftp",)}
_EXTENSIONS = (".rdb", ".rdb.gz")
_PRODUCT_FOLDERS = ("/opt/redislabs", "/var/opt/redislabs", "/etc/opt/redislabs")


def location_payload(option, location):
    """The API's object for the dict ``location`` of the option named ``option``, a directory.

    Raises kind ``option`` for a key that the type needs or does not have, and for a value that cannot work.
    """
    return _payload(option, location, (), _URL_SCHEMES, "DIRECTORY/")


def source_payload(option, source):
    """The same for one file to import, and the file's name: ``(payload, name)``. Refuses what the cluster will not import, too."""
    filename = ("filename",) if source["type"] in _WITH_FILENAME else ()
    payload = _payload(option, source, filename, _SOURCE_SCHEMES, "DIRECTORY/FILE.rdb.gz")
    key = next(key for key in ("path", "url", "sftp_url", "filename") if key in payload)
    path = urlsplit(payload[key]).path if key.endswith("url") else payload[key]
    name = posixpath.basename(unquote(path) if key.endswith("url") else path)
    if not name.endswith(_EXTENSIONS):
        raise option_error(
            f"{option}.{key}",
            "it names no file that ends in .rdb or .rdb.gz",
            "Give one entry for each file that the export has written, each with its full name.",
        )
    folder = _product_folder(payload)
    if folder:
        raise option_error(
            f"{option}.path",
            f"{payload['path']} lies below {folder}, a directory of the product, from which the cluster refuses to import since release 8.2",
            "Copy the file to a directory of its own on every node, readable for redislabs:redislabs, and import it from there.",
        )
    return payload, name


def _payload(option, location, more, schemes, form):
    kind = location["type"]
    required, optional = _KEYS[kind]
    required += more
    given = {key: value for key, value in location.items() if value not in (None, "") and key != "type"}
    missing = [key for key in required if key not in given]
    if missing:
        raise option_error(
            f"{option}.{missing[0]}",
            f"it is missing or empty, and type {kind} needs it",
            f"Type {kind} needs {', '.join(required)}.",
        )
    surplus = [key for key in given if key not in required + optional]
    if surplus:
        raise option_error(
            f"{option}.{surplus[0]}",
            f"type {kind} has no such key",
            f"Remove it; type {kind} takes {', '.join(required + optional)}.",
        )
    if kind == "abs" and ("account_key" in given) == ("sas_token" in given):
        problem = "both are given" if "account_key" in given else "neither is given"
        raise option_error(
            f"{option}.account_key and {option}.sas_token", problem, "Type abs takes exactly one of the two."
        )
    for key in ("url", "sftp_url"):
        if key in given:
            _check_url(f"{option}.{key}", given[key], schemes[key], form)
    for key in ("key", "private_key"):
        if key in given:
            given[key] = _key_text(f"{option}.{key}", given[key])
    if "path" in given and not given["path"].startswith("/"):
        raise option_error(
            f"{option}.path",
            f"{given['path']!r} is not an absolute path",
            f"Give the {'file' if form.endswith('gz') else 'directory'} as every node of the cluster sees it.",
        )
    return {"type": kind, **given}


def location_warnings(payload):
    """What is allowed but will hurt later."""
    if _product_folder(payload):
        return [
            f"{payload['path']} lies below a directory of the product: since release 8.2 the cluster refuses to import from there."
        ]
    return []


def _product_folder(payload):
    """The directory of the product that a mount_point lies in, or None."""
    path = posixpath.normpath("/" + payload.get("path", "").lstrip("/"))
    return next((folder for folder in _PRODUCT_FOLDERS if path == folder or path.startswith(folder + "/")), None)


def _check_url(option, url, schemes, form):
    """Refuse what the cluster could not use. The URL holds a password, so it is never repeated."""
    wanted = f"{schemes[0]}://USER:PASSWORD@HOST/{form}"
    way_out = f"Give {wanted}, with any of @ : / % # ? in the user or the password percent-encoded (filters urlencode and replace('/', '%2F'))."
    try:
        parts = urlsplit(url)
        host, dummy = parts.hostname, parts.port
    except ValueError:
        raise option_error(option, "it is not a valid URL", way_out) from None
    if parts.scheme not in schemes:
        raise option_error(option, f"its scheme is not {' or '.join(schemes)}", way_out)
    query = "?" in url and not parts.scheme.startswith("http")
    if not host or parts.netloc.count("@") > 1 or "#" in url or query:
        raise option_error(option, "its host, user or password cannot be told apart", way_out)


def _key_text(option, value):
    """A PEM key with real line breaks, which a value copied out of a service account's JSON does not have."""
    text = value.replace("\\n", "\n")
    if "PRIVATE KEY-----" not in text:
        raise option_error(
            option,
            "it does not hold a PEM private key",
            "Give the key's text, not its path: lookup('ansible.builtin.file', PATH).",
        )
    return text
