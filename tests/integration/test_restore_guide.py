# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples of the restore guide that need more than one cluster, or another collection. The rest of it is run by test_examples.py."""

from __future__ import annotations

import pytest
import yaml

from tests.integration.conftest import blocks, mount
from tests.storage import serve

pytestmark = pytest.mark.long

PAGE = "docs/restores.md"


def plays(title):
    """The play of the guide with this name."""
    (found,) = [
        play
        for block in blocks(PAGE, "yaml")
        for play in yaml.safe_load(block)
        if isinstance(play, dict) and play["name"] == title
    ]
    return found


def test_migration_to_another_cluster(ansible, cluster, exports):
    old = cluster({"databases": [{"uid": 1, "name": "orders", "shards": 2, "keys": 60}]})
    new = cluster({"databases": [{"uid": 7, "name": "orders-new", "shards": 3, "keys": 5, "seed": 3}]})
    access = {
        name: {
            "url": sim.url,
            "ca_cert": sim.ca_cert,
            "username": sim.env["REDIS_ENTERPRISE_USER"],
            "password": sim.env["REDIS_ENTERPRISE_PASSWORD"],
        }
        for name, sim in (("old_cluster", old), ("new_cluster", new))
    }
    play = plays("Move orders to another cluster")
    run = ansible.play(play["tasks"], vars={"shared_directory": mount(exports), **access})
    assert run.rc == 0, run.text
    assert new.control.contents(7) == old.control.contents(1) and len(new.control.contents(7)) == 60
    assert old.control.counters()["accepted_imports"] == {}
    assert new.control.counters()["accepted_imports"] == {"7": 1}


def test_restore_from_the_listing_of_an_object_store(ansible, cluster, tmp_path):
    """What lists the bucket is another collection's task, so its answer is given; the store is a real one."""
    with serve("s3", tmp_path / "s3") as store:
        sim = cluster({"databases": [{"uid": 1, "name": "orders", "shards": 2, "keys": 60}], **store.settings})
        ansible.use(sim)
        run = ansible.module("bdb_export", name="orders", export_location=store.location)
        assert run.rc == 0, run.text
        truth = sim.control.contents(1)
        sim.control.flush(1)
        location = store.location
        given = {
            "vault_s3_key_id": location["access_key_id"],
            "vault_s3_secret": location["secret_access_key"],
            "listing": {
                "s3_keys": [f"{location['subdir']}/", *(f"{location['subdir']}/{name}" for name in store.names())]
            },
        }
        dummy, task = plays("Restore from S3")["tasks"]
        task["vars"]["restore_databases_location"] |= {key: location[key] for key in ("bucket_name", "subdir")}
        run = ansible.play([task], vars=given)
        assert run.rc == 0, run.text
        assert sim.control.contents(1) == truth and len(truth) == 60
        assert given["vault_s3_secret"] not in run.text
