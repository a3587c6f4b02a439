# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the documentation works as it stands there. How one is declared: tests/examples/declared.py."""

from __future__ import annotations

import pytest

from tests.examples.declared import PAGES
from tests.examples.extract import all_blocks
from tests.examples.run import plan, run_page

BLOCKS = all_blocks()
#: what a newcomer reads; the other pages are run by `make test-all`
QUICK = ("README.md", "docs/getting_started.md", "docs/events.md", "docs/from_uri.md")


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[] if page in QUICK else [pytest.mark.long]) for page in BLOCKS]
)
def test_examples_of(page, tmp_path):
    """An example for which nobody has said what to do is an error here, with its place."""
    if any(steps for dummy, steps in plan(page)):
        session = run_page(page, tmp_path)
        assert session.findings == [], "\n\n".join(session.findings)
        if session.page.missing:
            pytest.skip(f"some examples were not run: {', '.join(session.page.missing)}")


def test_what_is_declared_is_there():
    """What is left of a page or of an example that has gone is removed."""
    left = [page for page in PAGES if page not in BLOCKS]
    for page, declared in PAGES.items():
        texts = [block.text for block in BLOCKS.get(page, [])]
        for start in (*declared.not_run, *declared.before, *declared.failing):
            if not any(start in text for text in texts):
                left.append(f"{page}: {start}")
    assert left == []
