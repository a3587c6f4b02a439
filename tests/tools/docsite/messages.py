# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection can say, read from its source: sentences with `…` for what is filled in, without the ways out that follow them."""

from __future__ import annotations

import ast
import re

import yaml

from tests.tools.docsite.pages import ROOT

HOLE = "…"
#: call -> the position of the message among its arguments
_MESSAGES = {"RedisEnterpriseError": 1, "option_error": 1, "finding": 3}
#: what holds a way out, not a message
_WAYS_OUT = re.compile(
    r"hint|way_out|goes_on|example|remedy|HINTS|_WAY_OUT|_UNKNOWN|_AFTERMATH|_LOGS"
    r"|^_(MAKE_COPY|EXPORT_AGAIN|(LOOK_AT|FIRST|ENABLE)_BACKUP|CLOCK)$",
    re.IGNORECASE,
)
#: what tasks fail with
_REFUSALS = {"ansible.builtin.fail": "msg", "ansible.builtin.assert": "fail_msg"}
_DOCUMENTATION = ("DOCUMENTATION", "EXAMPLES", "RETURN")


def _text(node):
    """The text of a string with holes, or None for what is no string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else HOLE for part in node.values)
    return None


class _Strings(ast.NodeVisitor):
    """Every string of a file that may be a message."""

    def __init__(self):
        self.found = []

    def visit_Expr(self, node):
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Assign(self, node):
        target = node.targets[0]
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts)
        for name, value in pairs:
            name = getattr(name, "id", getattr(name, "attr", ""))
            if name not in _DOCUMENTATION and not _WAYS_OUT.search(name):
                self.visit(value)

    def visit_keyword(self, node):
        if not _WAYS_OUT.search(node.arg or ""):
            self.visit(node.value)

    def visit_Dict(self, node):
        for key, value in zip(node.keys, node.values):
            if not _WAYS_OUT.search(_text(key) or ""):
                self.visit(value)

    def visit_Call(self, node):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        arguments = node.args[: _MESSAGES[name] + 1] if name in _MESSAGES else node.args
        if name == "option_error":
            self._keep(node.args[1])
        if name not in ("namedtuple", "compile", "match", "search", "sub", "fullmatch"):
            for child in [node.func, *arguments, *node.keywords]:
                self.visit(child)

    def visit_Constant(self, node):
        self._keep_sentence(node)

    def visit_JoinedStr(self, node):
        self._keep_sentence(node)
        for part in node.values:
            if not isinstance(part, ast.Constant):
                self.visit(part)

    def _keep(self, node):
        for each in (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,):
            if _text(each):
                self.found.append(_text(each))

    def _keep_sentence(self, node):
        text = (_text(node) or "").strip()
        if len(text.split()) >= 4 and text.endswith((".", HOLE)):
            self.found.append(text)


def _without_templates(text):
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", HOLE, text, flags=re.DOTALL).strip()


def _refusals(part):
    """What the tasks in a part of a playbook or of a role say when they refuse or fail."""
    if isinstance(part, list):
        return [text for item in part for text in _refusals(item)]
    if not isinstance(part, dict):
        return []
    found = [_without_templates(part[name][key]) for name, key in _REFUSALS.items() if name in part]
    return found + [text for value in part.values() for text in _refusals(value)]


def messages():
    """File to the messages in it, each once."""
    found = {}
    for path in sorted([*ROOT.glob("plugins/*/*.py"), *ROOT.glob("extensions/eda/plugins/*/*.py")]):
        if path.parent.name == "doc_fragments":
            continue
        strings = _Strings()
        strings.visit(ast.parse(path.read_text(encoding="utf-8")))
        found[str(path.relative_to(ROOT))] = list(dict.fromkeys(strings.found))
    for path in sorted(ROOT.glob("roles/*/templates/*.j2")):
        lines = [_without_templates(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found[str(path.relative_to(ROOT))] = [line for line in lines if len(line.replace(HOLE, " ").split()) >= 3]
    for path in sorted(
        [*ROOT.glob("playbooks/*.yml"), *ROOT.glob("playbooks/tasks/*.yml"), *ROOT.glob("roles/*/tasks/*.yml")]
    ):
        found[str(path.relative_to(ROOT))] = _refusals(yaml.safe_load(path.read_text(encoding="utf-8")))
    return found


if __name__ == "__main__":
    for file, texts in messages().items():
        for text in texts:
            print(f"{file}: {text}")
