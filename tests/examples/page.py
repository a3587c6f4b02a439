# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What surrounds the examples of a page: the cluster, variables, which of them fail on purpose or are not run, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.examples.session import PASSWORD, USERS


def quick(uid, name, **more):
    """A database without data, which exports fast and writes no file."""
    return {"uid": uid, "name": name, "engine": "none", **more}


def real(uid, name, keys, shards=1):
    """A database with data."""
    return {"uid": uid, "name": name, "keys": keys, "shards": shards}


#: lines of any page that are not run, and why
INSTALLATION = {
    "python3 -m venv": "the tests have an environment of their own",
    "source ": "the same",
    "pip install": "the same",
    "ansible-galaxy collection install": "there is no Galaxy here; make build installs the archive with the same command",
}


@dataclass
class Page:
    """The surroundings of a page."""

    databases: list[dict[str, Any]] = field(
        default_factory=lambda: [quick(1, "orders"), quick(2, "sessions"), quick(7, "orders-eu")]
    )
    #: more of the simulator's configuration
    cluster: dict[str, Any] = field(default_factory=dict)
    #: variables that the examples use and do not set
    values: dict[str, Any] = field(default_factory=dict)
    #: what stands in the examples -> what stands for it here
    substitutes: dict[str, str] = field(default_factory=dict)
    #: the rest of a role's variables, where an example shows some of them
    completes: dict[str, Any] = field(default_factory=dict)
    #: name of a task, or a command -> what it says when it fails, as it should
    failing: dict[str, str] = field(default_factory=dict)
    #: beginning of a block, or of a line of it -> why it is not run
    not_run: dict[str, str] = field(default_factory=dict)
    #: name of a file that a page has the reader write, and no command of the page uses -> a command that does, with {} for the file
    tries: dict[str, str] = field(default_factory=dict)
    #: beginning of the blocks that are done after all others, together
    last: str | None = None
    #: what has happened before a reader comes to the page
    prepare: Callable[[Any], None] | None = None
    #: beginning of a block -> what happens before a reader comes to it
    before: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    #: why some of the examples cannot be run on this machine
    missing: list[str] = field(default_factory=list)
    #: what has to be true at the end, while the cluster still runs
    after: Callable[[Any], None] | None = None
    #: other servers: called with an ExitStack, a folder and this page, before the cluster is started
    servers: Callable[..., None] | None = None

    def config(self):
        users = [{"username": name, "password": PASSWORD, "role": role} for name, role in USERS.items()]
        return {
            "export_duration": 0.02,
            "import_duration": 0.02,
            "users": users,
            "databases": self.databases,
            **self.cluster,
        }

    def fails(self, what):
        return self.failing.get(what)

    def not_run_reason(self, text):
        """Why a block, or a line of one, is not run; None where it is."""
        listed = {**INSTALLATION, **self.not_run}
        return next((reason for start, reason in listed.items() if text.lstrip().startswith(start)), None)
