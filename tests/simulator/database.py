# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated database: what it shows, how its exports behave and where its data is."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .clock import Clock
from .config import PLAN_KEYS, STATUS_FIELDS
from .engine import DataEngine, make_shards
from .objects import bdb_fields
from .operations import RUNNING, UNSET, Operation, Plan, Run
from .policy import without_defaults
from .secrecy import hide
from .settings import Settings

_RUNS_KEPT = 20


@dataclass
class _Planned:
    """A plan, and what is left of the refusals in it."""

    plan: Plan = field(default_factory=Plan)
    busy_left: int = 0
    busy_until: float = 0.0


def _plan_key(name: str) -> str:
    return "import_plan" if name == "import" else "plan"


class Database:
    """A database as the API and the control API see it; static parts are built once per version and user kind."""

    def __init__(
        self, spec: dict[str, Any], shard_uids: list[int], directory: Path, settings: Settings, clock: Clock
    ) -> None:
        self.uid: int = spec["uid"]
        self.name: str = spec.get("name") or f"db-{self.uid:03d}"
        self.modules: list[str] = []
        self.accepted: Counter[str] = Counter()
        self.runs: deque[Run] = deque(maxlen=_RUNS_KEPT)
        self._settings = settings
        self._clock = clock
        self.fields: dict[str, Any] = {}  # those that were set, with their secrets
        self.drawn_offset: int | None = None
        self.changes_until = 0.0
        self.seen_running = 0  # how often the API has shown the present or the last run while it ran
        self._idle: Any = "profile"
        self._static: dict[Any, dict[str, Any]] = {}
        self._dynamic: tuple[Any, dict[str, Any]] | None = None
        self._plans = {key: _Planned() for key in PLAN_KEYS}
        shards = make_shards(shard_uids)
        self.shard_uids = shard_uids
        self.engine = (
            None
            if spec.get("engine") == "none"
            else DataEngine(shards, directory / f"db-{self.uid}", spec.get("keys", 0), spec.get("seed", self.uid))
        )
        self.operations = {name: Operation(name, clock) for name in ("export", "import", "backup")}
        self.change(
            {
                name: value
                for name, value in spec.items()
                if name not in ("uid", "name", "shards", "keys", "seed", "engine")
            }
        )

    def change(self, values: dict[str, Any]) -> None:
        """Apply checked values of a configuration or of the control API; status fields in their documented order."""
        self.name = values.get("name", self.name)
        self.modules = values.get("modules", self.modules)
        self._idle = values.get("idle", self._idle)
        self.fields.update(values.get("fields", {}))
        for key in PLAN_KEYS:
            if key in values:
                self._change_plan(key, values[key])
        for name in STATUS_FIELDS:
            if name in values:
                self.operations[name.split("_")[1 if name.startswith("last_") else 0]].assign(name, values[name])
        self._static.clear()
        self._dynamic = None

    def _change_plan(self, key: str, values: dict[str, Any]) -> None:
        planned, now = self._plans[key], self._clock.steady()
        planned.plan = plan = replace(planned.plan, **values)
        planned.busy_left, planned.busy_until = plan.busy_times, now + plan.busy_seconds
        for name, operation in self.operations.items():
            if _plan_key(name) == key and operation.run is not None:
                operation.run.obey(plan)
                if not plan.hang:
                    operation.run.let_end(now)

    def plan_of(self, name: str) -> Plan:
        """Return how the runs of an operation are to behave."""
        return self._plans[_plan_key(name)].plan

    def take_busy(self, name: str) -> bool:
        """Tell whether the plan wants this start refused, and count it."""
        planned = self._plans[_plan_key(name)]
        if planned.busy_left > 0:
            planned.busy_left -= 1
            return True
        return self._clock.steady() < planned.busy_until

    def settle(self) -> None:
        """Bring all operations up to now."""
        for operation in self.operations.values():
            operation.settle()

    @property
    def busy(self) -> bool:
        """Tell whether any operation, or a change, is going on."""
        return self.changing or any(operation.busy for operation in self.operations.values())

    @property
    def changing(self) -> bool:
        """Tell whether a change of the configuration is going on."""
        return self._clock.steady() < self.changes_until

    def _static_fields(self, mode: str) -> dict[str, Any]:
        form = self._settings.location_secrets
        key = (self._settings.profile, mode, form)
        found = self._static.get(key)
        if found is None:
            whole = bdb_fields(self.uid, self.name, self.shard_uids, self.modules, self._settings)
            whole.update(self.fields)
            if self._settings.version.export_idle == "missing":
                whole = without_defaults(whole)
            found = self._static[key] = hide(whole, mode, form)
        return found

    def _dynamic_fields(self) -> dict[str, Any]:
        profile = self._settings.version
        operations = self.operations.values()
        moving = [operation.settle() for operation in operations]
        kinds = tuple(self.plan_of(operation.name).progress_type for operation in operations)
        key = (profile, self._idle, kinds, sum(operation.version for operation in operations))
        changing = self.changing
        if self._dynamic is not None and self._dynamic[0] == key and not any(moving) and not changing:
            return self._dynamic[1]
        shown: dict[str, Any] = {}
        for operation in operations:
            idle = self._idle
            if idle == "profile":
                idle = profile.export_idle if operation.name == "export" else ""
            shown.update(operation.render(idle, self.plan_of(operation.name).progress_type))
        if self.operations["import"].status in RUNNING:
            shown["status"] = "import-pending"
        elif changing:
            shown["status"] = "active-change-pending"
        self._dynamic = None if changing else (key, shown)
        return shown

    def view(self, fields: tuple[str, ...] | None, mode: str) -> dict[str, Any]:
        """Return the BDB object, or only the asked fields that have a value; ``mode`` as in ``objects.protect``."""
        static, dynamic = self._static_fields(mode), self._dynamic_fields()
        self.seen_running += any(operation.status in RUNNING for operation in self.operations.values())
        self._note_told()
        if fields is None:
            return {**static, **dynamic}
        found = {}
        for name in fields:
            value = dynamic.get(name, UNSET)
            if value is UNSET:
                value = static.get(name, UNSET)
            if value is not UNSET:
                found[name] = value
        return found

    def _note_told(self) -> None:
        """Remember when the API first shows that the last run has ended."""
        last = self.runs[-1] if self.runs else None
        if last is not None and last.told is None and self.operations[last.operation].run is not last:
            last.told = self._clock.steady()

    def field(self, name: str) -> Any:
        """Return a field that is no status, in clear."""
        return self._static_fields("clear")[name]

    def summary(self) -> dict[str, Any]:
        """Return what the control API shows: name, statuses, plan and the last run."""
        shown = dict(self._dynamic_fields())
        shown.pop("status", None)
        runs = [self._describe(run) for run in self.runs]
        return {
            "uid": self.uid,
            "name": self.name,
            "engine": "redis" if self.engine else "none",
            "modules": self.modules,
            **{key: asdict(planned.plan) for key, planned in self._plans.items()},
            "idle": self._idle,
            "accepted_starts": self.accepted["export"],
            "accepted_imports": self.accepted["import"],
            "accepted_changes": self.accepted["change"],
            "busy": self.busy,
            "seen_running": self.seen_running,
            "status_fields": shown,
            "shard_uids": self.shard_uids,
            "runs": runs,
            "last_run": runs[-1] if runs else None,
        }

    def _describe(self, run: Run) -> dict[str, Any]:
        return {
            "operation": run.operation,
            "by": run.by,
            "done": self.operations[run.operation].run is not run,
            "reason": run.reason,
            "detail": run.detail,
            "files": run.files,
            "told_after": None if run.told is None else round(run.told - run.ends, 4),
        }
