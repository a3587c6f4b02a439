# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role report_databases: what it says of clusters of every kind, what it writes, and how that looks in a browser."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest

from tests.integration import reports
from tests.integration.conftest import ROOT, Ansible, blocks
from tests.integration.reports import EVIL, TEMPLATE, metric
from tests.simulator.process import SimulatorProcess

LOOK = ROOT / ".build/report"
RUN = re.compile(r"report-\d{8}T\d{6}Z\.json")


@pytest.fixture(scope="module")
def clusters():
    config = [{"databases": databases, "export_duration": 0} for databases in (reports.east(), reports.west())]
    with SimulatorProcess(config[0]) as east, SimulatorProcess(config[1]) as west:
        yield SimpleNamespace(east=east, west=west)


@pytest.fixture(scope="module")
def morning(clusters, tmp_path_factory):
    """The morning after a bad night: one cluster with problems, one without, one that is away, one whose variables are wrong."""
    ansible = Ansible(tmp_path_factory.mktemp("controller"))
    folder = ansible.folder / "site" / "databases"
    hosts = {
        "east": reports.connection(clusters.east),
        "west": reports.connection(clusters.west),
        "south": {**reports.connection(clusters.east), "report_databases_url": "https://127.0.0.1:1"},
        "north": {**reports.connection(clusters.east), "report_databases_timeout": "soon"},
    }
    (folder / "runs").mkdir(parents=True)
    rules = [{"names": "cache-*", "max_age": "none"}, {"tags": {"tier": "gold"}, "backup_max_age": "1h"}]
    variables = {"directory": str(folder), "fail_if_older_than": "26h", "rules": rules}
    run = reports.report(ansible, variables, inventory=hosts)
    assert (folder / "report.json").exists(), run.text
    data = reports.read_data(folder / "report.json")
    return SimpleNamespace(run=run, folder=folder, data=data, ansible=ansible, hosts=hosts, rules=rules)


def verdicts(data, cluster):
    return {
        row["name"]: (row["verdict"], [problem["kind"] for problem in row["problems"]])
        for row in data["databases"]
        if row["cluster"] == cluster
    }


def test_each_database_is_judged(morning):
    assert verdicts(morning.data, "east") == {
        "orders": ("ok", []),
        "sessions": ("bad", ["late"]),
        "catalogue": ("bad", ["failed"]),
        "carts": ("bad", ["unprotected"]),
        "pricing": ("warn", ["backup_late"]),
        EVIL: ("bad", ["late"]),
        TEMPLATE: ("ok", []),
        "graph": ("bad", ["unprotected", "not_exportable"]),
        "wallets": ("bad", ["late"]),
        "cache-1": ("exempt", []),
    }
    west = verdicts(morning.data, "west")
    assert len(west) == 500 and all(found == ("ok", []) for found in west.values())
    orders = next(row for row in morning.data["databases"] if row["name"] == "orders")
    assert orders["key_count"] == 40 and orders["used_memory"] is not None and orders["newest"]["age"] // 60 == 180
    first = [row["problems"][0]["kind"] for row in morning.data["databases"][:3]]
    assert first == ["unprotected", "unprotected", "failed"]


def test_clusters_that_were_not_read_are_there_with_their_reasons(morning):
    found = {cluster["name"]: cluster for cluster in morning.data["clusters"]}
    assert set(found) == {"east", "west", "south", "north"}
    assert not found["south"]["reachable"] and found["south"]["failure"]["kind"] == "connection"
    assert "refused" in found["south"]["failure"]["description"] and "9443" in found["south"]["failure"]["hint"]
    assert not found["north"]["reachable"] and found["north"]["failure"]["kind"] == "not_run"
    assert morning.data["headline"].startswith("No: 6 of 510 databases are not protected as they should be, and 2 of 4")


def test_gate_fails_after_the_files_were_written_and_names_all(morning):
    run = morning.run
    assert run.rc == 2 and run.recap("east")["failed"] == 1
    text = run.words
    assert (
        "east/sessions (uid 2): Its newest copy is 3 days 4 hours old, 2 days 2 hours more than the 26 hours allowed."
        in text
    )
    assert "east/catalogue (uid 3): The export failed: no-permission. The cluster's nodes may not write there" in text
    assert "east/carts (uid 4): It was never exported or backed up, and the cluster does not back it up." in text
    assert "east/graph (uid 8): Its module graph does not have the capability backup_restore" in text
    assert (
        "east/wallets (uid 9): Its last good backup is 120 minutes old, 60 minutes more than the 60 minutes" in text
        or ("east/wallets (uid 9): Its last good backup is 2 hours old, 60 minutes more than the 60 minutes" in text)
    )
    assert "south: could not be read." in text and "north: could not be read." in text
    assert "pricing (uid 5)" not in text and "cache-1" not in text
    # Names of databases are no templates, on any release of Ansible.
    assert "1337" not in text
    assert {path.name for path in morning.folder.iterdir()} == {"report.html", "report.json", "report.prom", "runs"}
    assert [path.stat().st_mode & 0o777 for path in sorted(morning.folder.glob("report.*"))] == [0o644] * 3
    (kept,) = (morning.folder / "runs").iterdir()
    assert RUN.fullmatch(kept.name) and json.loads(kept.read_text(encoding="utf-8")) == morning.data


def test_prometheus_takes_the_metrics(morning):
    found = reports.read_metrics(morning.folder / "report.prom")
    assert (
        metric(found, "cluster_reachable", cluster="east") == 1
        and metric(found, "cluster_reachable", cluster="south") == 0
    )
    sessions = {"cluster": "east", "database": "sessions", "uid": 2}
    assert metric(found, "database_protected", **sessions) == 0
    assert metric(found, "database_within_service_level", operation="any", **sessions) == 0
    row = next(row for row in morning.data["databases"] if row["name"] == "sessions")
    age = metric(found, "report_timestamp_seconds") - metric(
        found, "database_last_success_timestamp_seconds", operation="export", **sessions
    )
    assert abs(age - row["export"]["age"]) < 60
    catalogue = {"cluster": "east", "database": "catalogue", "uid": 3}
    assert metric(found, "database_operation_status", operation="export", status="failed", **catalogue) == 1
    assert metric(found, "database_protected", cluster="east", database=EVIL, uid=6) == 0
    assert metric(found, "database_backup_enabled", cluster="east", database="pricing", uid=5) == 1
    assert metric(found, "report_problems") == 8
    named = set(re.findall(r"\bredis_enterprise_[a-z_]+", (ROOT / "docs/reports.md").read_text(encoding="utf-8")))
    assert {name for name in named if not name.endswith("_enterprise_")} <= {name for name, dummy in found}


def test_page_is_sound_complete_and_without_secrets(morning, clusters):
    page = reports.read_page(morning.folder / "report.html")
    text = " ".join("".join(page.itertext()).split())
    for words in (
        morning.data["headline"],
        "Cluster south could not be read",
        EVIL,
        TEMPLATE,
        "db-500",
        "What to do:",
        "Never exported or backed up",
        "Unreachable",
    ):
        assert words in text
    assert len(page.findall(".//table[@id='table']/tbody/tr")) == 510 and page.get("lang") == "en"
    assert all(header.get("scope") for header in page.iter("th"))
    # No address of another page, and no script but its own.
    raw = (morning.folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href|action|url)\s*[=(]\s*["']?(?!#)\w""", raw) and raw.count("<script") == 1
    for path in (*morning.folder.glob("report.*"), *(morning.folder / "runs").iterdir()):
        assert clusters.east.password not in path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser():
    with reports.chromium() as found:
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_in_a_browser_is_accessible_and_asks_for_nothing(morning, browser, scheme, width):
    page, complaints = reports.open_page(
        browser, morning.folder / "report.html", viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    LOOK.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=LOOK / f"{scheme}-{width}.png")
    assert page.title().startswith("Problem:") and complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # All rules on a part of the rows: the rest differ in nothing but their texts.
    page.evaluate("[...document.querySelectorAll('#table tbody tr')].slice(20).forEach(row => row.remove())")
    assert reports.inaccessible(page) == []
    page.context.close()


def test_table_is_sorted_and_filtered(morning, browser):
    page, complaints = reports.open_page(browser, morning.folder / "report.html")
    shown = "[...document.querySelectorAll('#table tbody tr')].filter(row => !row.hidden).map(row => row.cells[0].querySelector('.name').textContent)"
    names = [row["name"] for row in morning.data["databases"]]
    assert page.evaluate(shown) == names
    page.get_by_role("button", name="Database").click()
    assert page.evaluate(shown)[-1] == "wallets" and page.locator("th[aria-sort=ascending]").inner_text().startswith(
        "Database"
    )
    page.get_by_role("button", name="Last export").click()
    assert page.evaluate(shown)[0] == "db-020" and page.locator("[aria-sort]").count() == 1
    page.get_by_role("button", name="Last export").click()
    assert EVIL in page.evaluate(shown)[:7] and page.locator("th[aria-sort=descending]").count() == 1
    page.get_by_label("Find").fill("TIER=gold")
    assert page.evaluate(shown) == ["wallets"] and page.get_by_text("1 of 510 shown").is_visible()
    page.get_by_label("Find").fill("")
    page.get_by_label("State").select_option("bad")
    assert set(page.evaluate(shown)) == {"sessions", "catalogue", "carts", EVIL, "graph", "wallets"}
    page.get_by_role("combobox", name="Cluster").select_option("west")
    assert page.evaluate(shown) == [] and complaints == []
    page.context.close()


def test_page_without_script_and_days_later(morning, browser):
    page, complaints = reports.open_page(browser, morning.folder / "report.html", java_script_enabled=False)
    assert page.get_by_role("row").count() > 510 and not page.get_by_label("Find").is_visible()
    assert page.get_by_role("heading", level=1).inner_text() == morning.data["headline"]
    page.context.close()
    page, complaints = reports.open_page(browser, morning.folder / "report.html")
    assert not page.locator("#stale").is_visible()
    page.clock.install(time=f"{int(morning.data['generated'][:4]) + 1}-01-01T00:00:00Z")
    page.reload()
    assert "It says nothing of last night" in page.locator("#stale").inner_text() and complaints == []
    page.context.close()


@pytest.fixture(scope="module")
def evening(morning, clusters):
    """Later: what was wrong is put right, a database is gone, and older runs of an other number of keys are there, with files of others."""
    control = clusters.east.control
    for uid, more in (
        (2, {}),
        (3, {"export_status": "succeeded", "export_failure_reason": ""}),
        (4, {}),
        (6, {}),
        (9, {}),
    ):
        control.set_database(uid, last_export_time=reports.ago(1), **more)
    control.set_database(5, last_backup_time=reports.ago(1))
    control.remove_database(8)
    runs = morning.folder / "runs"
    for day in range(1, 6):
        old = {**morning.data, "generated": f"2026-01-0{day}T03:00:00Z"}
        old["databases"] = [{**row, "key_count": day} for row in morning.data["databases"] if row["name"] == "orders"]
        (runs / f"report-2026010{day}T030000Z.json").write_text(json.dumps(old), encoding="utf-8")
    (runs / "report-20260105T030001Z.json").write_text("{broken", encoding="utf-8")
    strangers = {"notes.json", "report-20260101T030000Z.json.bak", "report-2026.json", "xreport-20260101T030000Z.json"}
    for name in strangers:
        (runs / name).write_text("keep me", encoding="utf-8")
    metrics = morning.ansible.folder / "collector.prom"
    variables = {
        "directory": str(morning.folder),
        "keep": 4,
        "prometheus_file": str(metrics),
        "rules": morning.rules[:1],
        "max_age": "1d2h",
    }
    run = reports.report(morning.ansible, variables, inventory={"east": morning.hosts["east"]})
    data = reports.read_data(morning.folder / "report.json")
    return SimpleNamespace(run=run, data=data, runs=runs, strangers=strangers, metrics=metrics)


def test_all_is_well_when_it_is(evening):
    assert evening.run.rc == 0 and evening.data["verdict"] == "ok", evening.run.text
    assert evening.data["headline"] in evening.run.words
    assert evening.data["headline"] == "Yes: all 8 databases with a service level have good copies as recent as wanted."
    assert metric(reports.read_metrics(evening.metrics), "report_problems") == 0


def test_trends_come_from_kept_runs_and_only_those_are_deleted(evening, morning):
    kept = {path.name for path in evening.runs.iterdir()}
    assert evening.strangers < kept
    ours = sorted(kept - evening.strangers)
    assert len(ours) == 4 and all(RUN.fullmatch(name) for name in ours)
    assert ours[:2] == ["report-20260105T030000Z.json", "report-20260105T030001Z.json"]
    assert evening.data["runs"] == ["2026-01-05T03:00:00Z", morning.data["generated"], evening.data["generated"]]
    orders = next(row for row in evening.data["databases"] if row["name"] == "orders")
    assert orders["trend"]["key_count"] == [5, 40, 40]
    assert evening.data["clusters"][0]["gone"] == [{"uid": 8, "name": "graph"}]


def test_check_mode_reads_and_says_and_writes_nothing(clusters, ansible):
    """With the first line of the guide, and the levels that it shows."""
    (levels,) = [block for block in blocks("docs/reports.md", "yaml") if block.startswith("report_databases_max_age")]
    (ansible.folder / "levels.yml").write_text(levels + "report_databases_names: orders\n", encoding="utf-8")
    clusters.east.control.reset_log()
    line = blocks("docs/reports.md", "sh")[0].strip()
    run = ansible.use(clusters.east, "db_viewer").command(f"{line} -e @levels.yml --check --diff", shell=True)
    assert run.rc == 0 and not (ansible.folder / "report").exists(), run.text
    assert "Yes: the only database has a good copy as recent as wanted." in run.words
    assert f"Would write {ansible.folder}/report/report.html" in run.words
    assert run.recap()["changed"] >= 1 and set(clusters.east.control.counters()["methods"]) == {"GET"}


@pytest.mark.parametrize(
    "wrong, words",
    [
        (
            {"fail_if_older_than": "26 hours"},
            "max_age: '26 hours' is no duration. Give a number with s, m, h, d or w, such as 26h or 7d, or none.",
        ),
        ({"rules": [{"max_age": "1h"}]}, "rule 1: it says of no database that it is meant."),
    ],
)
def test_bad_levels_are_refused_before_anything_is_read(clusters, ansible, wrong, words):
    clusters.east.control.reset_log()
    run = reports.report(ansible.use(clusters.east), {"directory": str(ansible.folder / "new"), **wrong})
    assert run.rc == 2 and words in run.words and not (ansible.folder / "new").exists()
    assert clusters.east.control.requests() == []
