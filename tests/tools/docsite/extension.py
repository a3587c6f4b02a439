# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Sphinx extension: pages are read as they are in the repository, and what they link to and name is found."""

from __future__ import annotations

import os.path
from pathlib import PurePosixPath

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from tests.tools.docsite.pages import LINK, ROOT, pages, prose, references, repository_url

PAGES = {page.as_posix() for page in pages()}


def point_to_the_repository(app, docname, source):
    """What a page links to in the repository, and is no page here, is linked to there."""
    page = PurePosixPath(f"{docname}.md")
    if page.as_posix() not in PAGES:
        return
    text, parts, last = source[0], [], 0
    for begin, end in prose(text):
        parts += [text[last:begin], LINK.sub(lambda match: _target(page, match), text[begin:end])]
        last = end
    source[0] = "".join(parts)


def _target(page, match):
    before, target, after = match.groups()
    path = os.path.normpath(page.parent / target.partition("#")[0])
    here = path in PAGES or path.startswith("docs/images/")
    if "://" in target or target.startswith("#") or here or not (ROOT / path).exists():
        return match.group()
    return f"{before}{repository_url(path)}{after}"


class NamesAreLinks(SphinxTransform):
    """The name of a module, filter or role that a page writes as code leads to its reference."""

    default_priority = 5
    labels = references()

    def apply(self, **kwargs):
        if f"{self.env.docname}.md" not in PAGES:
            return
        for literal in list(self.document.findall(nodes.literal)):
            label = self.labels.get(literal.astext())
            within = literal.parent
            while within is not None and not isinstance(within, (nodes.reference, addnodes.pending_xref, nodes.title)):
                within = within.parent
            if label and within is None:
                link = addnodes.pending_xref(
                    "",
                    refdomain="std",
                    reftype="ref",
                    refexplicit=True,
                    reftarget=label,
                    refdoc=self.env.docname,
                    refwarn=True,
                )
                literal.replace_self(link)
                link += literal


def lead_home(app, pagename, templatename, context, doctree):
    """The theme's logo leads to the first page of the site, wherever that is."""
    context["theme_documentation_home_url"] = context["pathto"](app.config.root_doc)


def setup(app):
    app.connect("html-page-context", lead_home)
    app.connect("source-read", point_to_the_repository)
    app.add_transform(NamesAreLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
