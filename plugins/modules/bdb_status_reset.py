#!/usr/bin/python
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bdb_status_reset
short_description: Reset the export, import or backup status of Redis Enterprise databases
version_added: 0.1.0
description:
  - Takes the status of the last export, import or backup of one or many databases back to idle, which also clears its progress and its failure reason.
  - What is idle already is left alone, what is running is never touched, and each reset is read back.
  - No reset waits for another. They are sent O(max_parallel) side by side, and one look at the cluster confirms all that were sent before it.
  - To reset what an export or an import of the same play has brought to a success, O(community.redis_enterprise.bdb_export#module:reset_status)
    needs no task of its own.
  - It stops nothing and deletes no file. The time of the last success stays. What is erased is returned in RV(databases[].before).
author:
  - The community.redis_enterprise contributors (@ansible-collections)
extends_documentation_fragment:
  - community.redis_enterprise._attributes
  - community.redis_enterprise._connection
  - community.redis_enterprise._databases
  - community.redis_enterprise._wait
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  operation:
    description:
      - Whose status to reset. One or several.
    type: list
    elements: str
    choices:
      - export
      - import
      - backup
    required: true
  if_running:
    description:
      - What to do about a database on which the operation is running.
      - V(fail) fails for this database, V(wait) resets it after its end, and V(skip) leaves it alone.
    type: str
    choices:
      - fail
      - wait
      - skip
    default: fail
seealso:
  - module: community.redis_enterprise.bdb_info
  - module: community.redis_enterprise.bdb_export
  - name: Reset the export status
    description: The endpoint in the reference of the REST API. Those for import and backup are beside it.
    link: https://redis.io/docs/latest/operate/rs/references/rest-api/requests/bdbs/actions/export_reset_status/
"""

EXAMPLES = r"""
---
- name: Reset the export status of every database, with the connection from the environment
  community.redis_enterprise.bdb_status_reset:
    name: "*"
    operation: export

- name: Reset all three statuses of one database, and wait for what is running
  community.redis_enterprise.bdb_status_reset:
    url: https://cluster.example.com:9443
    ca_cert: /etc/ssl/redis-enterprise.pem
    username: backup@example.com
    password: "{{ vault_redis_enterprise_password }}"
    uid: 7
    operation:
      - export
      - import
      - backup
    if_running: wait

- name: Set the connection once, and reset the failed backups that bdb_info has found
  module_defaults:
    group/community.redis_enterprise.all:
      url: https://cluster.example.com:9443
      token: "{{ vault_redis_enterprise_token }}"
  block:
    - name: Read all databases
      community.redis_enterprise.bdb_info:
      register: all_databases

    - name: Reset those whose backup has failed
      community.redis_enterprise.bdb_status_reset:
        uid: "{{ failed_uids }}"
        operation: backup
      when: failed_uids | length > 0
      vars:
        failed_uids: "{{ all_databases.databases | selectattr('backup.status', 'eq', 'failed') | map(attribute='uid') }}"
"""

RETURN = r"""
---
databases:
  description: One entry for each selected database and operation.
  returned: when the databases could be read
  type: list
  elements: dict
  contains:
    uid:
      description: The uid of the database.
      returned: always
      type: int
      sample: 1
    name:
      description: Its name.
      returned: always
      type: str
      sample: orders
    operation:
      description: V(export), V(import) or V(backup).
      returned: always
      type: str
      sample: export
    outcome:
      description:
        - V(reset), V(idle) when there was nothing to reset, V(skipped) because it is running, V(failed), or V(unknown) when the contact was lost.
        - In check mode, V(would_reset), V(idle), V(skipped), or V(would_fail).
      returned: always
      type: str
      sample: reset
    changed:
      description: Whether the status was reset.
      returned: always
      type: bool
      sample: true
    status:
      description: The status now. V(idle), whatever way the release spells it, or the cluster's own word.
      returned: always
      type: str
      sample: idle
    progress:
      description: The progress now, in percent, or null.
      returned: always
      type: float
      sample: 0.0
    failure_reason:
      description: The failure reason now, or null.
      returned: always
      type: str
      sample: null
    last_time:
      description: Time of the last success, which a reset leaves, or null. The cluster keeps none for imports.
      returned: always
      type: str
      sample: "2026-11-01T02:00:41Z"
    elapsed:
      description: Seconds from the reset until it was seen, or null.
      returned: always
      type: float
      sample: 0.1
    before:
      description: What was there before, and is erased by a reset.
      returned: always
      type: dict
      contains:
        status:
          description: The status before.
          returned: always
          type: str
          sample: failed
        failure_reason:
          description: The failure reason before, or null.
          returned: always
          type: str
          sample: no-permission
        last_time:
          description: Time of the last success before, or null.
          returned: always
          type: str
          sample: "2026-11-01T02:00:41Z"
    failure:
      description: Why this one failed, with the keys of RV(failure), or null.
      returned: always
      type: dict
      sample: null
failure:
  description: Why the task failed, or null. For a failure of single databases see RV(databases[].failure).
  returned: always
  type: dict
  contains:
    kind:
      description: One word, such as V(option), V(connection), V(tls), V(authentication), V(permission) or V(databases).
      returned: always
      type: str
      sample: permission
    status:
      description: The HTTP status code, or null.
      returned: always
      type: int
      sample: 403
    code:
      description: The cluster's own error code or reason, or null.
      returned: always
      type: str
      sample: null
    description:
      description: The cluster's own words, or this module's.
      returned: always
      type: str
      sample: The user has no permission for this action.
    hint:
      description: What to do about it.
      returned: always
      type: str
      sample: "It needs the permission reset_bdb_current_export_status, which these roles have: admin, cluster_member and db_member."
"""

import time

from ..module_utils._databases import OPERATIONS, DatabaseReader, fields_for, require_selector, select
from ..module_utils._job import Job
from ..module_utils._module import DATABASE_OPTIONS, WAIT_OPTIONS, run_module
from ..module_utils._operation import Limits, Runner
from ..module_utils._report import report_jobs
from ..module_utils._reset import Reset


def reset(task):
    """Select, reset what is not idle or only say so, and report."""
    params = task.params
    require_selector(params["uid"], params["name"])
    operations = [operation for operation in OPERATIONS if operation in params["operation"]]
    reader = DatabaseReader(task.client, fields_for(operations))
    databases = reader.read()
    jobs = [Job(db, operation) for db in select(databases, params["uid"], params["name"]) for operation in operations]
    rules = Reset(params["if_running"])
    if task.check_mode:
        for job in jobs:
            rules.predict(job)
        return report_jobs(jobs, after=_after_reset)
    runner = Runner(
        task.client,
        reader,
        Limits(params["wait_timeout"], params["poll_interval"], params["max_parallel"]),
        time.monotonic,
        time.sleep,
    )
    runner.carry_out(rules, jobs, databases)
    return report_jobs(jobs, runner.warnings)


def _after_reset(job):
    return {"status": "idle", "failure_reason": None, "last_time": job.state.last_time}


def main():
    run_module(
        {
            **DATABASE_OPTIONS,
            **WAIT_OPTIONS,
            "operation": {"type": "list", "elements": "str", "choices": list(OPERATIONS), "required": True},
            "if_running": {"type": "str", "choices": ["fail", "wait", "skip"], "default": "fail"},
        },
        reset,
    )


if __name__ == "__main__":
    main()
