# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: texts that must not be shown, and how to find them in whatever spelling a server repeats them.

Ansible masks a secret only as it was given. A server may have decoded it, escaped it for a URL, for JSON or for HTML, or folded its
line breaks. So what is compared is a plain form of both, without escapes, white space and plus signs, which forms use for spaces.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote

MASK = "********"
#: A shorter text is left to Ansible: looked for as a part of everything, it would hide words that are no secret.
LEAST = 4
#: What a text that the server cut off must at least share with the beginning of a secret.
_LEAST_CUT = 6
_LEAST_LINE = 8
_LAYERS = 4
_ESCAPE = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)|(?P<bytes>(?:\\x[0-9A-Fa-f]{2})+)|(?P<utf16>(?:\\u[0-9A-Fa-f]{4})+)|(?P<escaped>\\.)"
    r"|&(?:#(?P<decimal>\d{1,6})|#[xX](?P<hex>[0-9A-Fa-f]{1,5})|(?P<entity>amp|lt|gt|quot|apos));|(?P<gap>[\s+]+)",
    re.DOTALL,
)
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_USER_INFO = re.compile(r"://([^/\s@:]*):([^\s]*)@")
_SIGNATURE = re.compile(
    r"(?:^|[?&])(?:sig|[\w-]*(?:signature|token|credential|secret|password))=([^&\s]+)", re.IGNORECASE
)
_ENVELOPE = re.compile(r"-----[^-]*-----")


class Secrets:
    """What must not be shown; it grows while a task runs."""

    def __init__(self, *texts):
        self._literal = []
        self._plain = []
        self._seen = {}
        self.add(*texts)

    def add(self, *texts):
        """Hide these from now on, and the parts of them that are secret by themselves."""
        found = {part for text in texts if text for part in [str(text), *_parts(str(text))] if len(part) >= LEAST}
        if not found.issubset(self._literal):
            self._seen = {}
            self._literal = sorted(found.union(self._literal), key=len, reverse=True)
            plain = {_plain(text)[0] for text in self._literal}
            self._plain = sorted((text for text in plain if len(text) >= LEAST), key=len, reverse=True)

    def __iter__(self):
        return iter(self._literal)

    def hide(self, value, keys=False):
        """``value`` without them: a text, or lists and dicts of texts; ``keys`` says whether a dict's keys are the server's as well."""
        if isinstance(value, str):
            if value not in self._seen:
                self._seen[value] = self._hide(value)
            return self._seen[value]
        if isinstance(value, (list, tuple)):
            return [self.hide(item, keys) for item in value]
        if isinstance(value, dict):
            return {self.hide(key) if keys else key: self.hide(item, keys) for key, item in value.items()}
        return value

    def hide_cut(self, text):
        """The same for a text that somebody else may have cut off in the middle of a secret."""
        text = self._hide(text)
        plain, places = _plain(text.rstrip(".…\"'`)]}>"))
        for secret in self._plain:
            for size in range(min(len(secret) - 1, len(plain)), _LEAST_CUT - 1, -1):
                if plain.endswith(secret[:size]):
                    return text[: places[-size][0]] + MASK
        return text

    def _hide(self, text):
        plain, places = _plain(text)
        spans = [(at, at + len(secret)) for secret in self._literal for at in _finds(text, secret)]
        spans += [
            (places[at][0], places[at + len(secret) - 1][1]) for secret in self._plain for at in _finds(plain, secret)
        ]
        shown, end = [], 0
        for first, last in sorted(spans):
            if first >= end:
                shown += [text[end:first], MASK]
            end = max(end, last)
        return "".join(shown) + text[end:]


def _finds(text, part):
    """Where ``part`` begins in ``text``, each time, overlapping ones too."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _parts(text):
    """The password of a URL and its Basic spelling, the lines of a key, the signature of a SAS token or of a signed URL."""
    for user, password in _USER_INFO.findall(text):
        yield password
        yield base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode("ascii")
    yield from _SIGNATURE.findall(text)
    if "-----" in text:
        body = _ENVELOPE.sub("", text).strip()
        yield body
        yield from (line for line in body.replace("\\n", "\n").splitlines() if len(line) >= _LEAST_LINE)


def _plain(text):
    """The plain form of ``text``, and for each letter of it where in ``text`` it begins and ends."""
    places = [(at, at + 1) for at in range(len(text))]
    for dummy in range(_LAYERS):
        letters, kept, end = [], [], 0
        for found in _ESCAPE.finditer(text):
            letters.append(text[end : found.start()])
            kept += places[end : found.start()]
            end = found.end()
            for letter, first, last in _decoded(found):
                letters.append(letter)
                kept.append((places[first][0], places[last - 1][1]))
        if not end:
            break
        text, places = "".join(letters) + text[end:], kept + places[end:]
    return text, places


def _decoded(found):
    """(letter, begin, end) for each letter that an escape stands for; none for white space."""
    kind, first, last = found.lastgroup, found.start(), found.end()
    if kind in ("percent", "bytes", "utf16"):
        raw = bytes.fromhex(re.sub(r"%|\\x|\\u", "", found.group()))
        coding, errors = ("utf-16-be", "surrogatepass") if kind == "utf16" else ("utf-8", "surrogateescape")
        width = (last - first) // len(raw)
        for letter in raw.decode(coding, errors):
            last = first + width * len(letter.encode(coding, errors))
            yield letter, first, last
            first = last
    elif kind == "escaped":
        if found.group()[1] not in "nrtbf":
            yield found.group()[1], first, last
    elif kind == "entity":
        yield _ENTITIES[found.group(kind)], first, last
    elif kind in ("decimal", "hex"):
        yield chr(int(found.group(kind), 16 if kind == "hex" else 10)), first, last
