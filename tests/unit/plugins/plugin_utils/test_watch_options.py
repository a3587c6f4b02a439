# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the event source: what is refused, in which words, and that its documentation says the same."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.plugin_utils._watch_options import OPTIONS, read_options

SOURCE = Path(__file__).parents[4] / "extensions/eda/plugins/event_source/databases.py"
LOGIN = {"url": ["https://cluster.example.com:9443"], "username": "u", "password": "canary-password"}
CONSTANTS = {
    target.id: ast.literal_eval(node.value)
    for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    for target in node.targets
}


def test_documentation_and_options_are_the_same():
    documented = yaml.safe_load(CONSTANTS["DOCUMENTATION"])["options"]
    keys = ("type", "elements", "choices", "default")
    assert {name: {key: option[key] for key in keys if key in option} for name, option in documented.items()} == {
        name: {key: option[key] for key in keys if key in option} for name, option in OPTIONS.items()
    }
    for name, option in OPTIONS.items():
        variables = option.get("fallback", (None, []))[1]
        text = " ".join(documented[name]["description"])
        assert [variable for variable in variables if f"E({variable})" not in text] == [], name


def test_every_example_is_accepted():
    examples = yaml.safe_load(CONSTANTS["EXAMPLES"])
    assert len(examples) == 3
    for example in examples:
        ((name, args),) = example.items()
        settings = read_options({**LOGIN, **(args or {})})
        assert name == "community.redis_enterprise.databases" and settings.cluster == "cluster.example.com"


@pytest.mark.parametrize(
    ("text", "seconds"), [("93600", 93600), (93600, 93600), ("90m", 5400), ("26 h", 93600), ("7d", 604800), ("45s", 45)]
)
def test_durations(text, seconds):
    settings = read_options({**LOGIN, "export_stale_after": text, "backup_stale_after": ""})
    assert settings.limits == {"export": seconds}


def test_a_limit_of_an_operation_that_is_not_watched_says_nothing():
    assert read_options({**LOGIN, "operations": "import", "export_stale_after": "1h"}).limits == {}


def test_the_environment_is_that_of_the_modules(monkeypatch):
    monkeypatch.setenv("REDIS_ENTERPRISE_URL", "https://node1.example.com:9443,https://node2.example.com:9443")
    monkeypatch.setenv("REDIS_ENTERPRISE_TOKEN", "canary-token")
    monkeypatch.setenv("REDIS_ENTERPRISE_INSECURE", "yes")
    settings = read_options({})
    assert len(settings.connection["url"]) == 2 and settings.cluster == "node1.example.com"
    assert settings.connection["validate_certs"] is False and settings.secrets.hide("a canary-token") == "a ********"


def test_what_ansible_rulebook_adds_is_no_option():
    assert read_options({**LOGIN, "eda_feedback_queue": object()}).interval == 30


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"stale": "1h"}, ["stale: the source has no such option.", "export_stale_after"]),
        ({"events": ["failed", "fail"]}, ["events", "fail"]),
        ({"operations": "restore"}, ["operations", "restore"]),
        ({"uid": "orders"}, ["uid", "int"]),
        ({"interval": 0}, ["interval: it is too small.", "0.1"]),
        ({"interval": float("nan")}, ["interval"]),
        ({"timeout": 0}, ["timeout: it is too small."]),
        ({"export_stale_after": "2 weeks"}, ["export_stale_after: '2 weeks' is no duration.", "26h"]),
        ({"backup_stale_after": "0"}, ["backup_stale_after: '0' is no duration."]),
        ({"export_stale_after": "-1h"}, ["export_stale_after"]),
        ({"timeout": "canary-password"}, ["timeout", "int"]),
    ],
)
def test_what_is_wrong_is_refused_in_words(args, words):
    with pytest.raises(RedisEnterpriseError) as caught:
        read_options({**LOGIN, **args})
    text = caught.value.sentence()
    assert caught.value.kind == "option" and "canary" not in text
    assert [word for word in words if word not in text] == []
