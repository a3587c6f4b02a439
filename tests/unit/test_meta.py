# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the collection agree with each other: what is easily forgotten when a module, a role or an option is added.

Each test collects every finding before it fails, so that one run names all that is missing.
"""

from __future__ import annotations

import ast
import pathlib
import re
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
COPYRIGHT = "Copyright: (c) 2026, the community.redis_enterprise contributors"
EDGE = ROOT / "plugins/module_utils/_module.py"


def check_none(findings):
    """Fail with every finding on a line of its own."""
    assert not findings, "\n" + "\n".join(findings)


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def modules():
    return sorted(path for path in (ROOT / "plugins/modules").glob("*.py") if path.name != "__init__.py")


def inventories():
    return sorted(path for path in (ROOT / "plugins/inventory").glob("*.py") if path.name != "__init__.py")


def roles():
    return sorted(path for path in (ROOT / "roles").glob("*") if path.is_dir())


def plugin_files():
    return sorted((ROOT / "plugins").rglob("*.py"))


def repository_files():
    """What git knows or would take, without the files that are not ours to write."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path.relative_to(ROOT).parts[0] != "changelogs"]


def where(path, node=None):
    return f"{path.relative_to(ROOT)}:{node.lineno}" if node else str(path.relative_to(ROOT))


# Modules


def test_modules_with_a_connection_are_in_the_action_group():
    """And no other: the options of a connection, as defaults of the group, would fail a module that has none."""
    group = load(ROOT / "meta/runtime.yml")["action_groups"]["all"]
    fragment = "community.redis_enterprise._connection"
    connected = [
        path.stem for path in modules() if re.search(rf"^  - {fragment}$", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert group == connected and len(group) > 3


def test_modules_and_inventories_are_in_the_readme_table():
    readme = ROOT / "README.md"
    rows = (
        [line for line in readme.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
        if readme.exists()
        else []
    )
    names = [path.stem for path in modules() + inventories()]
    check_none([name for name in names if not any(re.search(rf"^\| `{name}` \|", row) for row in rows)])


def test_modules_have_a_unit_test_file():
    folder = ROOT / "tests/unit/plugins/modules"
    check_none([path.stem for path in modules() if not (folder / f"test_{path.stem}.py").is_file()])


def test_modules_are_named_in_the_integration_tests():
    files = [path for path in (ROOT / "tests/integration").rglob("*") if path.suffix in (".py", ".yml", ".yaml")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    check_none([path.stem for path in modules() if not re.search(rf"\b{path.stem}\b", text)])


# Roles


def test_roles_have_their_files():
    wanted = ("README.md", "meta/main.yml", "meta/argument_specs.yml", "defaults/main.yml", "tasks/main.yml")
    check_none([where(role / name) for role in roles() for name in wanted if not (role / name).is_file()])


def test_role_defaults_equal_the_argument_specs():
    differences = []
    for role in roles():
        options = load(role / "meta/argument_specs.yml")["argument_specs"]["main"].get("options", {})
        documented = {name: option["default"] for name, option in options.items() if "default" in option}
        actual = load(role / "defaults/main.yml") or {}
        # Compared with their types: 1, 1.0, true and "1" are different defaults.
        for name in sorted(documented.keys() | actual.keys()):
            pair = [repr(defaults.get(name, "not there")) for defaults in (actual, documented)]
            if pair[0] != pair[1]:
                differences.append(f"{role.name}: {name}: defaults {pair[0]}, argument_specs {pair[1]}")
    check_none(differences)


def test_role_variables_start_with_the_role_name():
    wrong = []
    for role in roles():
        options = load(role / "meta/argument_specs.yml")["argument_specs"]["main"].get("options", {})
        wrong += [f"{role.name}: {name}" for name in options if not name.startswith(f"{role.name}_")]
    check_none(wrong)


def test_roles_have_a_molecule_scenario():
    check_none(
        [role.name for role in roles() if not (ROOT / "extensions/molecule" / role.name / "converge.yml").is_file()]
    )


# Licence and version


def test_source_files_name_the_licence():
    missing = []
    for path in repository_files():
        head = path.read_text(encoding="utf-8", errors="replace")[:1000]
        source = (
            path.suffix in (".py", ".sh", ".yml", ".yaml", ".toml")
            or path.name in ("Makefile", ".yamllint", ".ansible-lint")
            or head.startswith("#!")
        )
        # An empty __init__.py has nothing to license.
        if source and head.strip() and not (SPDX in head and COPYRIGHT in head):
            missing.append(where(path))
    check_none(missing)


def test_version_is_the_last_released_one_or_has_fragments():
    version = load(ROOT / "galaxy.yml")["version"]
    changelog = ROOT / "changelogs/changelog.yaml"
    released = load(changelog)["releases"] if changelog.exists() else {}
    if version not in released:
        # Not released yet: then something has to be waiting to be released.
        assert list((ROOT / "changelogs/fragments").glob("*.y*ml")), (
            f"{version} is neither in changelogs/changelog.yaml nor are there fragments"
        )
    newer = [other for other in released if numbers(other) > numbers(version)]
    assert newer == [], f"changelogs know a release that is newer than galaxy.yml's {version}"


def numbers(version):
    """1.2.0-rc1 before 1.2.0."""
    release, dash, stage = version.partition("-")
    return [int(part) for part in release.split(".")], not dash, stage


def test_version_is_written_once():
    version = load(ROOT / "galaxy.yml")["version"]
    quoted = re.compile(rf"""version__?\W.*["']{re.escape(version)}["']""", re.IGNORECASE)
    lines = [(path, line) for path in plugin_files() for line in path.read_text(encoding="utf-8").splitlines()]
    check_none([f"{where(path)}: {line.strip()}" for path, line in lines if quoted.search(line)])


# Constructs that are deprecated, refused by sanity, or that print secrets


def forbidden(path, tree):
    """Yield what one plugin file may not contain."""
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.ImportFrom):
            name = node.module or ""
        elif isinstance(node, ast.Import):
            name = " ".join(alias.name for alias in node.names)
        if re.search(r"(^|[. ])six($|[. ])|ansible\.module_utils\._text", name):
            yield f"{where(path, node)}: import of {name}"
        if isinstance(node, ast.Assert):
            yield f"{where(path, node)}: assert is left out under python -O"
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"{where(path, node)}: except without a class"
        if isinstance(node, ast.ExceptHandler) and node.name:
            values = [
                value.value for value in ast.walk(node) if isinstance(value, ast.keyword) and value.arg == "exception"
            ]
            if any(isinstance(value, ast.Name) and value.id == node.name for value in values):
                yield f"{where(path, node)}: exception={node.name} prints what no_log would hide"
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            keywords = {keyword.arg for keyword in node.keywords}
            if called == "sanitize_keys":
                yield f"{where(path, node)}: {called} is deprecated"
            if called in ("exit_json", "fail_json"):
                for keyword in sorted(keywords & {"warnings", "deprecations", "rc"}):
                    yield f"{where(path, node)}: {called}({keyword}=)"
            if called in ("exit_json", "fail_json", "AnsibleModule") and path != EDGE:
                yield f"{where(path, node)}: {called} outside of {where(EDGE)}"
            if called == "print":
                yield f"{where(path, node)}: print breaks a module's JSON"


def test_plugins_have_no_forbidden_constructs():
    findings = []
    for path in plugin_files():
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        findings += forbidden(path, tree)
        if text.strip() and "from __future__ import annotations" not in text:
            findings.append(f"{where(path)}: from __future__ import annotations is missing")
    check_none(findings)


def test_nothing_is_silenced():
    """No sanity ignore file, and no check switched off in a source line."""
    findings = [where(path) for path in (ROOT / "tests/sanity").glob("ignore*")]
    switches = re.compile(
        r"#\s*(noqa|pylint:\s*disable|type:\s*ignore|nosec)|pytest\.(mark\.)?(skip|xfail)\b", re.IGNORECASE
    )
    for path in repository_files():
        if path.suffix in (".py", ".yml", ".yaml") and path.relative_to(ROOT).parts[0] in (
            "plugins",
            "roles",
            "playbooks",
            "extensions",
        ):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if switches.search(line):
                    findings.append(f"{where(path)}:{number}: {line.strip()}")
    check_none(findings)


def test_users_are_not_shown_tls_without_verification():
    """What people copy keeps validate_certs on."""
    off = re.compile(r"validate_certs\s*[:=]\s*(false|no)\b", re.IGNORECASE)
    shown = [
        path
        for path in repository_files()
        if path.relative_to(ROOT).parts[0] in ("README.md", "docs", "roles", "playbooks", "plugins")
    ]
    findings = [
        path
        for path in shown
        if path.suffix in (".md", ".yml", ".yaml", ".py", ".rst") and off.search(path.read_text(encoding="utf-8"))
    ]
    check_none([where(path) for path in findings])
