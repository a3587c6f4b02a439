# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: databases
short_description: The databases of Redis Enterprise clusters as hosts
version_added: 0.1.0
description:
  - Makes one host of each database of one or more Redis Enterprise Software clusters, with what M(community.redis_enterprise.bdb_info) tells of it as
    host variables, and puts the hosts into groups by cluster, status, module, tag, age of the last export and so on.
  - One cluster costs one request. Several are read side by side.
  - The hosts have C(ansible_connection=local), so a play on them runs the modules of this collection on the controller, where the cluster's REST API
    can be reached.
  - No password and no credential becomes a variable. A play on the hosts takes the credentials from the environment, as this plugin does, or from
    C(module_defaults).
  - Names and other texts of a cluster are never taken for templates.
author:
  - The community.redis_enterprise contributors (@ansible-collections)
extends_documentation_fragment:
  - community.redis_enterprise._connection.inventory
  - community.redis_enterprise._databases
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description:
      - The name of this plugin, in a file whose name ends with C(redis_enterprise.yml) or C(redis_enterprise.yaml).
    type: str
    required: true
    choices:
      - community.redis_enterprise.databases
  label:
    description:
      - What the cluster is called in the names of groups and hosts, and in the variable C(redis_enterprise_cluster).
      - If not set, it is the host of the first O(url), with its port unless that is 9443.
    type: str
  uid:
    description:
      - Databases by their numeric uid. One may be given without a list. Without O(uid) and O(name) there is a host for each database.
      - With several clusters, each has its own database of a uid.
  name:
    description:
      - Databases by their name, or by a shell pattern with V(*), V(?) and V([...]).
      - An entry that matches nothing in any cluster, and an exact name that several databases of one cluster have, are an error.
  on_unreachable:
    description:
      - What to do when the databases of a cluster cannot be read, because it does not answer, refuses the user or for another reason.
      - With V(fail) there are no hosts at all, and the error names each such cluster.
      - With V(skip) the other clusters make up the inventory, and a warning names what is missing. When no cluster can be read, it is an error all the same.
      - How Ansible takes an error of an inventory is set in its own configuration. Unless C(any_unparsed_is_failed) is set there
        (E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED)), it goes on with a warning and with the other sources.
    type: str
    choices:
      - fail
      - skip
    default: fail
  hostnames:
    description:
      - Jinja2 expressions of the host variables, such as V(redis_enterprise_name ~ '.' ~ redis_enterprise_cluster). The first one that is not empty, and that
        no other database has, is the name of the host.
      - Without them a host is called by the name of its database. All databases that share a name are called C(NAME-UID) if one cluster has them, and
        C(NAME@LABEL) if several have, with the O(label) of the cluster. That is done as well with a name that means something else to Ansible, such as C(all),
        or that another host of an earlier inventory source has.
      - A database that an earlier source of this plugin has as well is one host, with the name that it has there.
      - Whatever is no letter, digit, dot, hyphen or underscore becomes an underscore.
    type: list
    elements: str
    default: []
  group_by:
    description:
      - Which groups to make, beside C(redis_enterprise), which has all hosts. An empty list makes none.
      - V(cluster) makes C(redis_enterprise_cluster_LABEL), V(status) C(redis_enterprise_status_active) and so on, V(version)
        C(redis_enterprise_version_7_4), and V(replication) C(redis_enterprise_replication_on) or C(_off).
      - V(modules) makes C(redis_enterprise_module_NAME), and V(tags) C(redis_enterprise_tag_KEY_VALUE).
      - V(export_status) makes C(redis_enterprise_export_idle), C(_succeeded), C(_failed) and so on, and V(import_status) and V(backup_status) do likewise.
      - V(export_age) makes C(redis_enterprise_export_age_under_1h), C(_1h_to_1d), C(_1d_to_7d), C(_over_7d), C(_never) and C(_unknown), by
        O(age_limits), and V(backup_age) does likewise.
      - V(backup_policy) makes C(redis_enterprise_backup_policy_on) and C(_off), by whether the cluster backs the database up periodically.
      - What no name of a group may have becomes an underscore.
    type: list
    elements: str
    choices:
      - cluster
      - status
      - version
      - replication
      - modules
      - tags
      - export_status
      - import_status
      - backup_status
      - export_age
      - backup_age
      - backup_policy
    default:
      - cluster
      - status
      - version
      - replication
      - modules
      - tags
      - export_status
      - import_status
      - backup_status
      - export_age
      - backup_age
      - backup_policy
  age_limits:
    description:
      - Where the groups of V(export_age) and V(backup_age) begin and end, as growing numbers with one of the units C(s), C(m), C(h), C(d) and C(w).
    type: list
    elements: str
    default:
      - 1h
      - 1d
      - 7d
requirements:
  - requests, on the controller
notes:
  - Templates are evaluated in the options that say which cluster and which databases, with extra variables (C(-e)) and lookups. O(hostnames), O(compose),
    O(groups) and O(keyed_groups) are expressions of the host variables.
  - With O(cache), what was read is kept, never a credential, apart for each cluster and user. Ages go on while it is used.
seealso:
  - module: community.redis_enterprise.bdb_info
  - module: community.redis_enterprise.bdb_export
"""

EXAMPLES = r"""
---
# production.redis_enterprise.yml. The next line is enough where the environment says which cluster and user (REDIS_ENTERPRISE_URL and the others).
plugin: community.redis_enterprise.databases

# Several clusters with one user, one of which has another, and passwords from elsewhere. For one cluster, give url in place of clusters.
clusters:
  - label: east
    url: https://east.example.com:9443
  - label: west
    url:
      - https://west-1.example.com:9443
      - https://west-2.example.com:9443
    username: viewer-west@example.com
    password: "{{ lookup('ansible.builtin.env', 'WEST_PASSWORD') }}"
ca_cert: /etc/ssl/redis-enterprise.pem
username: viewer@example.com
password: "{{ lookup('ansible.builtin.env', 'VIEWER_PASSWORD') }}"
# Go on when one of them is down.
on_unreachable: skip

# Some databases only, and hosts, groups and variables of one's own.
name: "orders*"
hostnames:
  - redis_enterprise_name ~ '.' ~ redis_enterprise_cluster
group_by:
  - cluster
  - export_status
  - export_age
age_limits:
  - 12h
  - 2d
keyed_groups:
  - key: redis_enterprise_tags.environment | default('none')
    prefix: environment
groups:
  large: redis_enterprise_memory_size > 100 * 1024 ** 3
compose:
  team: redis_enterprise_tags.team | default('nobody')
strict: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/tmp/redis_enterprise_inventory
cache_timeout: 600
"""

import time
import warnings
from concurrent.futures import ThreadPoolExecutor

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils._answers import redact_user_info
from ..module_utils._connection import UNVERIFIED, connect
from ..module_utils._databases import Database, DatabaseReader, name_matches, no_match, select
from ..module_utils._description import FIELDS, describe
from ..module_utils._errors import RedisEnterpriseError, bug_error
from ..module_utils._transport import REQUESTS_IMPORT_ERROR
from ..plugin_utils._inventory_names import GROUP, age_limits, group_names, host_names
from ..plugin_utils._inventory_options import identity, read_options
from ..plugin_utils._trust import plain, template

_FILE_NAMES = ("redis_enterprise.yml", "redis_enterprise.yaml")
_PREFIX = "redis_enterprise_"
#: Of what is in a cache; another number when that changes.
_FORMAT = 1
_MAX_THREADS = 16


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """What Ansible loads."""

    NAME = "community.redis_enterprise.databases"

    def __init__(self):
        super().__init__()
        self._clusters = []

    def verify_file(self, path):
        """Only files of these names are ours."""
        return super().verify_file(path) and path.endswith(_FILE_NAMES)

    def parse(self, inventory, loader, path, cache=True):
        """Read the clusters, and only when that has worked add what they have."""
        super().parse(inventory, loader, path, cache)
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        try:
            self._read_config_data(path)
            limits = age_limits(self.get_option("age_limits"))
            chosen = self._select(self._contents(path, cache))
            self._add(chosen, limits)
        except RedisEnterpriseError as error:
            raise AnsibleParserError(redact_user_info(error.sentence())) from None
        except AnsibleError:
            raise
        except Exception as error:
            raise AnsibleParserError(bug_error(error).sentence()) from None

    def set_options(self, task_keys=None, var_options=None, direct=None):
        """Check all that has to do with a connection before Ansible looks at it, and resolve it as the modules do."""
        if direct is not None:
            self.templar.available_variables = self._vars or {}
            self._clusters, options = read_options(direct, self.option_definitions, self.templar.template)
            direct = {**direct, **dict.fromkeys(self._clusters[0].params), "clusters": None, **options}
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)

    def _contents(self, path, cache):
        """``[(Cluster, what was read)]``, from the cache or the clusters themselves."""
        wanted = self.get_option("cache")
        contents = [self._cached(path, cluster) if cache and wanted else None for cluster in self._clusters]
        open_ends = [cluster for cluster, content in zip(self._clusters, contents) if content is None]
        read = dict(zip([cluster.label for cluster in open_ends], _read_all(open_ends)))
        found, failed = [], []
        for cluster, content in zip(self._clusters, contents):
            content = content or read[cluster.label]
            if isinstance(content, RedisEnterpriseError):
                failed.append((cluster, content))
                continue
            if wanted and cluster.label in read:
                self._cache[self._key(path, cluster)] = content
            if not cluster.params["validate_certs"]:
                self.display.warning(f"{cluster.label}: {UNVERIFIED}")
            found.append((cluster, content))
        self._judge(found, failed)
        return found

    def _judge(self, found, failed):
        """Fail, or warn, for the clusters that could not be read."""
        words = [f"{cluster.label}: {error.sentence()}" for cluster, error in failed]
        wrong = [error for dummy, error in failed if error.kind == "option"]
        if failed and (wrong or not found or self.get_option("on_unreachable") == "fail"):
            count = f"{len(failed)} of {len(self._clusters)} clusters" if len(self._clusters) > 1 else "The cluster"
            way_out = "Set on_unreachable to skip to go on without it." if found and not wrong else None
            raise RedisEnterpriseError(
                "databases", f"{count} could not be read, so this source has no hosts. {' '.join(words)}", hint=way_out
            )
        for word in words:
            self.display.warning(f"The databases of a cluster are missing in this inventory. {word}")

    def _cached(self, path, cluster):
        try:
            content = self._cache[self._key(path, cluster)]
        except KeyError:
            return None
        return content if isinstance(content, dict) and content.get("format") == _FORMAT else None

    def _key(self, path, cluster):
        return f"{self.get_cache_key(path)}_{identity(cluster)}"

    def _select(self, contents):
        """``[(Cluster, row)]`` of the selected databases. The ages of the rows are those of now."""
        uids, names = self.get_option("uid") or [], self.get_option("name") or []
        everything, chosen = {}, []
        for cluster, content in contents:
            elapsed = max(0, int(time.time() - content["read"]))
            databases = {
                row["uid"]: Database(row["uid"], row["name"], row["status"], row) for row in content["databases"]
            }
            if not databases:
                self.display.warning(f"{cluster.label}: there is no database that this user may see.")
            here = [uid for uid in uids if uid in databases]
            named = [name for name in names if any(name_matches(db.name, name) for db in databases.values())]
            if here or named or not (uids or names):
                chosen += [(cluster, _older(db.raw, elapsed)) for db in select(databases, here, named)]
            everything.update({(cluster.label, uid): db for uid, db in databases.items()})
        for option, missing in (
            ("uid", [uid for uid in uids if not any(db.uid == uid for db in everything.values())]),
            ("name", [name for name in names if not any(name_matches(db.name, name) for db in everything.values())]),
        ):
            if missing and len(contents) == len(self._clusters):
                raise no_match(option, missing, everything)
            if missing:
                self.display.warning(
                    f"{no_match(option, missing, everything).sentence()} Not all clusters could be read."
                )
        return chosen

    def _add(self, chosen, limits):
        groupings = self.get_option("group_by")
        variables = [
            plain(
                {
                    **{_PREFIX + key: value for key, value in row.items()},
                    _PREFIX + "cluster": cluster.label,
                    _PREFIX + "url": cluster.url,
                }
            )
            for cluster, row in chosen
        ]
        groups = [
            [GROUP, *map(self._sanitize_group_name, group_names(row, cluster.label, groupings, limits))]
            for cluster, row in chosen
        ]
        for group in {group: None for names in groups for group in names}:
            self.inventory.add_group(group)
        hosts = self._hosts(chosen, variables)
        known = set(self.inventory.hosts)
        try:
            for host, values, names in zip(hosts, variables, groups):
                self._add_host(host, values, names)
        except Exception:
            for host in set(hosts).intersection(self.inventory.hosts) - known:
                self.inventory.remove_host(self.inventory.hosts[host])
            raise

    def _add_host(self, host, values, groups):
        self.inventory.add_host(host)
        for group in groups:
            self.inventory.add_child(group, host)
        settings = {
            "ansible_connection": plain("local"),
            "ansible_python_interpreter": template("{{ ansible_playbook_python }}"),
        }
        for key, value in {**settings, **values}.items():
            self.inventory.set_variable(host, key, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), values, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), values, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), values, host, strict=strict)

    def _wished(self, values):
        """The names that the option hostnames gives a database."""
        wished = []
        for expression in self.get_option("hostnames"):
            try:
                wished.append(self._compose(expression, values))
            except Exception as error:
                if self.get_option("strict"):
                    raise AnsibleParserError(
                        f"hostnames: {expression} has no value for {values[_PREFIX + 'name']}: {error}"
                    ) from None
        return [str(text) for text in wished if text not in (None, "")]

    def _hosts(self, chosen, variables):
        """The names of the hosts. A database that an earlier source has too keeps the name that it has there."""
        there = {_place(host.vars): name for name, host in self.inventory.hosts.items()}
        fresh = [
            (row["name"], row["uid"], cluster.label, self._wished(values))
            for (cluster, row), values in zip(chosen, variables)
            if _place(values) not in there
        ]
        names = iter(host_names(fresh, {*self.inventory.hosts, *self.inventory.groups}))
        return [there.get(_place(values)) or next(names) for values in variables]


def _place(values):
    """What tells one database from another, by the variables of its host."""
    return str(values.get(_PREFIX + "url")), values.get(_PREFIX + "uid")


def _read_all(clusters):
    """What each cluster has, or the RedisEnterpriseError why that is not known."""
    if len(clusters) < 2:
        return [_read(cluster) for cluster in clusters]
    with ThreadPoolExecutor(min(len(clusters), _MAX_THREADS)) as pool:
        return list(pool.map(_read, clusters))


def _read(cluster):
    try:
        if not cluster.params["validate_certs"]:
            # It is warned about in our own words.
            warnings.filterwarnings("ignore", "Unverified HTTPS request")
        client = connect({**cluster.params, "url": cluster.url}, cluster.secrets)
        databases = DatabaseReader(client, FIELDS).read()
        rows = [describe(databases[uid], client.server_time) for uid in sorted(databases)]
        return {"format": _FORMAT, "read": time.time(), "databases": cluster.secrets.hide(rows)}
    except RedisEnterpriseError as error:
        return error
    except Exception as error:
        return bug_error(error)


def _older(row, seconds):
    """The row with the ages of ``seconds`` later."""
    aged = {
        name: {**row[name], "age": row[name]["age"] + seconds}
        for name in ("export", "import", "backup")
        if row[name]["age"] is not None
    }
    return {**row, **aged}
