# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to messages has every message, kind and reason of the source, and no other."""

from __future__ import annotations

import re

import pytest
import yaml

from ansible_collections.community.redis_enterprise.plugins.module_utils import _answers, _reasons
from tests.tools.docsite.messages import HOLE, messages
from tests.tools.docsite.pages import ROOT

GUIDE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = GUIDE.partition("## The way to the cluster")[2]
ROWS = [line.split(" | ")[0].strip("| ") for line in MESSAGES.splitlines() if line.startswith("| ")]
PHRASES = [phrase for row in ROWS for phrase in re.findall(r"`([^`]+)`", row)] + re.findall(
    r"^`(This is a bug[^`]+)`", GUIDE, re.MULTILINE
)
#: what the roles say that is no line of a template
OF_ROLES = " ".join(
    str(value)
    for role in sorted(ROOT.glob("roles/*"))
    for name in ("vars/main.yml", "tasks/main.yml")
    for value in [(role / name).read_text(encoding="utf-8")]
).replace("' ~ '", "")
#: what the source has beside a message, and is printed after it
WAYS_OUT = (
    "Give the database's name in its exports",
    "The cluster checks that its nodes reach the location",
    "Its own schema lists",
    "Remove it, or upgrade",
)
#: end of a file's path -> why its sentences are not messages that somebody searches for
NO_MESSAGES = {
    "/summary.txt.j2": "what went well, and repeated messages",
    "/plan.txt.j2": "what would be done",
    "/_reasons.py": "ways out; the reasons are compared by a test of their own",
    "/_metrics.py": "help of metrics: docs/reports.md lists them, which test_role_report_databases.py compares",
    "/_sparkline.py": "what a screen reader says of a trend of the report's page",
}
#: said by Ansible itself, or by ansible-rulebook
FOREIGN = (
    "Failed to import the required Python library",
    "couldn't resolve module/action",
    "could not be verified by inventory plugin",
    "Failed to parse inventory with 'auto' plugin",
    "Could not find a playbook",
)


def words(text):
    return " ".join(text.split())


def pieces(phrase):
    """The words of a phrase between what differs, without what stands at the edges."""
    phrase = re.sub(r"^[a-z_]+: (?=it )", "", phrase)
    return [piece for piece in (words(part).strip(" .:,()") for part in phrase.split(HOLE)) if piece]


def says(phrase, text):
    """Whether all pieces of the phrase are in the text, in their order."""
    at = 0
    for piece in pieces(phrase):
        at = text.find(piece, at) + 1
        if not at:
            return False
    return bool(pieces(phrase))


def significant(text):
    """A message of which more than a few words are its own. Summaries of what went well are none."""
    return len(re.findall("[A-Za-z]{2,}", text)) >= 3 and not text.startswith(WAYS_OUT)


def all_messages():
    found = [(file, words(text)) for file, texts in messages().items() for text in texts if significant(text)]
    return [(file, text) for file, text in found if not file.endswith(tuple(NO_MESSAGES))]


@pytest.mark.parametrize("end", NO_MESSAGES)
def test_what_is_left_out_refuses_nothing(end):
    """So that no message is left out with it."""
    files = [file for file in messages() if file.endswith(end)]
    assert files
    for file in files:
        assert not re.search(r"^ +raise |_error\(|Error\(", (ROOT / file).read_text("utf-8"), re.MULTILINE), file


def test_what_playbooks_and_roles_refuse_is_found():
    found = messages()
    assert any(text.startswith("The controller cannot be used.") for text in found["playbooks/awx_setup.yml"])
    assert len(found["playbooks/export_hosts.yml"]) == 2 and found["roles/report_databases/tasks/main.yml"]


def test_every_message_is_in_the_guide():
    missing = [f"{file}: {text}" for file, text in all_messages() if not any(says(phrase, text) for phrase in PHRASES)]
    assert missing == [], "\n" + "\n".join(missing)


def test_every_message_of_the_guide_is_in_the_source():
    texts = [text for dummy, text in all_messages()] + [words(OF_ROLES)]
    files = [*ROOT.glob("plugins/**/*.py"), *ROOT.glob("extensions/**/*.py"), *ROOT.glob("playbooks/*.yml")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(files))
    stale = [
        phrase
        for phrase in PHRASES
        if not any(says(phrase, text) for text in texts)
        and not phrase.startswith(FOREIGN)
        and not says(phrase, words(source))
    ]
    assert stale == []


def test_every_reason_of_the_cluster_is_in_the_guide():
    listed = {word for phrase in PHRASES for word in [phrase.partition(":")[0]]}
    reasons = {reason for table in _reasons._REMEDIES.values() for reason in table} | {"file-larger-than-mem-limit"}
    assert reasons - listed == set() and len(reasons) == 9


def test_every_kind_of_failure_is_in_the_guide():
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "plugins/module_utils").glob("*.py"))
    )
    kinds = set(re.findall(r'RedisEnterpriseError\(\s*"(\w+)"', source)) | set(_answers._KIND_OF_STATUS.values())
    kinds |= set(re.findall(r'finding\(\s*\w+,\s*"(\w+)"', source)) | {
        "server",
        "rejected",
        "option",
        "vanished",
        "not_started",
    }
    listed = set(re.findall(r"`(\w+)`", GUIDE.partition("is one word of these")[2].partition("## ")[0]))
    assert kinds - listed == set() and len(kinds) > 20


def test_every_status_that_means_something_is_in_the_guide():
    for status in (*_answers._KIND_OF_STATUS, 500, 503):
        assert any(str(status) in row for row in ROWS), status


def test_roles_say_nothing_else():
    """What a role's variables hold as a refusal is a row, too."""
    for role, name in (("export_databases", "refusal"), ("restore_databases", "needed")):
        values = yaml.safe_load((ROOT / "roles" / role / "vars/main.yml").read_text(encoding="utf-8"))
        text = values[f"{role}_{name}"]
        options = set(re.findall(r"'(\w+): ", text)) or {"export_databases_run_subdir"}
        for option in options:
            assert any(phrase.startswith(f"{option}: ") for phrase in PHRASES), option
