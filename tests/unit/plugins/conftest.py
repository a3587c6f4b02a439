# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for every module: a time that only tests move, and a run against expected requests."""

from __future__ import annotations

from functools import partial
from unittest.mock import Mock

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.redis_enterprise.plugins.module_utils import _module
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import Clock, Script


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def run_command():
    """AnsibleModule's own, without a module."""
    return partial(AnsibleModule.run_command, Mock(_debug=False, run_command_environ_update={}))


@pytest.fixture
def run(monkeypatch, clock):
    """run(module, options, *steps, check_mode=False): the Report of a module's function, with every expected request fired."""

    def call(module, options, *steps, check_mode=False):
        caught = {}
        monkeypatch.setattr(module, "time", clock, raising=False)
        monkeypatch.setattr(module, "run_module", lambda spec, act: caught.update(spec=spec, act=act))
        module.main()
        result = ArgumentSpecValidator({**_module.CONNECTION_OPTIONS, **caught["spec"]}).validate(options)
        if result.error_messages:
            raise AssertionError(result.error_messages)
        script = Script(*steps)
        report = caught["act"](_module.Task(script, result.validated_parameters, check_mode))
        if not script.all_fired():
            raise AssertionError("requests that were expected were not sent")
        return report, script

    return call
