# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster that answers from a list of expected requests, and a time that only tests move."""

from __future__ import annotations

from datetime import datetime, timezone

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError

NEW = "2026-11-01T03:00:05Z"
SERVER_TIME = datetime(2026, 11, 1, 3, 0, 0, tzinfo=timezone.utc)


def bdb(uid=1, name="orders", status="active", **fields):
    """A database as the API gives it, with only the fields that a test cares for."""
    return {"uid": uid, "name": name, "status": status, **fields}


def refusal(status, kind, **more):
    """What the client raises for a status code."""
    return RedisEnterpriseError(kind, f"https://cluster answered {status}.", status=status, **more)


LOST = RedisEnterpriseError("timeout", "https://cluster did not answer within 30 s.", delivered=True)
REFUSED_CONNECTION = RedisEnterpriseError(
    "connection", "The connection to https://cluster failed: Connection refused.", delivered=False
)


class Repeated(tuple):
    """A step that is expected any number of times."""


class Script:
    """Expected requests in their order, each with its answer; a request too many, too few or out of order fails the test."""

    def __init__(self, *steps):
        self._steps = list(steps)
        self.sent = []
        self.server_time = SERVER_TIME

    def get(self, path, params=None, permission=None, attempts=4, expect=None):
        return self._next("GET", path)

    def write(self, method, path, body=None, permission=None):
        self._next(method, path, body)

    def _next(self, method, path, body=None):
        self.sent.append((method, path, body))
        if len(self._steps) > 1 and isinstance(self._steps[0], Repeated) and self._steps[0][:2] != (method, path):
            self._steps.pop(0)
        if not self._steps:
            raise AssertionError(f"unexpected request {method} {path} after the end of the script")
        step = self._steps[0] if isinstance(self._steps[0], Repeated) else self._steps.pop(0)
        wanted_method, wanted_path, answer = step
        if (wanted_method, wanted_path) != (method, path):
            raise AssertionError(f"expected {wanted_method} {wanted_path}, got {method} {path}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def all_fired(self):
        return all(isinstance(step, Repeated) for step in self._steps)

    @property
    def writes(self):
        return [(method, path) for method, path, dummy in self.sent if method != "GET"]


def read(*databases):
    """The poll: one request for all databases."""
    return ("GET", "/v1/bdbs", list(databases))


def failing_read(error):
    return ("GET", "/v1/bdbs", error)


def start(uid=1, answer=None):
    return ("POST", f"/v1/bdbs/{uid}/actions/export", answer)


def fence(uid=1, operation="export", answer=None):
    return ("PUT", f"/v1/bdbs/{uid}/actions/{operation}_reset_status", answer)


class Clock:
    """Seconds that pass only while something sleeps."""

    def __init__(self):
        self.now = 1000.0
        self.sleeps = []

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.sleeps.append(seconds)
        self.now += max(seconds, 0.001)


class Played:
    """A cluster of databases 1..count whose exports take ``seconds`` of the test's time; it counts what it is asked.

    ``answers_in`` seconds: how long a poll takes, and ``writes_in``, how long a write.
    """

    server_time = None

    def __init__(self, clock, count, seconds, before="", resets=True, answers_in=0, writes_in=0):
        self._clock = clock
        self._count = count
        self._seconds = seconds
        self._before = before
        self._resets = resets
        self._answers_in = answers_in
        self._writes_in = writes_in
        self.started = {}
        self.polls = 0
        self.most_running = 0
        self.writes = []
        self._idle = set()

    def get(self, path, params=None, permission=None, attempts=4, expect=None):
        self.polls += 1
        self._clock.now += self._answers_in
        shown = [self._show(uid) for uid in range(1, self._count + 1)]
        self.most_running = max(self.most_running, sum(1 for item in shown if item["export_status"] == "exporting"))
        return shown

    def write(self, method, path, body=None, permission=None):
        self.writes.append((method, path))
        self._clock.now += self._writes_in
        uid = int(path.split("/")[3])
        if method == "POST":
            self.started[uid] = self._clock.now
        elif self._resets:
            self._idle.add(uid)

    def _show(self, uid):
        began = self.started.get(uid)
        if began is None:
            return bdb(uid=uid, name=f"db-{uid}", export_status="" if uid in self._idle else self._before)
        if self._clock.now < began + self._seconds:
            return bdb(uid=uid, name=f"db-{uid}", export_status="exporting" if self._resets else self._before)
        return bdb(uid=uid, name=f"db-{uid}", export_status="succeeded", last_export_time=NEW)
