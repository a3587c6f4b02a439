# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An event source of ansible-rulebook: exports, imports and backups of Redis Enterprise databases that fail, succeed or go stale."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
import types
import uuid
from pathlib import Path
from typing import Any

DOCUMENTATION = r"""
---
short_description: Exports, imports and backups of Redis Enterprise databases that fail, succeed or go stale
description:
  - Looks at all databases of a Redis Enterprise Software cluster again and again, with one request each time, and sends one event for each change.
  - An event is sent once, however long the cluster keeps the status. Its data is in C(event.redis_enterprise), with the keys C(event), C(operation), C(uid),
    C(name), C(cluster), C(status), C(failure_reason), C(failures), C(reason), C(hint), C(last_time), C(age) and C(initial).
  - The Python of ansible-rulebook needs ansible-core and requests.
options:
  uid:
    description:
      - Databases by their numeric uid. Without O(uid) and O(name) all databases are watched.
    type: list
    elements: int
  name:
    description:
      - Databases by their name, or by a shell pattern with V(*), V(?) and V([...]). A database that matches later is watched from then on.
    type: list
    elements: str
  operations:
    description:
      - What to watch.
    type: list
    elements: str
    choices:
      - export
      - import
      - backup
    default:
      - export
      - import
      - backup
  events:
    description:
      - Which events to send.
      - V(failed) and V(succeeded) are the end of a run, V(stale) is a last success that has grown older than O(export_stale_after) or
        O(backup_stale_after), and V(recovered) one that is younger again.
      - V(unreachable) is a cluster that does not answer, V(login_refused) one that refuses the credentials, and V(reachable) one that answers again.
    type: list
    elements: str
    choices:
      - failed
      - succeeded
      - stale
      - recovered
      - unreachable
      - login_refused
      - reachable
    default:
      - failed
      - succeeded
      - stale
      - recovered
      - unreachable
      - login_refused
      - reachable
  interval:
    description:
      - Seconds between two looks.
    type: float
    default: 30
  export_stale_after:
    description:
      - How old the last successful export may grow, as seconds or with a unit, V(90m), V(26h), V(7d). A database without any counts from when it was made.
      - If not set, exports do not go stale.
    type: str
  backup_stale_after:
    description:
      - The same for periodic backups. A database that is not backed up at all goes stale too.
    type: str
  emit_initial:
    description:
      - Whether to send V(failed) and V(stale) for what is so already at the first look, with C(initial) set, so that no failure is missed
        while no rulebook runs.
    type: bool
    default: true
  url:
    description:
      - The cluster's REST API, such as V(https://cluster.example.com:9443). With several, each is an endpoint of the same cluster.
      - Needed here or in the environment variable E(REDIS_ENTERPRISE_URL), where several are separated by commas.
    type: list
    elements: str
  username:
    description:
      - The user. The role C(db_viewer) is enough to watch. If not set, the environment variable E(REDIS_ENTERPRISE_USER) is used.
    type: str
  password:
    description:
      - The password of O(username). If not set, the environment variable E(REDIS_ENTERPRISE_PASSWORD) is used.
    type: str
  token:
    description:
      - A ready access token. It wins over O(username) and O(password).
      - If not set, the environment variable E(REDIS_ENTERPRISE_TOKEN) is used.
    type: str
  auth_method:
    description:
      - V(basic) sends O(username) and O(password) with each request, V(jwt) logs in with them and renews the token that it gets.
    type: str
    choices:
      - basic
      - jwt
    default: basic
  client_cert:
    description:
      - A PEM certificate of a user who may use certificates. If not set, the environment variable E(REDIS_ENTERPRISE_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - The unencrypted PEM key of O(client_cert), unless it is in the same file.
      - If not set, the environment variable E(REDIS_ENTERPRISE_CLIENT_KEY) is used.
    type: path
  ca_cert:
    description:
      - A file with the PEM certificates of the authorities to trust. Only these are trusted then.
      - If not set, the environment variable E(REDIS_ENTERPRISE_CA_CERT) is used, and without that the trust store of the system.
    type: path
  validate_certs:
    description:
      - Whether to verify the cluster's certificate. If not set, a true value in the environment variable E(REDIS_ENTERPRISE_INSECURE) means V(false).
    type: bool
    default: true
  timeout:
    description:
      - Seconds that one connection may take to be made, and one request to be answered.
      - If not set, the environment variable E(REDIS_ENTERPRISE_TIMEOUT) is used.
    type: int
    default: 30
"""

EXAMPLES = r"""
---
# All databases, with the connection from the environment
- community.redis_enterprise.databases:

# Some databases, every minute; an export is stale after 26 hours
- community.redis_enterprise.databases:
    url: https://cluster.example.com:9443
    ca_cert: /etc/ssl/redis-enterprise.pem
    username: viewer@example.com
    password: "{{ redis_enterprise_password }}"
    name: "orders-*"
    interval: 60
    export_stale_after: 26h

# Only what is wrong with periodic backups
- community.redis_enterprise.databases:
    operations: backup
    backup_stale_after: 2d
    events:
      - failed
      - stale
"""

#: The collection that this file is part of. ansible-rulebook runs the file by its path, whether Python can import the collection or not, and another
#: copy of it that Python does find may be of another release: so what it needs is loaded from here, under a name that nothing else has.
_COLLECTION = Path(__file__).resolve().parents[4]
_PACKAGE = "community_redis_enterprise_of_this_source"
_LOG = logging.getLogger("community.redis_enterprise.databases")


class SourceError(Exception):
    """Why the source cannot work, in words for the user."""


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Put events into the queue until the task is cancelled. Raises SourceError for what no waiting cures, before anything is sent."""
    parts = _load()
    try:
        settings = parts["_watch_options"].read_options(args)
        if not settings.connection["validate_certs"]:
            _LOG.warning("The cluster's certificate is not verified, so anybody on the way can read the credentials.")

        async def emit(event: dict[str, Any]) -> None:
            # ansible-rulebook adds the name of the source and the time; the type would be a mere file name with --source-dir.
            source = {"type": "community.redis_enterprise.databases"}
            await queue.put({"redis_enterprise": event, "meta": {"source": source, "uuid": str(uuid.uuid4())}})

        await parts["_watch"].Watch(settings, emit).run()
    except parts["_errors"].RedisEnterpriseError as error:
        raise SourceError(error.sentence()) from None


def _load() -> dict[str, types.ModuleType]:
    """The parts of the collection that the source is made of, by their names."""
    if not (_COLLECTION / "plugins" / "plugin_utils" / "_watch.py").is_file():
        message = (
            f"{__file__} is not inside the collection community.redis_enterprise, of which it needs other parts. "
            "Use it from the installed collection, or with --source-dir from a clone."
        )
        raise SourceError(message)
    if _PACKAGE not in sys.modules:
        package = types.ModuleType(_PACKAGE)
        package.__path__ = [str(_COLLECTION / "plugins")]
        sys.modules[_PACKAGE] = package
    names = ("module_utils._transport", "module_utils._errors", "plugin_utils._watch_options", "plugin_utils._watch")
    try:
        parts = [importlib.import_module(f"{_PACKAGE}.{name}") for name in names]
    except ImportError as error:
        raise SourceError(_missing("ansible-core" if "ansible" in str(error.name) else str(error.name))) from error
    if parts[0].REQUESTS_IMPORT_ERROR:
        raise SourceError(_missing("requests"))
    return {name.rpartition(".")[2]: part for name, part in zip(names, parts)}


def _missing(package: str) -> str:
    return f"The Python that runs ansible-rulebook does not have {package}: {sys.executable} -m pip install {package}"
