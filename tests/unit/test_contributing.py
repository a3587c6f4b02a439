# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files for contributors: forms, hooks and the workflow are valid, and call what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def run(*words):
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "schema, names",
    [
        ("vendor.github-issue-forms", ["ISSUE_TEMPLATE/bug_report.yml", "ISSUE_TEMPLATE/feature_request.yml"]),
        ("vendor.github-issue-config", ["ISSUE_TEMPLATE/config.yml"]),
        ("vendor.github-workflows", ["workflows/ci.yml"]),
    ],
)
def test_github_files_fit_their_schemas(schema, names):
    done = run(BIN / "check-jsonschema", "--builtin-schema", schema, *(f".github/{name}" for name in names))
    assert done.returncode == 0, done.stdout


def test_every_form_is_checked():
    assert {path.name for path in (ROOT / ".github/ISSUE_TEMPLATE").iterdir()} == {
        "bug_report.yml",
        "feature_request.yml",
        "config.yml",
    }


def test_the_workflow_runs_make_targets_and_nothing_else():
    lines = [line for step in STEPS for line in step.get("run", "").splitlines()]
    assert len(lines) >= 3
    for line in lines:
        words = [word for word in re.sub(r"\$\{\{.*?\}\}", "", line).split() if "=" not in word]
        assert words[0] == "make" and set(words[1:]) <= TARGETS and len(words) > 1, line


def test_actions_are_pinned_by_their_commit():
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert len(used) >= 6 and [each for each in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each)] == []


def test_the_workflow_may_only_read_and_each_job_ends():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 60 and "permissions" not in job for job in WORKFLOW["jobs"].values())


def test_the_hooks_are_valid_local_and_call_what_is_there():
    assert run(BIN / "pre-commit", "validate-config").returncode == 0
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert local["repo"] == "local" and len(local["hooks"]) > 5
    for hook in local["hooks"]:
        program, *arguments = hook["entry"].split()
        assert arguments[0] in TARGETS if program == "make" else (BIN / Path(program).name).exists(), hook["entry"]


def test_a_hook_runs(tmp_path):
    """In a repository of its own, for one that is not in order and for one that is."""
    config = tmp_path / ".pre-commit-config.yaml"
    config.write_text(
        (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8").replace(".venv/bin", str(BIN)), encoding="utf-8"
    )
    page = tmp_path / "file.yml"
    for text, status in (("key:   value\n", 1), ("---\nkey: value\n", 0)):
        page.write_text(text, encoding="utf-8")
        for words in (["git", "init", "--quiet"], ["git", "add", "."]):
            subprocess.run(words, cwd=tmp_path, check=True)
        done = subprocess.run(
            [BIN / "pre-commit", "run", "yamllint", "--files", "file.yml"],
            cwd=tmp_path,
            env={"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr


def test_the_archive_has_no_files_for_contributors_alone():
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    assert {".github", ".pre-commit-config.yaml"} <= set(ignored)
