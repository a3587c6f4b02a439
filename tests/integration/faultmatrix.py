# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix: what can go wrong, what we promise then, and how the simulator is made to do it.

Each row is one run of bdb_export through Ansible. The guide on reliability prints this table, and test_faults.py proves it row by row.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

GROUPS = ("Busy or overloaded", "The network", "Answers", "Other people", "The cluster itself", "Who you are")


@dataclass
class Row:
    """One fault.

    ``faults`` are the simulator's, ``during`` is done to it once the first start was accepted, ``outcomes`` are those by database (uid 1 alone
    when it is one word), ``kind`` is that of the failure, ``says`` must stand in the message, ``starts`` is how many the cluster accepted of each database.
    """

    group: str
    fault: str
    promise: str
    outcomes: Any = "exported"
    faults: list[dict[str, Any]] = field(default_factory=list)
    cluster: dict[str, Any] = field(default_factory=dict)
    databases: list[dict[str, Any]] | None = None
    plan: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    user: str | None = None
    before: Callable[[Any], None] | None = None
    during: Callable[[Any], None] | None = None
    url: Callable[[Any], Any] | None = None
    kind: str | None = None
    says: tuple[str, ...] = ()
    starts: Any = 1
    posts: int | None = None
    logins: int | None = None
    check: Callable[[Any, Any], None] | None = None


def gap_of_starts(seconds):
    """A check: two starts lie at least so far apart."""

    def check(sim, dummy):
        times = [entry["time"] for entry in sim.control.requests(method="POST", path="/actions/export")]
        assert times[1] - times[0] >= seconds

    return check


def one_failed_login(sim, dummy):
    assert sim.control.counters()["failed_logins"] == 1
    assert sim.control.locked_users() == []


def one_redirect(sim, dummy):
    assert len([entry for entry in sim.control.requests() if entry["node"] == 2]) == 1


def rename(sim):
    sim.control.set_database(1, name="renamed")


def reset_as_soon_as_it_ends(sim):
    """Take the verdict away before anybody can read it: once it was seen running, reads stand still until it has ended and is reset."""
    time.sleep(0.7)
    number = sim.control.fault("latency", method="GET", delay=1.5)
    sim.control.wait_done(1)
    sim.control.reset(1)
    sim.control.clear_faults(number)


def die_and_come_back(sim):
    sim.control.stop_node(1)
    time.sleep(1.5)
    sim.control.start_node(1)


def start_as_somebody_else(sim):
    """Between the read and the start of ours, which therefore meets a 409."""

    def race():
        deadline = time.monotonic() + 20
        while not sim.control.requests(method="GET", path="/v1/bdbs") and time.monotonic() < deadline:
            time.sleep(0.005)
        sim.control.start_export(1)

    sim.control.fault("latency", method="POST", times=1, delay=0.5)
    threading.Thread(target=race, daemon=True).start()


def storm(status, **more):
    return [{"effect": "status", "status": status, "method": "GET", "times": 3, **more}]


ROWS = {
    # Busy or overloaded
    "409-times": Row(
        GROUPS[0],
        "409 for some times",
        "Tried again after a jittered pause, inside wait_timeout",
        plan={"busy_times": 3},
        posts=4,
    ),
    "409-seconds": Row(GROUPS[0], "409 for a time", "The same", plan={"busy_seconds": 6}, check=gap_of_starts(0.2)),
    "409-for-ever": Row(
        GROUPS[0],
        "409 until the time is up",
        "Not started, and the cluster's reason is named",
        outcomes="not_started",
        plan={"busy_seconds": 60},
        options={"wait_timeout": 2},
        kind="wait_timeout",
        says=("not started within 2 s", "409"),
        starts=0,
    ),
    "429-start": Row(
        GROUPS[0],
        "429 with Retry-After for a start",
        "Tried again, no sooner than asked",
        posts=2,
        check=gap_of_starts(1.5),
        faults=[{"effect": "status", "status": 429, "method": "POST", "times": 1, "headers": {"Retry-After": "2"}}],
    ),
    "429-read": Row(
        GROUPS[0],
        "429 with Retry-After for a read",
        "Tried again, no sooner than asked",
        faults=storm(429, times=1, headers={"Retry-After": "1"}),
    ),
    **{
        f"{status}-reads": Row(
            GROUPS[0],
            f"A storm of {status} for reads",
            "Reads are repeated with a jittered back-off",
            faults=storm(status, skip=1),
        )
        for status in (500, 502, 503, 504)
    },
    "503-start-refused": Row(
        GROUPS[0],
        "503 for a start that was not taken",
        "Reads what came of it, and starts again only when nothing has for start_timeout",
        posts=2,
        faults=[{"effect": "status", "status": 503, "method": "POST", "times": 1}],
        options={"start_timeout": 2},
        check=gap_of_starts(2),
    ),
    "500-start-taken": Row(
        GROUPS[0],
        "500 for a start that was taken",
        "Reads what came of it, and follows it",
        posts=1,
        faults=[{"effect": "status_after", "status": 500, "method": "POST", "times": 1}],
    ),
    # The network
    "latency": Row(GROUPS[1], "Every answer takes 300 ms", "Nothing changes", cluster={"latency": 0.3}),
    "stall-read": Row(
        GROUPS[1],
        "A read stands still past timeout",
        "Given up after timeout, and repeated",
        options={"timeout": 1},
        faults=[{"effect": "stall", "method": "GET", "times": 1, "skip": 1}],
    ),
    "stall-start-refused": Row(
        GROUPS[1],
        "A start stands still past timeout and was not taken",
        "Reads what came of it, and starts again only when nothing has for start_timeout",
        options={"timeout": 1, "start_timeout": 2},
        faults=[{"effect": "stall", "method": "POST", "times": 1}],
        posts=2,
    ),
    "stall-start-taken": Row(
        GROUPS[1],
        "A start stands still past timeout and was taken",
        "Reads what came of it, and follows it",
        options={"timeout": 1},
        faults=[{"effect": "stall_after", "method": "POST", "times": 1}],
        posts=1,
    ),
    "drop-start-refused": Row(
        GROUPS[1],
        "The connection breaks before a start is taken",
        "Reads what came of it, and starts again only when nothing has for start_timeout",
        options={"start_timeout": 2},
        faults=[{"effect": "drop_before", "method": "POST", "times": 1}],
        posts=2,
    ),
    "drop-start-taken": Row(
        GROUPS[1],
        "The connection breaks after a start was taken",
        "Reads what came of it, and follows it",
        posts=1,
        faults=[{"effect": "drop_after", "method": "POST", "times": 1}],
    ),
    "drop-read": Row(
        GROUPS[1],
        "The connection breaks while reading",
        "Reads are repeated",
        faults=[{"effect": "drop_before", "method": "GET", "times": 2}],
    ),
    "drop-reset": Row(
        GROUPS[1],
        "The connection breaks after the reset before the start",
        "Reads whether it was reset, and goes on",
        databases=[{"uid": 1, "name": "orders", "engine": "none", "export_status": "failed"}],
        faults=[{"effect": "drop_after", "method": "PUT", "times": 1}],
    ),
    # Answers
    **{
        f"{effect}-read": Row(
            GROUPS[2],
            what,
            "Not believed, and read again",
            faults=[{"effect": effect, "method": "GET", "times": 2, "skip": 1}],
        )
        for effect, what in {
            "truncate": "Half of the JSON",
            "cut_off": "A body that breaks off",
            "empty": "No body",
            "wrong_type": "JSON of another type",
        }.items()
    },
    **{
        f"{effect}-start": Row(
            GROUPS[2],
            f"A start is accepted with {what}",
            "The status code counts: it is accepted",
            posts=1,
            faults=[{"effect": effect, "method": "POST", "times": 1}],
        )
        for effect, what in {"cut_off": "a body that breaks off", "empty": "no body"}.items()
    },
    "html-read": Row(
        GROUPS[2],
        "HTML error pages of a proxy, until the task gives up",
        "The failure holds the words of the page, without its markup",
        outcomes=None,
        faults=[
            {
                "effect": "status",
                "status": 502,
                "method": "GET",
                "html": True,
                "body": "<html><style>p{}</style><p>Bad gateway</p></html>",
            }
        ],
        kind="server",
        says=("answered 502 (Bad gateway)",),
        starts=0,
    ),
    "fields-refused": Row(
        GROUPS[2],
        "The parameter fields is refused",
        "Whole objects are read instead",
        faults=[{"effect": "refuse_fields"}],
    ),
    "fields-ignored": Row(
        GROUPS[2],
        "The parameter fields is ignored",
        "The rest of the objects is ignored, passwords included",
        faults=[{"effect": "ignore_fields"}],
    ),
    # Other people
    "deleted": Row(
        GROUPS[3],
        "A database is deleted while it is exported",
        "It fails as vanished, the others go on",
        outcomes={1: "failed", 2: "exported"},
        kind="vanished",
        databases=[{"uid": uid, "name": f"db-{uid}", "engine": "none", "plan": {"duration": 1.5}} for uid in (1, 2)],
        during=lambda sim: sim.control.remove_database(1),
        says=("was deleted",),
    ),
    "renamed": Row(
        GROUPS[3],
        "A database is renamed while it is exported",
        "It is followed by its uid",
        plan={"duration": 1.5},
        during=rename,
    ),
    "foreign-start": Row(
        GROUPS[3],
        "Somebody else starts an export between our read and our start",
        "The 409 is understood, and that export is followed; unchanged",
        outcomes="attached",
        before=start_as_somebody_else,
        plan={"duration": 1.5},
        starts=0,
    ),
    "foreign-reset-success": Row(
        GROUPS[3],
        "Somebody else resets the status of a success before it is read",
        "The time of the last success shows it",
        during=reset_as_soon_as_it_ends,
        plan={"duration": 1.5},
    ),
    "foreign-reset-failure": Row(
        GROUPS[3],
        "Somebody else resets the status of a failure before it is read",
        "It fails as status_lost, for no new success is recorded",
        outcomes="failed",
        plan={"duration": 1.5, "result": "failed", "reason": "no-permission"},
        during=reset_as_soon_as_it_ends,
        kind="status_lost",
        says=("reset by somebody else",),
    ),
    # The cluster itself
    "node-back": Row(
        GROUPS[4],
        "The only node dies and comes back",
        "Asked again until it answers, with one warning",
        plan={"duration": 3},
        during=die_and_come_back,
        says=("did not answer while the task waited",),
    ),
    "node-lost": Row(
        GROUPS[4],
        "A node dies for good while its export is followed",
        "The next endpoint of url takes over",
        plan={"duration": 2},
        cluster={"nodes": 2},
        url=lambda sim: sim.urls,
        during=lambda sim: sim.control.stop_node(1),
    ),
    "node-dead": Row(
        GROUPS[4],
        "The first endpoint of url is dead from the start",
        "The next one is used",
        cluster={"nodes": 2},
        url=lambda sim: sim.urls,
        before=lambda sim: sim.control.stop_node(1),
    ),
    "redirect-primary": Row(
        GROUPS[4],
        "A node answers 307 to the primary",
        "Followed with the same method and body, once for the whole task",
        cluster={"nodes": 2, "followers_redirect": True},
        url=lambda sim: sim.urls[1],
        check=one_redirect,
    ),
    **{
        f"redirect-{form}": Row(
            GROUPS[4],
            f"A node answers 307 to {where}",
            "Not followed: credentials stay in the cluster. The three ways out are named",
            outcomes=None,
            cluster={"nodes": 2, "followers_redirect": True, "redirect_location": form},
            url=lambda sim: sim.urls[1],
            kind="redirect",
            starts=0,
            says=("FQDN", "list that host in url", "handle_redirects"),
        )
        for form, where in {"inner_address": "an inner address", "foreign_host": "a foreign host"}.items()
    },
    "clock-ahead": Row(
        GROUPS[4],
        "The cluster's clock is an hour ahead",
        "Ages are taken by the cluster's clock",
        cluster={"clock_offset": 3600},
    ),
    "clock-behind": Row(
        GROUPS[4],
        "The cluster's clock is an hour behind",
        "Ages are taken by the cluster's clock",
        cluster={"clock_offset": -3600},
    ),
    "too-long": Row(
        GROUPS[4],
        "An export takes longer than wait_timeout",
        "timed_out with its progress; the cluster goes on, and the next run follows it",
        outcomes="timed_out",
        plan={"duration": 30},
        options={"wait_timeout": 2},
        kind="wait_timeout",
        says=("still exporting at", "the cluster goes on"),
    ),
    "stuck": Row(
        GROUPS[4],
        "The progress stands still",
        "It is no verdict: the task waits, and ends as timed_out with that progress",
        outcomes="timed_out",
        plan={"hang": True, "progress": "stuck"},
        options={"wait_timeout": 2},
        kind="wait_timeout",
        says=("still exporting at",),
    ),
    **{
        f"certificate-{state}": Row(
            GROUPS[4],
            f"The cluster's certificate is {what}",
            "Nothing is sent, and ca_cert and the FQDN are named",
            outcomes=None,
            cluster={"certificate": state},
            kind="tls",
            says=("ca_cert", "FQDN"),
            starts=0,
        )
        for state, what in {"expired": "expired", "foreign": "signed by another authority"}.items()
    },
    "never-starts": Row(
        GROUPS[4],
        "An accepted export never begins",
        "It fails as not_started after start_timeout",
        outcomes="failed",
        plan={"start_delay": 60},
        options={"start_timeout": 2},
        kind="not_started",
        says=("nothing shows after 2 s that the database began to export",),
    ),
    # Who you are
    "wrong-password": Row(
        GROUPS[5],
        "A wrong password",
        "Sent once: five failed logins lock the account",
        outcomes=None,
        options={"password": "wrong-password"},
        kind="authentication",
        says=("five failed logins",),
        starts=0,
        check=one_failed_login,
    ),
    "basic-off": Row(
        GROUPS[5],
        "Basic authentication is switched off (8.2)",
        "Sent once, and said",
        outcomes=None,
        cluster={"basic_auth": False},
        kind="authentication",
        starts=0,
    ),
    "token-short": Row(
        GROUPS[5],
        "The tokens of logins live for a second only",
        "A new login for each that has ended, and the task goes on",
        plan={"duration": 2.5},
        cluster={"token_ttl_max": 1},
        options={"auth_method": "jwt"},
    ),
    "viewer": Row(
        GROUPS[5],
        "The user may read, but not act",
        "The permission and the roles that have it are named",
        outcomes="failed",
        user="db_viewer",
        kind="permission",
        says=("start_bdb_export", "db_member"),
        starts=0,
    ),
    "hidden": Row(
        GROUPS[5],
        "The user's role hides the database",
        "Said that it may be hidden, and what is there",
        outcomes=None,
        user="scoped",
        options={"uid": [2]},
        kind="option",
        says=("no database matches 2", "hidden by the role"),
        starts=0,
    ),
    **{
        f"token-revoked-{profile}": Row(
            GROUPS[5],
            f"The token of a login ends while the task waits ({form})",
            "One new login, and the task goes on",
            plan={"duration": 1.5},
            cluster={"profile": profile},
            options={"auth_method": "jwt"},
            during=lambda sim: sim.control.revoke_tokens(),
            logins=2,
        )
        for profile, form in {"7.4": "7.4, login in the body", "8.0": "7.8 and later, login in the header"}.items()
    },
}
