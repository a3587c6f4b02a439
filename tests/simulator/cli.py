# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the simulator."""

from __future__ import annotations

import argparse
import asyncio
import logging
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from .config import PLAN_KEYS, Config, load
from .profiles import PROFILES
from .server import run
from .settings import SETTINGS_SCHEMA, ConfigError, check
from .words import parse_words

_EPILOG = """Databases of --databases have no data (engine: none): their exports follow the state machine, whatever
the location, and write no file. They are for load. Databases of a configuration file, and the three of the default,
hold real data in Redis processes. Keys of the configuration: tests/simulator/README.md."""

_REPEATABLE = {
    "set": "settings, such as 'basic_auth=false'",
    "fault": "a fault, such as 'effect=drop_after method=POST times=3 probability=0.1'",
    "event": "what happens at a time, such as 'at=1.5 do=remove_database uid=1'",
    "plan": "how exports behave, such as 'uid=1 progress=stuck'; without a uid those of every database",
    "import_plan": "how imports behave, as above",
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    found = argparse.ArgumentParser(
        prog="python -m tests.simulator",
        description="A simulated Redis Enterprise Software cluster on 127.0.0.1.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--config", metavar="FILE", help="YAML with settings, users, databases, modules and faults")
    found.add_argument("--databases", type=int, metavar="N", help="N databases without data, for load")
    found.add_argument("--profile", choices=list(PROFILES), help="the version to play (default 8.0)")
    found.add_argument("--nodes", type=int, metavar="N", help="number of nodes (default 1)")
    found.add_argument("--port", type=int, default=0, help="port of the first node, 0 for a free one")
    found.add_argument("--control-port", type=int, default=0, help="port of the control API, 0 for a free one")
    found.add_argument("--state-dir", metavar="DIR", help="keep certificates and data here (default: temporary)")
    found.add_argument("--ready-file", metavar="FILE", help="JSON written when the simulator serves")
    found.add_argument("--latency", type=float, metavar="SECONDS", help="added to every answer")
    found.add_argument("--export-duration", type=float, metavar="SECONDS", help="how long an export takes (0.5)")
    found.add_argument("--clock-offset", type=float, metavar="SECONDS", help="how wrong the cluster's clock is")
    for name, what in _REPEATABLE.items():
        found.add_argument(
            "--" + name.replace("_", "-"), action="append", default=[], metavar="'KEY=VALUE ...'", help=what
        )
    found.add_argument("--stop-on-stdin-end", action="store_true", help="stop when standard input ends")
    found.add_argument("--verbose", action="store_true", help="log more than warnings")
    return found


def announce(facts: dict[str, Any]) -> None:
    """Print where the cluster is and what to paste into a shell."""
    user = facts["users"][0]
    quoted = {
        name: shlex.quote(str(value))
        for name, value in {
            "URL": facts["url"],
            "USER": user["username"],
            "PASSWORD": user["password"],
            "CA_CERT": facts["ca_cert"],
        }.items()
    }
    print(
        f"Simulated cluster  {'  '.join(facts['urls'])}\nControl API        {facts['control_url']}\n"
        f"CA certificate     {facts['ca_cert']}"
    )
    for item in facts["users"]:
        print(f"User               {item['username']}  {item['password']}  ({item['role']})")
    for name, value in quoted.items():
        print(f"export REDIS_ENTERPRISE_{name}={value}")
    sys.stdout.flush()


def _configuration(options: argparse.Namespace) -> Config:
    """Return the configuration file with the command line's values and additions."""
    overrides = {
        name: getattr(options, name)
        for name in ("databases", "profile", "nodes", "latency", "export_duration", "clock_offset")
    }
    parsed = {name: [parse_words(text, f"--{name}") for text in getattr(options, name)] for name in _REPEATABLE}
    for values in parsed["set"]:
        check(values, SETTINGS_SCHEMA, "--set")
        overrides.update(values)
    return load(
        options.config,
        overrides,
        {"faults": parsed["fault"], "events": parsed["event"]},
        {key: parsed[key] for key in PLAN_KEYS},
    )


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; 0 for a clean stop, 2 for a wrong configuration."""
    options = parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    temporary = None if options.state_dir else tempfile.mkdtemp(prefix="redis-enterprise-simulator-")
    state_dir = Path(options.state_dir or temporary).resolve()
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        asyncio.run(run(_configuration(options), state_dir, options, announce))
    except (ConfigError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)
    return 0
