#!/usr/bin/python
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bdb_import
short_description: Import files into Redis Enterprise databases and wait until they are finished
version_added: 0.1.0
description:
  - Loads the files of exports or backups, or other RDB files, into one or many databases of a Redis Enterprise Software cluster, follows all
    of them in one task, and says for each what really happened.
  - B(An import erases everything that is in the database.) So O(confirm_erase) must name each database. Into an Active-Active database it
    merges instead, and counters grow by what is imported, so O(confirm_merge) must name that.
  - The status that the cluster keeps of an earlier import is never taken for the result of this one, and no import is ever sent twice, not even
    when the answer to it was lost.
  - With O(if_running=attach), an import of somebody else is followed as well. What it loads cannot be read back from the cluster, so a warning says so.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
extends_documentation_fragment:
  - community.redis_enterprise._attributes
  - community.redis_enterprise._connection
  - community.redis_enterprise._databases
  - community.redis_enterprise._location.sources
  - community.redis_enterprise._start
  - community.redis_enterprise._wait
attributes:
  check_mode:
    support: full
    details:
      - Does every read and every check, that of O(confirm_erase) too, and sends no write. See RV(preflight).
      - With O(auth_method=jwt) it still logs in.
  diff_mode:
    support: full
  idempotent:
    support: none
    details:
      - Every run erases and loads again. The cluster keeps no time of an import, nor what was imported.
options:
  confirm_erase:
    description:
      - The databases that may be erased, each by its exact name or by its uid. Patterns are refused. One more than needed does no harm.
      - Without it nothing is imported, and nothing is sent but the read of the databases.
    type: list
    elements: str
    default: []
  confirm_merge:
    description:
      - The Active-Active databases into which may be merged, in the same way. What they hold stays, keys of the same name change, and counters
        grow by the imported value. To have only what is imported, flush the database first.
      - The documentation of the product describes this for its user interface only, not for the REST API.
    type: list
    elements: str
    default: []
  allow_incomplete:
    description:
      - Import although files of a set are missing, doubled, or of different exports, as far as their names tell. The keys of the missing files are
        gone then. It is here for the day when no other files are left.
    type: bool
    default: false
seealso:
  - module: community.redis_enterprise.bdb_export
  - module: community.redis_enterprise.bdb_info
  - module: community.redis_enterprise.bdb_status_reset
  - name: Import a database
    description: The endpoint in the reference of the REST API.
    link: https://redis.io/docs/latest/operate/rs/references/rest-api/requests/bdbs/actions/import/
"""

EXAMPLES = r"""
---
- name: Restore a database of two shards from a directory that every node of the cluster has mounted
  community.redis_enterprise.bdb_import:
    url: https://cluster.example.com:9443
    ca_cert: /etc/ssl/redis-enterprise.pem
    username: backup@example.com
    password: "{{ vault_redis_enterprise_password }}"
    name: orders
    sources:
      - type: mount_point
        path: /mnt/exports/bk20261101-020041-1-orders-1_of_2-1-0-8191.rdb.gz
      - type: mount_point
        path: /mnt/exports/bk20261101-020041-1-orders-2_of_2-2-8192-16383.rdb.gz
    confirm_erase: orders

- name: Restore two databases side by side from S3, with the connection from the environment
  community.redis_enterprise.bdb_import:
    imports:
      - name: orders
        sources: "{{ nightly | community.redis_enterprise.import_sources(orders_files) }}"
      - name: sessions
        sources: "{{ nightly | community.redis_enterprise.import_sources(sessions_files) }}"
    confirm_erase:
      - orders
      - sessions
  vars:
    nightly:
      type: s3
      bucket_name: redis-exports
      subdir: nightly
      access_key_id: "{{ vault_s3_key_id }}"
      secret_access_key: "{{ vault_s3_secret }}"

- name: Look whether an import could run, without sending it
  community.redis_enterprise.bdb_import:
    uid: 7
    sources:
      - type: url
        url: https://files.example.com/seed.rdb
    confirm_erase: 7
  check_mode: true
  register: imported
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
      description: Always V(import) here.
      returned: always
      type: str
      sample: import
    outcome:
      description:
        - V(imported), this task started it and it succeeded. V(attached), something was being imported already, and that succeeded.
        - With O(wait=false), V(started) by this task, or V(running) already.
        - V(failed), the cluster reports a failure or refused it. V(timed_out), it is still running. V(not_started), the time or the cluster was
          gone before its turn. V(unknown), the contact was lost after its start, or nothing shows within O(start_timeout) what came of its start.
        - In check mode, V(would_import), V(would_attach) or V(would_fail).
      returned: always
      type: str
      sample: imported
    changed:
      description: Whether this task changed something for this database. A reset of its status is a change, too.
      returned: always
      type: bool
      sample: true
    files:
      description: The names of the files that this task gave the cluster to import, none where it gave none.
      returned: always
      type: list
      elements: str
      sample:
        - bk20261101-020041-1-orders-1_of_2-1-0-8191.rdb.gz
        - bk20261101-020041-1-orders-2_of_2-2-8192-16383.rdb.gz
    status:
      description:
        - The last import status seen. V(idle), whatever way the release spells it, V(import-pending) while the database itself is, or the cluster's
          own word.
        - With O(reset_status=true) it is V(idle) after a success that this task has seen, unless the reset failed or the next import runs already.
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
      description: Always null, since the cluster keeps no time of an import.
      returned: always
      type: str
      sample: null
    elapsed:
      description: Seconds from the start, or from when it was found running, to the verdict, not to a reset after it. Null if nothing was followed.
      returned: always
      type: float
      sample: 12.8
    before:
      description: What the cluster said before. A status that was reset for the new import is kept here.
      returned: always
      type: dict
      contains:
        status:
          description: The import status before.
          returned: always
          type: str
          sample: failed
        failure_reason:
          description: The reason of the earlier failure, or null.
          returned: always
          type: str
          sample: download-error
        last_time:
          description: Always null.
          returned: always
          type: str
          sample: null
    failure:
      description:
        - Why this database failed, with the keys of RV(failure), or null.
        - With O(reset_status=true), one whose RV(databases[].outcome) is V(imported) or V(attached) has a failure when its status could not be
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
        - One entry for each thing found, with RV(ignore:uid), RV(ignore:name), RV(ignore:kind), RV(ignore:blocking), RV(ignore:message) and
          RV(ignore:hint).
      returned: always
      type: list
      elements: dict
      sample:
        - uid: 3
          name: legacy
          kind: not_active
          blocking: true
          message: The database is active-change-pending, not active.
          hint: Run the task again when it is active; a state that does not end by itself needs an administrator of the cluster.
failure:
  description: Why the task failed, or null. For a failure of single databases see RV(databases[].failure).
  returned: always
  type: dict
  contains:
    kind:
      description: One word, such as V(option), V(connection), V(tls), V(authentication), V(permission) or V(databases).
      returned: always
      type: str
      sample: option
    status:
      description: The HTTP status code, or null.
      returned: always
      type: int
      sample: null
    code:
      description: The cluster's own error code or reason, or null.
      returned: always
      type: str
      sample: null
    description:
      description: The cluster's own words, or this module's.
      returned: always
      type: str
      sample: "confirm_erase: it does not name orders (uid 1), and an import erases everything in a database."
    hint:
      description: What to do about it.
      returned: always
      type: str
      sample: "If that is meant, set confirm_erase to: orders."
"""

import time

from ..module_utils._consent import require_consent
from ..module_utils._databases import DatabaseReader, fields_for
from ..module_utils._job import Job
from ..module_utils._location import SOURCE_OPTIONS
from ..module_utils._module import run_module
from ..module_utils._preflight import blocked, inactive
from ..module_utils._report import report_jobs
from ..module_utils._sources import planned_imports
from ..module_utils._starting import START_OPTIONS, carry_out, final_status, predict, require_followed, start_body


def import_files(task):
    """Check everything that can be checked before anything is sent, import or only say so, and report."""
    params = task.params
    require_followed(params)
    assign = planned_imports(params)
    reader = DatabaseReader(task.client, fields_for(["import"], "crdt", *(["module_list"] if task.check_mode else [])))
    databases = reader.read()
    plan = assign(databases)
    require_consent([db for db, dummy in plan], databases.values(), params["confirm_erase"], params["confirm_merge"])
    files = {db.uid: [name for dummy, name in sources] for db, sources in plan}
    jobs = [
        Job(db, "import", start_body(params, dataset_import_sources=[payload for payload, dummy in sources]))
        for db, sources in plan
    ]
    if task.check_mode:
        locations = [(db, payload) for db, sources in plan for payload, dummy in sources]
        found = predict(task, jobs, databases, locations)
        after = {"status": final_status(params), "failure_reason": None, "content": "only what the files hold"}
        return _report(jobs, files, after=lambda job: after, preflight=found)
    chosen = [db for db, dummy in plan]
    refused = blocked([problem for db in chosen for problem in inactive(db, "import")], chosen)
    for job in jobs:
        if job.uid in refused:
            job.finish("failed", 0, refused[job.uid])
    warnings = carry_out(task, "imported", reader, [job for job in jobs if job.outcome is None], databases, time)
    return _report(jobs, files, warnings)


def _report(jobs, files, warnings=(), after=None, **data):
    """The Report, with the files of each database, and a word on the imports of others that were only followed."""
    attached = [job.title for job in jobs if job.outcome in ("attached", "would_attach", "running")]
    if attached:
        more = f" and {len(attached) - 10} more" if len(attached) > 10 else ""
        warnings = [
            *warnings,
            f"An import was running already into {', '.join(attached[:10])}{more}: what it loads cannot be read back, and may be other files than these. "
            "Set if_running to wait or fail if that will not do.",
        ]
    report = report_jobs(jobs, warnings, after, **data)
    for job, row in zip(jobs, report.data["databases"]):
        given = job.began is not None and not job.attached
        row["files"] = files[job.uid] if given or job.outcome == "would_import" else []
    return report


def main():
    run_module(
        {
            **START_OPTIONS,
            "sources": {"type": "list", "elements": "dict", "options": SOURCE_OPTIONS},
            "imports": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "uid": {"type": "int"},
                    "name": {"type": "str"},
                    "sources": {"type": "list", "elements": "dict", "required": True, "options": SOURCE_OPTIONS},
                },
            },
            "confirm_erase": {"type": "list", "elements": "str", "default": []},
            "confirm_merge": {"type": "list", "elements": "str", "default": []},
            "allow_incomplete": {"type": "bool", "default": False},
        },
        import_files,
    )


if __name__ == "__main__":
    main()
