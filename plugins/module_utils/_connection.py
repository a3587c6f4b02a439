# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the connection options, and the client that they make. The doc fragment ``_connection`` says the same."""

from __future__ import annotations

import ipaddress
import os
import ssl
from urllib.parse import urlsplit

from ._client import Client
from ._credentials import Credentials, is_token
from ._errors import option_error

ENVIRONMENT = {
    "url": "REDIS_ENTERPRISE_URL",
    "username": "REDIS_ENTERPRISE_USER",
    "password": "REDIS_ENTERPRISE_PASSWORD",
    "token": "REDIS_ENTERPRISE_TOKEN",
    "client_cert": "REDIS_ENTERPRISE_CLIENT_CERT",
    "client_key": "REDIS_ENTERPRISE_CLIENT_KEY",
    "ca_cert": "REDIS_ENTERPRISE_CA_CERT",
    "validate_certs": "REDIS_ENTERPRISE_INSECURE",
    "timeout": "REDIS_ENTERPRISE_TIMEOUT",
}
#: What to say where validate_certs is false.
UNVERIFIED = "The cluster's certificate is not verified, so anybody on the way can read the credentials. Give its CA in ca_cert instead."


def connect(params, secrets=None):
    """The client for the connection options ``params``; ``secrets`` are kept out of its messages. Sends nothing.

    Raises RedisEnterpriseError of kind ``option`` for whatever is missing, contradictory or not readable.
    """
    return Client(endpoints(params["url"]), _credentials(params), _ssl_context(params), params["timeout"], secrets)


def endpoints(urls):
    """The checked base URLs for the option url. Raises RedisEnterpriseError of kind ``option``."""
    if not urls:
        raise option_error(
            "url",
            "it is missing",
            f"Give the cluster's API, such as https://cluster.example.com:9443, here or in {ENVIRONMENT['url']}.",
        )
    return [_endpoint(url) for url in urls]


def _endpoint(url):
    """One checked base URL. Whatever is wrong with it, its user info is not repeated."""
    example = "Give it as https://HOST:9443."
    if "@" in url:
        raise option_error(
            "url", "it holds a user or a password", "Give these in username and password; a URL gets printed."
        )
    try:
        parts = urlsplit(url.strip())
        host, dummy = parts.hostname, parts.port
    except ValueError:
        raise option_error("url", "it is not a valid URL", example) from None
    shown = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.scheme else "a value without a scheme"
    if parts.scheme not in ("https", "http") or not host:
        raise option_error("url", f"{shown} is no https URL", example)
    if parts.scheme == "http" and not _is_loopback(host):
        raise option_error(
            "url",
            f"{shown} would send the credentials in clear",
            "Plain http is taken for this machine's own addresses only; use https.",
        )
    if parts.query or parts.fragment:
        raise option_error("url", f"{shown} is followed by a query or a fragment", example)
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path[:-3] if path.endswith('/v1') else path}"


def _is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _credentials(params):
    """A token wins over a user, and a certificate may stand alone: so an environment for one need not be cleared for another."""
    username, password, token = params["username"], params["password"], params["token"]
    login = params["auth_method"] == "jwt"
    if token:
        if not is_token(token):
            raise option_error(
                "token",
                "it holds a line break, a space or a letter that no token has",
                "Give the token alone; the filter trim takes off what a file has around it.",
            )
        return Credentials(token=token)
    if username and password:
        return Credentials(username, password, login=login)
    if username or password:
        given, missing = ("username", "password") if username else ("password", "username")
        raise option_error(
            missing, f"it is missing, but {given} is given", f"Give both, here or in {ENVIRONMENT[missing]}."
        )
    if login:
        raise option_error(
            "auth_method",
            "jwt logs in with a user, but username and password are missing",
            "Give both, or a ready token in token.",
        )
    if params["client_cert"]:
        return Credentials()
    raise option_error(
        "username",
        "there are no credentials",
        "Give username and password, or token, or client_cert with client_key, as options or in the environment.",
    )


def _ssl_context(params):
    """One TLS context for the whole task: loading a CA bundle costs 20 ms, so it is loaded once."""
    ca_cert = _existing("ca_cert", params["ca_cert"])
    client_cert = _existing("client_cert", params["client_cert"])
    client_key = _existing("client_key", params["client_key"])
    if client_key and not client_cert:
        raise option_error(
            "client_key", "it is given without client_cert", "Give the certificate in client_cert as well."
        )
    try:
        context = ssl.create_default_context(cafile=ca_cert)
    except (ssl.SSLError, OSError) as error:
        raise option_error(
            "ca_cert",
            f"{ca_cert} holds no PEM certificates ({_reason(error)})",
            "Give a file with one or more PEM certificates.",
        ) from None
    if not params["validate_certs"]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if client_cert:
        try:
            # An empty password instead of none, or OpenSSL would ask for it on the terminal.
            context.load_cert_chain(client_cert, client_key, password="")
        except (ssl.SSLError, OSError) as error:
            raise option_error(
                "client_cert",
                f"{client_cert} and its key cannot be used ({_reason(error)})",
                "Give a PEM certificate and, in client_key or in the same file, its unencrypted PEM key.",
            ) from None
    return context


def _existing(option, path):
    """The path with ``~`` expanded, or None when none is given."""
    if not path:
        return None
    path = os.path.expanduser(path)
    if not os.path.isfile(path):
        raise option_error(
            option,
            f"there is no file {path} on the host that runs the task",
            "Check the path, or copy the file there first.",
        )
    return path


def _reason(error):
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
