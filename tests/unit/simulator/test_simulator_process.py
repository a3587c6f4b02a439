# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, counting and stopping."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.simulator.cli import main
from tests.simulator.config import load
from tests.simulator.faults import EFFECTS
from tests.simulator.process import SimulatorError, SimulatorProcess
from tests.simulator.settings import Settings


def _alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie, which waits for its new parent, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text(encoding="utf-8").split()
    ]


def _wait_gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 5
    while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not any(_alive(pid) for pid in pids)


def test_clean_stop_leaves_nothing():
    with SimulatorProcess({"databases": [{"uid": 4, "shards": 2, "keys": 10}]}) as sim:
        sim.control.database(4, start=True)
        pids = [sim.pid, *_children(sim.pid)]
        state = Path(sim.facts["state_dir"])
        assert len(pids) == 3 and state.is_dir()
        assert sim.env["REDIS_ENTERPRISE_URL"] == sim.url and f"export REDIS_ENTERPRISE_URL={sim.url}" in sim.output
    assert not any(_alive(pid) for pid in pids) and not state.exists()


def test_hard_death_leaves_no_redis(tmp_path):
    sim = SimulatorProcess({"databases": [{"uid": 1, "shards": 1, "keys": 1}]}, state_dir=tmp_path).start()
    sim.control.database(1, start=True)
    pids = [sim.pid, *_children(sim.pid)]
    os.kill(sim.pid, signal.SIGKILL)
    sim.stop(check=False)
    assert len(pids) == 2 and _wait_gone(pids)


def test_it_ends_when_whoever_started_it_is_killed():
    """One that serves beside it must not hold its leash."""
    code = (
        "import os, signal\n"
        "from tests.simulator.process import SimulatorProcess\n"
        "sims = [SimulatorProcess({'databases': 0}).start() for dummy in range(2)]\n"
        "print(*(sim.pid for sim in sims), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    pids = [int(word) for word in done.stdout.split()]
    assert done.returncode == -signal.SIGKILL and len(pids) == 2, done.stderr
    assert _wait_gone(pids)


def test_counters_and_log(api, uid):
    control = api.simulator.control
    api.get("/v1/bdbs?fields=uid")
    api.export(uid)
    control.wait_done(uid)
    api.reset(uid, "backup", user="db_member")
    api.call("POST", "/v1/users/authorize")
    counters = control.counters()
    assert counters["methods"] == {"GET": 1, "POST": 2, "PUT": 1} and counters["writes"] == 2
    assert counters["routes"]["PUT /v1/bdbs/{uid}/actions/backup_reset_status"] == 1
    assert counters["accepted_starts"] == {str(uid): 1} and counters["connections"] == 1
    log = control.requests()
    assert [entry["n"] for entry in log] == [1, 2, 3, 4]
    assert log[0]["query"] == {"fields": "uid"} and "mount_point" in log[1]["body"]
    assert log[2]["user"] == "db_member@cluster.local" and len({entry["connection"] for entry in log}) == 1
    control.reset_log()
    assert control.counters()["total"] == 0 and control.requests() == []


def test_quick_databases_and_options(tmp_path):
    with SimulatorProcess(databases=12, profile="7.4", nodes=3, state_dir=tmp_path) as sim:
        assert len(sim.urls) == 3 and len(sim.control.databases()) == 12
        assert sim.control.database(12)["name"] == "db-012" and sim.control.settings()["profile"] == "7.4"
    assert (tmp_path / "certificates" / "ca.pem").exists()


def test_wrong_configurations(capsys, tmp_path):
    with pytest.raises(SimulatorError, match="colour"):
        SimulatorProcess({"colour": "red"}).start()
    path = tmp_path / "twice.yml"
    path.write_text("databases: [{uid: 1}, {uid: 1}]", encoding="utf-8")
    assert main(["--config", str(path)]) == 2
    assert "used twice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "colour=red"], "colour"),
        (["--set", "basic_auth"], "is not key=value"),
        (["--fault", "effect=latency effect=stall"], "given twice"),
        (["--fault", "effect=earthquake"], "effect must be one of"),
        (["--fault", "effect=status headers=x headers.Retry-After=1"], "as a value and as an object"),
        (["--fault", "effect='status"], "No closing quotation"),
        (["--event", "do=rename_database uid=1"], "needs name, uid"),
        (["--plan", "uid=77 hang=true"], "no database has the uid 77"),
        (["--plan", "hang=perhaps"], "not of type"),
    ],
)
def test_wrong_command_lines(capsys, arguments, message):
    assert main(["--databases", "1", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_configuration_in_the_readme_is_valid(tmp_path):
    readme = Path(__file__).parents[2] / "simulator" / "README.md"
    path = tmp_path / "config.yml"
    path.write_text(
        re.search(r"```yaml\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL).group(1), encoding="utf-8"
    )
    config = load(str(path), {"profile": "7.4", "nodes": None})
    assert config.settings.profile == "7.4" and config.nodes == 2 and config.databases[1]["idle"] is None


def test_every_documented_effect_and_setting_exists():
    text = (Path(__file__).parents[2] / "simulator" / "README.md").read_text(encoding="utf-8")
    missing = [name for name in [*EFFECTS, *Settings().as_dict()] if name not in text]
    assert not missing
