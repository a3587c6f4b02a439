# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin through ansible-inventory and plays, against two clusters."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import yaml

from ansible_collections.community.redis_enterprise.plugins.inventory import databases as plugin
from tests.integration.conftest import Ansible, blocks, load
from tests.simulator.process import SimulatorProcess

USERS = [
    {"username": "admin@cluster.local", "password": "canary-admin-password", "role": "admin"},
    {"username": "viewer@example.com", "password": "canary-viewer-password", "role": "db_viewer"},
    {"username": "viewer-west@example.com", "password": "canary-west-password", "role": "db_viewer"},
    {"username": "scoped@cluster.local", "password": "canary-scoped-password", "role": "db_member", "databases": [1]},
]
#: What would be run if Ansible took it for a template.
TRAP = "{{ lookup('ansible.builtin.pipe', 'touch trapped') }}"
FILE = "databases.redis_enterprise.yml"


def hours_ago(hours):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600 * hours))


EAST = [
    load(
        1,
        "orders",
        modules=["search"],
        last_export_time=hours_ago(2),
        fields={"tags": [{"key": "environment", "value": "production"}, {"key": "team", "value": "shop"}]},
    ),
    load(2, "sessions", export_status="failed", export_failure_reason="no-permission", last_export_time=hours_ago(80)),
    load(3, TRAP, fields={"tags": [{"key": "trap", "value": TRAP}, {"key": TRAP, "value": "x"}]}),
    load(4, "twice"),
    load(5, "twice"),
    load(6, "all"),
]
WEST = [load(1, "orders"), load(2, "carts"), load(3, "localhost")]


@dataclass
class Table:
    """Two clusters with one administrator, and a controller whose environment knows that one and nothing of a URL."""

    east: SimulatorProcess
    west: SimulatorProcess
    ansible: Ansible
    ca_cert: str

    @property
    def both(self):
        return {"clusters": [{"label": "east", "url": self.east.url}, {"label": "west", "url": self.west.url}]}

    def write(self, config, name=FILE):
        """Write a configuration, a dict or the text of one."""
        text = config if isinstance(config, str) else yaml.safe_dump({"plugin": plugin.InventoryModule.NAME, **config})
        (self.ansible.folder / name).write_text(text, encoding="utf-8")
        self.east.control.reset_log()
        self.west.control.reset_log()
        return name

    def run(self, config, *flags, **env):
        """ansible-inventory --list of a configuration."""
        return self.ansible.command("ansible-inventory", "-i", self.write(config), "--list", *flags, **env)

    def listed(self, config, *flags, **env):
        """The same as data, when nothing was said beside it."""
        run = self.run(config, *flags, **env)
        assert run.rc == 0 and run.err == "", run.text
        return json.loads(run.out)

    @property
    def requests(self):
        return [sim.control.counters()["methods"] for sim in (self.east, self.west)]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("controller")
    with (
        SimulatorProcess({"users": USERS, "export_duration": 0.1, "databases": EAST}) as east,
        SimulatorProcess(
            {"users": USERS, "export_duration": 0.1, "databases": WEST, "profile": "7.4"}, nodes=2
        ) as west,
    ):
        bundle = folder / "authorities.pem"
        bundle.write_text("".join(open(sim.ca_cert, encoding="utf-8").read() for sim in (east, west)), encoding="utf-8")
        ansible = Ansible(folder)
        ansible.env.update(
            REDIS_ENTERPRISE_USER=USERS[0]["username"],
            REDIS_ENTERPRISE_PASSWORD=USERS[0]["password"],
            REDIS_ENTERPRISE_CA_CERT=str(bundle),
        )
        yield Table(east, west, ansible, str(bundle))


def hosts_of(inventory, group):
    return inventory.get(group, {}).get("hosts", [])


def secrets_in(text):
    """The passwords of users, and those of databases, which the API shows in clear."""
    return [secret for secret in ("canary", "s3cret-", "authentication_") if secret in text]


def test_a_cluster_of_the_environment_costs_one_request(table):
    run = table.run({}, "-vvvv", REDIS_ENTERPRISE_URL=table.east.url)
    inventory = json.JSONDecoder().raw_decode(run.out, run.out.index("\n{") + 1)[0]
    assert table.requests == [{"GET": 1}, {}] and secrets_in(run.text) == []
    trap, everything = "___lookup__ansible.builtin.pipe____touch_trapped_____", inventory["_meta"]["hostvars"]
    label = table.east.url.removeprefix("https://").replace(":", "_")
    assert hosts_of(inventory, "redis_enterprise") == [
        *("orders", "sessions", trap, "twice-4", "twice-5", f"all@{label}"),
    ]
    assert hosts_of(inventory, "redis_enterprise_module_search") == ["orders"]
    assert hosts_of(inventory, "redis_enterprise_tag_environment_production") == ["orders"]
    assert hosts_of(inventory, "redis_enterprise_export_failed") == ["sessions"]
    assert hosts_of(inventory, "redis_enterprise_export_age_1h_to_1d") == ["orders"]
    assert hosts_of(inventory, "redis_enterprise_export_age_1d_to_7d") == ["sessions"]
    assert len(hosts_of(inventory, "redis_enterprise_export_age_never")) == 4
    orders = everything["orders"]
    assert orders["ansible_connection"] == "local" and orders["redis_enterprise_url"] == [table.east.url]
    assert orders["redis_enterprise_tags"] == {"environment": "production", "team": "shop"}
    assert 7200 <= orders["redis_enterprise_export"]["age"] < 10800
    assert everything["sessions"]["redis_enterprise_export"]["failure_reason"] == "no-permission"


def here(table, text):
    """An example of the documentation with the hosts and files of these tests."""
    west = table.west.urls
    for documented, ours in {
        "https://cluster.example.com:9443": table.east.url,
        "https://east.example.com:9443": table.east.url,
        "https://west.example.com:9443": west[0],
        "https://west-1.example.com:9443": west[0],
        "https://west-2.example.com:9443": west[1],
        "/etc/ssl/redis-enterprise.pem": table.ca_cert,
        "/var/tmp/redis_enterprise_inventory": str(table.ansible.folder / "example-cache"),
    }.items():
        text = text.replace(documented, ours)
    return text


def test_the_first_line_of_the_example_takes_the_rest_from_the_environment(table):
    inventory = table.listed(here(table, plugin.EXAMPLES.partition("\n\n")[0]), REDIS_ENTERPRISE_URL=table.west.url)
    assert len(hosts_of(inventory, "redis_enterprise")) == 3


def test_the_example_has_two_clusters_of_which_a_node_is_down_and_groups_of_ones_own(table):
    table.west.control.stop_node(1)
    config = here(table, plugin.EXAMPLES)
    inventory = table.listed(config, VIEWER_PASSWORD="canary-viewer-password", WEST_PASSWORD="canary-west-password")
    table.west.control.start_node(1)
    assert hosts_of(inventory, "redis_enterprise") == ["orders.east", "orders.west"]
    assert inventory["_meta"]["hostvars"]["orders.east"]["team"] == "shop"
    groups = {name for name, group in inventory.items() if group.get("hosts")}
    assert groups == {
        "redis_enterprise",
        "redis_enterprise_cluster_east",
        "redis_enterprise_cluster_west",
        "redis_enterprise_export_idle",
        "redis_enterprise_export_age_under_12h",
        "redis_enterprise_export_age_never",
        "environment_production",
        "environment_none",
    }
    assert table.requests == [{"GET": 1}, {"GET": 1}]


def test_cache_answers_without_a_request_and_holds_no_secret(table):
    folder = table.ansible.folder / "cache"
    config = {
        **table.both,
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(folder),
        "name": ["orders", "tw*"],
    }
    first = table.listed(config)
    assert table.requests == [{"GET": 1}, {"GET": 1}]
    second = table.listed({**config, "name": ["carts", "orders"]})
    assert table.requests == [{}, {}]  # the selection is made after the reading
    assert hosts_of(first, "redis_enterprise") == ["orders@east", "twice-4", "twice-5", "orders@west"]
    assert hosts_of(second, "redis_enterprise") == ["orders@east", "carts", "orders@west"]
    ages = [
        inventory["_meta"]["hostvars"]["orders@east"]["redis_enterprise_export"]["age"] for inventory in (first, second)
    ]
    assert 0 <= ages[1] - ages[0] < 60
    scoped = table.listed(
        {
            **config,
            "name": [],
            "username": USERS[3]["username"],
            "password": USERS[3]["password"],
            "clusters": [table.both["clusters"][0]],
        }
    )
    assert hosts_of(scoped, "redis_enterprise") == ["orders"] and table.requests == [{"GET": 1}, {}]
    files = [path.read_text(encoding="utf-8") for path in folder.iterdir()]
    assert len(files) == 3 and not any(secrets_in(text) for text in files)
    for path in folder.iterdir():
        path.write_text('{"format": 0}', encoding="utf-8")
    assert len(hosts_of(table.listed(config), "redis_enterprise")) == 4 and table.requests == [{"GET": 1}, {"GET": 1}]


LOST = {"label": "lost", "url": "https://127.0.0.1:9"}


def test_a_cluster_that_cannot_be_read_leaves_no_part_of_an_inventory(table):
    """Its certificate is not trusted here, which is told at once; a connection that is refused would be tried again for seconds."""
    (table.ansible.folder / "west.pem").write_text(open(table.west.ca_cert, encoding="utf-8").read(), encoding="utf-8")
    stranger = {"label": "stranger", "url": table.east.url, "ca_cert": "west.pem"}
    config = {"clusters": [*table.both["clusters"], stranger]}
    run = table.run(config)
    words = f"1 of 3 clusters could not be read, so this source has no hosts. stranger: The TLS connection to {table.east.url} failed:"
    assert words in run.words and "Set on_unreachable to skip to go on without it." in run.words
    assert json.loads(run.out)["_meta"]["hostvars"] == {} and run.rc == 0  # Ansible's own way with sources that fail
    strict = table.run(
        {"clusters": [stranger], "on_unreachable": "skip"}, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true"
    )
    assert strict.rc != 0 and "The cluster could not be read, so this source has no hosts." in strict.words
    assert secrets_in(run.text + strict.text) == []


def test_a_cluster_that_is_down_can_be_left_out_and_is_named(table):
    run = table.run(
        {"clusters": [table.both["clusters"][0], LOST], "on_unreachable": "skip", "name": ["orders", "of-lost"]}
    )
    assert hosts_of(json.loads(run.out), "redis_enterprise") == ["orders"]
    words = (
        "missing in this inventory. lost: The connection to https://127.0.0.1:9 failed: Connection refused. Check url"
    )
    assert words in run.words
    assert "no database matches 'of-lost'" in run.words and "Not all clusters could be read." in run.words


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"password": "canary-wrong"}, "answered 401"),
        ({"name": ["oders"]}, "name: no database matches 'oders'. This user sees orders (uid 1), sessions (uid 2)"),
        ({"name": "orders", "compose": {"x": "nothing.there"}, "strict": True}, "Could not set x for host orders"),
        ({"password": "{{ canary_variable | nonsense }}"}, "password: its template cannot be evaluated"),
    ],
)
def test_what_is_wrong_is_said_without_a_secret_and_nothing_half_done_is_left(table, config, words):
    run = table.run(config, "-vvvv", REDIS_ENTERPRISE_URL=table.east.url)
    assert words in run.words and secrets_in(run.text) == []
    assert '"hostvars": {}' in run.out


def test_hosts_of_other_sources_are_left_alone(table):
    (table.ansible.folder / "static.ini").write_text("[web]\norders color=blue\n", encoding="utf-8")
    table.write({**table.both, "name": ["orders", "carts"]})
    run = table.ansible.command("ansible-inventory", "-i", "static.ini", "-i", FILE, "--list")
    inventory = json.loads(run.out)
    assert hosts_of(inventory, "redis_enterprise") == ["orders@east", "orders@west", "carts"]
    assert inventory["_meta"]["hostvars"]["orders"] == {"color": "blue"}


def test_only_files_of_the_documented_names_are_taken(table):
    name = table.write({}, name="inventory.yml")
    run = table.ansible.command("ansible-inventory", "-i", name, "--list", REDIS_ENTERPRISE_URL=table.east.url)
    assert "could not be verified by inventory plugin" in run.words and table.requests == [{}, {}]


def test_missing_requests_is_said_in_words(table):
    shadow = table.ansible.folder / "shadow"
    shadow.mkdir()
    (shadow / "requests.py").write_text("raise ImportError('no requests here')\n", encoding="utf-8")
    run = table.run({}, PYTHONPATH=str(shadow))
    assert "Failed to import the required Python library (requests)" in run.words


def as_awx(inventory, name, folder, number=1, count=1):
    """What AWX hands a job of a slice: a script that prints what an inventory source has brought, with every count-th host."""
    hostvars = inventory["_meta"]["hostvars"]
    chosen = sorted(hostvars)[number - 1 :: count]
    groups = {
        group: {**members, "hosts": [host for host in members["hosts"] if host in chosen]}
        for group, members in inventory.items()
        if "hosts" in members
    }
    data = {**groups, "all": {"hosts": chosen}, "_meta": {"hostvars": {host: hostvars[host] for host in chosen}}}
    script = folder / name
    script.write_text(f"#!/usr/bin/env python3\nprint({json.dumps(data)!r})\n", encoding="utf-8")
    script.chmod(0o755)
    return name, chosen


USE = [
    {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Names",
                "ansible.builtin.debug": {"msg": "{{ inventory_hostname }} {{ groups }} {{ redis_enterprise_tags }}"},
            },
            {
                "name": "A module, by the connection and the interpreter of the inventory",
                "community.redis_enterprise.bdb_info": {
                    "url": "{{ redis_enterprise_url }}",
                    "uid": "{{ redis_enterprise_uid }}",
                },
                "register": "read",
            },
            {
                "name": "The same database",
                "ansible.builtin.assert": {
                    "that": [
                        "read.databases[0].name == redis_enterprise_name",
                        "composed | default(redis_enterprise_name ~ '!') == redis_enterprise_name ~ '!'",
                        "ansible_python_interpreter == ansible_playbook_python",
                    ]
                },
            },
        ],
    }
]


def test_a_play_runs_modules_and_no_name_is_ever_evaluated(table):
    folder = table.ansible.folder
    (documented,) = [block for block in blocks("docs/inventory.md", "yaml") if "hosts: redis" in block]
    (folder / "use.yml").write_text(yaml.safe_dump(USE + yaml.safe_load(documented)), encoding="utf-8")
    config = {**table.both, "compose": {"composed": "redis_enterprise_name ~ '!'"}, "uid": 3}
    name, chosen = as_awx(table.listed(config, "--export"), "as_awx", folder)
    for source in (FILE, name):
        run = table.ansible.command("ansible-playbook", "-i", source, "use.yml")
        assert run.rc == 0 and TRAP in run.out and "TASK [Look again]" in run.out, run.text
    assert len(chosen) == 2 and not (folder / "trapped").exists()


@pytest.fixture
def variables(table):
    """The variables of a job that exports: nothing of a cluster, of a user or of databases."""
    text = yaml.safe_dump(
        {"export_databases_location": {"type": "mount_point", "path": "/x"}, "export_databases_max_age": 0}
    )
    (table.ansible.folder / "exports.yml").write_text(text, encoding="utf-8")
    return ("community.redis_enterprise.export_hosts", "-e", "@exports.yml")


def test_slices_export_each_database_once(table, variables):
    inventory = table.listed(table.both, "--export")
    slices = [as_awx(inventory, f"slice_{number}", table.ansible.folder, number, 2) for number in (1, 2)]
    with ThreadPoolExecutor(2) as workers:
        runs = list(
            workers.map(lambda part: table.ansible.command("ansible-playbook", "-i", part[0], *variables), slices)
        )
    for run, (dummy, chosen) in zip(runs, slices):
        assert run.rc == 0, run.text
        counts = [run.recap(host) for host in chosen]
        assert all(count["changed"] >= 1 and count["failed"] == 0 for count in counts), run.out
    assert sorted(slices[0][1] + slices[1][1]) == sorted(inventory["_meta"]["hostvars"])
    starts = [database["accepted_starts"] for sim in (table.east, table.west) for database in sim.control.databases()]
    assert starts == [1] * (len(EAST) + len(WEST))


def test_a_database_that_fails_fails_its_own_host(table, variables):
    table.write(table.both)
    table.east.control.set_database(2, plan={"result": "failed", "reason": "no-permission"})
    run = table.ansible.command("ansible-playbook", "-i", FILE, *variables, "-e", "target=orders@east,sessions,carts")
    assert run.rc != 0 and secrets_in(run.text) == []
    assert [run.recap(host)["failed"] for host in ("orders@east", "sessions", "carts")] == [0, 1, 0]
    assert "sessions (uid 2): failed. The export failed: no-permission." in run.words
    refused = table.ansible.command("ansible-playbook", "-i", FILE, *variables, "-e", "export_databases_names=*")
    assert refused.rc != 0 and "exports the databases that are hosts of the play, and no others" in refused.words
