# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulator for all tests, put back to its defaults before each of them."""

from __future__ import annotations

import pytest
import requests

from tests.simulator.process import SimulatorProcess
from tests.simulator.settings import Settings

CONFIG = {
    "nodes": 2,
    "export_duration": 0.02,
    "databases": [
        {"uid": 1, "name": "orders", "shards": 2, "keys": 270},
        {"uid": 2, "name": "sessions", "engine": "none"},
        {"uid": 3, "name": "legacy", "engine": "none", "modules": ["search", "graph"]},
    ],
}


class Api:
    """Calls the simulated REST API as one of its users."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = simulator.ca_cert

    def call(self, method, path, user="admin", node=1, **arguments):
        """Send one request; ``user`` None sends no credentials."""
        if user is not None:
            arguments.setdefault("auth", self.simulator.credentials(user))
        return self.session.request(
            method, self.simulator.urls[node - 1] + path, allow_redirects=False, timeout=10, **arguments
        )

    def get(self, path, **arguments):
        return self.call("GET", path, **arguments)

    def export(self, uid, path="/nowhere", **arguments):
        arguments.setdefault("json", {"export_location": {"type": "mount_point", "path": str(path)}})
        return self.call("POST", f"/v1/bdbs/{uid}/actions/export", **arguments)

    def reset(self, uid, operation="export", **arguments):
        arguments.setdefault("json", {})
        return self.call("PUT", f"/v1/bdbs/{uid}/actions/{operation}_reset_status", **arguments)


@pytest.fixture(scope="session")
def running():
    with SimulatorProcess(CONFIG) as simulator:
        yield simulator
        assert "Traceback" not in simulator.output


@pytest.fixture(name="sim")
def fixture_sim(running):
    control = running.control
    control.clear_faults()
    control.clear_events()
    control.unlock_users()
    defaults = Settings(export_duration=CONFIG["export_duration"]).as_dict()
    control.settings(**defaults)
    for node in (1, 2):
        control.start_node(node)
    control.reset_log()
    yield running
    for database in control.databases():
        if database["uid"] > len(CONFIG["databases"]):
            control.remove_database(database["uid"])


@pytest.fixture(name="api")
def fixture_api(sim):
    api = Api(sim)
    yield api
    api.session.close()


@pytest.fixture(name="uid")
def fixture_uid(sim):
    """A database of the test's own, without data."""
    return sim.control.add_database(engine="none")["uid"]
