# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cost grows: with the number of databases of one cluster, and with the number of clusters and forks."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from tests.benchmark.contenders import BIN, CONTENDERS, HERE
from tests.benchmark.measure import Bench, NotDone, environment, timed
from tests.simulator.process import SimulatorProcess
from tests.tools.reliability import table

COUNTS = (100, 500, 1000, 2000, 5000)
CAPPED = (100, 500)
CLUSTERS = (1, 5, 20)
FORKS = (1, 5, 10, 20)
DATABASES_OF_EACH = 10
DURATION, LATENCY = 0.5, 0.02


def run(quick: bool, show: Callable[[str], None]) -> tuple[dict[str, str], dict]:
    """Both tables by their names, and what they were made of."""
    databases = _databases((5,) if quick else COUNTS, () if quick else CAPPED, show)
    clusters = _clusters((2,) if quick else CLUSTERS, (2,) if quick else FORKS, show)
    return (
        {"growth-databases": _table_of_databases(databases), "growth-clusters": _table_of_clusters(clusters)},
        {"databases": databases, "clusters": clusters},
    )


def _databases(counts, capped, show) -> list[dict]:
    rows = []
    for count in counts:
        with Bench(count) as bench:
            bench.simulator.control.settings(latency=LATENCY, export_duration=DURATION)
            for name in ("bulk", *(["bulk_4"] if count in capped else [])):
                sample = bench.run(CONTENDERS[name])
                rows.append({"count": count, "contender": name, **asdict(sample)})
                show(f"{count:>5} {name:<8} {sample.wall:7.2f} s")
            options = {"export_location": {"type": "mount_point", "path": "/mnt/exports"}, "name": "*"}
            memory, size = bench.module("community.redis_enterprise.bdb_export", {**options, "max_age": 86400})
            sample = bench.run(CONTENDERS["up_to_date"])
            rows.append({"count": count, "contender": "up_to_date", "memory": memory, "size": size, **asdict(sample)})
            show(f"{count:>5} up to date {sample.wall:5.2f} s, {memory:.1f} MB, {size / 1000:.0f} kB")
    return rows


def _clusters(counts, forks, show) -> list[dict]:
    rows = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        settings = {"databases": DATABASES_OF_EACH, "export_duration": DURATION, "latency": LATENCY}
        simulators = [stack.enter_context(SimulatorProcess(settings)) for dummy in range(max(counts))]
        for count in counts:
            hosts = {
                f"cluster-{number}": {
                    "cluster_url": one.url,
                    "cluster_ca_cert": one.ca_cert,
                    "ansible_connection": "local",
                    "ansible_python_interpreter": str(BIN / "python"),
                }
                for number, one in enumerate(simulators[:count], 1)
            }
            source = folder / "hosts.json"
            source.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
            for width in [width for width in forks if width <= max(count, min(forks))]:
                for one in simulators[:count]:
                    one.control.reset_log()
                command = [str(BIN / "ansible-playbook"), str(HERE / "playbooks/clusters.yml"), "-i", str(source)]
                sample = timed([*command, "--forks", str(width)], {**environment(), **simulators[0].env}, folder)
                for one in simulators[:count]:
                    accepted = one.control.counters()["accepted_starts"]
                    if len(accepted) != DATABASES_OF_EACH or set(accepted.values()) != {1}:
                        raise NotDone(f"a cluster got {accepted}")
                rows.append({"clusters": count, "forks": width, **asdict(sample)})
                show(f"{count:>3} clusters, {width:>2} forks {sample.wall:7.2f} s")
    return rows


def _table_of_databases(rows: list[dict]) -> str:
    """One row for each number of databases."""
    shown = []
    for count in sorted({row["count"] for row in rows}):
        of = {row["contender"]: row for row in rows if row["count"] == count}
        bulk, capped, idle = of["bulk"], of.get("bulk_4"), of["up_to_date"]
        shown.append(
            (
                f"{count:,}",
                f"{bulk['wall']:.1f}",
                f"{bulk['cpu']:.1f}",
                bulk["methods"]["GET"],
                f"{capped['wall']:.1f}" if capped else "-",
                f"{idle['wall']:.1f}",
                f"{idle['memory']:.0f}",
                f"{bulk['peak']:.0f}",
                f"{idle['size'] / 1000:.0f}",
            )
        )
    head = (
        "Databases",
        "all at once, s",
        "CPU s",
        "looks",
        "4 at a time, s",
        "up to date, s",
        "MB of the module",
        "MB of Ansible",
        "kB of the result",
    )
    return table(head, shown)


def _table_of_clusters(rows: list[dict]) -> str:
    """A row for each number of clusters, a column for each number of forks."""
    forks = sorted({row["forks"] for row in rows})
    shown = []
    for count in sorted({row["clusters"] for row in rows}):
        of = {row["forks"]: row for row in rows if row["clusters"] == count}
        shown.append(
            (
                count,
                *(f"{of[width]['wall']:.1f}" if width in of else "-" for width in forks),
                f"{max(row['cpu'] for row in of.values()):.1f}",
            )
        )
    return table(("Clusters", *(f"{width} fork{'s' * (width > 1)}, s" for width in forks), "CPU s"), shown)
