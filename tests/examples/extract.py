# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples: fenced blocks of pages, and EXAMPLES of plugins."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from tests.tools.docsite.pages import ROOT, pages

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```[ \t]*$", re.MULTILINE | re.DOTALL
)
_FILE = re.compile(r"`([\w./~-]*[./][\w./~-]*)`:$")
PLUGINS = "plugins"


@dataclass(frozen=True)
class Block:
    """One example. `file` is the name that the sentence above it gives, as in "Put this into `exports.yml`:"."""

    page: str
    line: int
    language: str
    text: str
    file: str | None = None

    @property
    def where(self):
        return f"{self.page}:{self.line}"


def blocks_of_page(page):
    """The fenced blocks of a Markdown page, in their order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        above = text[: found.start()].rstrip().rpartition("\n\n")[2].rpartition("```\n")[2]
        named = _FILE.search(above.strip())
        inner = re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
        line = text.count("\n", 0, found.start()) + 1
        yield Block(str(page), line, found["language"], inner, named[1] if named else None)


def blocks_of_plugins():
    """The EXAMPLES of each plugin."""
    paths = [*ROOT.glob("plugins/*/[!_]*.py"), *ROOT.glob("extensions/eda/plugins/*/[!_]*.py")]
    # The modules come first: filters work on what they have found.
    for path in sorted(paths, key=lambda path: (path.parent.name != "modules", path)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
                yield Block(str(path.relative_to(ROOT)), node.lineno, "yaml", ast.literal_eval(node.value))


def all_blocks():
    """Page (the plugins are one) to its blocks."""
    found = {str(page): list(blocks_of_page(page)) for page in pages()}
    found[PLUGINS] = list(blocks_of_plugins())
    return {page: blocks for page, blocks in found.items() if blocks}
