# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the one place that knows ``requests``: a session for many threads, and what its exceptions mean."""

from __future__ import annotations

import traceback
from urllib.parse import urlsplit

from ._answers import HINTS, redact_user_info
from ._errors import RedisEnterpriseError

try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.sessions import Session

    REQUESTS_IMPORT_ERROR = None
except ImportError:
    requests = urllib3 = None
    HTTPAdapter = Session = object
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

#: Connections that a task keeps open at the most, and so requests that it sends side by side.
MAX_CONNECTIONS = 16
_POOL = {"pool_connections": 4, "pool_maxsize": MAX_CONNECTIONS, "pool_block": True, "max_retries": 0}


class _Adapter(HTTPAdapter):
    """Hands ONE ready TLS context to every connection, where requests would load the CA bundle again for each."""

    def __init__(self, ssl_context):
        self._ssl_context = ssl_context
        if urllib3.__version__.startswith("1."):
            # It compares the host with the certificate itself, where the context does not; for an IP address the context could not, as it is not told.
            ssl_context.check_hostname = False
        super().__init__(**_POOL)

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, ssl_context=self._ssl_context, **kwargs)
        _deaf(self.poolmanager)

    def proxy_manager_for(self, proxy, **kwargs):
        return _deaf(super().proxy_manager_for(proxy, ssl_context=self._ssl_context, **kwargs))

    def cert_verify(self, conn, url, verify, cert):
        """Nothing to do: the context has decided already."""


class _Session(Session):
    """Looks once for each host which proxy the environment names, where requests would go through all of it for each request."""

    def __init__(self):
        super().__init__()
        self._proxies_of = {}

    def merge_environment_settings(self, url, proxies, stream, verify, cert):
        host = urlsplit(url).netloc
        if host not in self._proxies_of:
            self._proxies_of[host] = requests.utils.get_environ_proxies(url)
        return {"proxies": self._proxies_of[host], "stream": stream, "verify": verify, "cert": cert}


def _deaf(manager):
    """``manager``, whose connections take nothing but its own TLS context: requests 2.32 hands on what it makes of ``verify``, or a context of its own."""

    def connection_from_host(host, port=None, scheme="http", pool_kwargs=None):
        return type(manager).connection_from_host(manager, host, port, scheme)

    manager.connection_from_host = connection_from_host
    return manager


def open_session(ssl_context):
    """A session whose TLS is ``ssl_context`` and nothing else, and which takes no credentials from ``~/.netrc``."""
    session = _Session()
    session.headers.update(
        {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "community.redis_enterprise",
        }
    )
    session.auth = lambda request: request
    session.mount("https://", _Adapter(ssl_context))
    session.mount("http://", HTTPAdapter(**_POOL))
    return session


def exchange(session, method, url, timeout, **request):
    """One request on the wire, redirects not followed: the response, and its body as bytes, None when that broke off.

    ``timeout`` in seconds. Raises RedisEnterpriseError of kind ``connection``, ``timeout`` or ``tls``, with ``delivered`` False only when no
    byte of the request can have been sent.
    """
    try:
        response = session.request(method, url, timeout=timeout, allow_redirects=False, stream=True, **request)
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise _transport_error(url, error, timeout) from None
    try:
        return response, response.content
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, ValueError):
        return response, None


def _transport_error(url, error, timeout):
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    exceptions = requests.exceptions
    inner = _innermost(error)
    refused = "Cert" in type(inner).__name__ or "alert" in str(inner)
    if isinstance(error, exceptions.SSLError) and refused:
        message = f"The TLS connection to {base} failed: {_words(inner)}."
        return RedisEnterpriseError("tls", message, hint=HINTS["tls"], delivered=False)
    if isinstance(error, exceptions.ConnectTimeout):
        message = f"{base} did not accept a connection within {timeout} s."
        return RedisEnterpriseError("timeout", message, hint=HINTS["connection"], delivered=False)
    if isinstance(error, exceptions.Timeout):
        message = f"{base} did not answer within {timeout} s."
        return RedisEnterpriseError("timeout", message, hint="Raise timeout if the cluster is only slow.")
    reason = getattr(error.args[0], "reason", None) if error.args else None
    # Behind a proxy, a connection that broke after the request is a ProxyError as well.
    reason = getattr(reason, "original_error", reason)
    unconnected = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    never_sent = isinstance(reason, unconnected) or str(reason).startswith("Tunnel connection failed")
    message = f"The connection to {base} failed: {_words(inner)}."
    return RedisEnterpriseError("connection", message, hint=HINTS["connection"], delivered=not never_sent)


def _innermost(error):
    """The reason inside an exception of requests, without the objects around it."""
    for dummy in range(8):
        nested = [getattr(error, "reason", None), *getattr(error, "args", ()), error.__cause__, error.__context__]
        inner = next((item for item in nested if isinstance(item, BaseException)), None)
        if inner is None:
            break
        error = inner
    return error


def _words(error):
    words = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or str(error)
    return redact_user_info(str(words or type(error).__name__))[:200]
