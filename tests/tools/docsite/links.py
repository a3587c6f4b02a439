# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""links.py [FOLDER]: follow every link of the repository's pages as GitHub shows them, and of the site that is built in FOLDER; nothing is fetched."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.tools.docsite.pages import LINK, ROOT, pages, prose

_HEADING = re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE)


class _Page(HTMLParser):
    """The links of a page, the anchors that it has, and what a browser would load for it."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.loaded = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self.anchors.update(values[name] for name in ("id", "name") if name in values and tag != "meta")
        if "href" in values:
            self.links.append(values["href"])
            if tag == "link" and values.get("rel") != "canonical":
                self.loaded.append(values["href"])
        if "src" in values:
            self.links.append(values["src"])
            self.loaded.append(values["src"])


def site_findings(folder):
    """What is wrong with the links of a site, as lines."""
    read = {}

    def page_of(path):
        if path not in read:
            read[path] = _Page(path.read_text(encoding="utf-8"))
        return read[path]

    for path in sorted(folder.rglob("*.html")):
        page = page_of(path)
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                yield from (f"{path.relative_to(folder)}: {problem}" for problem in _address_problems(link))
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                yield f"{path.relative_to(folder)}: {link} leads nowhere"
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in page_of(target).anchors:
                yield f"{path.relative_to(folder)}: {link} has no such anchor"
        for link in page.loaded:
            if urlsplit(link).netloc:
                yield f"{path.relative_to(folder)}: a browser without a network could not load {link}"


def page_findings(root=ROOT, paths=None):
    """What is wrong with the links of the Markdown pages, as lines."""
    for path in pages() if paths is None else paths:
        text = (root / path).read_text(encoding="utf-8")
        for dummy, link, dummy in _links(text):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                yield from (f"{path}: {problem}" for problem in _address_problems(link))
                continue
            target = (root / path).parent / unquote(parts.path) if parts.path else root / path
            if not target.exists():
                yield f"{path}: {link} leads nowhere"
            elif parts.fragment and (
                target.suffix != ".md" or parts.fragment not in anchors(target.read_text(encoding="utf-8"))
            ):
                yield f"{path}: {link} has no such anchor"


def _links(text):
    for begin, end in prose(text):
        yield from LINK.findall(text[begin:end])


def _address_problems(link):
    parts = urlsplit(link)
    if parts.scheme == "mailto":
        return
    if parts.scheme != "https":
        yield f"{link} is not https"
    elif not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc):
        yield f"{link} names no public host"


def anchors(text):
    """The anchors that GitHub gives the headings of a page: small letters, no punctuation, spaces as hyphens, the second one numbered."""
    outside, last = [], 0
    for begin, end in prose(text):
        # Code spans stay: a heading may have one. Only fenced blocks, which may hold lines that look like headings, go.
        outside.append(text[last:begin] if "\n" not in text[last:begin] else "\n")
        outside.append(text[begin:end])
        last = end
    seen, found = {}, set()
    for heading in _HEADING.findall("".join(outside)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if slug in seen else slug)
        seen[slug] = seen.get(slug, 0) + 1
    return found


def main(*folders):
    findings = [*page_findings(), *(finding for folder in folders for finding in site_findings(Path(folder).resolve()))]
    print("\n".join(findings) or "Every link leads somewhere.")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
