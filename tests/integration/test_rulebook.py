# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real ansible-rulebook: the rulebook of the installed collection mends what can be mended and gives up the rest, and the source works from a clone."""

from __future__ import annotations

import queue
import re
import shlex
import shutil
import subprocess
import threading

import pytest
import yaml

from tests.integration.conftest import ROOT, Ansible, blocks, load, mount
from tests.simulator.process import SimulatorProcess

EDA = ROOT / ".build/eda/bin"
SOURCES = ROOT / "extensions/eda/plugins/event_source"
LIMIT = 90

pytestmark = pytest.mark.skipif(
    not (EDA / "ansible-rulebook").exists(), reason="no ansible-rulebook, which needs Java 17 (tests/tools/eda.sh)"
)

NAME = "community.redis_enterprise.reset_and_retry"
BOOK = ROOT / "extensions/eda/rulebooks/reset_and_retry.yml"
PAGE = "docs/events.md"
PLAY = "PLAY [Reset and export Redis Enterprise databases again]"


class Rulebook:
    """A running ansible-rulebook, and what it has printed so far."""

    def __init__(self, env, folder, *words):
        self.lines = []
        self._queue = queue.Queue()
        self._process = subprocess.Popen(
            [str(EDA / "ansible-rulebook"), *words],
            cwd=folder,
            env={**env, "PATH": f"{EDA}:{env['PATH']}", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._queue.put(line)
        self._queue.put(None)

    def until(self, pattern):
        """Wait for a line."""
        while True:
            try:
                line = self._queue.get(timeout=LIMIT)
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"{pattern} did not come:\n{self.text}")
            self.lines.append(line)
            if re.search(pattern, line):
                return

    @property
    def text(self):
        return "".join(self.lines)

    def stop(self):
        """End it as a service manager does."""
        self._process.terminate()
        self._process.wait(LIMIT)
        while (line := self._queue.get(timeout=LIMIT)) is not None:
            self.lines.append(line)


def quick(text):
    """The rulebook with its minutes made seconds."""
    assert text.count("once_after: 1 minute\n") == 3
    return text.replace("once_after: 1 minute\n", "once_after: 1 second\n")


def install(folder):
    """A copy of the collection where Ansible looks for collections, and Python does not."""
    installed = folder / "collections/ansible_collections/community/redis_enterprise"
    for part in ("extensions/eda", "meta", "playbooks", "plugins", "roles"):
        shutil.copytree(ROOT / part, installed / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "galaxy.yml", installed)
    book = installed / BOOK.relative_to(ROOT)
    book.write_text(quick(book.read_text(encoding="utf-8")), encoding="utf-8")


def start_from_the_guide(env, folder, exports):
    """What the guide says for the first five minutes, word for word but for the path, fewer attempts and a shorter interval."""
    (variables,) = [block for block in blocks(PAGE, "yaml") if block.startswith("retry_export_location")]
    values = {
        **yaml.safe_load(variables.replace("/mnt/exports", str(exports))),
        "retry_export_attempts": 2,
        "watch_interval": 0.2,
        "watch_names": ["orders", "sessions"],
    }
    (folder / "retry.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
    (line,) = re.findall(r"^ansible-rulebook (.*)$", "\n".join(blocks(PAGE, "sh")), re.MULTILINE)
    assert NAME in line
    return Rulebook(env, folder, *shlex.split(line))


def start_from_a_clone(env, folder):
    """The same rulebook with the source of the checkout, for a database that is stale."""
    book = quick(BOOK.read_text(encoding="utf-8")).replace("community.redis_enterprise.databases:", "databases:")
    (folder / "clone.yml").write_text(book, encoding="utf-8")
    values = yaml.safe_load((folder / "retry.yml").read_text(encoding="utf-8")) | {"watch_names": "catalogue"}
    (folder / "stale.yml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return Rulebook(env, folder, "-r", "clone.yml", "-i", "hosts", "-e", "stale.yml", "-S", str(SOURCES))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """(what the rulebook printed, what the other one printed, the simulator's databases, the folder of exports) after all is over."""
    folder = tmp_path_factory.mktemp("eda")
    exports = folder / "exports"
    databases = [
        {"uid": 1, "name": "orders", "keys": 20},
        load(2, "sessions", export_status="failed", plan={"result": "failed", "reason": "general-error"}),
        load(3, "catalogue", export_status="succeeded", last_export_time="2025-01-01T00:00:00Z"),
        load(4, "others", export_status="failed"),
    ]
    install(folder)
    (folder / "hosts").write_text("localhost ansible_connection=local\n", encoding="utf-8")
    with SimulatorProcess({"export_duration": 0.3, "databases": databases}) as sim:
        env = {**Ansible(folder).use(sim).env, "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections")}
        # A real failure of the storage: the directory is not there.
        sim.control.start_export(1, mount(exports))
        assert sim.control.wait_done(1)["runs"][-1]["reason"] == "wrong-file-path"
        books = []
        try:
            books.append(start_from_the_guide(env, folder, exports))
            books.append(start_from_a_clone(env, folder))
            books[0].until(r"'reason': 'The export failed: wrong-file-path")
            exports.mkdir()  # the cause is mended
            books[0].until("GIVEN UP")
            books[1].until("WELL: catalogue: .* not older than 26 hours")
        finally:
            for each in books:
                each.stop()
        rows = {database["uid"]: database for database in sim.control.databases()}
        assert [each.text.count(sim.password) for each in books] == [0, 0]
    return books[0].text, books[1].text, rows, exports


def starts(database):
    return [run["by"] for run in database["runs"]].count("request")


def test_the_export_whose_cause_was_mended_is_repeated_once_and_succeeds(finished):
    text, dummy, databases, exports = finished
    assert starts(databases[1]) == 1 and len(list(exports.iterdir())) == 1
    assert re.search(r"^WELL: orders: The export succeeded at ", text, re.MULTILINE)
    assert text.count("'reason': 'The export failed: wrong-file-path.'") == 1


def test_an_export_that_fails_for_ever_is_tried_as_often_as_asked_for(finished):
    text, dummy, databases, dummy = finished
    assert starts(databases[2]) == 2
    (given_up,) = re.findall(r"^GIVEN UP: (.*)$", text, re.MULTILINE)
    assert "'uid': 2, 'attempts': 2" in given_up and "'uid': 1" not in given_up and "ephemeral storage" in given_up
    # Its own attempts fail where the source sees it, and begin no others.
    assert re.search(r"^WRONG: sessions: The export failed: general-error. ", text, re.MULTILINE)


def test_databases_that_failed_together_share_a_playbook(finished):
    assert finished[0].count(PLAY) == 2


def test_a_stale_export_is_done_anew_and_is_fresh_again_also_from_a_clone(finished):
    dummy, text, databases, dummy = finished
    assert starts(databases[3]) == 1 and text.count(PLAY) == 1
    assert re.search(r"^WELL: catalogue: The export succeeded at ", text, re.MULTILINE)


def test_what_is_not_watched_is_left_alone(finished):
    assert finished[2][4]["runs"] == []


def test_every_rulebook_of_the_guide_is_accepted(tmp_path):
    books = [block for block in blocks(PAGE, "yaml") if "\n  rules:" in block]
    for number, block in enumerate([*books, BOOK.read_text(encoding="utf-8")]):
        (tmp_path / f"{number}.yml").write_text(block, encoding="utf-8")
    script = "import sys, yaml; from ansible_rulebook.validators import Validate; [Validate.rulebook(yaml.safe_load(open(name))) for name in sys.argv[1:]]"
    files = sorted(map(str, tmp_path.iterdir()))
    run = subprocess.run(
        [str(EDA / "python"), "-c", script, *files], capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert len(files) == 2 and run.returncode == 0, run.stderr
