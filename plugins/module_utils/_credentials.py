# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: who the client says it is, request by request."""

from __future__ import annotations

import base64
import re
import time

from ._errors import RedisEnterpriseError

LOGIN_TTL = 3600
#: Logins in a row, after which a token that the cluster gave and never took is a refusal.
SPARE_LOGINS = 3


def is_token(value):
    """True for a text that a header can carry."""
    return isinstance(value, str) and re.fullmatch("[!-~]+", value) is not None


class Credentials:
    """Basic authentication, a token that was given, a token from a login (JWT), or none beside a client certificate.

    The literal scheme of the reference is ``JWT``, release 8.2 speaks of a bearer token, and no source settles which version
    accepts which: ``JWT`` is sent first and ``Bearer`` once after a 401. A wrong token is no failed login.
    """

    def __init__(self, username=None, password=None, token=None, login=False, clock=time.monotonic):
        self._username = username
        self._password = password
        self._token = token
        self._login = login
        self._clock = clock
        self._scheme = "JWT"
        self._renew_at = None
        self._obtained = []
        self._accepted = False  # the present token was taken
        self._proven = False  # the present spelling was taken
        self._spare = SPARE_LOGINS

    def headers(self, log_in):
        """The headers of the next request; ``log_in(path, body, headers)`` returns an access token."""
        if self._login and (self._token is None or self._clock() >= self._renew_at):
            self._token = self._obtain(log_in)
            self._obtained.append(self._token)
            self._renew_at = self._clock() + LOGIN_TTL * 0.8
        if self._token is not None:
            return {"Authorization": f"{self._scheme} {self._token}"}
        return self._basic()

    def accept(self):
        """The cluster has taken these credentials."""
        self._accepted = self._proven = True
        self._spare = SPARE_LOGINS

    def recover(self, refused):
        """After a 401 for the headers ``refused``: True when other ones are worth one more try.

        Requests run side by side: a token may end for all of them at once, also before it was ever taken.
        """
        if self._token is None:
            return self._login  # another request has dropped it already
        if refused != {"Authorization": f"{self._scheme} {self._token}"}:
            return True
        if self._scheme == "JWT" and not self._proven:
            self._scheme = "Bearer"
            return True
        if self._login and (self._accepted or self._spare):
            self._spare -= not self._accepted
            self._token, self._accepted = None, False
            self._scheme = self._scheme if self._proven else "JWT"
            return True
        return False

    def secrets(self):
        """Every text that must not be shown: what was given, and what was made of it."""
        basic = self._basic().get("Authorization", "")
        return [text for text in (self._password, self._token, basic.partition(" ")[2], *self._obtained) if text]

    def _basic(self):
        if self._username is None:
            return {}
        pair = f"{self._username}:{self._password}".encode("utf-8", "surrogatepass")
        return {"Authorization": "Basic " + base64.b64encode(pair).decode("ascii")}

    def _obtain(self, log_in):
        """A token: renewed while the old one still lives, else or where that is refused, by a login in the form of 7.4 (body) and of 7.8 (header) at once."""
        if self._token is not None and self._clock() < self._renew_at + LOGIN_TTL * 0.2:
            try:
                return log_in(
                    "/v1/users/refresh_jwt", {"ttl": LOGIN_TTL}, {"Authorization": f"{self._scheme} {self._token}"}
                )
            except RedisEnterpriseError as error:
                if error.transient:
                    raise
        return log_in(
            "/v1/users/authorize",
            {"username": self._username, "password": self._password, "ttl": LOGIN_TTL},
            self._basic(),
        )
