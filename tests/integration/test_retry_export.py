# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that the rulebook runs, run by hand: what becomes of each database, and of the attempts."""

from __future__ import annotations

import json
import re

import yaml

from tests.integration.conftest import blocks, load

PAGE = "docs/events.md"


def report(run):
    text = run.out[run.out.index("RUN: ") + 5 :]
    return {
        row["uid"]: (row["outcome"], row["attempts"])
        for row in json.JSONDecoder().raw_decode(text)[0]["retry_export"]["databases"]
    }


def retry(ansible, exports, databases=None, **env):
    """The command of the guide with its variables, for other databases."""
    (variables,) = [block for block in blocks(PAGE, "yaml") if block.startswith("retry_export_location")]
    values = yaml.safe_load(variables.replace("/mnt/exports", str(exports)))
    (ansible.folder / "retry.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
    (line,) = re.findall(r"^ansible-playbook .*$", "\n".join(blocks(PAGE, "sh")), re.MULTILINE)
    more = ["-e", json.dumps({"retry_export_databases": databases})] if databases else []
    return ansible.command(
        " ".join([line, *(f"'{word}'" for word in more)]), shell=True, ANSIBLE_SHOW_CUSTOM_STATS="1", **env
    )


def test_what_becomes_of_each_database(ansible, cluster, exports):
    failing = {"plan": {"result": "failed", "reason": "no-permission"}, "export_status": "failed"}
    databases = [load(1, "orders"), load(2, "sessions", **failing), load(3, "catalogue", **failing), load(4, "others")]
    sim = cluster({"export_duration": 0, "databases": databases})
    run = retry(ansible.use(sim), exports, [{"uid": 1}, {"uid": 2}, {"uid": 3, "attempts": 2}, {"uid": 9}])
    assert run.rc == 2 and "uid 2: The export failed: no-permission." in run.text, run.text
    assert report(run) == {1: ("exported", 1), 2: ("try_again", 1), 3: ("given_up", 3), 9: ("gone", 1)}
    assert sim.control.counters()["accepted_starts"] == {"1": 1, "2": 1, "3": 1}


def test_a_refused_password_is_not_tried_again(ansible, cluster, exports):
    sim = cluster({"databases": [load(1, "orders")]})
    run = retry(ansible.use(sim), exports, REDIS_ENTERPRISE_PASSWORD="wrong-password")
    assert run.rc == 2 and "answered 401" in run.text
    assert report(run) == {1: ("given_up", 1)}
    assert len(sim.control.requests()) == 1
