# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the one exception, which carries what a user needs to know.

Everything below the Ansible edge raises these, and the edge alone turns them into a task's failure.
"""

from __future__ import annotations

import os
import sys

#: Kinds that another attempt may cure without anybody doing anything.
TRANSIENT_KINDS = frozenset(("connection", "timeout", "server", "throttled", "protocol"))


class RedisEnterpriseError(Exception):
    """A fault, as data.

    ``kind`` is one word of a closed vocabulary: ``option`` (bad input), ``connection``, ``tls``, ``timeout``, ``redirect``,
    ``authentication`` (401), ``permission`` (403), ``not_found`` (404), ``conflict`` (409), ``unsupported`` (406),
    ``rejected`` (other 4xx), ``throttled`` (429), ``server`` (5xx), ``protocol`` (an answer that is not what the API promises),
    those of an operation: ``busy``, ``operation_failed``, ``not_started``, ``not_reset``, ``not_applied``, ``status_lost``, ``vanished``,
    ``wait_timeout``; and ``databases`` (some of them failed) and ``bug`` (ours).

    ``status`` is the HTTP status code, ``code`` and ``description`` are the cluster's own words for it, ``hint`` is what
    to do. ``delivered`` is False only when no byte of the request can have reached the cluster, so that a write may be sent again.
    """

    def __init__(
        self, kind, message, *, hint=None, status=None, code=None, description=None, delivered=True, retry_after=None
    ):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint
        self.status = status
        self.code = code
        self.description = description
        self.delivered = delivered
        self.retry_after = retry_after

    @property
    def transient(self):
        """True when a later attempt may succeed by itself."""
        return self.kind in TRANSIENT_KINDS

    def as_failure(self):
        """The RV(failure) of a result: the same five keys always, None where there is nothing to say."""
        return {
            "kind": self.kind,
            "status": self.status,
            "code": self.code,
            "description": self.description or self.message,
            "hint": self.hint,
        }

    def sentence(self):
        """What happened and the way out, in one line."""
        return f"{self.message} {self.hint}" if self.hint else self.message


def option_error(option, problem, way_out):
    """Bad input: names the option, what is wrong with its value, and what to do instead; in one line, whatever the value holds."""
    problem, way_out = (" ".join(text.split()) for text in (problem, way_out))
    return RedisEnterpriseError("option", f"{option}: {problem}.", hint=way_out)


def bug_error(error):
    """A fault of ours: where it happened, but not its text, which may hold a secret."""
    frame = error.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    where = f"{os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}"
    python = sys.version.split()[0]
    return RedisEnterpriseError(
        "bug",
        f"This is a bug of the collection: {type(error).__name__} at {where} (Python {python}).",
        hint="Please report it with this message.",
    )
