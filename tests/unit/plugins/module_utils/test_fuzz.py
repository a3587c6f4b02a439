# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a user gives and whatever a server answers: a result or one clear error, no other exception, and no secret."""

from __future__ import annotations

import json
import os
import re
from collections import namedtuple
from unittest.mock import patch

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansible_collections.community.redis_enterprise.plugins.module_utils import _client, _connection, _module
from ansible_collections.community.redis_enterprise.plugins.module_utils._credentials import Credentials
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError
from ansible_collections.community.redis_enterprise.plugins.module_utils._location import LOCATION_OPTIONS
from ansible_collections.community.redis_enterprise.plugins.modules import (
    bdb_backup_policy,
    bdb_export,
    bdb_info,
    bdb_status_reset,
)
from ansible_collections.community.redis_enterprise.tests.unit.plugins.script import SERVER_TIME, Clock, bdb

CANARY = "c4n4ry"
MOUNT = {"type": "mount_point", "path": "/mnt/exports"}
FUNCTIONS = {
    bdb_backup_policy: bdb_backup_policy.set_policy,
    bdb_info: bdb_info.read,
    bdb_export: bdb_export.export,
    bdb_status_reset: bdb_status_reset.reset,
}
Answer = namedtuple("Answer", "status_code headers")


def quick(count):
    return settings(
        deadline=None,
        derandomize=True,
        max_examples=count * int(os.environ.get("PROPERTIES_TIMES", "1")),
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow],
    )


def spec_of(module):
    caught = {}
    with patch.object(module, "run_module", lambda spec, act: caught.update(spec=spec)):
        module.main()
    return {**_module.CONNECTION_OPTIONS, **caught["spec"]}


VALIDATORS = {module: ArgumentSpecValidator(spec_of(module)) for module in FUNCTIONS}
OPTION_NAMES = {name for module in FUNCTIONS for name in spec_of(module)}


class Refusing:
    """A client whose cluster has two databases and takes no write."""

    server_time = SERVER_TIME

    def get(self, path, params=None, permission=None, attempts=4, expect=None):
        if path != "/v1/bdbs":
            raise RedisEnterpriseError("not_found", "https://cluster answered 404.")
        return [bdb(), bdb(uid=2, name="sessions", export_status="failed")]

    def write(self, method, path, body=None, permission=None):
        raise RedisEnterpriseError("rejected", "https://cluster answered 400.")


def perform(module, params, client, check_mode):
    """What run_module does between the options and the end of the task."""
    with patch.object(module, "time", Clock(), create=True):
        return FUNCTIONS[module](_module.Task(client, params, check_mode))


# (i) what a user gives

# No control characters but those that get into options by accident, and lone surrogates, which the environment can hold.
TEXT = st.text(st.one_of(st.sampled_from("ab/:@#?%[]*.-\n\t\\\"' é\udcff"), st.characters()), max_size=8)
SECRET = st.builds(
    lambda before, code, after: before + code + after, TEXT, st.sampled_from([CANARY, "%634n4ry", "c4n%34ry"]), TEXT
)
URL_WITH_SECRET = st.builds(
    "{}{}:{}@{}{}".format,
    st.sampled_from(["ftp://", "ftps://", "sftp://", "https://", "http://", "https:", "https:/", "//", "", "x:"]),
    st.sampled_from(["user", "", "a@b"]),
    SECRET,
    st.sampled_from(["host", "", "[::1]", "[::1", "host:21", "host:port", "a@b"]),
    TEXT,
)
PEM = st.builds("-----BEGIN PRIVATE KEY-----{}".format, SECRET)
NUMBER = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([0, -1, "5", "nan", "inf", "-inf", "1e999", 10**400, -(10**400), True, None, "", "five", [1]]),
)
SECRET_KEYS = [key for key, option in LOCATION_OPTIONS.items() if option.get("no_log")]
LOCATION = st.fixed_dictionaries(
    {"type": st.sampled_from(LOCATION_OPTIONS["type"]["choices"])},
    optional={
        key: st.one_of(SECRET, URL_WITH_SECRET, PEM) if key in SECRET_KEYS else st.one_of(TEXT, st.just("/mnt"))
        for key in LOCATION_OPTIONS
        if key != "type"
    },
)
FITTING_LOCATION = st.one_of(
    st.just(MOUNT),
    st.fixed_dictionaries({"type": st.just("url"), "url": URL_WITH_SECRET}),
    st.fixed_dictionaries({"type": st.just("sftp"), "sftp_url": URL_WITH_SECRET, "key": PEM}),
    st.fixed_dictionaries(
        {"type": st.just("s3"), "bucket_name": st.just("b"), "access_key_id": SECRET, "secret_access_key": SECRET}
    ),
    st.fixed_dictionaries(
        {"type": st.just("abs"), "container": st.just("c"), "account_name": st.just("n"), "sas_token": SECRET}
    ),
)
SELECTORS = {
    "uid": st.one_of(st.lists(st.sampled_from([1, 2, "1", 7, 10**400, -1, None, "x"]), max_size=3), NUMBER),
    "name": st.one_of(st.lists(st.one_of(TEXT, st.sampled_from(["*", "orders", "[z-a]", "[!"])), max_size=3), TEXT),
}
CONNECTION = {
    "url": st.one_of(
        st.just("https://cluster.example.com:9443"), st.lists(st.one_of(URL_WITH_SECRET, TEXT), max_size=2), TEXT
    ),
    "username": st.one_of(st.just("user"), TEXT),
    "password": SECRET,
    "token": SECRET,
    "auth_method": st.sampled_from(["basic", "jwt"]),
    "client_cert": TEXT,
    "client_key": TEXT,
    "ca_cert": TEXT,
    "timeout": NUMBER,
}
NUMBERS = {name: NUMBER for name in ("wait_timeout", "poll_interval", "max_parallel", "max_age", "start_timeout")}
SETTINGS = {
    **{name: NUMBER for name in ("interval", "interval_offset", "history", "wait_timeout")},
    "enabled": st.one_of(st.booleans(), st.sampled_from(["yes", "sometimes", None])),
    "update_secrets": st.sampled_from(["on_change", "always"]),
    "cluster_dry_run": st.booleans(),
}


def check_error(error):
    text = error.sentence()
    assert error.kind == "option", text
    assert "\n" not in text and "\r" not in text
    assert error.hint and re.match(r"[a-z_]+", error.message)[0] in OPTION_NAMES
    assert CANARY not in json.dumps(error.as_failure()) + text
    assert "%634n4ry" not in text and "c4n%34ry" not in text


def check_report(report):
    shown = json.dumps([report.data, report.msg, list(report.warnings), report.diff])
    assert not re.search(f"{CANARY}|%634n4ry|c4n%34ry", shown)
    assert "\n" not in report.msg and all("\n" not in warning for warning in report.warnings)


def accepted(module, options):
    """The options of a task, or None where Ansible itself refuses them. It stumbles over an infinite whole number on its own."""
    try:
        result = VALIDATORS[module].validate(options)
    except OverflowError:
        return None
    return None if result.error_messages else result.validated_parameters


def take(module, options, check_mode=False):
    """The module on these options: what Ansible's own check lets through."""
    params = accepted(module, options)
    if params is None:
        return
    try:
        _module.check_numbers(params)
        report = perform(module, params, Refusing(), check_mode)
    except RedisEnterpriseError as error:
        check_error(error)
    else:
        check_report(report)


@quick(250)
@given(LOCATION, st.booleans())
def test_any_location(location, check_mode):
    take(bdb_export, {"name": "*", "export_location": location}, check_mode)


@quick(200)
@given(FITTING_LOCATION, st.booleans())
def test_any_secret_in_a_location_that_fits(location, check_mode):
    take(bdb_export, {"name": "*", "export_location": location, "max_age": 0}, check_mode)
    take(bdb_backup_policy, {"name": "*", "backup_location": location, "enabled": True, "interval": 86400}, check_mode)


@quick(200)
@given(st.fixed_dictionaries({}, optional={**SETTINGS, "backup_location": LOCATION}), st.booleans())
@example({"interval": 10**400, "interval_offset": 5}, False)
def test_any_policy(options, check_mode):
    take(bdb_backup_policy, {"name": "*", **options}, check_mode)


@quick(200)
@given(st.sampled_from(sorted(FUNCTIONS, key=str)), st.fixed_dictionaries({}, optional=SELECTORS))
@example(bdb_info, {"name": ["[z-a]"]})
def test_any_selector(module, selectors):
    needed = {
        bdb_backup_policy: {"enabled": False},
        bdb_export: {"export_location": MOUNT},
        bdb_status_reset: {"operation": "export"},
    }.get(module, {})
    take(module, {**needed, **selectors})


@quick(250)
@given(st.fixed_dictionaries({}, optional=NUMBERS))
@example({"poll_interval": float("nan")})
@example({"wait_timeout": 10**400})
@example({"max_age": -(10**400)})
def test_any_number(numbers):
    take(bdb_export, {"name": "*", "export_location": MOUNT, **numbers})


@quick(300)
@given(st.fixed_dictionaries({}, optional=CONNECTION))
@example({"url": f"user:{CANARY}@cluster.example.com:9443", "token": "t"})
@example({"url": "https://cluster:9443", "token": f"{CANARY}\n"})
@example({"url": "https://cluster:9443", "token": f"{CANARY}é"})
@example({"url": "https://cluster:9443", "username": "u", "password": f"{CANARY}\udcff"})
@example({"url": "https://cluster:9443", "token": "t", "ca_cert": "a\nb"})
def test_any_connection(options):
    with patch.dict("os.environ", clear=True):
        params = accepted(bdb_info, options)
    if params is None:
        return
    try:
        _module.check_numbers(params)
        with patch.object(_connection.ssl, "create_default_context"):
            _connection.connect(params)
    except RedisEnterpriseError as error:
        check_error(error)


# (ii) what a server answers

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from([10**400, "active", "exporting", "succeeded", "idle", "mount_point", "2026-11-01T02:59:00Z"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=4), inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "module_name",
                    "capabilities",
                    "key",
                    "value",
                    "dns_name",
                    "port",
                    "addr",
                    "properties",
                    "type",
                    "oneOf",
                ]
                + ["enum", "const", "backup_location", "additionalProperties", "semantic_version"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
SECRETS_OF_A_DATABASE = {
    "authentication_admin_pass": CANARY,
    "authentication_redis_pass": CANARY,
    "sasl_uname": CANARY,
    "backup_location": {"type": "s3", "secret_access_key": CANARY},
    "replica_sources": [{"uri": f"redis://admin:{CANARY}@host"}],
    "module_args": CANARY,
}
FIELDS = ["name", "status", "type", "version", "memory_size", "shards_count", "replication", "crdt", "backup"]
FIELDS += ["backup_interval", "backup_interval_offset", "backup_history", "backup_location"]
FIELDS += [
    f"{start}{operation}{end}"
    for operation in ("export", "import", "backup")
    for start, end in (("", "_status"), ("", "_progress"), ("", "_failure_reason"), ("last_", "_time"))
]
LISTS = st.one_of(JSON, st.lists(JSON, max_size=2))
BDB = st.fixed_dictionaries(
    {"uid": st.one_of(st.integers(1, 3), JSON)},
    optional={**{field: JSON for field in FIELDS}, **{field: LISTS for field in ("module_list", "endpoints", "tags")}},
).map(lambda raw: {**SECRETS_OF_A_DATABASE, **raw})
SCHEMA = st.one_of(
    JSON,
    st.fixed_dictionaries({"properties": st.fixed_dictionaries({"backup_location": JSON})}),
    st.lists(
        st.fixed_dictionaries(
            {"properties": st.one_of(JSON, st.fixed_dictionaries({"type": JSON}))},
            optional={"additionalProperties": JSON},
        ),
        max_size=2,
    ).map(lambda forms: {"properties": {"backup_location": {"oneOf": forms}}}),
)
MODULES = st.lists(st.one_of(JSON, st.fixed_dictionaries({"module_name": JSON, "capabilities": LISTS})), max_size=2)
NODES = st.one_of(
    JSON,
    st.lists(
        st.fixed_dictionaries({"software_version": st.one_of(JSON, st.sampled_from(["8.0.2-17", "7.2.4-92", "7.4"]))}),
        max_size=2,
    ),
)
ERROR = st.one_of(JSON, st.dictionaries(st.sampled_from(["error_code", "description", "message", "error"]), JSON))
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Date": st.one_of(
            st.text(max_size=30),
            st.sampled_from(["Sun, 01 Nov 2026 03:00:00 GMT", "Mon, 20 Nov 99999999999 19:12:08 -0500"]),
        ),
        "Retry-After": st.sampled_from(["0", "3", "²", "-1", "9" * 5000, "Sun, 01 Nov 2026 03:00:00 GMT", "soon"]),
        "Location": st.one_of(
            st.text(max_size=20), st.sampled_from(["https://[", "https://cluster:port/", "//cluster", "/v1"])
        ),
    },
)
DEEP = b"[" * 2000


def as_bytes(bodies):
    return st.one_of(
        bodies.map(lambda body: json.dumps(body).encode()), st.binary(max_size=20), st.just(DEEP), st.none()
    )


def answers(bodies):
    """One answer: mostly a success whose body is drawn, sometimes a refusal."""
    good = st.tuples(st.builds(Answer, st.just(200), HEADERS), bodies.map(lambda body: json.dumps(body).encode()))
    odd = st.tuples(st.builds(Answer, st.sampled_from([200, 204, 301, 307, 308]), HEADERS), as_bytes(bodies))
    bad = st.tuples(
        st.builds(Answer, st.sampled_from([400, 401, 403, 404, 406, 409, 418, 429, 500, 503]), HEADERS), as_bytes(ERROR)
    )
    return st.one_of(good, good, good, odd, bad)


class Server:
    """``exchange`` with the drawn answers for each path, the last one for all that follow."""

    def __init__(self, **answers):
        self._answers = {path: list(drawn) for path, drawn in answers.items()}

    def __call__(self, session, method, url, timeout, **request):
        path = url.partition("/v1/")[2]
        name = (
            "writes"
            if method != "GET"
            else {"bdbs": "bdbs", "modules": "modules", "jsonschema": "schema", "nodes": "nodes"}.get(path, "one")
        )
        queue = self._answers[name]
        return queue.pop(0) if len(queue) > 1 else queue[0]


def several(bodies):
    return st.lists(answers(bodies), min_size=1, max_size=3)


SERVERS = st.builds(
    Server,
    bdbs=several(st.one_of(st.lists(BDB, max_size=3), JSON)),
    one=several(st.one_of(BDB, JSON)),
    schema=several(SCHEMA),
    modules=several(MODULES),
    nodes=several(NODES),
    writes=several(JSON),
)
OPTIONS = {
    bdb_backup_policy: {
        "name": "*",
        "enabled": True,
        "interval": 86400,
        "history": 7,
        "backup_location": {"type": "url", "url": "ftp://user:word@files.example.com/redis/"},
        "cluster_dry_run": True,
        "wait_timeout": 40,
    },
    bdb_info: {},
    bdb_export: {"name": "*", "export_location": MOUNT, "max_age": 0, "wait_timeout": 40},
    bdb_status_reset: {"name": "*", "operation": ["export", "import", "backup"], "wait_timeout": 40},
}


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("module", sorted(FUNCTIONS, key=str))
@quick(150)
@given(SERVERS)
def test_any_answer(module, check_mode, server):
    if check_mode and module is bdb_info:
        return
    params = VALIDATORS[module].validate(OPTIONS[module]).validated_parameters
    with patch.object(_client, "exchange", server), patch.object(_client, "open_session"):
        client = _client.Client(
            ["https://cluster:9443"], Credentials("user", "word"), None, 30, sleep=lambda dummy: None
        )
        try:
            report = perform(module, params, client, check_mode)
        except RedisEnterpriseError as error:
            assert "\n" not in error.sentence()
        else:
            assert CANARY not in json.dumps([report.data, report.msg, list(report.warnings), report.diff])
