# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: HTTP against the cluster's REST API, and nothing else.

It knows no database and no Ansible. One session serves a whole task, from several threads. A read may be repeated; a
write is sent again by itself only when no byte of the first one can have reached the cluster.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
import traceback
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ._errors import RedisEnterpriseError

try:
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter

    REQUESTS_IMPORT_ERROR = None
except ImportError:
    requests = urllib3 = None
    HTTPAdapter = object
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

READ_ATTEMPTS = 4
MAX_REDIRECTS = 2
MAX_CONNECTIONS = 16
_BACKOFF_FLOOR, _BACKOFF_CEILING = 0.5, 10.0
_ACTING_ROLES = "admin, cluster_member and db_member"
_KIND_OF_STATUS = {
    401: "authentication",
    403: "permission",
    404: "not_found",
    406: "unsupported",
    409: "conflict",
    429: "throttled",
}
_ENDPOINT_FAULTS = ("connection", "timeout", "server", "protocol")
_HINTS = {
    "authentication": "Check the credentials. It is not tried again, since five failed logins lock the account for 30 minutes.",
    "not_found": "It does not exist, or the role of this user hides it.",
    "conflict": "The cluster is busy with another change of the same database; try again later.",
    "throttled": "Too many requests; try again later.",
    "unsupported": "A module of the database does not have the capability backup_restore, or the configuration is invalid.",
    "redirect": (
        "There are three ways out: give the primary node or the cluster's FQDN in url, list that host in url as well, "
        "or let the nodes pass requests on with 'rladmin cluster config handle_redirects enabled'."
    ),
    "tls": (
        "Give the CA that signed the cluster's API certificate in ca_cert, and connect by a name which that certificate "
        "holds, such as the cluster's FQDN: it holds no IP addresses by default."
    ),
    "connection": "Check url and the network; the API listens on port 9443 unless the cluster says otherwise.",
}
_USER_INFO = re.compile(r"(?<=://)[^/\s@\"']+@")


def redact_user_info(text):
    """``text`` with the user and password of every URL in it replaced by ``***``."""
    return _USER_INFO.sub("***@", text)


def back_off(attempt, retry_after=None):
    """Seconds to wait before attempt number ``attempt`` + 1: doubling, capped, with full jitter, never below what the server asks for."""
    delay = random.uniform(_BACKOFF_FLOOR / 2, min(_BACKOFF_CEILING, _BACKOFF_FLOOR * 2**attempt))
    return max(delay, min(retry_after or 0, 60))


class _Adapter(HTTPAdapter):
    """Hands ONE ready TLS context to every connection, where requests would load the CA bundle again for each."""

    def __init__(self, ssl_context):
        self._ssl_context = ssl_context
        super().__init__(pool_connections=4, pool_maxsize=MAX_CONNECTIONS, pool_block=True, max_retries=0)

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, ssl_context=self._ssl_context, **kwargs)

    def proxy_manager_for(self, proxy, **kwargs):
        return super().proxy_manager_for(proxy, ssl_context=self._ssl_context, **kwargs)

    def build_connection_pool_key_attributes(self, request, verify, cert=None):
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        tls.pop("ca_certs", None)
        tls.pop("ca_cert_dir", None)
        tls.pop("cert_reqs", None)
        return host, tls

    def cert_verify(self, conn, url, verify, cert):
        """Nothing to do: the context has decided already."""


class Client:
    """The cluster behind one or more endpoints.

    ``endpoints``: base URLs without a trailing slash, tried in order. ``credentials``: see ``_credentials``.
    ``ssl_context``: for https. ``timeout``: seconds for one connect or one read.
    Every method raises RedisEnterpriseError, and only that.
    """

    def __init__(self, endpoints, credentials, ssl_context, timeout, sleep=time.sleep):
        self._endpoints = list(endpoints)
        self._credentials = credentials
        self._timeout = timeout
        self._sleep = sleep
        self._position = 0
        self._primary = None
        self._login_lock = threading.Lock()
        self._refusal = None
        self._session = requests.Session()
        self._session.headers.update(
            {
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": "community.redis_enterprise",
            }
        )
        self._session.auth = lambda request: request  # or requests would look for credentials in ~/.netrc
        self._session.mount("https://", _Adapter(ssl_context))
        self._session.mount(
            "http://", HTTPAdapter(pool_connections=4, pool_maxsize=MAX_CONNECTIONS, pool_block=True, max_retries=0)
        )
        #: The cluster's clock when it last answered (aware datetime), or None.
        self.server_time = None

    def secrets(self):
        """Every credential, given or obtained, that must not be shown."""
        return self._credentials.secrets()

    def get(self, path, params=None, permission=None, attempts=READ_ATTEMPTS, expect=(dict, list)):
        """The JSON value at ``path``, of a type in ``expect``.

        A transient fault is met with ``attempts`` tries over all endpoints, with a jittered back-off between them.
        """
        attempt = 1
        while True:
            try:
                return self._over_endpoints("GET", path, params, None, permission, expect)
            except RedisEnterpriseError as error:
                if not error.transient or attempt >= attempts:
                    raise
                self._sleep(back_off(attempt, error.retry_after))
                attempt += 1

    def write(self, method, path, body=None, permission=None):
        """Send one POST or PUT, once. Its answer's body says nothing that the status code does not, so nothing is returned.

        ``delivered`` of the RedisEnterpriseError tells whether the cluster may have acted on it all the same.
        """
        self._over_endpoints(method, path, None, {} if body is None else body, permission)

    def _over_endpoints(self, method, path, params, body, permission, expect=None):
        """Try the endpoints in turn: a read after any fault of the way, a write only when nothing of it was sent."""
        others = len(self._endpoints) - 1
        while True:
            try:
                return self._follow(method, path, params, body, permission, expect)
            except RedisEnterpriseError as error:
                if error.kind not in _ENDPOINT_FAULTS:
                    raise
                self._primary = None
                self._position += 1
                if not others or (method != "GET" and error.delivered):
                    raise
                others -= 1

    def _follow(self, method, path, params, body, permission, expect):
        """One request and at most two redirects, each followed by hand: same method, same body, only inside the cluster."""
        base = self._primary or self._endpoints[self._position % len(self._endpoints)]
        for dummy in range(MAX_REDIRECTS + 1):
            response, payload = self._authorized(method, base + path, params, body)
            if not 300 <= response.status_code < 400:
                return self._outcome(base, response, payload, permission, expect)
            base = self._primary = self._redirect_target(base, response)
        self._primary = None
        raise RedisEnterpriseError(
            "redirect", f"{base} redirected more than {MAX_REDIRECTS} times.", hint=_HINTS["redirect"], delivered=False
        )

    def _redirect_target(self, base, response):
        """The base URL of a 307 or 308, if credentials may go there."""
        location = response.headers.get("Location") or ""
        target = urlsplit(location)
        allowed = target.scheme == "https" or (target.scheme == "http" and base.startswith("http://"))
        known = [urlsplit(endpoint).hostname for endpoint in self._endpoints]
        if (
            response.status_code not in (307, 308)
            or not allowed
            or not any(_same_cluster(target.hostname or "", host) for host in known)
        ):
            raise RedisEnterpriseError(
                "redirect",
                f"{base} answered {response.status_code} and points to {target.scheme}://{target.hostname}, "
                "where the credentials must not be sent: it is not a host of url nor under the cluster's domain, or not https.",
                hint=_HINTS["redirect"],
                status=response.status_code,
                delivered=False,
            )
        return f"{target.scheme}://{target.netloc.rpartition('@')[2]}"

    def _authorized(self, method, url, params, body):
        """Send with credentials. A refused token may be renewed or spelled the other way; a refused password is never sent again."""
        while self._refusal is None:
            with self._login_lock:
                headers = self._credentials.headers(self._log_in)
            response, payload = self._send(method, url, params, body, headers)
            if response.status_code != 401:
                self._credentials.accepted |= response.status_code < 500
                return response, payload
            with self._login_lock:
                if not self._credentials.recover(headers):
                    self._refusal = response, payload
        return self._refusal

    def _log_in(self, path, body, headers):
        """POST for a token (``/v1/users/authorize`` or ``/v1/users/refresh_jwt``): the access token as text."""
        base = self._primary or self._endpoints[self._position % len(self._endpoints)]
        response, payload = self._send("POST", base + path, None, body, headers)
        try:
            self._outcome(base, response, payload)
        except RedisEnterpriseError as error:
            if not error.transient:
                error.kind = (
                    "authentication"  # whatever the login's code: it is no verdict on the request that needed it
                )
            raise
        try:
            return json.loads(payload)["access_token"]
        except (ValueError, KeyError, TypeError):
            raise RedisEnterpriseError(
                "protocol",
                f"{base}{path} answered without an access_token.",
                hint="Use auth_method basic, or check that url is a cluster's API.",
            ) from None

    def _send(self, method, url, params, body, headers):
        """One request on the wire: the response and its text (None when it broke off)."""
        try:
            response = self._session.request(
                method,
                url,
                params=params,
                data=None if body is None else json.dumps(body),
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.RequestException as error:
            raise _transport_error(url, error, self._timeout) from None
        try:
            payload = response.text
        except requests.exceptions.RequestException:
            payload = None
        self._note_time(response.headers.get("Date"))
        return response, payload

    def _note_time(self, date):
        try:
            self.server_time = parsedate_to_datetime(date)
        except (TypeError, ValueError):
            pass

    @staticmethod
    def _outcome(base, response, payload, permission=None, expect=None):
        """The parsed body of a read's success, None for a write's, which needs none, or the exception for anything else."""
        if response.status_code >= 400:
            raise _status_error(base, response, payload, permission)
        if expect is None:
            return None
        try:
            value = json.loads(payload)
        except (TypeError, ValueError):
            value = None
        if not isinstance(value, expect):
            what = "is broken off" if payload is None else "is not the JSON that the API promises"
            raise RedisEnterpriseError(
                "protocol",
                f"{base} answered {response.status_code} with a body that {what}.",
                hint="Check that url is a cluster's REST API and that nothing between answers in its place.",
                status=response.status_code,
            )
        return value


def _same_cluster(host, known):
    """True when ``host`` is ``known``, is below it, or is a sibling node of it (node1.FQDN and node2.FQDN)."""
    domain = re.sub(r"^node\d+\.", "", known)
    return host == known or (host == domain or host.endswith("." + domain)) and not re.fullmatch(r"[\d.]+", domain)


def _cause(error):
    """The innermost reason of an exception of requests, as a few words, without the objects' addresses around it."""
    seen = error
    for dummy in range(8):
        inner = (
            getattr(seen, "reason", None)
            if not isinstance(seen, OSError) or isinstance(seen, requests.exceptions.RequestException)
            else None
        )
        inner = (
            inner
            if isinstance(inner, BaseException)
            else next((a for a in getattr(seen, "args", ()) if isinstance(a, BaseException)), None)
        )
        inner = inner or seen.__cause__ or seen.__context__
        if inner is None:
            break
        seen = inner
    text = getattr(seen, "verify_message", None) or getattr(seen, "strerror", None) or str(seen) or type(seen).__name__
    return redact_user_info(str(text))[:200]


def _transport_error(url, error, timeout):
    """What a failed exchange means, and whether the cluster can have seen it."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    exceptions = requests.exceptions
    cause = _cause(error)
    if isinstance(error, exceptions.SSLError) and ("CERTIFICATE_VERIFY_FAILED" in str(error) or "alert" in str(error)):
        return RedisEnterpriseError(
            "tls", f"The TLS connection to {base} failed: {cause}.", hint=_HINTS["tls"], delivered=False
        )
    if isinstance(error, exceptions.ConnectTimeout):
        return RedisEnterpriseError(
            "timeout",
            f"{base} did not accept a connection within {timeout} s.",
            hint=_HINTS["connection"],
            delivered=False,
        )
    if isinstance(error, exceptions.Timeout):
        return RedisEnterpriseError(
            "timeout", f"{base} did not answer within {timeout} s.", hint="Raise timeout if the cluster is only slow."
        )
    never_connected = isinstance(error, exceptions.ProxyError)
    reason = getattr(error.args[0], "reason", None) if error.args else None
    never_connected = never_connected or isinstance(reason, urllib3.exceptions.NewConnectionError)
    return RedisEnterpriseError(
        "connection",
        f"The connection to {base} failed: {cause}.",
        hint=_HINTS["connection"],
        delivered=not never_connected,
    )


def _status_error(base, response, payload, permission):
    """The exception for a status code of 400 and above. The body is ``{"error_code", "description"}``, ``{"message"}``, HTML or nothing."""
    status = response.status_code
    kind = _KIND_OF_STATUS.get(status) or ("server" if status >= 500 else "rejected")
    code, description = _error_body(payload)
    hint = _HINTS.get(kind)
    if kind == "permission":
        hint = "The user's role may not do this, or the licence has expired."
        if permission:
            roles = "all roles but none" if permission.startswith("view_") else _ACTING_ROLES
            hint = f"It needs the permission {permission}, which these roles have: {roles}."
    words = ": ".join(word for word in (code, description) if word)
    retry_after = response.headers.get("Retry-After") or ""
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


def _error_body(payload):
    """(error_code, description) of an error's body, each a short text or None."""
    try:
        body = json.loads(payload)
    except (TypeError, ValueError):
        body = re.sub(r"(?s)<(style|script|title).*?</\1>|<[^>]*>", " ", payload or "")
    code = None
    if isinstance(body, dict):
        code = body.get("error_code")
        body = next((body[key] for key in ("description", "message", "error_message", "error") if body.get(key)), "")
    description = redact_user_info(" ".join(str(body).split()))[:300] if isinstance(body, (str, int)) else None
    return (redact_user_info(str(code))[:100] if code else None), description or None
