# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules' own code in this process: options are validated, run and cleaned of secrets as ``run_module`` does.

``python -m tests.soak.drive`` reads ``{"module", "options"}`` from standard input: a run that can be killed.
"""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values

from ansible_collections.community.redis_enterprise.plugins.module_utils import _module
from ansible_collections.community.redis_enterprise.plugins.module_utils._connection import connect
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.module_utils._secrets import Secrets
from ansible_collections.community.redis_enterprise.plugins.modules import bdb_export, bdb_status_reset


def _parts(module: ModuleType) -> tuple[ArgumentSpecValidator, Any]:
    """Return the validator and the function that ``main()`` of a module hands to ``run_module``."""
    caught: list[Any] = []
    original = module.run_module
    module.run_module = lambda options, act: caught.extend((options, act))
    try:
        module.main()
    finally:
        module.run_module = original
    return ArgumentSpecValidator({**_module.CONNECTION_OPTIONS, **caught[0]}), caught[1]


_PARTS = {"bdb_export": _parts(bdb_export), "bdb_status_reset": _parts(bdb_status_reset)}


def run(module: str, options: dict[str, Any]) -> dict[str, Any]:
    """Run a module; return its result as Ansible would print it, with ``failed``, ``msg`` and ``warnings``.

    An exception that is none of the collection's own comes through.
    """
    validator, act = _PARTS[module]
    validation = validator.validate(options)
    if validation.error_messages:
        raise ValueError(validation.error_messages)
    params = validation.validated_parameters
    secrets = Secrets(*map(str, validation._no_log_values))
    try:
        report = act(_module.Task(connect(params, secrets), params, False))
    except RedisEnterpriseError as error:
        report = _module.Report(False, error.sentence(), {}, error)
    result = {
        "failed": report.failure is not None,
        "changed": report.changed,
        "msg": report.msg,
        "warnings": [_module.redact_user_info(warning) for warning in report.warnings],
        "failure": report.failure.as_failure() if report.failure else None,
        "diff": report.diff,
        **report.data,
    }
    return remove_values(secrets.hide(result, keys=True), set(secrets))


if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    print(json.dumps(run(wanted["module"], wanted["options"])))
