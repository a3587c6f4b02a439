# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of contract section 2 and their permissions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable
from functools import lru_cache
from typing import Any, Callable

from . import objects, statistics
from .accounts import ANY_USER
from .changes import change_policy, verify
from .cluster import Cluster
from .database import Database
from .messages import Exchange, Problem, Reply, json_reply
from .schemas import BDB, check_body

Handler = Callable[[Cluster, Exchange, Any], Awaitable[Reply]]
_RESET_ROUTE = "/v1/bdbs/{uid}/actions/%s_reset_status"
DEFAULT_TTL = 300


@lru_cache(maxsize=256)
def _split_fields(text: str) -> tuple[str, ...] | None:
    return tuple(name.strip() for name in text.split(",") if name.strip()) or None


def _database(cluster: Cluster, exchange: Exchange, uid: int) -> Database:
    """Return a database, or 404 when it does not exist or is hidden from a scoped user (section 2, notes)."""
    database = cluster.databases.get(uid)
    if database is None or not exchange.account.sees(uid):
        raise Problem(404, "db_not_found", f"Database {uid} does not exist")
    return database


def _mode(cluster: Cluster, exchange: Exchange) -> str:
    """Return how credentials are shown to this user (section 0 fact 5, section 7 view_redis_pass)."""
    if not exchange.account.may("view_redis_pass"):
        return "omitted"
    settings = cluster.settings
    return "masked" if settings.mask_bdb_credentials and settings.version.can_mask_credentials else "clear"


async def _list_bdbs(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    fields, mode = _split_fields(exchange.query.get("fields", "")), _mode(cluster, exchange)
    sees = exchange.account.sees
    return json_reply([item.view(fields, mode) for item in cluster.databases.values() if sees(item.uid)])


async def _last_stats(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    shown = [item for item in cluster.databases.values() if exchange.account.sees(item.uid)]
    if not shown:
        raise Problem(404, "no_bdbs", "No bdbs exist")
    return json_reply(await statistics.last(cluster, shown, exchange.query.get("metrics", "")))


async def _get_bdb(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    fields = _split_fields(exchange.query.get("fields", ""))
    return json_reply(_database(cluster, exchange, uid).view(fields, _mode(cluster, exchange)))


async def _export(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    database = _database(cluster, exchange, uid)
    check_body("export", exchange.body)
    cluster.check_modules(database)
    await cluster.start_export(database, exchange.body["export_location"], by="request")
    return _accepted(cluster, database, "export")


async def _import(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    database = _database(cluster, exchange, uid)
    check_body("import", exchange.body)
    cluster.check_modules(database)
    sources = exchange.body["dataset_import_sources"]
    cluster.check_paths(sources)
    await cluster.start_import(database, sources, by="request")
    return _accepted(cluster, database, "import")


def _accepted(cluster: Cluster, database: Database, what: str) -> Reply:
    database.accepted[what] += 1
    cluster.log.accept(what, database.uid)
    return Reply()


async def _change(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    """Change the backup policy; a dry run answers with the database as it is, and without an action."""
    database = _database(cluster, exchange, uid)
    check_body("policy", exchange.body)
    await change_policy(cluster, database, exchange.body, exchange.dry_run)
    reply = _accepted(cluster, database, "dry_run" if exchange.dry_run else "change")
    if cluster.settings.put_answers == "empty":
        return reply
    action = {} if exchange.dry_run else {"action_uid": str(uuid.uuid4())}
    return json_reply({**database.view(None, _mode(cluster, exchange)), **action})


async def _validate_location(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    if not cluster.settings.validate_endpoint:
        raise Problem(404, "not_found", "No such resource")
    check_body("location", exchange.body)
    await verify(cluster, exchange.body["backup_location"])
    return Reply()


def _reset(name: str) -> Handler:
    async def handler(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
        database = _database(cluster, exchange, uid)
        check_body("reset", {} if exchange.body is None else exchange.body)
        cluster.check_modules(database)
        cluster.reset(database, name)
        return Reply()

    return handler


async def _jsonschema(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    if not cluster.settings.schema_endpoint:
        raise Problem(404, "not_found", "No such resource")
    if exchange.query.get("object") != "bdb":
        raise Problem(406, "invalid_object", "There is no schema of this object")
    return json_reply(BDB)


async def _list_nodes(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    return json_reply([_node(cluster, number) for number in range(1, cluster.node_count + 1)])


async def _get_node(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    if not 1 <= uid <= cluster.node_count:
        raise Problem(404, "node_not_found", f"Node {uid} does not exist")
    return json_reply(_node(cluster, uid))


def _node(cluster: Cluster, uid: int) -> dict[str, Any]:
    return objects.node(uid, cluster.settings, _shard_count(cluster) if uid == 1 else 0)


def _shard_count(cluster: Cluster) -> int:
    return sum(len(item.shard_uids) for item in cluster.databases.values())


async def _get_cluster(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    return json_reply(objects.cluster(cluster.settings, cluster.ssh_public_key))


async def _modules(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    return json_reply(cluster.modules)


async def _license(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    if cluster.settings.license == "none":
        raise Problem(404, "no_license", "There is no license")
    return json_reply(objects.licence(cluster.settings, _shard_count(cluster)))


async def _authorize(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    """Log in: credentials in the body up to 7.4, in a Basic header from 7.8 (section 8.2)."""
    if cluster.settings.version.credentials_in_body:
        check_body("login_body", exchange.body)
        account = cluster.accounts.log_in(exchange, exchange.body["username"], exchange.body["password"])
    else:
        account = cluster.accounts.identify(exchange)
        check_body("login_header", {} if exchange.body is None else exchange.body)
    exchange.account = account
    if not account.may(ANY_USER):
        raise Problem(403, "forbidden", "This role has no access to the REST API")
    ttl = (exchange.body or {}).get("ttl", DEFAULT_TTL)
    return json_reply({"access_token": cluster.accounts.issue_token(account, ttl)})


async def _refresh(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    """Exchange a token that is still valid for a new one (section 8.2)."""
    if exchange.headers.get("Authorization", "").partition(" ")[0].lower() not in cluster.settings.token_schemes:
        raise Problem(401, "invalid_token", "A valid token is needed")
    check_body("refresh", {} if exchange.body is None else exchange.body)
    ttl = (exchange.body or {}).get("ttl", DEFAULT_TTL)
    return json_reply({"access_token": cluster.accounts.issue_token(exchange.account, ttl)})


async def _master_healthcheck(cluster: Cluster, exchange: Exchange, uid: Any) -> Reply:
    """Tell that this node reaches the primary; never redirected (section 8.3)."""
    return json_reply({"status": "active"})


# template -> method -> (handler, permission); permission None means that the handler finds out who is asking
ROUTES: dict[str, dict[str, tuple[Handler, str | None]]] = {
    "/v1/bdbs": {"GET": (_list_bdbs, "view_all_bdbs_info")},
    "/v1/bdbs/stats/last": {"GET": (_last_stats, "view_all_bdb_stats")},
    "/v1/bdbs/{uid}": {"GET": (_get_bdb, "view_bdb_info"), "PUT": (_change, "update_bdb")},
    "/v1/bdbs/actions/validate_backup_location": {"POST": (_validate_location, "update_bdb")},
    "/v1/bdbs/{uid}/actions/export": {"POST": (_export, "start_bdb_export")},
    "/v1/bdbs/{uid}/actions/import": {"POST": (_import, "start_bdb_import")},
    **{
        _RESET_ROUTE % name: {"PUT": (_reset(name), f"reset_bdb_current_{name}_status")}
        for name in ("export", "import", "backup")
    },
    "/v1/jsonschema": {"GET": (_jsonschema, ANY_USER)},
    "/v1/nodes": {"GET": (_list_nodes, "view_all_nodes_info")},
    "/v1/nodes/{uid}": {"GET": (_get_node, "view_node_info")},
    "/v1/cluster": {"GET": (_get_cluster, "view_cluster_info")},
    "/v1/modules": {"GET": (_modules, "view_cluster_modules")},
    "/v1/license": {"GET": (_license, "view_license")},
    "/v1/users/authorize": {"POST": (_authorize, None)},
    "/v1/users/refresh_jwt": {"POST": (_refresh, ANY_USER)},
    "/v1/local/node/master_healthcheck": {"GET": (_master_healthcheck, ANY_USER)},
}
_PATTERNS = [(re.compile("^" + template.replace("{uid}", r"(\d+)") + "/?$"), template) for template in ROUTES]


@lru_cache(maxsize=16384)
def find_route(path: str) -> tuple[str, int | None] | None:
    """Return the template and the uid of a path, None for a path that is no route."""
    for pattern, template in _PATTERNS:
        found = pattern.match(path)
        if found:
            return template, int(found.group(1)) if found.groups() else None
    return None
