# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing a database through the API: the policy of its periodic backup (contract section 14)."""

from __future__ import annotations

import asyncio
from typing import Any

from . import storage
from .cluster import Cluster
from .database import Database
from .messages import Problem
from .policy import changed


async def verify(cluster: Cluster, location: dict[str, Any]) -> None:
    """Raise 406 when a location cannot be written to (contract section 6)."""
    try:
        await asyncio.to_thread(storage.check, location, cluster.endpoints)
    except storage.StorageFailure as error:
        text = f"The backup location cannot be accessed: {error.reason}"
        raise Problem(406, "backup_location_not_accessible", text) from error


async def change_policy(cluster: Cluster, database: Database, body: dict[str, Any], dry_run: bool) -> None:
    """Apply a checked body, or only find out whether that is possible."""
    settings = cluster.settings
    if settings.license == "expired":
        raise Problem(403, "license_expired", "The license has expired, database settings cannot be changed")
    if database.changing or database.operations["import"].busy:
        raise Problem(409, "busy", f"Database {database.uid} is busy with another action, try again later")
    after = changed(database.fields, database.drawn_offset, body, str(database.uid))
    if after.get("backup"):
        cluster.check_modules(database)
    touched = after.get("backup") or "backup_location" in body
    if touched and database.engine and (settings.dry_run_verifies or not dry_run):
        await verify(cluster, after["backup_location"])
    if dry_run:
        return
    if "backup_interval_offset" in body:
        database.drawn_offset = None
    elif after.get("backup_interval_offset") != database.fields.get("backup_interval_offset"):
        database.drawn_offset = after["backup_interval_offset"]
    database.changes_until = cluster.clock.steady() + settings.change_duration
    cluster.change_database(database, {"fields": after})
