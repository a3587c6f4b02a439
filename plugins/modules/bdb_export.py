#!/usr/bin/python
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bdb_export
short_description: Export Redis Enterprise databases and wait until they are finished
version_added: 0.1.0
description:
  - Exports one or many databases of a Redis Enterprise Software cluster to a storage location, follows all of them in one task,
    and says for each what really happened.
  - An export is also what the product calls an on-demand backup.
  - The status that the cluster keeps of an earlier export is never taken for the result of this one, and an export whose start was lost on the way
    is not started twice.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
extends_documentation_fragment:
  - community.redis_enterprise._attributes
  - community.redis_enterprise._connection
  - community.redis_enterprise._databases
  - community.redis_enterprise._location
  - community.redis_enterprise._start
  - community.redis_enterprise._wait
attributes:
  check_mode:
    support: full
    details:
      - Does every read and every check, and sends no write. See RV(preflight).
      - With O(auth_method=jwt) it still logs in.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - A database whose last successful export is younger than O(max_age) is left alone.
options:
  max_age:
    description:
      - A database whose last successful export is at most this many seconds old is up to date and is left alone, unless its export status is failed.
        V(0) always exports.
      - If not set, it is 900, so that running a playbook twice changes nothing, and one warning names the databases that were left alone.
        The cluster does not record where an export went, so the earlier one may have gone to another location.
      - The age is taken by the clock of the cluster.
    type: int
  force:
    description:
      - Export even what is up to date, as O(max_age=0) does. It is here for a survey or an C(-e) on the command line.
    type: bool
    default: false
seealso:
  - module: community.redis_enterprise.bdb_info
  - module: community.redis_enterprise.bdb_status_reset
  - name: Export a database
    description: The endpoint in the reference of the REST API.
    link: https://redis.io/docs/latest/operate/rs/references/rest-api/requests/bdbs/actions/export/
"""

EXAMPLES = r"""
---
- name: Export two databases to a directory that every node of the cluster has mounted
  community.redis_enterprise.bdb_export:
    url: https://cluster.example.com:9443
    ca_cert: /etc/ssl/redis-enterprise.pem
    username: backup@example.com
    password: "{{ vault_redis_enterprise_password }}"
    name:
      - orders
      - sessions
    export_location:
      type: mount_point
      path: /mnt/exports

- name: Export every database to S3, with the connection from the environment
  community.redis_enterprise.bdb_export:
    name: "*"
    export_location:
      type: s3
      bucket_name: redis-exports
      subdir: "nightly/{{ now(utc=true, fmt='%Y-%m-%d') }}"
      access_key_id: "{{ vault_s3_key_id }}"
      secret_access_key: "{{ vault_s3_secret }}"
    max_age: 0
    wait_timeout: 7200

- name: Export all, and reset the statuses of what succeeded, in one task
  community.redis_enterprise.bdb_export:
    name: "*"
    export_location:
      type: mount_point
      path: /mnt/exports
    max_age: 0
    reset_status: true

- name: Set the connection once for many tasks
  module_defaults:
    group/community.redis_enterprise.all:
      url:
        - https://node1.cluster.example.com:9443
        - https://node2.cluster.example.com:9443
      ca_cert: /etc/ssl/redis-enterprise.pem
      token: "{{ vault_redis_enterprise_token }}"
  block:
    - name: Export what is not older than an hour only if somebody insists
      community.redis_enterprise.bdb_export:
        uid: 7
        export_location:
          type: sftp
          sftp_url: sftp://exporter@files.example.com/redis/
          key: "{{ lookup('ansible.builtin.file', '~/.ssh/exporter') }}"
        max_age: 3600
        force: "{{ insist | default(false) }}"
      register: export

    - name: Show what happened
      ansible.builtin.debug:
        var: export.databases
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
    operation:
      description: Always V(export) here.
      returned: always
      type: str
      sample: export
    outcome:
      description:
        - V(exported), this task started it and it succeeded. V(attached), it was running already and succeeded. V(up_to_date), it was left alone.
        - With O(wait=false), V(started) by this task, or V(running) already.
        - V(failed), the cluster reports a failure or refused it. V(timed_out), it is still running. V(not_started), the time or the cluster was
          gone before its turn. V(unknown), the contact was lost after its start.
        - In check mode, V(would_export), V(would_attach), V(would_fail), or V(up_to_date).
      returned: always
      type: str
      sample: exported
    changed:
      description: Whether this task changed something for this database. A reset of its status is a change, too.
      returned: always
      type: bool
      sample: true
    status:
      description:
        - The last export status seen. V(idle), whatever way the release spells it, or the cluster's own word.
        - With O(reset_status=true) it is V(idle) after a success that this task has seen, unless the reset failed or the next export runs already.
      returned: always
      type: str
      sample: succeeded
    progress:
      description: The last progress seen, in percent, or null. A reset clears it.
      returned: always
      type: float
      sample: 100.0
    failure_reason:
      description: The cluster's reason of a failure, or null.
      returned: always
      type: str
      sample: null
    last_time:
      description: Time of the last successful export, as the cluster gives it, or null.
      returned: always
      type: str
      sample: "2026-11-01T02:00:41Z"
    elapsed:
      description: Seconds from the start, or from when it was found running, to the verdict, not to a reset after it. Null if nothing was followed.
      returned: always
      type: float
      sample: 41.3
    before:
      description: What the cluster said before. A status that was reset for the new export is kept here.
      returned: always
      type: dict
      contains:
        status:
          description: The export status before.
          returned: always
          type: str
          sample: failed
        failure_reason:
          description: The reason of the earlier failure, or null.
          returned: always
          type: str
          sample: no-permission
        last_time:
          description: Time of the last successful export before, or null.
          returned: always
          type: str
          sample: "2026-10-31T02:00:39Z"
    failure:
      description:
        - Why this database failed, with the keys of RV(failure), or null.
        - With O(reset_status=true), one whose RV(databases[].outcome) is V(exported) or V(attached) has a failure when its status could not be
          reset. The task fails then.
      returned: always
      type: dict
      sample: null
preflight:
  description: What the checks found that need no write.
  returned: in check mode
  type: dict
  contains:
    ready:
      description: Whether nothing was found that would make the real run fail.
      returned: always
      type: bool
      sample: false
    problems:
      description:
        - One entry for each thing found, with RV(ignore:uid) and RV(ignore:name) (null for the location), RV(ignore:kind), RV(ignore:blocking),
          RV(ignore:message) and RV(ignore:hint).
      returned: always
      type: list
      elements: dict
      sample:
        - uid: 3
          name: legacy
          kind: unsupported
          blocking: true
          message: Its module graph does not have the capability backup_restore, so the cluster refuses to export it.
          hint: Upgrade the module, or leave this database out.
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
      sample: "It needs the permission start_bdb_export, which these roles have: admin, cluster_member and db_member."
"""

import time

from ..module_utils._databases import FAILED, DatabaseReader, age_of, fields_for, is_running, require_selector, select
from ..module_utils._job import Job
from ..module_utils._location import LOCATION_OPTIONS, location_payload, location_warnings
from ..module_utils._module import run_module
from ..module_utils._report import report_jobs
from ..module_utils._starting import START_OPTIONS, carry_out, final_status, predict, require_followed, start_body

DEFAULT_MAX_AGE = 900


def export(task):
    """Select, leave alone what is up to date, export the rest or only say so, and report."""
    params = task.params
    require_selector(params["uid"], params["name"])
    require_followed(params)
    location = location_payload("export_location", params["export_location"])
    warnings = location_warnings(location)
    reader = DatabaseReader(task.client, fields_for(["export"], *(["module_list"] if task.check_mode else [])))
    databases = reader.read()
    body = start_body(params, export_location=location)
    jobs = [Job(db, "export", body) for db in select(databases, params["uid"], params["name"])]
    warnings += _leave_alone(jobs, params, task.client.server_time)
    due = [job for job in jobs if job.outcome is None]
    if task.check_mode:
        found = predict(task, due, databases, [(None, location)])
        after = {"status": final_status(params), "failure_reason": None, "last_time": "the time of the new export"}
        return report_jobs(jobs, warnings, lambda job: after, preflight=found)
    warnings += carry_out(task, "exported", reader, due, databases, time)
    return report_jobs(jobs, warnings)


def _leave_alone(jobs, params, server_time):
    """Finish what is up to date. Returns the warning that the default of max_age owes."""
    max_age = DEFAULT_MAX_AGE if params["max_age"] is None else params["max_age"]
    if params["force"] or not max_age:
        return []
    left = []
    for job in jobs:
        age = age_of(job.state.last_time, server_time)
        if age is not None and age <= max_age and job.state.status != FAILED and not is_running(job.state.status):
            job.finish("up_to_date", 0)
            left.append(f"{job.title}, {age} s ago")
    if params["max_age"] is not None or not left:
        return []
    more = f" and {len(left) - 10} more" if len(left) > 10 else ""
    return [
        f"Not exported again, because max_age is {max_age} s unless it is set: {'; '.join(left[:10])}{more}. The cluster does not record "
        "where these exports went. Set max_age to what you want, or to 0 to export always."
    ]


def main():
    run_module(
        {
            **START_OPTIONS,
            "export_location": {"type": "dict", "required": True, "options": LOCATION_OPTIONS},
            "max_age": {"type": "int"},
            "force": {"type": "bool", "default": False},
        },
        export,
    )


if __name__ == "__main__":
    main()
