# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters protection_page and protection_metrics: what is written of a report is escaped, whatever it is."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.redis_enterprise.plugins.filter import protection_metrics, protection_page
from ansible_collections.community.redis_enterprise.plugins.filter.protection_report import protection_report
from ansible_collections.community.redis_enterprise.plugins.plugin_utils._sparkline import sparkline

NASTY = "</td><script>x</script>\"'&\\\n{{ 7 * 191 }}"


@pytest.fixture
def report():
    state = {"status": "idle", "progress": None, "failure_reason": None, "last_time": None, "age": None}
    failed = {**state, "status": "failed", "failure_reason": NASTY}
    database = {
        "uid": 1,
        "name": NASTY,
        "status": NASTY,
        "export": failed,
        "import": state,
        "backup": state,
        "tags": {NASTY: NASTY},
    }
    down = {"failed": True, "msg": NASTY, "failure": {"kind": "tls", "description": NASTY, "hint": NASTY}}
    read = {"databases": [database], "cluster_time": None}
    return protection_report([read, down], [NASTY, "south"], "2026-11-22T02:30:00Z", max_age="26h")


def page(report, template, style="b{}", script="1"):
    return protection_page.FilterModule().filters()["protection_page"](report, template, style, script)


def test_every_value_is_escaped_and_only_style_and_script_are_not(report):
    template = "{{ report.headline }}{% for group in bad_groups %}{{ group }}{% endfor %}{{ clusters }}{{ rows }}<style>{{ style }}</style>{{ script }}"
    text = page(report, template, style="a > b", script="a && b")
    assert "<script>" not in text and "</td>" not in text and "1337" not in text
    assert "<style>a > b</style>a && b" in text


def test_policy_of_the_page_names_its_own_script(report):
    # The digest of the text alert('Hello, world.'), as the specification of content security policies gives it.
    found = page(report, "{{ script_hash }}", script="alert('Hello, world.');")
    assert found == "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="


@pytest.mark.parametrize("template", ["{% if %}", "{{ nothing.there }}"])
def test_bad_template_is_told(report, template):
    with pytest.raises(AnsibleFilterError, match="the template cannot be used"):
        page(report, template)


@pytest.mark.parametrize("call", [lambda: page({}, ""), lambda: protection_metrics.protection_metrics([])])
def test_other_input_is_refused(call):
    with pytest.raises(AnsibleFilterError, match="it takes what protection_report returns"):
        call()


def test_metrics_are_one_line_each(report):
    text = protection_metrics.FilterModule().filters()["protection_metrics"](report)
    assert all(
        line.startswith(("# HELP redis_enterprise_", "# TYPE redis_enterprise_", "redis_enterprise_"))
        for line in text.splitlines()
    )
    assert """database="</td><script>x</script>\\"'&\\\\\\n{{ 7 * 191 }}",uid="1"} 0""" in text
    assert 'redis_enterprise_cluster_reachable{cluster="south"} 0' in text and text.endswith("\n")


@pytest.mark.parametrize(
    "values, path",
    [
        (None, None),
        ([5], None),
        ([None, 5], None),
        ([0, 10], "M3 21L93 3"),
        ([7, 7], "M3 12L93 12"),
        ([0, None, 5, 10], "M3 21M63 12L93 3"),
    ],
)
def test_lines(values, path):
    line = sparkline("Keys", values, ["run"] * len(values or ()), str)
    assert (line and line["path"]) == path
