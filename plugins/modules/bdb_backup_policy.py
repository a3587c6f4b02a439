#!/usr/bin/python
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bdb_backup_policy
short_description: Set the periodic backup of Redis Enterprise databases
version_added: 0.1.0
description:
  - Sets whether, how often and where to the cluster backs up one or many databases by itself, and for how long it keeps the backups.
  - What is not given stays as it is. What is as it should be is left alone, only what differs is sent, and it is read back.
  - It starts no backup. An on-demand backup is an export, see M(community.redis_enterprise.bdb_export).
author:
  - The community.redis_enterprise contributors (@ansible-collections)
extends_documentation_fragment:
  - community.redis_enterprise._attributes
  - community.redis_enterprise._connection
  - community.redis_enterprise._databases
  - community.redis_enterprise._location.backup
  - community.redis_enterprise._wait
attributes:
  check_mode:
    support: full
    details:
      - Does every read and every check, and changes nothing. See RV(preflight), and O(cluster_dry_run) for the one request that is a write by its method.
      - With O(auth_method=jwt) it still logs in.
  diff_mode:
    support: full
    details:
      - Secrets that are sent are shown as a word that says so.
  idempotent:
    support: partial
    details:
      - With O(update_secrets=always) a location with secrets is sent at every run, which is always a change.
options:
  enabled:
    description:
      - Whether the cluster backs up the databases periodically. The other settings stay when it does not.
      - To enable it, a database needs an interval and a location, either given here or known already.
    type: bool
  interval:
    description:
      - Seconds from one backup to the next. The cluster's own interface offers V(3600), V(14400), V(43200) and V(86400).
      - The cluster looks every five minutes for backups that are due.
    type: int
  interval_offset:
    description:
      - Seconds after the round interval, in UTC, at which a backup begins. With O(interval=86400), V(7200) is two o'clock. It is less than the interval.
      - If it is not given, it stays as it is, and the cluster chooses one by chance for an interval of 12 or 24 hours.
    type: int
  history:
    description:
      - Days after which the cluster deletes a backup. V(0) keeps all of them.
    type: int
  update_secrets:
    description:
      - When the secrets of O(backup_location) are sent. The cluster does not show them again, so nobody can tell whether they are still the same.
      - V(on_change) sends them with the whole location when another key of it differs from what the cluster shows.
      - V(always) sends the location at every run if it has secrets, and reports a change each time. Use it once after a password has changed.
    type: str
    choices:
      - on_change
      - always
    default: on_change
  cluster_dry_run:
    description:
      - In check mode, let the cluster validate the change as well, by the request that would change it with C(?dry_run), which changes nothing.
      - That is a write by its method, and needs the permission to update databases. It is sent only when all nodes tell a release of 7.4 or newer, since
        an older one might not know C(dry_run) and apply the change. The first database that takes it is read back before the others are asked for.
      - Switch it off where nothing but reads may be sent.
    type: bool
    default: true
seealso:
  - module: community.redis_enterprise.bdb_info
  - module: community.redis_enterprise.bdb_export
  - module: community.redis_enterprise.bdb_status_reset
  - name: Update database configuration
    description: The endpoint in the reference of the REST API.
    link: https://redis.io/docs/latest/operate/rs/references/rest-api/requests/bdbs/#put-bdbs
  - name: Schedule periodic backups
    description: What the cluster does with a policy.
    link: https://redis.io/docs/latest/operate/rs/databases/import-export/schedule-backups/
"""

EXAMPLES = r"""
---
- name: Back up all databases at two o'clock UTC, and keep the backups for a week
  community.redis_enterprise.bdb_backup_policy:
    url: https://cluster.example.com:9443
    ca_cert: /etc/ssl/redis-enterprise.pem
    username: backup@example.com
    password: "{{ vault_redis_enterprise_password }}"
    name: "*"
    enabled: true
    interval: 86400
    interval_offset: 7200
    history: 7
    backup_location:
      type: mount_point
      path: /mnt/backups

- name: Send a new secret key of the S3 store, with the connection from the environment
  community.redis_enterprise.bdb_backup_policy:
    name: "orders-*"
    backup_location:
      type: s3
      bucket_name: redis-backups
      subdir: orders
      access_key_id: "{{ vault_s3_key_id }}"
      secret_access_key: "{{ vault_s3_secret }}"
    update_secrets: always

- name: Set the connection once for many tasks
  module_defaults:
    group/community.redis_enterprise.all:
      url: https://cluster.example.com:9443
      token: "{{ vault_redis_enterprise_token }}"
  block:
    - name: Stop the periodic backup of one database, and leave the rest of its policy
      community.redis_enterprise.bdb_backup_policy:
        uid: 7
        enabled: false

    - name: Back up the others every four hours
      community.redis_enterprise.bdb_backup_policy:
        name:
          - orders
          - sessions
        interval: 14400
      register: policies

    - name: Show what changed
      ansible.builtin.debug:
        var: policies.databases
"""

RETURN = r"""
---
databases:
  description: One entry for each selected database, in the order of the selection.
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
    outcome:
      description:
        - V(updated), V(unchanged), or V(failed), the cluster has refused it or does not show it afterwards.
        - V(timed_out), the cluster has taken it and is still busy with it. V(not_started), the time or the cluster was gone before it was taken.
          V(unknown), the contact was lost after it was sent.
        - In check mode, V(would_update), V(unchanged), or V(would_fail).
      returned: always
      type: str
      sample: updated
    changed:
      description: Whether this task changed something for this database.
      returned: always
      type: bool
      sample: true
    changes:
      description: The options that were sent, or would be, because they differ or because their secrets are to be sent.
      returned: always
      type: list
      elements: str
      sample:
        - enabled
        - interval
        - backup_location
    policy:
      description:
        - The policy now, or in check mode as it would be. Its keys are named as the options are.
        - It holds no secrets. In check mode there is a word in place of each that would be sent.
      returned: always
      type: dict
      contains:
        enabled:
          description: Whether the cluster backs the database up periodically.
          returned: always
          type: bool
          sample: true
        interval:
          description: Seconds from one backup to the next, or null where the cluster shows none, which releases before 7.22.2-20 do for a default.
          returned: always
          type: int
          sample: 86400
        interval_offset:
          description: Seconds after the round interval, in UTC, or null where the cluster shows none.
          returned: always
          type: int
          sample: 7200
        history:
          description: Days after which a backup is deleted, V(0) for never, or null where the cluster shows none.
          returned: always
          type: int
          sample: 7
        backup_location:
          description: The type and the other keys of the location that hold no secret, URLs without their users, or null when there is none.
          returned: always
          type: dict
          sample:
            type: mount_point
            path: /mnt/backups
    before:
      description: The policy before, with the keys of RV(databases[].policy).
      returned: always
      type: dict
      sample:
        enabled: false
        interval: null
        interval_offset: null
        history: null
        backup_location: null
    failure:
      description: Why this one failed, with the keys of RV(failure), or null.
      returned: always
      type: dict
      sample: null
preflight:
  description: What was found out without changing anything.
  returned: in check mode
  type: dict
  contains:
    ready:
      description: Whether nothing is in the way of the real run, as far as that can be told.
      returned: always
      type: bool
      sample: true
    problems:
      description: What is in the way, or may be.
      returned: always
      type: list
      elements: dict
      contains:
        uid:
          description: The database, or null for a problem of the location.
          returned: always
          type: int
          sample: 1
        name:
          description: Its name, or null.
          returned: always
          type: str
          sample: orders
        kind:
          description: V(not_active), V(unsupported) or V(rejected).
          returned: always
          type: str
          sample: not_active
        blocking:
          description: Whether the real run would fail because of it.
          returned: always
          type: bool
          sample: false
        message:
          description: What was found.
          returned: always
          type: str
          sample: The database is active-change-pending, not active.
        hint:
          description: What to do about it.
          returned: always
          type: str
          sample: A pending one is waited for; any other needs an administrator of the cluster.
      sample: []
    validated:
      description: Whether the cluster itself has validated the changes, see O(cluster_dry_run).
      returned: always
      type: bool
      sample: false
failure:
  description: Why the task failed, or null. For a failure of single databases see RV(databases[].failure).
  returned: always
  type: dict
  contains:
    kind:
      description: One word, such as V(option), V(connection), V(tls), V(authentication), V(permission) or V(databases).
      returned: always
      type: str
      sample: unsupported
    status:
      description: The HTTP status code, or null.
      returned: always
      type: int
      sample: 406
    code:
      description: The cluster's own error code, or null.
      returned: always
      type: str
      sample: missing_backup_interval
    description:
      description: The cluster's own words, or this module's.
      returned: always
      type: str
      sample: BDB backup is enabled but backup interval is missing.
    hint:
      description: What to do about it.
      returned: always
      type: str
      sample: Give the interval.
"""

import time

from ..module_utils._databases import DatabaseReader, fields_for, require_selector, select
from ..module_utils._job import Job
from ..module_utils._location import LOCATION_OPTIONS
from ..module_utils._module import DATABASE_OPTIONS, WAIT_OPTIONS, run_module
from ..module_utils._operation import Limits, Runner
from ..module_utils._policy import (
    FIELDS,
    changes,
    describe_policy,
    policy_of,
    predicted,
    require_possible,
    wanted_policy,
)
from ..module_utils._policy_change import PolicyChange
from ..module_utils._policy_preview import predict, unreadable, warnings_of
from ..module_utils._report import report_jobs


def set_policy(task):
    """Select, compare, change what differs or only say so, and report."""
    params = task.params
    require_selector(params["uid"], params["name"])
    wanted = wanted_policy(params)
    fields = ["crdt", *FIELDS.values(), *(["module_list"] if task.check_mode else [])]
    reader = DatabaseReader(task.client, fields_for([], *fields))
    databases = reader.read()
    jobs = [Job(db, "backup policy", {}, policy_of) for db in select(databases, params["uid"], params["name"])]
    require_possible(wanted, jobs)
    for job in jobs:
        job.body = changes(wanted, job.state, wanted.always)
        if not job.body:
            job.finish("unchanged", 0)
    due = [job for job in jobs if job.outcome is None]
    warnings = warnings_of(task.client, wanted, due, databases)
    warnings += unreadable(wanted, [job for job in jobs if FIELDS["backup_location"] not in job.body])
    if task.check_mode:
        found = predict(task, due, databases, reader)
        return report_jobs(jobs, warnings, _after, _row, describe_policy, preflight=found)
    limits = Limits(params["wait_timeout"], params["poll_interval"], params["max_parallel"])
    runner = Runner(task.client, reader, limits, time.monotonic, time.sleep)
    runner.carry_out(PolicyChange(wanted), due, databases)
    return report_jobs(jobs, warnings + runner.warnings, _after, _row, describe_policy)


def _after(job):
    """The policy that a change leaves, as far as it is known: what was sent of a secret shows nowhere else."""
    return predicted(job.state, job.body) if job.outcome in ("updated", "would_update") else describe_policy(job.state)


def _row(job):
    return {
        "uid": job.uid,
        "name": job.name,
        "outcome": job.outcome,
        "changed": job.changed,
        "changes": [option for option, field in FIELDS.items() if field in job.body],
        "policy": _after(job) if job.outcome == "would_update" else describe_policy(job.state),
        "before": describe_policy(job.before),
        "failure": job.error.as_failure() if job.error else None,
    }


def main():
    run_module(
        {
            **DATABASE_OPTIONS,
            **WAIT_OPTIONS,
            "enabled": {"type": "bool"},
            "interval": {"type": "int"},
            "interval_offset": {"type": "int"},
            "history": {"type": "int"},
            "backup_location": {"type": "dict", "options": LOCATION_OPTIONS},
            "update_secrets": {
                "type": "str",
                "no_log": False,
                "choices": ["on_change", "always"],
                "default": "on_change",
            },
            "cluster_dry_run": {"type": "bool", "default": True},
        },
        set_policy,
    )


if __name__ == "__main__":
    main()
