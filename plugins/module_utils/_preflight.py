# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: what reads alone can tell of an operation before it is started. Sends no write."""

from __future__ import annotations

from ._databases import is_running, objects_in, read_optional, state_of
from ._errors import RedisEnterpriseError

#: What the cluster waits for by itself; where an import would erase, nobody waits.
_PENDING = ("active-change-pending", "import-pending", "pending")
_TEMPORARY = {"export": _PENDING, "backup": _PENDING, "import": ()}
#: The property of the schema of a database that describes the locations of an operation, and the way from there to one location.
_SCHEMA = {
    "export": ("backup_location",),
    "backup": ("backup_location",),
    "import": ("dataset_import_sources", "items"),
}


def preflight(client, databases, operation, locations, if_running):
    """Problems of these databases and of their locations: ``[{uid, name, kind, blocking, message, hint}]``.

    ``locations`` is ``[(Database, location)]``, with None for a location of all of them. ``blocking`` is True where the real run would fail.
    ``uid`` and ``name`` are None for a problem of the location of all. What the cluster does not let this user read is no problem: the
    real run will tell.
    """
    problems = _location_problems(client, operation, locations) if locations else []
    incapable = _modules_without_backup(client) if any(db.raw.get("module_list") for db in databases) else {}
    verb = "back up" if operation == "backup" else operation
    for db in databases:
        for name in [str(module.get("module_name")) for module in objects_in(db.raw.get("module_list"))]:
            if name in incapable:
                problems.append(
                    finding(
                        db,
                        "unsupported",
                        True,
                        f"Its module {name} does not have the capability backup_restore, so the cluster refuses to {verb} it.",
                        "Upgrade the module, or leave this database out.",
                    )
                )
        problems += inactive(db, operation)
        state = state_of(db, operation)
        if is_running(state.status):
            progress = "" if state.progress is None else f" at {state.progress:g} %"
            problems.append(
                finding(
                    db,
                    "busy",
                    if_running == "fail",
                    f"It is {state.status} already{progress}.",
                    f"if_running is {if_running}.",
                )
            )
    return problems


def inactive(database, operation):
    """The problem of a database that is not active, as a list: none when it is, or is so because of a running operation of this kind."""
    if database.status in ("", "active") or (operation == "import" and is_running(state_of(database, "import").status)):
        return []
    temporary = database.status in _TEMPORARY[operation]
    hint = (
        "A pending one is waited for; any other needs an administrator of the cluster."
        if operation != "import"
        else "Run the task again when it is active; a state that does not end by itself needs an administrator of the cluster."
    )
    return [finding(database, "not_active", not temporary, f"The database is {database.status}, not active.", hint)]


def blocked(problems, databases):
    """``{uid: RedisEnterpriseError}``: for each database the first problem that would make it fail; one of the location is one of all."""
    found = {}
    for problem in problems:
        if problem["blocking"]:
            error = RedisEnterpriseError(problem["kind"], problem["message"], hint=problem["hint"])
            for uid in [db.uid for db in databases] if problem["uid"] is None else [problem["uid"]]:
                found.setdefault(uid, error)
    return found


def finding(database, kind, blocking, message, hint):
    """One problem; ``database`` None is all of them."""
    return {
        "uid": database.uid if database else None,
        "name": database.name if database else None,
        "kind": kind,
        "blocking": blocking,
        "message": message,
        "hint": hint,
    }


def _modules_without_backup(client):
    """Names of modules of which no version in the cluster has the capability ``backup_restore``."""
    listed = read_optional(client, "/v1/modules", None, "view_cluster_modules")
    capable, known = set(), set()
    for module in objects_in(listed):
        if isinstance(module.get("capabilities"), list):
            known.add(str(module.get("module_name")))
            if "backup_restore" in module["capabilities"]:
                capable.add(str(module.get("module_name")))
    return known - capable


def _location_problems(client, operation, locations):
    """Where the cluster's own schema contradicts a location; nothing where it is silent or in an unknown form.

    Source: ``GET /v1/jsonschema?object=bdb``, to which the reference points for the keys. Only the names of keys and types are compared.
    """
    schema = read_optional(client, "/v1/jsonschema", {"object": "bdb"}, None)
    try:
        described = schema["properties"]
        for step in _SCHEMA[operation]:
            described = described[step]
        forms = [form for key in ("oneOf", "anyOf") for form in described.get(key, ())] or [described]
        types = [_type_words(form) for form in forms]
    except (TypeError, KeyError, AttributeError):
        return []
    if not all(types):
        return []
    problems = []
    for database, location in locations:
        contradiction = _contradiction(location, forms, types)
        problem = finding(database, "rejected", True, *contradiction) if contradiction else None
        if problem and problem not in problems:
            problems.append(problem)
    return problems


def _contradiction(location, forms, types):
    """(message, hint) when none of the schema's ``forms`` fits, or None."""
    fitting = [form for form, words in zip(forms, types) if location["type"] in words]
    if not fitting:
        known = ", ".join(sorted({word for words in types for word in words}))
        return f"This cluster knows no location of type {location['type']}.", f"Its own schema lists {known}."
    surplus = [_surplus(form, location) for form in fitting]
    if not all(surplus):
        return None
    message = f"This cluster knows no {', '.join(surplus[0])} in a location of type {location['type']}."
    return message, "Remove it, or upgrade the cluster."


def _type_words(form):
    words = form["properties"]["type"]
    return [word for word in words.get("enum") or [words.get("const")] if isinstance(word, str)]


def _surplus(form, location):
    if form.get("additionalProperties", True) is not False:
        return []
    return [key for key in location if key not in form["properties"]]
