# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for ``_transport.exchange``: a list of expected requests, each with its answer."""

from __future__ import annotations

import json
from collections import namedtuple

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError

Response = namedtuple("Response", "status_code headers")


def answer(status=200, body=None, **headers):
    """What exchange returns; underscores in the names of headers are hyphens."""
    payload = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}), payload


def fault(kind="connection", delivered=True):
    return RedisEnterpriseError(kind, f"a fault of the kind {kind}", delivered=delivered)


class Wire:
    """``steps``: (method, url, answer or exception). A request too many, too few or out of order fails the test."""

    def __init__(self, *steps):
        self._steps = list(steps)
        self.sent = []  # (method, url, authorization, body)

    def __call__(self, session, method, url, timeout, params=None, data=None, headers=None):
        authorization = (headers or {}).get("Authorization")
        self.sent.append((method, url, authorization, None if data is None else json.loads(data)))
        if not self._steps:
            raise AssertionError(f"unexpected request {method} {url} after the last one expected")
        wanted_method, wanted_url, result = self._steps.pop(0)
        if (wanted_method, wanted_url) != (method, url):
            raise AssertionError(f"expected {wanted_method} {wanted_url}, got {method} {url}")
        if isinstance(result, Exception):
            raise result
        return result

    @property
    def authorizations(self):
        return [authorization for dummy, dummy, authorization, dummy in self.sent]

    def all_fired(self):
        return not self._steps
