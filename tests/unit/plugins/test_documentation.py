# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options in the code and in the documentation are the same: names, types, elements, choices, defaults, environment."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.community.redis_enterprise.plugins.doc_fragments import (
    _connection,
    _databases,
    _location,
    _start,
    _wait,
)
from ansible_collections.community.redis_enterprise.plugins.inventory import databases as inventory
from ansible_collections.community.redis_enterprise.plugins.module_utils import _location as location
from ansible_collections.community.redis_enterprise.plugins.module_utils import _module
from ansible_collections.community.redis_enterprise.plugins.module_utils import _starting as starting
from ansible_collections.community.redis_enterprise.plugins.module_utils._connection import ENVIRONMENT
from ansible_collections.community.redis_enterprise.plugins.modules import (
    bdb_backup_policy,
    bdb_export,
    bdb_import,
    bdb_status_reset,
    export_files_info,
)
from ansible_collections.community.redis_enterprise.plugins.plugin_utils import _inventory_options as inventory_options

COMPARED = ("type", "elements", "choices", "default", "required")


def documented(fragment):
    return yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]


def described(options):
    """Only what both sides say, with what neither needs to say filled in."""
    return {
        name: {key: option.get(key, {"type": "str", "required": False}.get(key)) for key in COMPARED}
        for name, option in options.items()
    }


@pytest.mark.parametrize(
    "options, fragment",
    [
        (_module.CONNECTION_OPTIONS, _connection),
        (_module.DATABASE_OPTIONS, _databases),
        (_module.WAIT_OPTIONS, _wait),
        (starting.OWN_OPTIONS, _start),
    ],
)
def test_shared_options(options, fragment):
    assert described(options) == described(documented(fragment))


def test_keys_of_a_location():
    backup = yaml.safe_load(_location.ModuleDocFragment.BACKUP)["options"]["backup_location"]
    for option in (documented(_location)["export_location"], backup):
        assert described(location.LOCATION_OPTIONS) == described(option["suboptions"])


def test_keys_of_a_source():
    documented_sources = yaml.safe_load(_location.ModuleDocFragment.SOURCES)["options"]
    nested = documented_sources["imports"]["suboptions"]["sources"]
    for option in (documented_sources["sources"], nested):
        assert described(location.SOURCE_OPTIONS) == described(option["suboptions"])
    assert set(location.SOURCE_OPTIONS) - set(location.LOCATION_OPTIONS) == {"filename"}


@pytest.mark.parametrize("option", ENVIRONMENT)
def test_each_environment_variable_is_documented_at_its_option(option):
    text = " ".join(documented(_connection)[option]["description"])
    assert f"E({ENVIRONMENT[option]})" in text
    assert ENVIRONMENT[option] in str(_module.CONNECTION_OPTIONS[option]["fallback"])


@pytest.mark.parametrize("module", [bdb_backup_policy, bdb_export, bdb_import, bdb_status_reset])
def test_options_of_a_module(module, monkeypatch):
    caught = {}
    monkeypatch.setattr(module, "run_module", lambda options, act: caught.update(options))
    module.main()
    own = yaml.safe_load(module.DOCUMENTATION)["options"]
    assert described({name: caught[name] for name in own}) == described(own)
    fragments = [documented(fragment) for fragment in (_databases, _wait, _location, _start)]
    fragments += [
        yaml.safe_load(text)["options"]
        for text in (_location.ModuleDocFragment.BACKUP, _location.ModuleDocFragment.SOURCES)
    ]
    shared = {name: option for options in fragments for name, option in options.items()}
    assert set(caught) - set(own) <= set(shared)
    assert described({name: caught[name] for name in set(caught) - set(own)}) == described(
        {name: shared[name] for name in set(caught) - set(own)}
    )


def test_options_of_a_module_without_a_cluster(monkeypatch):
    caught = {}
    monkeypatch.setattr(export_files_info, "run_module_without_cluster", lambda options, act: caught.update(options))
    export_files_info.main()
    assert described(caught) == described(yaml.safe_load(export_files_info.DOCUMENTATION)["options"])


@pytest.mark.parametrize("name", ["password", "token"])
def test_secrets_are_marked(name):
    assert _module.CONNECTION_OPTIONS[name]["no_log"] is True


def test_every_key_that_may_hold_a_secret_is_marked():
    open_keys = {name for name, option in location.LOCATION_OPTIONS.items() if not option.get("no_log")}
    assert open_keys == {"type", "path", "bucket_name", "subdir", "region_name", "container", "account_name"}


def of_the_inventory():
    """The options that the inventory plugin documents, with those of its fragments but for Ansible's own."""
    shared = yaml.safe_load(_connection.ModuleDocFragment.INVENTORY)["options"]
    own = yaml.safe_load(inventory.DOCUMENTATION)["options"]
    selection = documented(_databases)
    return {**shared, **own, **{name: {**selection[name], **own[name]} for name in selection}}


def test_options_of_the_inventory_are_those_of_the_modules():
    options = of_the_inventory()
    clusters, plugin = options.pop("clusters"), options.pop("plugin")
    assert described(options) == described({**inventory_options.CLUSTER_OPTIONS, **inventory_options.OWN_OPTIONS})
    assert described({name: options[name] for name in _module.CONNECTION_OPTIONS}) == described(
        _module.CONNECTION_OPTIONS
    )
    without_defaults = {
        name: {key: value for key, value in option.items() if key != "default"}
        for name, option in inventory_options.CLUSTER_OPTIONS.items()
    }
    assert described(clusters["suboptions"]) == described(without_defaults)
    assert (clusters["type"], clusters["elements"]) == ("list", "dict")
    assert plugin["choices"] == [inventory.InventoryModule.NAME]


def test_environment_of_the_inventory_is_that_of_the_modules():
    """But for the variable that means the opposite of its option, which is resolved in our own code alone."""
    shown = {name: option["env"][0]["name"] for name, option in of_the_inventory().items() if "env" in option}
    assert {**shown, "validate_certs": ENVIRONMENT["validate_certs"]} == ENVIRONMENT and len(shown) == len(
        ENVIRONMENT
    ) - 1
