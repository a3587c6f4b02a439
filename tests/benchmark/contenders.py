# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is measured: for each a command, and what a reader has to know of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


def play(name: str, *words: str) -> Callable[[int, Path], list[str]]:
    """A playbook of this folder; it gets ``count``, the number of databases."""

    def command(count: int, folder: Path) -> list[str]:
        given = json.dumps({"count": count})
        return [str(BIN / "ansible-playbook"), str(HERE / "playbooks" / f"{name}.yml"), "-e", given, *words]

    return command


def inventory(count: int, folder: Path) -> list[str]:
    """The playbook on the hosts of the inventory plugin, ten at a time."""
    source = folder / "databases.redis_enterprise.yml"
    source.write_text("plugin: community.redis_enterprise.databases\n", encoding="utf-8")
    return play("hosts", "-i", str(source), "--forks", "10")(count, folder)


@dataclass(frozen=True)
class Contender:
    """``command(count, folder)``, ``job``: whether it does the whole job, so that it can be checked."""

    title: str
    command: Callable[[int, Path], list[str]]
    job: bool = True


CONTENDERS = {
    "uri_loops": Contender("`uri`, three loops", play("uri_loops")),
    "uri_one_poll": Contender("`uri`, two loops and one poll for all", play("uri_one_poll")),
    "looped_module": Contender("`bdb_export` in a loop", play("looped_module")),
    "hosts": Contender("`bdb_export` on hosts of the inventory, 10 forks", inventory),
    "role": Contender("role `export_databases`, which verifies too", play("role")),
    "curl": Contender(
        "`curl` and `xargs -P 16`", lambda count, folder: ["bash", str(HERE / "curl_xargs.sh"), str(count)]
    ),
    "bulk": Contender("**`bdb_export`, one task**", play("bulk")),
    "asyncio": Contender(
        "a bare asyncio client", lambda count, folder: [sys.executable, str(HERE / "asyncio_client.py"), str(count)]
    ),
    "bulk_4": Contender("the same with `max_parallel: 4`", play("bulk", "-e", "max_parallel=4")),
    "nothing": Contender("`ansible-playbook` without a task", play("nothing"), job=False),
    "empty": Contender("one task of an empty module", play("empty"), job=False),
    "one_uri": Contender("one `uri` GET of all databases", play("one_uri"), job=False),
    "info": Contender("`bdb_info` of all databases", play("info"), job=False),
    "up_to_date": Contender("`bdb_export` when all is up to date", play("up_to_date"), job=False),
}
