# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: which requests they hit, how often, and what happens to them.

A new fault is one function and one line in ``EFFECTS``. A function of phase "before" may answer instead of the API
(return a Reply), change the request, wait or drop the connection; one of phase "after" gets the API's answer and
returns another.
"""

from __future__ import annotations

import asyncio
import html
import itertools
import random
import re
from collections.abc import Awaitable
from dataclasses import asdict, dataclass, field
from typing import Any, Callable
from urllib.parse import quote, quote_plus, unquote

import orjson

from .clock import Clock
from .config import FAULT_SCHEMA
from .messages import DropConnection, Exchange, Problem, Reply
from .settings import ConfigError, check

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>envoy</body></html>"
_FOR_EVER = 3600.0
_STEP = 0.1


@dataclass
class Fault:
    """One line of the table; None matches everything, ``times`` and ``seconds`` None mean without end."""

    effect: str
    method: str | None = None
    path: str | None = None
    uid: int | None = None
    node: int | None = None
    times: int | None = None
    seconds: float | None = None
    skip: int = 0
    probability: float = 1.0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    html: bool = False
    delay: float | None = None
    id: int = 0
    hits: int = 0

    def matches(self, exchange: Exchange) -> bool:
        """Compare the matcher with a request."""
        return (
            (self.method is None or self.method.upper() == exchange.method)
            and (self.node is None or self.node == exchange.node)
            and (self.uid is None or self.uid == exchange.uid)
            and (self.path is None or re.search(self.path, exchange.path) is not None)
        )


async def _status(fault: Fault, exchange: Exchange, reply: Reply | None) -> Reply:
    """Answer with a status of one's own: JSON error by default, HTML, any text or any JSON."""
    kind = "application/json"
    if fault.html:
        body, kind = (fault.body or _HTML.format(f"{fault.status} fault")).encode(), "text/html"
    elif fault.body is None:
        body = Problem(fault.status, "simulated_fault", f"Simulated answer {fault.status}").reply().body
    elif isinstance(fault.body, str):
        body, kind = fault.body.encode(), "text/plain"
    else:
        body = orjson.dumps(fault.body)
    return Reply(fault.status, body, {name: str(value) for name, value in fault.headers.items()}, kind)


_SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "decoded": unquote,
    "json": lambda text: orjson.dumps(text).decode()[1:-1].replace("/", "\\/").replace("&", "\\u0026"),
    "percent": lambda text: quote(text, safe=""),
    "lower": lambda text: "".join(f"%{byte:02x}" if chr(byte) in "%/+=&@:\n " else chr(byte) for byte in text.encode()),
    "form": quote_plus,
    "html": lambda text: html.escape(text).replace("/", "&#x2F;").replace("+", "&#43;"),
    "lines": lambda text: "".join(f"cannot read line {line}; " for line in text.splitlines()),
}


async def _echo(fault: Fault, exchange: Exchange, reply: Reply | None) -> Reply:
    """Answer with ``status`` and repeat the Authorization header and every value of the body, in the spelling that ``body`` names."""
    if fault.html:
        return Reply(fault.status, exchange.raw_body + b"<p>" + str(exchange.headers).encode(), {}, "text/html")
    spell = _SPELLINGS[fault.body or "plain"]
    values = [exchange.headers.get("Authorization", ""), *_texts(orjson.loads(exchange.raw_body or b"{}"))]
    description = f"cannot use {' | '.join(spell(value) for value in values)}"
    return Problem(fault.status, "echo", description).reply()


def _texts(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


async def _latency(fault: Fault, exchange: Exchange, reply: Reply | None) -> Reply | None:
    """Wait ``delay`` seconds, then go on."""
    await asyncio.sleep(1.0 if fault.delay is None else fault.delay)
    return reply


async def _stall(fault: Fault, exchange: Exchange, reply: Reply | None) -> Reply | None:
    """Never answer: hold the connection until the client gives up or ``delay`` has passed, then drop it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + (_FOR_EVER if fault.delay is None else fault.delay)
    while loop.time() < end and not exchange.transport.is_closing():
        await asyncio.sleep(_STEP)
    raise DropConnection


async def _drop(fault: Fault, exchange: Exchange, reply: Reply | None) -> Reply | None:
    """Cut the connection."""
    raise DropConnection


async def _truncate(fault: Fault, exchange: Exchange, reply: Reply) -> Reply:
    """Send half of the body as if it were whole."""
    return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers, reply.content_type)


async def _cut_off(fault: Fault, exchange: Exchange, reply: Reply) -> Reply:
    """Announce the whole body, send half of it and cut the connection."""
    return Reply(
        reply.status, reply.body[: len(reply.body) // 2], reply.headers, reply.content_type, max(2, len(reply.body))
    )


async def _empty(fault: Fault, exchange: Exchange, reply: Reply) -> Reply:
    """Send the status without the body."""
    return Reply(reply.status, b"", reply.headers, reply.content_type)


async def _wrong_type(fault: Fault, exchange: Exchange, reply: Reply) -> Reply:
    """Send JSON of another type than expected: an object for an array, an array for an object, or ``body``."""
    if fault.body is not None:
        return Reply(reply.status, orjson.dumps(fault.body), reply.headers)
    if len(reply.body) <= 2:
        return reply  # another fault has been at it: wrong once more could be right again
    return Reply(reply.status, b"{}" if reply.body.lstrip()[:1] == b"[" else b"[]", reply.headers)


async def _refuse_fields(fault: Fault, exchange: Exchange, reply: Reply | None) -> Reply | None:
    """Answer 400 (or ``status``) to a request with ``fields``, as a version that does not know them could."""
    if "fields" in exchange.query:
        raise Problem(400 if fault.status == 503 else fault.status, "invalid_fields", "Unknown argument: fields")
    return reply


async def _ignore_fields(fault: Fault, exchange: Exchange, reply: Reply | None) -> Reply | None:
    """Answer with whole objects although ``fields`` was asked for."""
    exchange.query.pop("fields", None)
    return reply


Effect = Callable[[Fault, Exchange, Any], Awaitable["Reply | None"]]
EFFECTS: dict[str, tuple[str, Effect]] = {
    "status": ("before", _status),  # the request is not applied
    "status_after": ("after", _status),  # the request is applied, then answered like this
    "echo": ("before", _echo),
    "latency": ("before", _latency),
    "latency_after": ("after", _latency),
    "stall": ("before", _stall),
    "stall_after": ("after", _stall),
    "drop_before": ("before", _drop),
    "drop_after": ("after", _drop),
    "truncate": ("after", _truncate),
    "cut_off": ("after", _cut_off),
    "empty": ("after", _empty),
    "wrong_type": ("after", _wrong_type),
    "refuse_fields": ("before", _refuse_fields),
    "ignore_fields": ("before", _ignore_fields),
}


class FaultTable:
    """The faults in force, in the order in which they were added."""

    def __init__(self, specs: list[dict[str, Any]], clock: Clock) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._random = random.Random(0)
        self._until: dict[int, float] = {}
        self.faults: list[Fault] = []
        for spec in specs:
            self.add(spec)

    def add(self, spec: dict[str, Any]) -> Fault:
        """Check and add one fault."""
        check(spec, FAULT_SCHEMA, "fault")
        if spec["effect"] not in EFFECTS:
            raise ConfigError(f"fault: effect must be one of {', '.join(EFFECTS)}")
        fault = Fault(**spec, id=next(self._numbers))
        if fault.seconds is not None:
            self._until[fault.id] = self._clock.steady() + fault.seconds
        self.faults.append(fault)
        return fault

    def remove(self, number: int | None = None) -> int:
        """Remove one fault, or all of them; return how many."""
        kept = [] if number is None else [fault for fault in self.faults if fault.id != number]
        removed, self.faults = len(self.faults) - len(kept), kept
        return removed

    def describe(self) -> list[dict[str, Any]]:
        """Return the table with ``hits``, the number of requests that each fault has hit."""
        return [asdict(fault) for fault in self.faults]

    def hitting(self, exchange: Exchange) -> list[Fault]:
        """Return the faults that hit this request and count them; those that are used up stay for their ``hits``."""
        found = []
        for fault in self.faults:
            used_up = fault.times is not None and fault.hits >= fault.times
            if used_up or self._clock.steady() > self._until.get(fault.id, float("inf")) or not fault.matches(exchange):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.probability >= 1.0 or self._random.random() < fault.probability:
                fault.hits += 1
                found.append(fault)
        return found


async def apply(faults: list[Fault], phase: str, exchange: Exchange, reply: Reply | None) -> Reply | None:
    """Run the effects of one phase; before the API the first answer ends the chain."""
    for fault in faults:
        when, effect = EFFECTS[fault.effect]
        if when == phase:
            reply = await effect(fault, exchange, reply)
            if phase == "before" and reply is not None:
                break
    return reply
