# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machines of export, import and backup, computed from the clock when read (contract section 5.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .clock import Clock, api_time

RUNNING = {"exporting", "initializing", "importing"}
_WORDS = {
    "export": ("exporting", "exporting"),
    "import": ("initializing", "importing"),
    "backup": ("exporting", "exporting"),
}
_FAILED_PROGRESS = 50.0
_STUCK_PROGRESS = 42.0
_NEVER = float("inf")
UNSET = object()


@dataclass
class Plan:
    """How runs of one database behave; ``duration`` None means the cluster's setting. Times are seconds."""

    duration: float | None = None
    start_delay: float = 0.0
    result: str = "succeeded"
    reason: str = "general-error"
    busy_times: int = 0
    busy_seconds: float = 0.0
    finish_instantly: bool = False
    progress_type: str = "float"
    progress: str = "moving"  # or stuck: stands still while it runs
    hang: bool = False  # runs until this becomes false again
    loses_data: bool = False  # an import that is to fail has erased the database before


@dataclass
class Run:
    """One accepted run: shown as running from ``starts``, ended at ``ends`` once ``reason`` is known.

    An import shows its second word from ``turns`` on, and not before its data is being loaded.
    """

    starts: float
    ends: float
    turns: float
    operation: str = "export"
    turned: bool = False
    reason: str | None = None  # "" is success; None while real work is not finished
    files: list[str] = field(default_factory=list)
    detail: str = ""
    by: str = "somebody"  # or request: the API accepted it
    stuck: bool = False
    told: float | None = None  # when the API first showed its end

    def obey(self, plan: Plan) -> None:
        """Take over what a plan says of a run; it holds for runs that go on, too."""
        self.stuck = plan.progress == "stuck"
        if plan.hang:
            self.ends = _NEVER

    def let_end(self, now: float) -> None:
        """End a run that hangs, as soon as its work is done."""
        if self.ends == _NEVER:
            self.ends = max(now, self.starts)

    def finish(self, now: float, reason: str, detail: str = "") -> None:
        """Store what real work came to."""
        self.reason, self.detail, self.ends = reason, detail, max(now, self.ends)


class Operation:
    """``status`` None is idle, however a version spells it; the last result stays until a reset or the next run."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.last_field = "" if name == "import" else f"last_{name}_time"
        self._clock = clock
        self.status: str | None = None
        self.progress: Any = 0.0
        self.reason = ""
        self.last_time: str | None = None
        self.run: Run | None = None
        self.version = 0  # grows with every change that is not progress

    @property
    def fields(self) -> tuple[str, ...]:
        """The wire names of this operation."""
        names = (f"{self.name}_status", f"{self.name}_progress", f"{self.name}_failure_reason")
        return names + ((self.last_field,) if self.last_field else ())

    @property
    def busy(self) -> bool:
        """Tell whether a run is accepted or going on."""
        self.settle()
        return self.run is not None or self.status in RUNNING

    def begin(self, run: Run) -> None:
        """Accept a run; until it starts the old result stays visible."""
        self.run = run
        self.version += 1
        self.settle()

    def settle(self) -> bool:
        """Bring the visible state up to now; return True while it can still change by itself."""
        run = self.run
        if run is None:
            return False
        now = self._clock.steady()
        if now < run.starts:
            return True
        if run.reason is None or now < run.ends:
            share = (now - run.starts) / (run.ends - run.starts) if run.ends > run.starts else 1.0
            progress = _STUCK_PROGRESS if run.stuck else min(99.0, round(100 * share, 2))
            first, second = _WORDS[self.name]
            turned = now >= run.turns and (run.turned or run.reason is not None)
            self.status, self.progress, self.reason = second if turned else first, progress, ""
            return True
        self.run = None
        self.version += 1
        self.reason = run.reason
        if run.reason:
            self.status, self.progress = "failed", _FAILED_PROGRESS
        else:
            self.status, self.progress = "succeeded", 100.0
            self.last_time = api_time(self._clock.wall_at(run.ends))
        return False

    def reset(self) -> None:
        """Go back to idle and clear the reason; the time of the last success stays."""
        self.status, self.progress, self.reason = None, 0.0, ""
        self.version += 1

    def assign(self, field_name: str, value: Any) -> None:
        """Set one wire field by hand; a status ends the run that was going on."""
        self.version += 1
        if field_name == self.last_field:
            self.last_time = value
        elif field_name.endswith("_status"):
            self.run = None
            self.status = value or None
            self.progress = 100.0 if value == "succeeded" else 0.0
            self.reason = ""
        elif field_name.endswith("_progress"):
            self.progress = value
        else:
            self.reason = value or ""

    def render(self, idle: Any, progress_type: str) -> dict[str, Any]:
        """Return the wire fields; ``idle`` is "missing", None, "" or "idle" (contract section 5, REC column)."""
        status_name, progress_name, reason_name = self.fields[:3]
        shown: dict[str, Any] = {}
        if self.status is not None:
            shown[status_name] = self.status
            shown[progress_name] = _number(self.progress, progress_type)
            if self.reason or idle != "missing":
                shown[reason_name] = self.reason
        elif idle is None:
            shown = {status_name: None, progress_name: None, reason_name: None}
        elif idle != "missing":
            shown = {status_name: idle, progress_name: 0.0, reason_name: ""}
        if self.last_field and self.last_time:
            shown[self.last_field] = self.last_time
        return shown


def _number(value: Any, kind: str) -> Any:
    if not isinstance(value, (int, float)):
        return value
    if kind == "int":
        return int(value)
    return str(int(value)) if kind == "string" else float(value)
