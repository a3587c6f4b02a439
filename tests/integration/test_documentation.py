# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a newcomer pastes from the README and the guides works as it stands there."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.integration.conftest import ROOT, Ansible, blocks, load
from tests.simulator.process import SimulatorProcess

PAGES = [
    "README.md",
    "roles/export_databases/README.md",
    "docs/exports.md",
    "docs/backup_policy.md",
    "docs/connections.md",
    "roles/restore_databases/README.md",
    "docs/restores.md",
    "docs/reports.md",
    "roles/report_databases/README.md",
]


def commands():
    lines = [line for block in blocks("README.md", "sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith(("ansible localhost", "ansible-playbook"))]


@pytest.fixture
def quick_start(ansible, cluster, exports):
    """The controller of the quick start, with the variables file of the README and a cluster that has its databases."""
    sim = cluster({"databases": [{"uid": 1, "name": "orders", "keys": 20}, {"uid": 2, "name": "sessions", "keys": 10}]})
    (variables,) = [block for block in blocks("README.md", "yaml") if block.startswith("export_databases_names")]
    (ansible.folder / "exports.yml").write_text(variables.replace("/mnt/exports", str(exports)), encoding="utf-8")
    (variables,) = [block for block in blocks("README.md", "yaml") if block.startswith("restore_databases_names")]
    (ansible.folder / "restore.yml").write_text(variables.replace("/mnt/exports", str(exports)), encoding="utf-8")
    return ansible.use(sim), exports


def test_every_line_of_the_quick_start(quick_start):
    ansible, exports = quick_start
    assert len(commands()) == 7
    for line in commands():
        run = ansible.command(line.replace("/mnt/exports", str(exports)), shell=True)
        assert run.rc == 0, f"{line}\n{run.text}"
    assert len(list(exports.iterdir())) == 2


def test_variables_of_the_quick_start_are_those_of_the_collection():
    exported = re.findall(r"export (\w+)=", "".join(blocks("README.md", "sh")))
    assert exported == [
        "REDIS_ENTERPRISE_URL",
        "REDIS_ENTERPRISE_USER",
        "REDIS_ENTERPRISE_PASSWORD",
        "REDIS_ENTERPRISE_CA_CERT",
    ]


LOCATIONS = [
    part for block in blocks("docs/exports.md", "yaml") for part in block.split("\n\n") if "export_location:" in part
]
VALUES = {
    "vault_ftp_password": "p@ss/word",
    "vault_s3_key_id": "AKIAEXAMPLE",
    "vault_s3_secret": "example-secret",
    "vault_sas_token": "sv=1&sig=example",
    "account": {
        "client_id": "1000000001",
        "client_email": "exporter@example.com",
        "private_key_id": "2000000002",
        "private_key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
    },
}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The results of exports to each location of the guide, all in one play against a strict server."""
    with SimulatorProcess({"export_duration": 0, "databases": [load(1, "orders")]}) as sim:
        ansible = Ansible(tmp_path_factory.mktemp("controller")).use(sim)
        (ansible.folder / ".ssh").mkdir()
        (ansible.folder / ".ssh" / "exporter").write_text(VALUES["account"]["private_key"], encoding="utf-8")
        tasks = [
            {
                "name": f"Location {number}",
                "community.redis_enterprise.bdb_export": {"uid": 1, "max_age": 0, **yaml.safe_load(part)},
            }
            for number, part in enumerate(LOCATIONS)
        ]
        return ansible.play(tasks, vars=VALUES)


def test_each_location_of_the_guide_is_accepted(exported):
    assert exported.rc == 0, exported.text
    assert exported.recap()["changed"] == len(LOCATIONS) == 6


def test_every_task_of_the_guide_to_periodic_backups(ansible, cluster):
    """Each works as it stands there, and the audit at the end finds the database whose backup an earlier task has stopped."""
    sim = cluster({"databases": [load(1, "orders"), load(2, "sessions")]})
    tasks = [task for block in blocks("docs/backup_policy.md", "yaml") for task in yaml.safe_load(block)]
    run = ansible.use(sim).play(tasks, vars=VALUES)
    assert run.recap() | {"changed": 3, "failed": 1, "ok": len(tasks) - 1} == run.recap(), run.text
    assert len(tasks) == 5 and "Look at sessions" in run.text


@pytest.mark.parametrize("page", PAGES)
def test_other_yaml_of_the_pages_is_sound_and_links_lead_somewhere(page):
    for block in blocks(page, "yaml"):
        for part in block.split("\n\n") if page == "docs/exports.md" else [block]:
            assert yaml.safe_load(part)
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target


@pytest.mark.parametrize("role", ["export_databases", "restore_databases", "report_databases"])
def test_every_variable_of_a_role_is_in_its_readme(role):
    options = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    text = (ROOT / "roles" / role / "README.md").read_text(encoding="utf-8")
    names = options["argument_specs"]["main"]["options"]
    assert [name for name in names if name not in text and "`" + name.replace(role, "") + "`" not in text] == []
