# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools around AWX: ansible-runner and ansible-navigator by hand, as docs/awx.md says, and ansible-builder on the collection's metadata."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.awx.stage import blocks
from tests.integration.conftest import ROOT, Ansible, load
from tests.simulator.process import SimulatorProcess


def line(start):
    (found,) = [line for block in blocks("console") for line in block.splitlines() if line.startswith(start)]
    return found


def example(key):
    return next(block for block in blocks("yaml") if block.startswith(key))


@pytest.fixture(scope="module")
def sim():
    config = {"export_duration": 0, "databases": [load(1, "orders", export_status="failed"), load(2, "sessions")]}
    with SimulatorProcess(config) as started:
        yield started


def test_ansible_runner_with_the_private_data_directory_of_the_guide(ansible, sim):
    assert ansible.command(line("mkdir"), shell=True).rc == 0
    envvars = {**yaml.safe_load(example("REDIS_ENTERPRISE_URL")), **sim.env}
    assert set(envvars) == set(sim.env)
    folder = ansible.folder / "nightly"
    (folder / "env/envvars").write_text(yaml.safe_dump(envvars), encoding="utf-8")
    (folder / "env/extravars").write_text(example("export_databases_names"), encoding="utf-8")
    run = ansible.command(line("ansible-runner"), shell=True)
    assert run.rc == 0 and '"2 exported: orders, sessions"' in run.out, run.text
    (artifacts,) = (folder / "artifacts").iterdir()
    (command,) = artifacts.glob("command")
    assert command.stat().st_mode & 0o077 == 0
    events = list((artifacts / "job_events").glob("*.json"))
    assert len(events) > 10 and not any(sim.password in event.read_text(encoding="utf-8") for event in events)


def test_ansible_navigator_runs_a_playbook_and_shows_a_page(ansible, sim):
    ansible.use(sim)
    run = ansible.command(line("ansible-navigator"), shell=True)
    text = re.sub(r"\x1b\[\d*[A-Z]", "", run.text)
    assert run.rc == 0 and '"export - 1 ' in text and sim.password not in run.text, run.text
    page = ansible.command(
        "ansible-navigator", "doc", "community.redis_enterprise.bdb_export", "--ee", "false", "-m", "stdout"
    )
    assert page.rc == 0 and "export_location" in page.out, page.text


@pytest.fixture
def builder(tmp_path):
    return Ansible(tmp_path)


def test_ansible_builder_finds_what_the_collection_needs(builder):
    collections = builder.folder / "ansible_collections/community"
    collections.mkdir(parents=True)
    (collections / "redis_enterprise").symlink_to(ROOT)
    run = builder.command("ansible-builder", "introspect", "--sanitize", str(builder.folder))
    assert run.rc == 0, run.text
    found = yaml.safe_load(run.out)
    assert found["python"] == ["requests  # from collection community.redis_enterprise"] and not found["system"]


def test_ansible_builder_takes_the_definition_of_the_guide(builder):
    definition = example("version: 3")
    (builder.folder / "execution-environment.yml").write_text(definition, encoding="utf-8")
    run = builder.command(line("ansible-builder create"), shell=True)
    assert run.rc == 0, run.text
    context = builder.folder / "context"
    assert yaml.safe_load((context / "_build/requirements.yml").read_text(encoding="utf-8")) == {
        "collections": [{"name": "community.redis_enterprise"}]
    }
    containerfile = next(context / name for name in ("Containerfile", "Dockerfile") if (context / name).is_file())
    text = containerfile.read_text(encoding="utf-8")
    assert "registry.example.com/awx-ee" in text and "introspect" in text
