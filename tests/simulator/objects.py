# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON objects that do not change: most of a BDB, nodes, cluster, modules, licence (contract sections 1, 5, 6)."""

from __future__ import annotations

from typing import Any

from .certificates import CLUSTER_NAME
from .settings import Settings

_CREATED = "2025-10-14T00:01:22Z"
_BUNDLED = [
    ("search", "Search and query", "8.0.1"),
    ("ReJSON", "JSON", "8.0.1"),
    ("timeseries", "Time series", "8.0.1"),
    ("bf", "Probabilistic", "8.0.1"),
]
_CAPABILITIES = [
    "types",
    "crdb",
    "failover_migrate",
    "persistence_aof",
    "persistence_rdb",
    "clustering",
    "backup_restore",
    "replica_of",
]


def bdb_fields(uid: int, name: str, shard_uids: list[int], loaded: list[str], settings: Settings) -> dict[str, Any]:
    """Return the fields of a BDB apart from the three state machines, with passwords in clear (section 0, fact 5)."""
    port = 10000 + uid % 50000
    version = settings.version
    found = {
        "uid": uid,
        "name": name,
        "type": "redis",
        "status": "active",
        "version": version.redis_version,
        "account_id": 1,
        "action_uid": "",
        "aof_policy": "appendfsync-every-sec",
        "acl": [],
        "authentication_admin_pass": f"s3cret-admin-{uid}-{name}",
        "authentication_redis_pass": f"s3cret-redis-{uid}-{name}",
        "authentication_sasl_pass": "",
        "authentication_sasl_uname": "",
        "authentication_ssl_client_certs": [],
        "authorized_names": [],
        "authorized_subjects": [],
        "auto_upgrade": False,
        "avoid_nodes": [],
        "background_op": [{"status": "idle"}],
        "backup": False,
        "backup_history": 0,
        "backup_interval": version.backup_interval,
        "bigstore": False,
        "bigstore_ram_size": 0,
        "conns": 5,
        "client_cert_subject": "",
        "conns_type": "per-thread",
        "crdt": False,
        "crdt_causal_consistency": False,
        "crdt_config_version": 0,
        "crdt_guid": "",
        "crdt_replicas": "",
        "crdt_sources": [],
        "crdt_sync": "disabled",
        "created_time": _CREATED,
        "data_persistence": "disabled",
        "dataset_import_sources": [],
        "default_user": True,
        "disabled_commands": "",
        "dns_address_master": "",
        "email_alerts": False,
        "endpoints": [
            {
                "addr": ["127.0.0.1"],
                "addr_type": "internal",
                "oss_cluster_api_preferred_ip_type": "internal",
                "dns_name": f"redis-{port}.{CLUSTER_NAME}",
                "port": port,
                "proxy_policy": "single",
                "uid": f"{uid}:1",
            }
        ],
        "enforce_client_authentication": "enabled",
        "eviction_policy": "volatile-lru",
        "gradual_src_mode": "disabled",
        "hash_slots_policy": "16k",
        "implicit_shard_key": False,
        "internal": False,
        "last_changed_time": _CREATED,
        "max_aof_file_size": 322122547200,
        "max_client_pipeline": 200,
        "max_connections": 0,
        "memory_size": 1073741824,
        "metrics_export_all": False,
        "mkms": True,
        "module_list": [{"module_name": item, "module_args": "", "semantic_version": "8.0.1"} for item in loaded],
        "mtls_allow_outdated_certs": False,
        "oss_cluster": False,
        "oss_sharding": False,
        "port": port,
        "proxy_policy": "single",
        "rack_aware": False,
        "redis_version": version.redis_version,
        "repl_backlog_size": "1mb",
        "replica_sources": [
            {
                "uid": 1,
                "uri": f"redis://admin:s3cret-replica-{uid}@source.example:12000",
                "replication_tls_sni": "",
                "status": "out-of-sync",
                "compression": 0,
            }
        ],
        "replica_sync": "disabled",
        "replication": False,
        "roles_permissions": [],
        "sched_policy": "cmp",
        "shard_block_crossslot_keys": False,
        "shard_list": shard_uids,
        "shards_count": len(shard_uids),
        "shards_placement": "dense",
        "sharding": len(shard_uids) > 1,
        "skip_import_analyze": "disabled",
        "slave_buffer": "auto",
        "slave_ha": False,
        "snapshot_policy": [],
        "ssl": False,
        "sync": "disabled",
        "sync_sources": [],
        "syncer_mode": "distributed",
        "tags": [],
        "tls_mode": "disabled",
        "topology_epoch": 0,
        "tracking_table_max_keys": 1000000,
        "use_nodes": [],
        "wait_command": True,
    }
    if version.export_idle != "missing":
        found["backup_interval_offset"] = 0
    return found


def modules(extra: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cluster's modules: the bundled ones, one without ``backup_restore`` (``graph``) and the configured."""
    found = [
        {"module_name": name, "display_name": title, "semantic_version": version, "capabilities": _CAPABILITIES}
        for name, title, version in _BUNDLED
    ]
    found.append(
        {
            "module_name": "graph",
            "display_name": "Graph",
            "semantic_version": "2.8.1",
            "capabilities": [item for item in _CAPABILITIES if item != "backup_restore"],
        }
    )
    found += [
        {"display_name": item["module_name"], "semantic_version": "1.0.0", "capabilities": [], **item} for item in extra
    ]
    for number, module in enumerate(found, 1):
        module.update(uid=f"{number:032x}", author="", is_bundled=number <= len(_BUNDLED) + 1, min_redis_version="6.0")
    return found


def node(uid: int, settings: Settings, shard_count: int) -> dict[str, Any]:
    """Return one node object."""
    return {
        "uid": uid,
        "addr": "127.0.0.1",
        "external_addr": [],
        "status": "active",
        "accept_servers": True,
        "architecture": "x86_64",
        "cores": 4,
        "os_name": "debian",
        "os_version": "Debian GNU/Linux 12",
        "software_version": settings.software_version or settings.version.software_version,
        "shard_count": shard_count,
        "shard_list": [],
        "total_memory": 16777216000,
        "rack_id": "",
        "max_redis_forks": -1,
        "max_listeners": 100,
        "ephemeral_storage_path": "/var/opt/redislabs/tmp",
        "ephemeral_storage_size": 107374182400.0,
        "persistent_storage_path": "/var/opt/redislabs/persist",
        "persistent_storage_size": 107374182400.0,
        "uptime": 86400,
        "supported_database_versions": [{"db_type": "redis", "version": settings.version.redis_version}],
    }


def cluster(settings: Settings, ssh_public_key: str) -> dict[str, Any]:
    """Return the cluster object; it names no product version (contract section 1)."""
    found = {
        "name": CLUSTER_NAME,
        "created_time": _CREATED,
        "cnm_http_port": 8080,
        "cnm_https_port": 9443,
        "http_support": False,
        "handle_redirects": not settings.followers_redirect,
        "email_alerts": False,
        "email_from": "",
        "smtp_host": "",
        "smtp_port": 25,
        "s3_url": settings.s3_url or "",
        "s3_ca_cert": "",
        "s3_certificate_verification": True,
        "min_control_TLS_version": "1.2",
        "mtls_certificate_authentication": True,
        "password_complexity": False,
        "rack_aware": False,
        "envoy_max_downstream_connections": 1024,
        "cluster_ssh_public_key": ssh_public_key,
        "options_method_forbidden": False,
        "alert_settings": {},
    }
    if settings.version.can_mask_credentials:
        found.update(
            mask_bdb_credentials=settings.mask_bdb_credentials, control_plane_basic_authentication=settings.basic_auth
        )
    return found


def licence(settings: Settings, shards: int) -> dict[str, Any]:
    """Return the licence object."""
    return {
        "activation_date": "2025-01-01T00:00:00Z",
        "expiration_date": "2035-01-01T00:00:00Z",
        "expired": settings.license == "expired",
        "cluster_name": CLUSTER_NAME,
        "features": ["bigstore"],
        "owner": "simulator",
        "shards_limit": 100000,
        "ram_shards_in_use": shards,
        "flash_shards_limit": None,
    }
