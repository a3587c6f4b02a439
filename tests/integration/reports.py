# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters to report on, and the eyes that look at a report: parsers of its three files, and a real browser."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import html5lib
import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.conftest import ROOT, load

BROWSER = ROOT / ".build/browser"
BOOK = "community.redis_enterprise.report_databases"
EVIL = """<script>document.title='owned'</script> "q" & 'p'"""
TEMPLATE = "{{ 7 * 191 }}"
HOUR = 3600


def ago(hours):
    """The time so many hours before now, as the API writes it."""
    return (datetime.now(timezone.utc) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def backed_up(hours, interval=24 * HOUR, **fields):
    """Fields of a database that the cluster backs up by itself, and did so many hours ago."""
    location = {"type": "mount_point", "path": "/mnt/backups"}
    policy = {"backup": True, "backup_interval": interval, "backup_interval_offset": 0, "backup_location": location}
    return {"last_backup_time": ago(hours), "backup_status": "succeeded", "fields": {**policy, **fields}}


def east():
    """Of every kind one."""
    return [
        {"uid": 1, "name": "orders", "keys": 40, "last_export_time": ago(3), "export_status": "succeeded"},
        load(2, "sessions", last_export_time=ago(76)),
        load(3, "catalogue", last_export_time=ago(5), export_status="failed", export_failure_reason="no-permission"),
        load(4, "carts"),
        load(5, "pricing", last_export_time=ago(4), **backed_up(50)),
        load(6, EVIL, last_export_time=ago(200)),
        load(7, TEMPLATE, last_export_time=ago(2)),
        load(8, "graph", modules=["graph"]),
        load(9, "wallets", **backed_up(2, tags=[{"key": "tier", "value": "gold"}])),
        load(10, "cache-1"),
    ]


def west():
    """Many databases, and all is well."""
    return [load(uid, f"db-{uid:03d}", last_export_time=ago(uid % 20)) for uid in range(1, 501)]


def connection(simulator):
    """The role's variables that lead to a cluster."""
    found = {"url": simulator.url, "username": simulator.username, "password": simulator.password}
    return {f"report_databases_{key}": value for key, value in {**found, "ca_cert": simulator.ca_cert}.items()}


def report(ansible, variables, *flags, inventory=None):
    """Run the playbook, on the hosts of an inventory, each a cluster, or on localhost."""
    values = {f"report_databases_{key}": value for key, value in variables.items()}
    if inventory:
        path = ansible.folder / "inventory.yml"
        path.write_text(json.dumps({"clusters": {"hosts": inventory}}), encoding="utf-8")
        flags = ("-i", str(path), *flags)
        values["report_databases_hosts"] = "clusters"
    return ansible.command("ansible-playbook", BOOK, "-e", json.dumps(values), *flags)


def read_data(path):
    """report.json, which keeps to its schema."""
    data = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "roles/report_databases/files/report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    return data


def read_metrics(path):
    """report.prom as {(name, sorted labels): value}, which Prometheus's own parser takes."""
    families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
    assert all(family.documentation and family.type == "gauge" for family in families)
    assert len({family.name for family in families}) == len(families)
    samples = [sample for family in families for sample in family.samples]
    found = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}
    assert len(found) == len(samples)
    return found


def metric(metrics, name, **labels):
    return metrics[(f"redis_enterprise_{name}", tuple(sorted((key, str(value)) for key, value in labels.items())))]


def read_page(path):
    """report.html as a tree, without a fault by the rules of HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(path.read_text(encoding="utf-8"))


@contextmanager
def chromium():
    """A headless browser with nothing but the given pages; skips where there is none."""
    binary = BROWSER / "chromium"
    binary = binary if binary.exists() else next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if binary is None or not (BROWSER / "python").is_dir():
        pytest.skip("no Chromium here, or no Playwright: see tests/tools/browser.sh")
    sys.path.append(str(BROWSER / "python"))
    from playwright.sync_api import sync_playwright

    # What a bare system lacks comes with the packed browser.
    own = {"LD_LIBRARY_PATH": str(BROWSER / "lib"), "FONTCONFIG_FILE": str(BROWSER / "fonts.conf")}
    own = {**os.environ, **own} if (BROWSER / "lib").is_dir() else dict(os.environ)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(binary), args=["--no-sandbox"], env=own)
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser, path, **options):
    """``(page, complaints)``: the page from its file, and a list of every request, error and message that it causes."""
    context = browser.new_context(**options)
    page = context.new_page()
    complaints = []
    page.on("request", lambda request: complaints.append(request.url) if request.url != path.as_uri() else None)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    return page, complaints


def inaccessible(page):
    """What axe-core finds wrong with the page: rule and place. The page's own policy lets no foreign script in, but for the debugger's."""
    page.evaluate((BROWSER / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8") + "; 0")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(rule["id"], node["target"]) for rule in found["violations"] for node in rule["nodes"][:3]]
