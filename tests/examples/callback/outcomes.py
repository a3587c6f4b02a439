# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A callback plugin for the tests of the examples: one line of JSON for each task's outcome, in the file that OUTCOMES_FILE names."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: outcomes
type: aggregate
short_description: Keep the outcome of each task
description: For tests only.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "outcomes"
    CALLBACK_NEEDS_ENABLED = True

    def _keep(self, result, outcome):
        row = {
            "task": result.task.get_name() if hasattr(result, "task") else result._task.get_name(),
            "outcome": outcome,
            "result": (result.result if hasattr(result, "result") else result._result),
        }
        with open(os.environ["OUTCOMES_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps(row, default=str) + "\n")

    def v2_runner_on_ok(self, result):
        self._keep(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._keep(result, "failed")

    def v2_runner_on_unreachable(self, result):
        self._keep(result, "failed")

    def v2_runner_on_skipped(self, result):
        self._keep(result, "skipped")
