# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""prepare.py FOLDER: put together what Sphinx reads beside the reference of antsibull-docs. Nothing of it is edited by hand."""

from __future__ import annotations

import ast
import shutil
import sys
import zlib
from pathlib import Path

import yaml
from antsibull_docs_parser.md import to_md
from antsibull_docs_parser.parser import Context, parse

from tests.tools.docsite.pages import COLLECTION, ROOT, guides, pages

#: What antsibull-docs refers to in Ansible's own documentation: (kind and name, address, title).
ANSIBLE = [
    ("std:label", "action_plugins", "plugins/action.html#action-plugins", "Action plugins"),
    (
        "std:label",
        "ansible_configuration_settings",
        "reference_appendices/config.html#ansible-configuration-settings",
        "Ansible Configuration Settings",
    ),
    (
        "std:label",
        "common_return_values",
        "reference_appendices/common_return_values.html#common-return-values",
        "Return Values",
    ),
    *(
        ("std:envvar", f"ANSIBLE_{name}", f"reference_appendices/config.html#envvar-ANSIBLE_{name}", f"ANSIBLE_{name}")
        for name in (
            "CACHE_PLUGIN",
            "CACHE_PLUGIN_CONNECTION",
            "CACHE_PLUGIN_PREFIX",
            "CACHE_PLUGIN_TIMEOUT",
            "INVENTORY_ANY_UNPARSED_IS_FAILED",
        )
    ),
]


def copy_pages(folder):
    """The pages, and the images that they show."""
    for page in [*pages(), *(path.relative_to(ROOT) for path in ROOT.glob("docs/images/*"))]:
        target = folder / page
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / page, target)


def write_index(folder):
    """The first page, and in its list of contents the guides in the order of the README's table. One that is not there fails the build."""
    text = (ROOT / "docs/docsite/index.md").read_text(encoding="utf-8")
    before, readme, after = text.partition("\nOverview <README>\n")
    (folder / "index.md").write_text(before + "\n".join([readme.rstrip(), *guides()]) + "\n" + after, encoding="utf-8")


def write_roles(folder):
    lines = ["# Guides to the roles", "", "```{toctree}", ":glob:", "", "*/README", "```", ""]
    (folder / "roles/index.md").write_text("\n".join(lines), encoding="utf-8")


def write_playbooks(folder):
    """One section for each playbook: what it says of itself, and its text."""
    parts = [
        "# Playbooks\n\nThey come with the collection, and run by their name. Each is short: copy it where it does not fit.\n"
    ]
    for path in sorted((ROOT / "playbooks").glob("*.yml")):
        plays = yaml.safe_load(path.read_text(encoding="utf-8"))
        what = "; ".join(play["name"] for play in plays if isinstance(play, dict) and "name" in play)
        parts.append(
            f"## {COLLECTION}.{path.stem}\n\n{what}.\n\n```yaml\n{path.read_text(encoding='utf-8').strip()}\n```\n"
        )
    (folder / "more/playbooks.md").write_text("\n".join(parts), encoding="utf-8")


def documentation(path):
    """The documentation of an event source: its strings DOCUMENTATION and EXAMPLES, or its docstring where it has none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    return strings.get("DOCUMENTATION") or ast.get_docstring(tree), strings.get("EXAMPLES")


def _words(value):
    """Ansible's markup as Markdown, of one text or of several."""
    texts = [value] if isinstance(value, str) else value or []
    return " ".join(to_md(paragraph) for text in texts for paragraph in [parse(str(text), Context())])


def _options(options):
    """The options of a plugin as a table."""
    yield "| Option | Meaning |\n| --- | --- |"
    for name, option in options.items():
        more = [
            f"Type `{option.get('type', 'str')}`." if "default" not in option else f"Default `{option['default']}`."
        ]
        more += [f"One of `{'`, `'.join(map(str, option['choices']))}`."] if "choices" in option else []
        more += ["**Needed.**"] if option.get("required") else []
        yield f"| `{name}` | {_words(option.get('description'))} {' '.join(more)} |"


def write_event_sources(folder):
    """antsibull-docs knows no plugins of Event-Driven Ansible."""
    sources = sorted((ROOT / "extensions/eda/plugins/event_source").glob("[!_]*.py"))
    parts = ["# Event sources\n\nFor rulebooks of Event-Driven Ansible.\n"]
    for path in sources:
        described, examples = documentation(path)
        parts.append(f"## {COLLECTION}.{path.stem}\n")
        doc = yaml.safe_load(described)
        if isinstance(doc, dict):
            parts.append(f"{doc.get('short_description', '')}.\n")
            parts += [f"* {_words(text)}" for text in doc.get("description", [])]
            parts += ["", "### Options\n", *_options(doc.get("options", {})), ""]
        else:
            parts.append(f"{described.strip()}\n")
        if examples:
            parts.append(f"### Examples\n\n```yaml\n{examples.strip()}\n```\n")
    if sources:
        (folder / "more/event_sources.md").write_text("\n".join(parts), encoding="utf-8")


def write_inventory(path):
    """The addresses of Ansible's labels, in the format of Sphinx, so that its documentation is linked to without being fetched."""
    body = "".join(f"{name} {kind} -1 {address} {title}\n" for kind, name, address, title in ANSIBLE)
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n# The remainder of this file is compressed using zlib.\n"
    path.write_bytes(head.encode() + zlib.compress(body.encode()))


def main(folder):
    (folder / "more").mkdir(parents=True)
    for step in (copy_pages, write_index, write_roles, write_playbooks, write_event_sources):
        step(folder)
    write_inventory(folder.parent / "ansible.inv")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
