# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader's session: the examples of one page, run in their order against a simulated cluster."""

from __future__ import annotations

import configparser
import itertools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.examples import steps as kinds
from tests.examples.extract import Block
from tests.integration.conftest import Ansible, Run

USERS = {"backup@example.com": "db_member", "viewer@example.com": "db_viewer", "admin@example.com": "admin"}
PASSWORD = "a-password-of-examples"
NODES = ("cluster.example.com", "node1.cluster.example.com", "node2.cluster.example.com", "node3.cluster.example.com")
#: folders of the nodes and of the reader's machine, which are below the session's folder here
_PLACES = re.compile(r"(?<![\w/.:@}])/(?:mnt|srv|var/www|var/lib/prometheus|etc/systemd|etc/cron\.d)(?:/[\w.-]+)*")
#: what differs from run to run: times, also those in the names of files, seconds, process ids
_VARYING = [
    (
        re.compile(
            r"\d{8}T\d{6}Z-[0-9a-f]{6}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?|(?<=bk)\d{8}-\d{6}"
        ),
        "TIME",
    ),
    (re.compile(r"\b\d+\.\d+\b"), "N"),
    (re.compile(r'(?<="age": )\d+|(?<="elapsed": )\d+|(?<="size": )\d+|\d+(?= s ago| bytes\b)'), "N"),
    (re.compile(r"[ ,]*\*{3,}$|,$|\s+$"), ""),
    (re.compile(r"\s+"), " "),
    # What ansible-core 2.19 and later put before a message, and earlier ones do not.
    (re.compile(r"^\[ERROR\]: Task failed: Module failed: "), ""),
]
#: columns of a warning, before ansible-core 2.19
_FOLD = 79


@dataclass
class Ended:
    """What was run, how it ended, and what it printed."""

    what: str
    run: Run
    #: name of a task -> its last outcome and result
    outcomes: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Session:
    """The machine of a reader, whose environment leads to a simulated cluster."""

    folder: Path
    sim: Any
    page: Any
    ended: list[Ended] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    files: list[tuple[Block, Any, Path]] = field(default_factory=list)

    def __post_init__(self):
        self.controller = self.folder / "controller"
        self.controller.mkdir(parents=True)
        self.ansible = Ansible(self.controller).use(self.sim, "backup@example.com")
        self.ansible.env |= {
            "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "outcomes",
            "OUTCOMES_FILE": str(self.folder / "outcomes.jsonl"),
        }
        self.substitutes = self._substitutes()
        self.know({**self._secrets(), **self.page.values})
        self._pending = []
        self._numbers = itertools.count(1)

    def know(self, values):
        """Variables that a reader has beside the examples, in an inventory of nothing but this machine."""
        host = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        path = self.controller / "hosts.yml"
        # Before ansible-core 2.19 a filter gives texts of a class of its own, which YAML does not know.
        values = json.loads(json.dumps(values))
        path.write_text(
            self.here(yaml.safe_dump({"all": {"hosts": {"localhost": host}, "vars": values}})), encoding="utf-8"
        )
        self.ansible.env["ANSIBLE_INVENTORY"] = str(path)

    def _substitutes(self):
        """What stands in the examples -> what stands for it here; the longest first."""
        urls = self.sim.urls
        found = {f"https://{name}:9443": urls[max(0, index - 1) % len(urls)] for index, name in enumerate(NODES)}
        found["/etc/ssl/redis-enterprise.pem"] = self.sim.ca_cert
        found |= self.page.substitutes
        return dict(sorted(found.items(), key=lambda item: -len(item[0])))

    def _secrets(self):
        """The variables that the examples take from a vault."""
        name, password = self.sim.credentials("backup@example.com")
        answer = requests.post(
            f"{self.sim.url}/v1/users/authorize",
            auth=(name, password),
            verify=self.sim.ca_cert,
            timeout=10,
            proxies={"no": "*"},
        )
        return {
            "vault_redis_enterprise_password": password,
            "vault_redis_enterprise_token": answer.json()["access_token"],
        }

    def here(self, text):
        """An example as it has to be for this machine."""
        for there, local in self.substitutes.items():
            text = text.replace(there, local)
        return _PLACES.sub(lambda place: self.place(place.group()), text)

    def place(self, name):
        """The folder, or the file, that stands for this one of the nodes; folders are made."""
        path = Path(f"{self.folder}{name}")
        (path.parent if path.suffix else path).mkdir(parents=True, exist_ok=True)
        return str(path)

    def there(self, text):
        """The same backwards, for what is printed."""
        text = text.replace(str(self.folder), "")
        for there, local in self.substitutes.items():
            text = text.replace(local, there)
        return text

    def follow(self, block: Block, found):
        """Do what a reader does with one example."""
        for step in found:
            getattr(self, f"_{type(step).__name__.lower()}")(block, step)

    def _file(self, block, step):
        path = Path(f"{self.folder}{step.name}") if step.name.startswith("/") else self.controller / step.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.here(step.text), encoding="utf-8")
        self.files.append((block, step, path))

    def unused_files(self):
        """Files that a reader has written and no command has used: plays are run, for others the page has a command or they are a finding."""
        for block, step, path in self.files:
            if any(step.name.rpartition("/")[2] in ended.what for ended in self.ended):
                continue
            command = next((command for name, command in self.page.tries.items() if step.name.endswith(name)), None)
            if command:
                self._command(block, kinds.Command(command.format(path, repository=Path(__file__).parents[2])))
            elif (
                isinstance(parsed := kinds.load(step.text)[0] if path.suffix in (".yml", ".yaml") else None, list)
                and "hosts" in parsed[0]
            ):
                self._play(block, kinds.Play(step.text, False, {}))
            else:
                self.findings.append(f"{block.where}: no command of the page uses {step.name}")
        self.flush()

    def _environment(self, block, step):
        if not step.name.startswith("REDIS_ENTERPRISE_") and not step.name.startswith("ANSIBLE_"):
            self.findings.append(f"{block.where}: {step.name} is no variable of the collection or of Ansible")
        if set(step.value) != {"."}:
            self.ansible.env[step.name] = self.here(step.value)

    def _target(self, block, step):
        makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
        if not re.search(rf"^{step.name}:", makefile, re.MULTILINE):
            self.findings.append(f"{block.where}: the Makefile has no target {step.name}")

    def _play(self, block, step):
        self._pending.append((block, step))

    def _command(self, block, step):
        self.flush()
        run = self.ansible.command(self.here(step.line), shell=True)
        self._judge(block, step.line, run)

    def _inventory(self, block, step):
        self.flush()
        name = f"line{block.line}.redis_enterprise.yml"  # as the plugin wants it
        (self.controller / name).write_text(self.here(step.text), encoding="utf-8")
        run = self.ansible.command("ansible-inventory", "-i", name, "--list")
        self._judge(block, f"{block.where}: the inventory", run)
        if "WARNING" in run.err:
            self.findings.append(f"{block.where}: {self.there(run.err)}")

    def _config(self, block, step):
        self.flush()
        parser = configparser.ConfigParser()
        parser.read_string(step.text)
        path = self.controller / f"line{block.line}.cfg"
        path.write_text(self.here(step.text), encoding="utf-8")
        run = self.ansible.command("ansible-config", "dump", "--only-changed", ANSIBLE_CONFIG=str(path))
        self._judge(block, f"{block.where}: the configuration", run)
        known = run.out.count(f"({path})")
        if known != sum(len(parser.options(section)) for section in parser.sections()):
            self.findings.append(f"{block.where}: Ansible knows {known} of these settings\n{self.there(run.text)}")

    def _judge(self, block, what, run):
        message = self.page.fails(what)
        if (run.rc != 0) != (message is not None) or (message and message not in run.words):
            self.findings.append(f"{block.where}: {what} ended with {run.rc}\n{self.there(run.text)}")
        self.ended.append(Ended(what, run, self._outcomes()))

    def _printed(self, block, step):
        self.flush()
        wanted = [loose(line) for line in step.text.splitlines() if line.strip() not in ("", "...")]
        best = wanted
        for ended in self.ended:
            lines = iter([loose(line) for line in self.there(unfolded(ended.run.err) + ended.run.out).splitlines()])
            missing = [line for line in wanted if not any(line in printed for printed in lines)]
            best = min(best, missing, key=len)
        if best:
            self.findings.append(f"{block.where}: nothing has printed {best[0]!r} in its place")

    def flush(self):
        """Run the tasks and plays that have come together, as one book."""
        if not self._pending:
            return
        pending, self._pending = self._pending, []
        number = next(self._numbers)
        book = []
        for block, step in pending:
            text = self.here(step.text)
            if step.tasks:
                name = self.controller / f"tasks{number}-{len(book)}.yml"
                name.write_text(text, encoding="utf-8")
                around = {"name": block.where, "hosts": "localhost", "gather_facts": False}
                book.append(
                    {
                        **around,
                        **step.more,
                        "ignore_errors": True,
                        "tasks": [{"ansible.builtin.import_tasks": name.name}],
                    }
                )
                if "module_defaults" in step.more:
                    book[-1]["module_defaults"] = yaml.safe_load(
                        self.here(yaml.safe_dump(step.more["module_defaults"]))
                    )
            else:
                book += [{**play, "ignore_errors": True} if "hosts" in play else play for play in kinds.load(text)[0]]
        path = self.controller / f"book{number}.yml"
        path.write_text(yaml.safe_dump(book, sort_keys=False), encoding="utf-8")
        run = self.ansible.command("ansible-playbook", str(path))
        ended = Ended(f"plays {number}", run, self._outcomes())
        self.ended.append(ended)
        if not ended.outcomes or run.rc != 0:
            self.findings.append(f"{pending[0][0].where}: the plays ended with {run.rc}\n{self.there(run.text)}")
        for name, (outcome, result) in ended.outcomes.items():
            message = self.page.fails(name)
            said = " ".join(str(result.get("msg", "")).split())
            if (outcome == "failed") != (message is not None) or (message and message not in said):
                self.findings.append(f"{block.page}: {name}: {outcome}: {self.there(said or str(result))}")

    def _outcomes(self):
        file = self.folder / "outcomes.jsonl"
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
        file.unlink(missing_ok=True)
        # One that has failed stays so, whatever becomes of another task of the same name.
        rows.sort(key=lambda row: row["outcome"] == "failed")
        return {row["task"]: (row["outcome"], row["result"]) for row in rows}

    def result(self, task):
        """The result of a task of the page, by its name."""
        (found,) = [ended.outcomes[task][1] for ended in self.ended if task in ended.outcomes]
        return found


def unfolded(text):
    """The same with each warning in one line: before ansible-core 2.19 they are folded, whatever the environment says."""
    lines, last = [], ""
    for line in text.splitlines():
        folded = len(last) <= _FOLD <= len(last) + len(line.partition(" ")[0]) and not line.startswith("[")
        if lines and lines[-1].startswith("[WARNING]: ") and line and folded:
            lines[-1] += " " + line
        else:
            lines.append(line)
        last = line
    return "".join(f"{line}\n" for line in lines)


def loose(line):
    """A line without what differs from run to run."""
    for pattern, word in _VARYING:
        line = pattern.sub(word, line)
    return line.strip()
