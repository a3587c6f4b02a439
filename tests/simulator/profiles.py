# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the versions of the product that the simulator can play (contract sections 5, 8.2 and 9)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """One version's habits."""

    software_version: str
    export_idle: str  # how "no export yet" is spelled: "missing" or ""
    credentials_in_body: bool  # POST /v1/users/authorize: body (up to 7.4) or Basic header (from 7.8)
    put_body_required: bool  # a PUT without a body was refused before 7.22 (RS94080)
    can_mask_credentials: bool  # mask_bdb_credentials exists from 8.0
    backup_interval: int  # value shown while no periodic backup is configured
    redis_version: str
    guards_system_paths: bool = False  # no import from the product's own directories from 8.2 on


PROFILES = {
    "7.4": Profile("7.4.6-22", "missing", True, True, False, 0, "7.4"),
    "8.0": Profile("8.0.2-17", "", False, False, True, 86400, "8.0"),
    "8.2": Profile("8.2.0-25", "", False, False, True, 86400, "8.2", True),
}
