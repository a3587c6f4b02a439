# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of the repository are pages of the documentation, and what the collection offers that a page may name."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = "community.redis_enterprise"
REPOSITORY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]

#: A link of a page: the text's end, the target. Code is not looked at, see prose().
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_CODE = re.compile(r"^(?P<fence>```+|~~~+).*?^(?P=fence)[ \t]*$|(?P<tick>`+)[^`].*?(?P=tick)", re.MULTILINE | re.DOTALL)


def pages():
    """Every Markdown page that readers are shown, as a path relative to the repository: README first, then guides, roles, the rest."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "tests/simulator/README.md"]
    found[1:1] = [*sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("roles/*/README.md"))]
    return [path.relative_to(ROOT) for path in found]


def guides():
    """The guides that the table of the README names, in its order, without their suffix."""
    table = (
        (ROOT / "README.md")
        .read_text(encoding="utf-8")
        .partition("<!-- guides -->")[2]
        .partition("<!-- end of guides -->")[0]
    )
    return re.findall(r"\]\((docs/\w+)\.md\)", table)


def prose(text):
    """The spans of a page that are no code, as (begin, end)."""
    position = 0
    for code in _CODE.finditer(text):
        yield position, code.start()
        position = code.end()
    yield position, len(text)


def references():
    """The names that a page may write as code, short and whole, with the label of their page in the reference."""
    kinds = {"module": "plugins/modules", "filter": "plugins/filter", "inventory": "plugins/inventory"}
    found = [(path.stem, kind) for kind, folder in kinds.items() for path in (ROOT / folder).glob("[!_]*.py")]
    found += [(path.name, "role") for path in (ROOT / "roles").iterdir() if path.is_dir()]
    labels = {}
    for name, kind in sorted(found):
        label = f"ansible_collections.{COLLECTION}.{name}_{kind}"
        labels[f"{COLLECTION}.{name}"] = label
        # A short name that is also a word of the pages, such as that of the inventory, would link what means something else.
        if "_" in name:
            labels[name] = label
    return labels


def repository_url(path):
    """Where a file or a folder of the repository is seen by somebody who has only the site."""
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"{REPOSITORY}/{kind}/main/{path}"
