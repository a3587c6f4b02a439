# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in one cycle, drawn at random: databases and their fates, faults, events, settings and options.

Every fault is bounded, so that a run can survive the cycle. What a run may honestly not know afterwards stands in ``excuses``.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Any

NODES = 3
START_TIMEOUT, TIMEOUT, WAIT_TIMEOUT = 2, 1, 60
REASONS = ("no-permission", "wrong-file-path", "general-error")
PASSWORD = "canary-password/of:ops@%41"
USERS = [
    {"username": "ops@cluster.local", "password": PASSWORD, "role": "db_member"},
    {"username": "viewer@cluster.local", "password": PASSWORD, "role": "db_viewer"},
    {"username": "none@cluster.local", "password": PASSWORD, "role": "none"},
    {"username": "scoped@cluster.local", "password": PASSWORD, "role": "db_member", "databases": [1]},
]
_PEM = "-----BEGIN PRIVATE KEY-----\nMIIEcanarykeybodyfirst/line\nMIIEcanarykeybodysecond+line\n-----END PRIVATE KEY-----\n"
LOCATIONS = (
    {"type": "mount_point", "path": "/mnt/exports"},
    {"type": "url", "url": "ftp://someone:canary%2Furl%40pw@files.example.com/redis/"},
    {"type": "sftp", "sftp_url": "sftp://someone:canary-sftp-pw@files.example.com/redis/", "key": _PEM},
    {"type": "s3", "bucket_name": "b", "access_key_id": "canary-access-id", "secret_access_key": "canary/s3+key=x"},
    {
        "type": "gs",
        "bucket_name": "b",
        "client_id": "canary-client-id",
        "client_email": "canary-mail@example.com",
        "private_key_id": "canary-key-id",
        "private_key": _PEM,
    },
    {"type": "abs", "container": "c", "account_name": "a", "account_key": "canary-account-key=="},
    {"type": "abs", "container": "c", "account_name": "a", "sas_token": "sv=1&sig=canary%2Bsignature"},
)
#: kind of cycle -> its share
KINDS = {"whole": 70, "killed": 7, "short": 6, "left": 5, "refused": 12}


@dataclass
class Fate:
    """One database: how it is made, and what a run may end with beside the truth."""

    spec: dict[str, Any]
    name: str
    excuses: set[str] = field(default_factory=set)


@dataclass
class Scenario:
    """One cycle."""

    kind: str
    fates: dict[int, Fate] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    refusal: str | None = None  # what has to refuse the whole run
    node_dies: bool = False
    reset_after: bool = False


class _Draw:
    """Draws one scenario."""

    def __init__(self, seed: str, kind: str | None) -> None:
        self.random = random.Random(seed)
        self.found = Scenario(kind or self.random.choices(list(KINDS), list(KINDS.values()))[0])

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def fault(self, effect: str, **values: Any) -> None:
        self.found.faults.append({"effect": effect, **values})

    def event(self, at: float, do: str, **values: Any) -> None:
        self.found.events.append({"at": round(at, 3), "do": do, **values})

    # Fates of databases: each changes the plan and may add faults and events for its uid.

    def success(self, uid, fate, plan):
        pass

    def failure(self, uid, fate, plan):
        plan.update(result="failed", reason=self.random.choice(REASONS))

    def instant(self, uid, fate, plan):
        plan.update(finish_instantly=True, result=self.random.choice(["succeeded", "failed"]))

    def delayed(self, uid, fate, plan):
        plan.update(start_delay=self.random.uniform(0.1, 0.7), result=self.random.choice(["succeeded", "failed"]))

    def busy(self, uid, fate, plan):
        plan.update(self.random.choice([{"busy_times": self.random.randint(1, 3)}, {"busy_seconds": 0.8}]))

    def stuck(self, uid, fate, plan):
        plan.update(progress="stuck", duration=0.8)

    def hang(self, uid, fate, plan):
        plan.update(hang=True)
        self.event(self.random.uniform(1, 2.5), "change_database", uid=uid, values={"plan": {"hang": False}})

    def throttled(self, uid, fate, plan):
        self.write_fault("status", uid, status=429, headers={"Retry-After": "1"}, times=self.random.randint(1, 2))

    def conflict(self, uid, fate, plan):
        self.write_fault("status", uid, status=409, times=self.random.randint(1, 3))

    def answer_lost(self, uid, fate, plan):
        """The start was taken, and its answer never comes."""
        effect, values = self.random.choice(
            [
                ("drop_after", {}),
                ("stall_after", {"delay": TIMEOUT + 1}),
                ("latency_after", {"delay": TIMEOUT + 0.4}),
                ("cut_off", {}),
                ("truncate", {}),
                *(("status_after", {"status": status, "html": self.chance(0.5)}) for status in (500, 502, 503, 504)),
            ]
        )
        plan.update(start_delay=self.random.choice([0, 0, 0.5]), result=self.random.choice(["succeeded", "failed"]))
        plan.update(finish_instantly=self.chance(0.3))
        self.write_fault(effect, uid, times=1, **values)

    def request_lost(self, uid, fate, plan):
        """The start was not taken, or long after the client gave up, and nobody says so."""
        effect, values = self.random.choice(
            [
                ("drop_before", {}),
                ("stall", {"delay": TIMEOUT + 1}),
                ("latency", {"delay": TIMEOUT + 0.4}),
                ("echo", {"status": 500}),
                *(("status", {"status": status, "html": self.chance(0.5)}) for status in (500, 502, 503, 504)),
            ]
        )
        self.write_fault(effect, uid, times=1, **values)

    def refused(self, uid, fate, plan):
        """The cluster refuses for good, at times with all that was sent in its words."""
        self.write_fault(self.random.choice(["status", "echo"]), uid, status=self.random.choice([400, 403, 406, 413]))

    def fence_trouble(self, uid, fate, plan):
        """A stale status, and trouble with its reset; without a reset a quick failure cannot be told from the old one."""
        self.stale(fate)
        effect, values = self.random.choice(
            [
                ("drop_after", {}),
                ("status_after", {"status": 502}),
                ("status", {"status": 409}),
                ("status", {"status": 429}),
            ]
            * 3
            + [("drop_before", {}), ("status", {"status": 503})]
        )
        plan.update(result=self.random.choice(["succeeded", "failed"]))
        self.write_fault(effect, uid, method="PUT", times=1, **values)
        fate.excuses.add("not_started")

    def recent(self, uid, fate, plan):
        fate.spec["last_export_time"] = self.api_time(-60)
        fate.spec["export_status"] = self.random.choice(["", "succeeded"])

    def outsider(self, uid, fate, plan):
        """Somebody else exports it, before or while the run goes on."""
        plan.update(duration=self.random.uniform(0.2, 1.0))
        self.event(self.random.choice([0, self.random.uniform(0, 2)]), "start_export", uid=uid)

    def outside_reset(self, uid, fate, plan):
        """Somebody else resets its status again and again, so that an end may never be seen."""
        plan.update(result=self.random.choice(["succeeded", "failed"]))
        for step in range(12):
            self.event(0.2 + step * self.random.uniform(0.1, 0.3), "reset", uid=uid)
        fate.excuses |= {"status_lost", "not_started"}

    def removed(self, uid, fate, plan):
        self.event(self.random.uniform(0.3, 2), "remove_database", uid=uid)
        fate.excuses |= {"vanished", "not_found"}

    def renamed(self, uid, fate, plan):
        self.event(self.random.uniform(0.1, 2), "rename_database", uid=uid, name=f"renamed-{uid}")

    def write_fault(self, effect, uid, method="POST", **values):
        self.fault(effect, uid=uid, method=method, path=f"/bdbs/{uid}/actions/", **values)

    def stale(self, fate):
        status = self.random.choice(["succeeded", "failed"])
        fate.spec.update(export_status=status, last_export_time=self.api_time(-3 * 3600))
        if status == "failed":
            fate.spec["export_failure_reason"] = self.random.choice(REASONS)

    def api_time(self, seconds):
        moment = time.gmtime(time.time() + self.found.settings["clock_offset"] + seconds)
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)

    # The parts of a scenario

    def database(self, uid, names):
        fate = Fate({"uid": uid, "name": f"db-{uid:03d}", "engine": "none"}, self.random.choice(names))
        plan: dict[str, Any] = {
            "duration": self.random.uniform(0.02, 0.5),
            "reason": self.random.choice(REASONS),
            "progress_type": self.random.choice(["int", "float", "string"]),
        }
        fate.spec["idle"] = self.random.choice(["profile", "missing", "", "idle", None])
        if self.chance(0.25):
            self.stale(fate)
        getattr(self, fate.name)(uid, fate, plan)
        fate.spec["plan"] = plan
        self.found.fates[uid] = fate

    def cluster(self):
        values = self.found.settings
        values["profile"] = self.random.choice(["7.4", "8.0"])
        values["clock_offset"] = self.random.choice([0, 0, 3600, -3600])
        values["latency"] = self.random.choice([0, 0, 0.01, 0.05])
        values["reset_while_running"] = self.random.choice([200, 409])
        values["followers_redirect"] = self.chance(0.3)
        values["token_schemes"] = self.random.choice([["jwt"], ["bearer"], ["jwt", "bearer"]])
        if self.chance(0.3):
            values["token_ttl_max"] = self.random.uniform(1.5, 4.0)

    def connection(self, sim):
        urls = self.random.sample(sim.urls, self.random.randint(1, NODES))
        self.found.options = {
            "url": urls,
            "username": USERS[0]["username"],
            "password": PASSWORD,
            "ca_cert": sim.ca_cert,
            "auth_method": self.random.choice(["basic", "jwt"]),
            "timeout": TIMEOUT,
            "name": ["*"],
            "export_location": self.location(),
            "poll_interval": self.random.choice([0.1, 0.5, 1.0]),
            "max_parallel": self.random.choice([0, 4, 16]),
            "start_timeout": START_TIMEOUT,
            "wait_timeout": WAIT_TIMEOUT,
            "if_running": self.random.choice(["attach", "attach", "wait", "fail"]),
            "max_age": self.random.choice([None, 0, 900]),
            "force": self.chance(0.2),
            "reset_status": self.found.kind != "left" and self.chance(0.3),
        }

    def location(self):
        """A location with a bucket or container of any length, so that cut texts are cut anywhere."""
        found = dict(self.random.choice(LOCATIONS))
        for key in ("bucket_name", "container"):
            if key in found:
                found[key] = found[key] * self.random.randint(1, 150)
        return found

    def trouble(self):
        """Faults of reads: at most three before anything is known, storms only later; and what befalls nodes and tokens."""
        for dummy in range(self.random.randint(0, 3)):
            effect, values = self.read_fault()
            self.fault(effect, method="GET", path="/v1/bdbs", times=1, **values)
        if self.chance(0.6):
            effect, values = self.read_fault()
            self.fault(effect, method="GET", skip=5, times=self.random.randint(1, 8), probability=0.6, **values)
        if self.chance(0.3):
            # No empty list: that is a cluster without databases, and a run that begins with it rightly finds none.
            body = self.random.choice([{}, None, "text", [1], [{"uid": "x"}], {"uid": 999}, [{"name": "db-001"}]])
            values = {} if body is None else {"body": body}
            self.fault("wrong_type", method="GET", skip=5, times=self.random.randint(1, 4), probability=0.5, **values)
        if self.chance(0.1):
            self.fault(self.random.choice(["refuse_fields", "ignore_fields"]))
        if self.chance(0.2):
            self.fault("status", path="/v1/users/", status=503, skip=1, times=2)
        if self.chance(0.2):
            self.found.node_dies = True
            node, at = self.random.randint(1, NODES), self.random.uniform(0.3, 2)
            self.event(at, "stop_node", node=node)
            self.event(at + self.random.uniform(0.2, 1.5), "start_node", node=node)
        for dummy in range(self.random.choice([0, 0, 1, 3])):
            self.event(self.random.uniform(0.2, 3), "revoke_tokens")

    def read_fault(self):
        return self.random.choice(
            [
                ("latency", {"delay": 0.4}),
                ("latency_after", {"delay": 0.4}),
                ("stall", {"delay": TIMEOUT + 1}),
                ("stall_after", {"delay": TIMEOUT + 1}),
                ("drop_before", {}),
                ("drop_after", {}),
                ("truncate", {}),
                ("cut_off", {}),
                ("empty", {}),
                ("wrong_type", {}),
                ("echo", {"status": 503}),
                ("status", {"status": 429, "headers": {"Retry-After": "1"}}),
                *(("status", {"status": status, "html": self.chance(0.5)}) for status in (500, 502, 503, 504)),
            ]
        )

    def refusals(self, sim):
        """Something that no run can survive: it must say so, and start nothing."""
        found, options = self.found, self.found.options
        found.settings.update(followers_redirect=False, token_ttl_max=None)
        kind = self.random.choice(
            ["redirect", "tls", "basic_off", "wrong_password", "locked", "viewer", "no_role", "scoped"]
        )
        found.refusal = kind
        if kind == "redirect":
            options["url"] = sim.urls[1:]
            form = self.random.choice(["inner_address", "foreign_host", "cluster_domain"])
            found.settings.update(followers_redirect=True, redirect_location=form)
        elif kind == "tls":
            found.settings["certificate"] = self.random.choice(["expired", "foreign"])
        elif kind == "basic_off":
            found.settings["basic_auth"] = False
            options["auth_method"] = "basic"
        elif kind == "wrong_password":
            options["password"] = "canary-wrong-password"
        elif kind == "locked":
            self.event(0, "lock_user", username=options["username"])
        else:
            options["username"] = {"viewer": USERS[1], "no_role": USERS[2], "scoped": USERS[3]}[kind]["username"]


_FATES = [
    *["success"] * 4,
    *["failure"] * 3,
    *["instant"] * 3,
    *["delayed", "busy", "answer_lost", "request_lost", "outsider"] * 2,
    *["stuck", "hang", "throttled", "conflict", "refused", "recent", "removed", "renamed"],
]
#: Fates that take ten seconds and more, so that not every cycle has them.
_SLOW_FATES, _SLOW_SHARE = ["outside_reset", "fence_trouble"] * 2, 0.15
#: Fates whose run can only end when it is told, for cycles in which a run is interrupted.
_HELD_FATES = ["success", "failure", "delayed", "busy", "stuck", "answer_lost", "conflict", "throttled", "renamed"]


def draw(seed: str, sim: Any, kind: str | None = None) -> Scenario:
    """Return the scenario that belongs to a seed; ``sim`` is the running simulator."""
    maker = _Draw(seed, kind)
    found = maker.found
    maker.cluster()
    maker.connection(sim)
    if found.kind == "refused":
        for uid in range(1, 6):
            maker.database(uid, ["success", "failure", "instant"])
        maker.refusals(sim)
        return found
    held = found.kind != "whole"
    fates = _HELD_FATES if held else _FATES + (_SLOW_FATES if maker.chance(_SLOW_SHARE) else [])
    for uid in range(1, maker.random.randint(10, 20 if held else 45) + 1):
        maker.database(uid, fates)
    if held:
        for fate in found.fates.values():
            fate.spec["plan"].update(hang=True, finish_instantly=False)
        found.options.update(if_running="attach", max_age=0)
    maker.trouble()
    found.reset_after = not held and maker.chance(0.4)
    return found
