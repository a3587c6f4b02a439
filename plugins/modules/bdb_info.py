#!/usr/bin/python
# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: bdb_info
short_description: Read Redis Enterprise databases with the state of their exports, imports and backups
version_added: 0.1.0
description:
  - Reads one, many or all databases of a Redis Enterprise Software cluster in one request.
  - For each it tells the status, progress, failure reason, time and age of its last export, import and backup, the policy of its periodic backups,
    and what it is made of.
  - The API returns passwords of databases in clear. This module returns what is listed below and nothing else.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
extends_documentation_fragment:
  - community.redis_enterprise._attributes
  - community.redis_enterprise._attributes.info
  - community.redis_enterprise._connection
  - community.redis_enterprise._databases
options:
  uid:
    description:
      - Databases by their numeric uid. One may be given without a list. Without O(uid) and O(name) all databases are read.
  name:
    description:
      - Databases by their name, or by a shell pattern with V(*), V(?) and V([...]).
      - An entry that matches nothing, and an exact name that several databases have, fail the task.
  stats:
    description:
      - Whether to ask also how many keys each database holds and how much memory it takes, with one request more. The cluster measures that every few
        seconds.
      - The endpoint is deprecated since release 7.22 of the product. Where a cluster does not have it, the values are null.
    type: bool
    default: false
  fields:
    description:
      - What to return of each database, beside its uid and name. Without it, all that is listed under RV(databases) is returned.
      - With hundreds of databases the result is large, some 750 bytes for each, and Ansible and AWX keep all of it. One field makes it a third of that.
    type: list
    elements: str
    choices:
      - status
      - type
      - version
      - memory_size
      - shards_count
      - replication
      - active_active
      - modules
      - endpoints
      - tags
      - backup_policy
      - export
      - import
      - backup
  preflight:
    description:
      - Whether to tell also what an export of each database would run into now, as far as reads alone can tell. Where databases have modules, that is one
        request more.
    type: bool
    default: false
seealso:
  - module: community.redis_enterprise.bdb_backup_policy
  - module: community.redis_enterprise.bdb_export
  - module: community.redis_enterprise.bdb_status_reset
  - name: Get all databases
    description: The endpoint in the reference of the REST API.
    link: https://redis.io/docs/latest/operate/rs/references/rest-api/requests/bdbs/
"""

EXAMPLES = r"""
---
- name: Read all databases, with the connection from the environment
  community.redis_enterprise.bdb_info:
  register: all_databases

- name: Read of hundreds of databases only what is asked about
  community.redis_enterprise.bdb_info:
    fields: export

- name: Fail when a database was not exported for a day
  ansible.builtin.assert:
    that: stale | length == 0
    fail_msg: "Not exported for a day: {{ stale | join(', ') }}"
  vars:
    fresh: "{{ all_databases.databases | rejectattr('export.age', 'none') | selectattr('export.age', 'lt', 86400) | map(attribute='name') }}"
    stale: "{{ all_databases.databases | map(attribute='name') | difference(fresh) }}"

- name: Fail when a database is not backed up periodically
  ansible.builtin.assert:
    that: forgotten | length == 0
    fail_msg: "No periodic backup: {{ forgotten | join(', ') }}"
  vars:
    forgotten: "{{ all_databases.databases | rejectattr('backup_policy.enabled') | map(attribute='name') }}"

- name: Read some databases
  module_defaults:
    group/community.redis_enterprise.all:
      url: https://cluster.example.com:9443
      ca_cert: /etc/ssl/redis-enterprise.pem
      username: viewer@example.com
      password: "{{ vault_redis_enterprise_password }}"
  block:
    - name: Read one database by its uid and several by a pattern of their name
      community.redis_enterprise.bdb_info:
        uid: 7
        name: "orders-*"
"""

RETURN = r"""
---
databases:
  description: One entry for each selected database, in the order of the selection. With O(fields), what is not named there is left out.
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
    status:
      description: The status of the database itself, such as V(active) or V(import-pending).
      returned: always
      type: str
      sample: active
    type:
      description: V(redis) or V(memcached).
      returned: always
      type: str
      sample: redis
    version:
      description: The Redis version of the database, or null.
      returned: always
      type: str
      sample: "7.4"
    memory_size:
      description: Its memory limit in bytes, 0 for none, or null.
      returned: always
      type: int
      sample: 1073741824
    shards_count:
      description: How many primary shards it has, which is how many files an export makes.
      returned: always
      type: int
      sample: 2
    replication:
      description: Whether it has replicas.
      returned: always
      type: bool
      sample: true
    active_active:
      description: Whether it is an instance of an Active-Active database.
      returned: always
      type: bool
      sample: false
    modules:
      description: Its modules.
      returned: always
      type: list
      elements: dict
      contains:
        name:
          description: Name of the module.
          returned: always
          type: str
          sample: search
        version:
          description: Its version, or null.
          returned: always
          type: str
          sample: 2.10.5
      sample: []
    endpoints:
      description: Where clients connect.
      returned: always
      type: list
      elements: dict
      contains:
        dns_name:
          description: Name of the endpoint, or null.
          returned: always
          type: str
          sample: redis-12000.cluster.example.com
        port:
          description: Its port, or null.
          returned: always
          type: int
          sample: 12000
        addresses:
          description: Its IP addresses.
          returned: always
          type: list
          elements: str
          sample:
            - 10.0.0.5
    tags:
      description: The tags of the database, as keys and values.
      returned: always
      type: dict
      sample:
        environment: production
    backup_policy:
      description: The policy of its periodic backups, with the keys that M(community.redis_enterprise.bdb_backup_policy) has as options.
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
    export:
      description: The last export.
      returned: always
      type: dict
      contains:
        status:
          description: V(idle), whatever way the release spells it, or the cluster's own word.
          returned: always
          type: str
          sample: succeeded
        progress:
          description: Percent, or null.
          returned: always
          type: float
          sample: 100.0
        failure_reason:
          description: The reason of a failure, or null.
          returned: always
          type: str
          sample: null
        last_time:
          description: Time of the last success, or null.
          returned: always
          type: str
          sample: "2026-11-01T02:00:41Z"
        age:
          description: Seconds since RV(databases[].export.last_time) by the clock of the cluster, or null.
          returned: always
          type: int
          sample: 3600
    import:
      description: The last import.
      returned: always
      type: dict
      contains:
        status:
          description: V(idle), whatever way the release spells it, or the cluster's own word.
          returned: always
          type: str
          sample: succeeded
        progress:
          description: Percent, or null.
          returned: always
          type: float
          sample: 100.0
        failure_reason:
          description: The reason of a failure, or null.
          returned: always
          type: str
          sample: null
        last_time:
          description: Time of the last success, or null. The cluster keeps none for imports.
          returned: always
          type: str
          sample: null
        age:
          description: Seconds since RV(databases[].import.last_time) by the clock of the cluster, or null.
          returned: always
          type: int
          sample: null
    backup:
      description: The last periodic backup.
      returned: always
      type: dict
      contains:
        status:
          description: V(idle), whatever way the release spells it, or the cluster's own word.
          returned: always
          type: str
          sample: succeeded
        progress:
          description: Percent, or null.
          returned: always
          type: float
          sample: 100.0
        failure_reason:
          description: The reason of a failure, or null.
          returned: always
          type: str
          sample: null
        last_time:
          description: Time of the last success, or null.
          returned: always
          type: str
          sample: "2026-11-01T02:00:41Z"
        age:
          description: Seconds since RV(databases[].backup.last_time) by the clock of the cluster, or null.
          returned: always
          type: int
          sample: 3600
    stats:
      description: How full the database is.
      returned: when O(stats) is set
      type: dict
      contains:
        key_count:
          description: The number of its keys, or null.
          returned: always
          type: int
          sample: 1000
        used_memory:
          description: Bytes of memory that it takes, or null.
          returned: always
          type: int
          sample: 5651576
    preflight:
      description: What an export would run into, such as a module without the capability C(backup_restore). Empty where nothing is in the way.
      returned: when O(preflight) is set
      type: list
      elements: dict
      contains:
        kind:
          description: V(unsupported), V(not_active) or V(busy).
          returned: always
          type: str
          sample: unsupported
        blocking:
          description: Whether the export would fail for it. One that is running already would be followed.
          returned: always
          type: bool
          sample: true
        message:
          description: What it is.
          returned: always
          type: str
          sample: Its module graph does not have the capability backup_restore, so the cluster refuses to export it.
        hint:
          description: What to do about it.
          returned: always
          type: str
          sample: Upgrade the module, or leave this database out.
      sample: []
cluster_time:
  description: The cluster's clock at the time of the reading, or null.
  returned: when the databases could be read
  type: str
  sample: "2026-11-01T03:00:41+00:00"
failure:
  description: Why the task failed, or null.
  returned: always
  type: dict
  contains:
    kind:
      description: One word, such as V(option), V(connection), V(tls), V(authentication) or V(permission).
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
      sample: "It needs the permission view_all_bdbs_info, which these roles have: all roles but none."
"""

from ..module_utils._databases import DatabaseReader, select
from ..module_utils._description import FIELDS, KEYS, describe
from ..module_utils._module import DATABASE_OPTIONS, Report, run_module
from ..module_utils._preflight import preflight
from ..module_utils._stats import read_stats


def read(task):
    """Read, select, and describe."""
    databases = DatabaseReader(task.client, FIELDS).read()
    chosen = select(databases, task.params["uid"], task.params["name"])
    now = task.client.server_time
    rows = [describe(db, now) for db in chosen]
    if task.params["fields"]:
        kept = ("uid", "name", *task.params["fields"])
        rows = [{key: value for key, value in row.items() if key in kept} for row in rows]
    if task.params["stats"]:
        stats = read_stats(task.client)
        for row in rows:
            row["stats"] = stats.get(row["uid"], {"key_count": None, "used_memory": None})
    if task.params["preflight"]:
        problems = preflight(task.client, chosen, "export", [], "attach")
        for row in rows:
            row["preflight"] = [_problem(item) for item in problems if item["uid"] == row["uid"]]
    data = {"databases": rows, "cluster_time": now.isoformat() if now else None}
    return Report(False, f"{len(chosen)} {'database' if len(chosen) == 1 else 'databases'} read.", data)


def _problem(finding):
    return {key: finding[key] for key in ("kind", "blocking", "message", "hint")}


def main():
    switches = {name: {"type": "bool", "default": False} for name in ("stats", "preflight")}
    fields = {"type": "list", "elements": "str", "choices": list(KEYS)}
    run_module({**DATABASE_OPTIONS, **switches, "fields": fields}, read)


if __name__ == "__main__":
    main()
