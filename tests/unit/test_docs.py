# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages agree with the collection and with each other, and what checks them can fail."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.examples.extract import Block, all_blocks, blocks_of_page
from tests.examples.page import Page
from tests.examples.session import loose
from tests.examples.steps import Command, File, Printed, Unknown, steps_of
from tests.tools.docsite import links
from tests.tools.docsite.pages import ROOT, guides, pages, references
from tests.tools.docsite.prepare import documentation

ROLES = sorted(path for path in (ROOT / "roles").iterdir() if path.is_dir())


def test_every_guide_is_in_the_table_of_the_readme():
    assert sorted(guides()) == sorted(f"docs/{path.stem}" for path in ROOT.glob("docs/*.md"))


def test_every_link_of_the_pages_leads_somewhere():
    assert list(links.page_findings()) == []


@pytest.mark.parametrize(
    "link, finding",
    [
        ("gone.md", "leads nowhere"),
        ("b.md#gone", "has no such anchor"),
        ("#gone", "has no such anchor"),
        ("http://example.com/", "is not https"),
        ("https://localhost/", "names no public host"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(link, finding, tmp_path):
    (tmp_path / "a.md").write_text(
        f"# A\n\n[text]({link}) and [b](b.md#two-words-1), `[code](gone.md)`.\n", encoding="utf-8"
    )
    (tmp_path / "b.md").write_text("# B\n\n## Two words\n\n```sh\n# comment\n```\n\n## Two `words`\n", encoding="utf-8")
    assert [line for line in links.page_findings(tmp_path, ["a.md"]) if finding not in line] == []
    assert len(list(links.page_findings(tmp_path, ["a.md"]))) == 1
    assert links.anchors((tmp_path / "b.md").read_text(encoding="utf-8")) == {"b", "two-words", "two-words-1"}


def test_the_site_is_searched_for_dead_links_and_for_what_a_browser_would_fetch(tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="b.html#here">1</a><a href="b.html#gone">2</a><a href="c.html">3</a><img src="https://example.com/x.png">',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<p id="here">', encoding="utf-8")
    found = list(links.site_findings(tmp_path))
    assert (
        len(found) == 3 and "no such anchor" in found[0] and "c.html leads nowhere" in found[1] and "x.png" in found[2]
    )


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_every_variable_of_a_role_is_in_its_readme(role):
    options = yaml.safe_load((role / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    text = (role / "README.md").read_text(encoding="utf-8")
    names = options["argument_specs"]["main"]["options"]
    assert [name for name in names if name not in text and "`" + name.replace(role.name, "") + "`" not in text] == []


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_the_example_of_a_role_is_one_of_its_readme(role):
    """So what ansible-doc shows is run with the README."""
    main = yaml.safe_load((role / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]
    assert main["examples"] in [block.text for block in blocks_of_page(role.relative_to(ROOT) / "README.md")]


def test_every_playbook_and_filter_is_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [path.stem for pattern in ("playbooks/*.yml", "plugins/filter/[!_]*.py") for path in ROOT.glob(pattern)]
    assert [name for name in names if f"{name}`" not in text] == [] and len(names) > 4


def test_a_module_that_a_page_names_has_a_page_in_the_reference():
    assert references()["bdb_export"] == "ansible_collections.community.redis_enterprise.bdb_export_module"
    assert references()["export_databases"].endswith("_role") and references()["import_sources"].endswith("_filter")


def test_permissions_of_the_guide_are_those_of_the_source():
    text = (
        (ROOT / "docs/security.md")
        .read_text(encoding="utf-8")
        .partition("## A user with few rights")[2]
        .partition("\n## ")[0]
    )
    named = set(re.findall(r"`((?:view|start|reset|update)_\w+)`", text))
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "plugins").rglob("*.py"))
    used = set(re.findall(r'"((?:view|start|reset_bdb|update_bdb)_\w+|update_bdb)"', source))
    assert (
        named
        - used
        - {"start_bdb_export", "start_bdb_import", "reset_bdb_current_export_status", "reset_bdb_current_import_status"}
        == set()
    )
    assert "view_all_bdbs_info" in named and len(named) > 7


def test_an_event_source_without_documentation_shows_its_docstring(tmp_path):
    path = tmp_path / "source.py"
    path.write_text('"""Emits."""\nEXAMPLES = "- a"\n', encoding="utf-8")
    assert documentation(path) == ("Emits.", "- a")


# The harness of the examples


def block(language, text, file=None):
    return Block("page.md", 1, language, text, file)


@pytest.mark.parametrize(
    "language, text",
    [
        ("", "no language"),
        ("rust", "fn main() {}"),
        ("sh", "rm -rf /mnt/exports"),
        ("yaml", "some: mapping\nof: nothing"),
        ("yaml", "- hosts: localhost\n- name: a task between plays"),
    ],
)
def test_an_example_that_nobody_knows_how_to_run_is_an_error(language, text):
    with pytest.raises(Unknown):
        steps_of(block(language, text), Page())


def test_an_example_that_is_declared_is_not_run():
    assert steps_of(block("rust", "fn main() {}"), Page(not_run={"fn main": "no reason"})) == []
    assert steps_of(block("sh", "rm x\nansible --version"), Page(not_run={"rm": "no reason"})) == [
        Command("ansible --version")
    ]


def test_commands_and_what_they_print():
    text = "$ ansible one \\\n    two\nout\n$ ansible three\nmore\nlines\n"
    found = steps_of(block("console", text), Page())
    assert found == [Command("ansible one two"), Printed("out"), Command("ansible three"), Printed("more\nlines")]


def test_a_sentence_names_the_file(tmp_path):
    (named,) = [each for each in blocks_of_page("docs/schedules.md") if each.file == "nightly.yml"]
    assert [type(step) for step in steps_of(named, Page())] == [File]
    assert {each.file for each in blocks_of_page("docs/schedules.md")} >= {
        "/etc/cron.d/redis-export",
        "/etc/systemd/system/redis-export.timer",
    }


def test_only_what_differs_from_run_to_run_is_passed_over():
    one = loose('"last_time": "2026-11-01T02:00:41Z", 12 s ago, 2345 bytes, 4,000 keys, 2 of 3 ***')
    other = loose('"last_time": "2027-01-02T03:04:05+00:00", 7 s ago, 99 bytes, 4,000 keys, 2 of 3 *************')
    assert (
        one == other != loose('"last_time": "2027-01-02T03:04:05+00:00", 7 s ago, 99 bytes, 4,000 keys, 3 of 3 *******')
    )


def test_every_page_with_examples_is_found():
    found = set(all_blocks())
    assert found >= {"plugins", "README.md", "docs/exports.md", "roles/export_databases/README.md"}
    assert found - {"plugins"} <= {str(page) for page in pages()}
