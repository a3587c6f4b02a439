# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the examples of one page."""

from __future__ import annotations

import contextlib

from tests.examples.declared import PAGES
from tests.examples.extract import all_blocks
from tests.examples.page import Page
from tests.examples.session import Session
from tests.examples.steps import steps_of
from tests.simulator.process import SimulatorProcess


def plan(page):
    """The examples of a page with the steps of each. Raises Unknown."""
    declared = PAGES.get(page, Page())
    found = [(block, steps_of(block, declared)) for block in all_blocks()[page]]
    return sorted(found, key=lambda pair: bool(declared.last and pair[0].text.startswith(declared.last)))


def run_page(page, folder):
    """The session of a page, at its end."""
    declared = PAGES.get(page, Page())
    with contextlib.ExitStack() as stack:
        if declared.servers:
            declared.servers(stack, folder, declared)
        sim = stack.enter_context(SimulatorProcess(declared.config(), nodes=3))
        session = Session(folder, sim, declared)
        if declared.prepare:
            declared.prepare(session)
        for block, steps in plan(page):
            for start, prepare in declared.before.items():
                if block.text.startswith(start):
                    session.flush()
                    prepare(session)
            session.follow(block, steps)
        session.flush()
        session.unused_files()
        if declared.after:
            declared.after(session)
    return session
