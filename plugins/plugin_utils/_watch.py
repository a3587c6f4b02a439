# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: look at a cluster again and again, and hand on what has happened. Knows no Ansible and no rulebook."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time

from ..module_utils._client import READ_ATTEMPTS, back_off
from ..module_utils._connection import connect
from ..module_utils._databases import DatabaseReader, fields_for, is_pattern, name_matches
from ..module_utils._errors import RedisEnterpriseError, bug_error
from ._transitions import cluster_event, look

#: A refused login is tried again after this many seconds: five within 15 minutes would lock the account, for 30 minutes.
LOGIN_PAUSE = 1800
#: The longest pause between two tries of a cluster that does not answer, unless the interval is longer.
_LONGEST_PAUSE = 60
_LOG = logging.getLogger("community.redis_enterprise.databases")


class Watch:
    """Looks at the cluster of these Settings with ONE request each time, and hands each event to ``emit``, a coroutine.

    ``sleep`` and ``connect_to`` are replaced by tests.
    """

    def __init__(self, settings, emit, sleep=asyncio.sleep, connect_to=connect):
        self._settings = settings
        self._emit = emit
        self._sleep = sleep
        self._connect_to = connect_to
        self._known = None
        self._reader = self._client = None
        self._failures = 0
        self._lost_since = None
        self._told = set()  # of the events about the cluster itself, since it answered

    async def run(self):
        """Look for ever. Raises RedisEnterpriseError of kind ``option`` or ``bug``, and for nothing else."""
        self._connect()
        while True:
            try:
                databases = await _in_thread(self._read)
            except RedisEnterpriseError as error:
                if error.kind in ("option", "bug"):
                    raise
                pause = await self._after_fault(error)
            else:
                await self._after_answer(databases)
                pause = self._settings.interval
            await self._sleep(pause)

    def _connect(self):
        """A new client, since one whose login was refused sends nothing any more."""
        self._client = self._connect_to(self._settings.connection, self._settings.secrets)
        self._reader = DatabaseReader(self._client, fields_for(self._settings.operations, "created_time"))

    def _read(self):
        try:
            return self._reader.read(attempts=1)
        except RedisEnterpriseError:
            raise
        except Exception as error:
            raise bug_error(error) from None

    async def _after_answer(self, databases):
        self._failures = 0
        if self._lost_since is not None:
            seconds = int(time.monotonic() - self._lost_since)
            self._lost_since, self._told = None, set()
            await self._tell(cluster_event("reachable", f"The cluster answers again, after {seconds} seconds."))
        initial = self._known is None
        if initial:
            self._warn_of_nothing(databases)
        chosen = [db for uid, db in sorted(databases.items()) if self._is_chosen(db)]
        now, settings = self._client.server_time, self._settings
        self._known, events = look(self._known or {}, chosen, now, settings.operations, settings.limits)
        if not initial or settings.emit_initial:
            for event in events:
                await self._tell(event, initial)

    async def _after_fault(self, error):
        """Tell a fault that lasts, once. Returns the seconds until the next try."""
        self._failures += 1
        refused = error.kind == "authentication"
        if error.transient and self._failures < READ_ATTEMPTS:
            return back_off(self._failures, error.retry_after)
        what = "login_refused" if refused else "unreachable"
        if what not in self._told:
            self._told.add(what)
            self._lost_since = self._lost_since or time.monotonic()
            _LOG.error("%s", error.sentence())
            await self._tell(cluster_event(what, error.message, error.hint, error.kind))
        if refused:
            self._connect()
            return max(LOGIN_PAUSE, self._settings.interval)
        longer = self._settings.interval * 2 ** min(self._failures - 1, 20)
        longest = max(_LONGEST_PAUSE, self._settings.interval)
        return max(min(longer, longest) * random.uniform(0.75, 1), back_off(0, error.retry_after))

    async def _tell(self, event, initial=False):
        if event["event"] in self._settings.events:
            event = {**event, "cluster": self._settings.cluster, "initial": initial}
            await self._emit(self._settings.secrets.hide(event))

    def _is_chosen(self, database):
        uids, names = self._settings.uids, self._settings.names
        if not uids and not names:
            return True
        return database.uid in uids or any(name_matches(database.name, name) for name in names)

    def _warn_of_nothing(self, databases):
        names = [name for name in self._settings.names if not is_pattern(name)]
        missing = [uid for uid in self._settings.uids if uid not in databases]
        missing += [name for name in names if all(db.name != name for db in databases.values())]
        if missing:
            _LOG.warning("No database matches %s yet, as far as this user sees.", ", ".join(map(repr, missing)))


async def _in_thread(function):
    """``function()`` in a thread that keeps nothing from ending: what it waits for may take as long as a socket's time-out."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def settle(method, value):
        if not future.done():
            method(value)

    def work():
        try:
            outcome = future.set_result, function()
        except RedisEnterpriseError as error:
            outcome = future.set_exception, error
        try:
            loop.call_soon_threadsafe(settle, *outcome)
        except RuntimeError:
            return  # the loop has ended meanwhile

    threading.Thread(target=work, name="redis-enterprise-look", daemon=True).start()
    return await future
