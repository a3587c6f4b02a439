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
from datetime import timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ._answers import HINTS, status_error
from ._credentials import is_token
from ._errors import RedisEnterpriseError
from ._secrets import Secrets
from ._transport import exchange, open_session

READ_ATTEMPTS = 4
MAX_REDIRECTS = 2
#: Kinds of faults after which another endpoint of the same cluster may do better.
_ENDPOINT_FAULTS = ("connection", "timeout", "server", "protocol")
#: Refusals that only come once the credentials were taken; redirects, throttling and proxies answer before.
_AFTER_LOGIN = (403, 404, 406, 409)
_BACK_OFF_FLOOR, _BACK_OFF_CEILING, _RETRY_AFTER_CEILING = 0.5, 10.0, 60


def back_off(attempt, retry_after=None):
    """Seconds to wait after attempt number ``attempt``: doubling up to a ceiling, with jitter, and no less than the cluster asks for."""
    delay = random.uniform(_BACK_OFF_FLOOR / 2, min(_BACK_OFF_CEILING, _BACK_OFF_FLOOR * 2**attempt))
    return max(delay, min(retry_after or 0, _RETRY_AFTER_CEILING))


class Client:
    """The cluster behind one or more endpoints.

    ``endpoints``: base URLs without a trailing slash, tried in order. ``credentials``: see ``_credentials``.
    ``ssl_context``: for https. ``timeout``: seconds for one connect or one read.
    ``secrets``: what no message may repeat of the cluster's words; the credentials, given or obtained, are added to it.
    Every method raises RedisEnterpriseError, and only that.
    """

    def __init__(self, endpoints, credentials, ssl_context, timeout, secrets=None, sleep=time.sleep):
        self._endpoints = list(endpoints)
        self._credentials = credentials
        self._timeout = timeout
        self._secrets = secrets or Secrets()
        self._secrets.add(*credentials.secrets())
        self._sleep = sleep
        self._position = 0
        self._primary = None
        self._login_lock = threading.Lock()
        self._refusal = None
        self._refused_logins = {}
        self._session = open_session(ssl_context)
        #: The cluster's clock when it last answered (aware datetime), or None.
        self.server_time = None

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
        self._over_endpoints(method, path, None, {} if body is None else body, permission, None)

    def _over_endpoints(self, method, path, params, body, permission, expect):
        """Try the endpoints in turn: a read after any fault of the way, a write only when nothing of it was sent."""
        for others in range(len(self._endpoints) - 1, -1, -1):
            position = self._position
            try:
                base, response, payload = self._follow(path, lambda url: self._authorized(method, url, params, body))
                return self._outcome(base, response, payload, permission, expect)
            except RedisEnterpriseError as error:
                if error.kind not in _ENDPOINT_FAULTS:
                    raise
                self._primary = None
                if self._position == position:  # or another thread has moved on already
                    self._position += 1
                if not others or (method != "GET" and error.delivered):
                    raise
        return None

    def _follow(self, path, send):
        """``send(url)`` and at most two redirects, followed by hand: same method, same body, only inside the cluster."""
        base = self._primary or self._endpoints[self._position % len(self._endpoints)]
        for dummy in range(MAX_REDIRECTS + 1):
            response, payload = send(base + path)
            if not 300 <= response.status_code < 400:
                return base, response, payload
            base = self._primary = self._redirect_target(base, response)
        self._primary = None
        message = f"{base} redirected more than {MAX_REDIRECTS} times."
        raise RedisEnterpriseError("redirect", message, hint=HINTS["redirect"], delivered=False)

    def _redirect_target(self, base, response):
        """The base URL of a 307 or 308, if credentials may go there."""
        try:
            target = urlsplit(response.headers.get("Location") or "")
        except ValueError:
            target = urlsplit("")
        host = target.hostname or ""
        secure = target.scheme == "https" or (target.scheme == "http" and base.startswith("http://"))
        known = any(_same_cluster(host, urlsplit(endpoint).hostname) for endpoint in self._endpoints)
        if response.status_code not in (307, 308) or not secure or not known:
            raise RedisEnterpriseError(
                "redirect",
                f"{base} answered {response.status_code} and points to {target.scheme}://{host}, where the credentials "
                "must not be sent: it is not a host of url nor under the cluster's domain, or not https.",
                hint=HINTS["redirect"],
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
                if response.status_code < 300 or response.status_code in _AFTER_LOGIN:
                    self._credentials.accept()
                return response, payload
            with self._login_lock:
                if not self._credentials.recover(headers):
                    self._refusal = response, payload
        return self._refusal

    def _log_in(self, path, body, headers):
        """POST for a token (``/v1/users/authorize`` or ``/v1/users/refresh_jwt``): the access token as text."""
        if path in self._refused_logins:
            raise self._refused_logins[path]
        try:
            base, response, payload = self._follow(path, lambda url: self._send("POST", url, None, body, headers))
            answer = self._outcome(base, response, payload, None, dict)
        except RedisEnterpriseError as error:
            error.delivered = False  # the request that needed the token was not sent
            if not error.transient and error.kind not in ("redirect", "tls"):
                error.kind = "authentication"  # whatever the code: it is no verdict on that request
                self._refused_logins[path] = error
            raise
        if not is_token(answer.get("access_token")):
            message = f"{base}{path} answered without an access_token."
            raise RedisEnterpriseError("authentication", message, hint="Use auth_method basic.", delivered=False)
        self._secrets.add(answer["access_token"])
        return answer["access_token"]

    def _send(self, method, url, params, body, headers):
        data = None if body is None else json.dumps(body)
        answer = exchange(self._session, method, url, self._timeout, params=params, data=data, headers=headers)
        try:
            moment = parsedate_to_datetime(answer[0].headers.get("Date"))
            self.server_time = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        except (TypeError, ValueError, ArithmeticError, LookupError):
            pass
        return answer

    def _outcome(self, base, response, payload, permission, expect):
        """The parsed body of a success, None where none is expected, or the exception for anything else."""
        if response.status_code >= 400:
            raise status_error(base, response.status_code, response.headers, payload, permission, self._secrets)
        if expect is None:
            return None
        try:
            value = json.loads(payload)
        except (TypeError, ValueError, RecursionError):
            value = None
        if not isinstance(value, expect):
            what = "is broken off" if payload is None else "is not the JSON that the API promises"
            message = f"{base} answered {response.status_code} with a body that {what}."
            raise RedisEnterpriseError("protocol", message, hint=HINTS["protocol"], status=response.status_code)
        return value


def _same_cluster(host, known):
    """True when ``host`` is ``known``, is below it, or is a sibling of it by the names of nodes (node1.FQDN and node2.FQDN)."""
    domain = re.sub(r"^node\d+\.", "", known)
    if host in (known, domain):
        return True
    if re.fullmatch(r"[\d.]+", known):
        return False
    return host.endswith("." + known) or re.fullmatch(r"node\d+\." + re.escape(domain), host) is not None
