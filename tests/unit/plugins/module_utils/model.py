# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A model of a cluster in virtual time: true runs, other actors, and a network that fails as drawn.

It is written from the API's contract and from the interface that ``_client.Client`` documents, and knows nothing of the modules' rules.
What it knows, and a client does not, is the truth: which run was accepted from whom, when it went on, and how it ended.
"""

from __future__ import annotations

import heapq
from collections import namedtuple
from datetime import datetime, timedelta, timezone
from itertools import count

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError

IDLE, RUNNING, SUCCEEDED, FAILED = "idle", "running", "succeeded", "failed"
#: How this cluster spells idle: a key that is missing, or one of these values.
MISSING = "missing"
IDLE_SPELLINGS = (MISSING, None, "", "idle")
#: The cluster's clock when the test's shows 0: not at a whole second, as no clock is.
EPOCH = datetime(2026, 11, 1, 3, 0, 0, 300000, tzinfo=timezone.utc)
#: Seconds of an undisturbed request, half of them before the cluster acts on it.
LATENCY = 0.04

#: What a start leads to: ``delay`` until it begins, ``duration``, and the reason of a failure or None.
Plan = namedtuple("Plan", "delay duration reason")
#: What happens to one request. ``before`` and ``after``: seconds on the way there and back.
Fault = namedtuple("Fault", "kind before after")
#: A fault of the first request after the second ``at``, where a Fault without a time is that of the next request.
Timed = namedtuple("Timed", "at fault")
#: What somebody else does: ``kind`` is export, reset, delete or rename.
Act = namedtuple("Act", "at kind plan")

NO_FAULT = Fault("none", LATENCY / 2, LATENCY / 2)
TRANSIENT_FAULTS = (
    "stall",
    "refused",
    "lost_before",
    "lost_after",
    "broken_before",
    "broken_after",
    "conflict",
    "throttled",
    "server_before",
    "server_after",
    "garbage",
    "partial",
)
FINAL_FAULTS = ("permission", "authentication", "redirect")


class Run:
    """One export, import or backup, from its acceptance to its end. Times in seconds of the test's clock."""

    def __init__(self, source, plan, accepted):
        self.source = source
        self.reason = plan.reason
        self.accepted = accepted
        self.begins = accepted + plan.delay
        self.ends = self.begins + plan.duration

    def __repr__(self):
        return f"Run({self.source}, {self.accepted:g}, {self.begins:g}-{self.ends:g}, {self.reason})"


class Operation:
    """The truth about one operation of one database."""

    def __init__(self, operation, spelling=MISSING, word="exporting", progress=(), reset_delay=0):
        self.operation = operation
        self.spelling = spelling
        self.word = word
        self.progress = list(progress)
        self.reset_delay = reset_delay
        self.status = IDLE
        self.reason = None
        self.last_time = None
        self.run = None
        self.runs = []
        self.accepted = 0
        self._events = []
        self._order = count()

    def at(self, moment, act):
        heapq.heappush(self._events, (moment, next(self._order), act))

    def advance(self, now):
        while self._events and self._events[0][0] <= now:
            moment, dummy, act = heapq.heappop(self._events)
            act(moment)

    def start(self, source, plan, now):
        """True when it was accepted. One that is queued does not make the cluster busy: a second start of it is what must not happen."""
        if self.status == RUNNING:
            return False
        self.accepted += source == "task"
        if self.run is None:
            self.run = Run(source, plan, now)
            self.runs.append(self.run)
            self.at(self.run.begins, self._begin)
        return True

    def reset(self, now):
        """What the action does: nothing while it runs."""
        self.at(now + self.reset_delay, self._reset)
        self.advance(now)

    def _reset(self, dummy):
        if self.status != RUNNING:
            self.status, self.reason = IDLE, None

    def _begin(self, dummy):
        self.status, self.reason = RUNNING, None
        self.at(self.run.ends, self._end)

    def _end(self, moment):
        self.status = FAILED if self.run.reason else SUCCEEDED
        self.reason = self.run.reason
        if not self.run.reason:
            self.last_time = (EPOCH + timedelta(seconds=moment)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.run = None

    def show(self):
        """These fields of the database's object."""
        shown = {}
        if self.status != IDLE:
            shown[f"{self.operation}_status"] = self.word if self.status == RUNNING else self.status
        elif self.spelling != MISSING:
            shown[f"{self.operation}_status"] = self.spelling
        if self.progress:
            self.progress.append(self.progress.pop(0))
            shown[f"{self.operation}_progress"] = self.progress[0]
        if self.reason or self.spelling != MISSING:
            shown[f"{self.operation}_failure_reason"] = self.reason or ""
        if self.last_time and self.operation != "import":  # of imports the API keeps no time
            shown[f"last_{self.operation}_time"] = self.last_time
        return shown


class Database:
    """``plans``: what the task's starts lead to, one after the other, the last one for all that follow."""

    def __init__(self, uid, operations, plans):
        self.uid = uid
        self.name = f"db-{uid}"
        self.operations = {operation.operation: operation for operation in operations}
        self.plans = list(plans)
        self.deleted = False

    def schedule(self, acts, operation="export"):
        """What others do to it."""
        target = self.operations[operation]
        for act in acts:
            do = {
                "export": lambda moment, plan=act.plan: target.start("other", plan, moment),
                "reset": target._reset,
                "delete": lambda dummy: setattr(self, "deleted", True),
                "rename": lambda dummy: setattr(self, "name", f"renamed-{self.uid}"),
            }[act.kind]
            target.at(act.at, do)

    def advance(self, now):
        for operation in self.operations.values():
            operation.advance(now)

    def show(self):
        importing = "import" in self.operations and self.operations["import"].status == RUNNING
        shown = {"uid": self.uid, "name": self.name, "status": "import-pending" if importing else "active"}
        for operation in self.operations.values():
            shown.update(operation.show())
        return shown


class Cluster:
    """The client's interface on these databases. ``faults``: Fault and Timed; a request without one is undisturbed."""

    def __init__(self, clock, databases, faults=()):
        self.clock = clock
        self.databases = {database.uid: database for database in databases}
        self.faults = [fault for fault in faults if isinstance(fault, Fault)]
        self.timed = sorted(fault for fault in faults if isinstance(fault, Timed))
        self.server_time = None
        self.writes = []  # (method, uid, operation), of those that may have been applied and of those that were not
        self.wrong = []  # writes that no read before them allowed
        self.last_read = {}  # (uid, operation) -> the true status when the cluster was last asked successfully
        self.idle_since_put = set()  # (uid, operation) that a read showed idle after a PUT
        self.first_list = None  # uids of the first list that was answered
        self.first_answer = 0
        self.longest = LATENCY
        self._snapshot = {}

    def get(self, path, params=None, permission=None, attempts=4, expect=(dict, list)):
        for dummy in range(attempts - 1):
            try:
                return self._get(path, expect)
            except RedisEnterpriseError as error:
                if not error.transient:
                    raise
                self.clock.sleep(1)
        return self._get(path, expect)

    def _get(self, path, expect):
        fault = self._request()
        self._snapshot = {}
        self._refuse(fault, write=False)
        if path == "/v1/bdbs":
            there = [db for db in self.databases.values() if self._exists(db)]
            there = there[:-1] if fault.kind == "partial" else there
            answer = [self._read(db) for db in there]
        elif not path.startswith("/v1/bdbs/"):
            there, answer = [], None
        else:
            database = self.databases[int(path.split("/")[3])]
            there = [database] if self._exists(database) else []
            answer = self._read(database) if there else None
        if fault.kind == "garbage":
            answer = [{"uid": "orders"}, None] if expect is list else None
        self._answer(fault)
        if answer is None:
            if fault.kind == "garbage":
                raise _error("protocol", "answered with a body that is not the JSON that the API promises")
            raise _error("not_found", "answered 404", status=404)
        if fault.kind != "garbage":
            if self.first_list is None:
                self.first_list = [database.uid for database in there]
                self.first_answer = self.clock.now
            for database in there:
                for name in database.operations:
                    self.last_read[database.uid, name] = self._snapshot[database.uid, name]
                    if self._snapshot[database.uid, name] == IDLE and ("PUT", database.uid, name) in self.writes:
                        self.idle_since_put.add((database.uid, name))
        return answer

    def write(self, method, path, body=None, permission=None):
        uid, action = int(path.split("/")[3]), path.split("/")[5]
        name = action.split("_")[0]
        if self.last_read.get((uid, name), RUNNING) == RUNNING:
            self.wrong.append((method, uid, name))
        self.writes.append((method, uid, name))
        self.idle_since_put.discard((uid, name))
        fault = self._request()
        if (method, action) not in (("POST", name), ("PUT", f"{name}_reset_status")):
            raise AssertionError(f"no such action: {method} {path}")
        self._refuse(fault, write=True)
        database = self.databases[uid]
        if not self._exists(database):
            self._answer(fault)
            raise _error("not_found", "answered 404", status=404)
        operation = database.operations[name]
        accepted = True
        if method == "PUT":
            operation.reset(self.clock.now)
        else:
            accepted = operation.start("task", database.plans[0], self.clock.now)
            if accepted and len(database.plans) > 1:
                database.plans.pop(0)
        self._answer(fault)
        if fault.kind == "lost_after":
            raise _error("timeout", "did not answer")
        if fault.kind == "broken_after":
            raise _error("connection", "closed the connection")
        if not accepted:
            raise _error("conflict", "answered 409", status=409, delivered=False)

    def _request(self):
        fault = self.faults.pop(0) if self.faults else NO_FAULT
        if self.timed and self.timed[0].at <= self.clock.now:
            fault = self.timed.pop(0).fault
        self.longest = max(self.longest, fault.before + fault.after)
        self.clock.now += fault.before
        return fault

    def _answer(self, fault):
        self.clock.now += fault.after
        if fault.kind == "server_after":
            raise _error("server", "answered 503", status=503)
        if fault.kind not in ("lost_after", "broken_after"):
            self.server_time = EPOCH + timedelta(seconds=int(self.clock.now))

    def _refuse(self, fault, write):
        """Whatever keeps the request from being acted on."""
        kind = fault.kind
        if kind in ("lost_after", "broken_after") and not write:
            kind = kind.replace("after", "before")
        error = {
            "refused": ("connection", "refused the connection", {"delivered": False}),
            "lost_before": ("timeout", "did not answer", {}),
            "broken_before": ("connection", "closed the connection", {}),
            "conflict": ("conflict" if write else "server", "is busy", {"status": 409, "delivered": not write}),
            "throttled": ("throttled", "answered 429", {"status": 429, "delivered": False, "retry_after": 3}),
            "server_before": ("server", "answered 500", {"status": 500}),
            "permission": ("permission", "answered 403", {"status": 403}),
            "authentication": ("authentication", "answered 401", {"status": 401}),
            "redirect": ("redirect", "answered 307", {"status": 307, "delivered": False}),
        }.get(kind)
        if error:
            self.clock.now += fault.after
            raise _error(error[0], error[1], **error[2])

    def _exists(self, database):
        database.advance(self.clock.now)
        return not database.deleted

    def _read(self, database):
        self._snapshot.update({(database.uid, name): item.status for name, item in database.operations.items()})
        return database.show()


class Lanes:
    """Stands in for ThreadPoolExecutor: side by side in the test's time, one after the other in what is drawn."""

    def __init__(self, clock):
        self._clock = clock

    def __call__(self, max_workers):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *dummy):
        return None

    def map(self, function, items):
        began = ended = self._clock.now
        answers = []
        for item in items:
            self._clock.now = began
            answers.append(function(item))
            ended = max(ended, self._clock.now)
        self._clock.now = ended
        return answers


def _error(kind, words, **more):
    return RedisEnterpriseError(kind, f"https://cluster {words}.", **more)
