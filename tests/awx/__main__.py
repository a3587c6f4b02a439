# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX does with this collection, on this machine: set up by awx_setup.yml, a surveyed export, and the nightly workflow, each run by ansible-runner.

Run it with ``make demo-awx``. The cluster is simulated, and so is AWX's API; the modules of awx.awx, the playbooks and ansible-runner are the real ones.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from typing import Any

from tests.demo.__main__ import say

from .launch import Job
from .project import ROOT
from .stage import PLAYBOOK, Stage, reason_to_skip

DATABASES = [
    {"uid": 1, "name": "orders", "shards": 2, "keys": 4000},
    {"uid": 2, "name": "sessions", "keys": 1500, "export_status": "failed", "export_failure_reason": "no-permission"},
    {"uid": 3, "name": "catalogue", "keys": 3000},
]
FOLDER = ROOT / ".build/demo-awx"
ANSWERS = {"export_databases_names": "orders, sess*", "export_databases_max_age": 0}


def show(done: subprocess.CompletedProcess[str]) -> None:
    print(f"$ ansible-playbook {PLAYBOOK} -e @awx.yml\n{done.stdout}{done.stderr}")
    if done.returncode:
        sys.exit("The demonstration failed: see above.")


def show_job(stage: Stage, job: Job, answers: dict[str, Any]) -> None:
    """The survey with its answers, the job's output, and where its private data directory is."""
    template = stage.store.one("job_templates", job.template)
    print(f"Job template {job.template!r}")
    for question in stage.store.surveys[template["id"]]["spec"]:
        answer = answers.get(question["variable"], question.get("default", ""))
        print(f"  {question['question_name']}: {answer!r}")
    print(f"$ ansible-runner run {job.folder.relative_to(ROOT)} -p {template['playbook']}\n{job.stdout}")


def main() -> None:
    problem = reason_to_skip()
    if problem:
        sys.exit(f"The demonstration needs awx.awx. {problem}")
    began = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    with Stage(FOLDER, {"databases": DATABASES}) as stage:
        say(f"A simulated cluster serves at {stage.cluster.url}, a stand-in for AWX at {stage.controller.url}")
        say("Make the credential types, credentials, project, inventories, job templates, workflow and schedule")
        show(stage.setup())

        say("Launch the export as an operator does, with answers to its survey")
        (export,) = stage.launcher.launch("Redis Enterprise: export", ANSWERS)
        show_job(stage, export, ANSWERS)

        (schedule,) = stage.store.objects["schedules"].values()
        workflow = stage.store.get("workflow_job_templates", schedule["unified_job_template"])["name"]
        say(f"What the schedule {schedule['name']!r} ({schedule['rrule']}) starts at night: {workflow!r}")
        green, steps = stage.launcher.workflow(workflow)
        for step, job in steps:
            print(f"Step {step}:\n{job.stdout}")

        files = sorted(path.name for path in stage.exports.iterdir())
        print(f"The cluster has written {len(files)} files: {', '.join(files)}")
        if export.rc or not green:
            sys.exit("The demonstration failed: see above.")
    say(
        f"Done in {time.monotonic() - began:.0f} s. The private data directories of the jobs are in {FOLDER.relative_to(ROOT)}/jobs"
    )


if __name__ == "__main__":
    main()
