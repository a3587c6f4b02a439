# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of location against a real server of its kind: files there and back, and each cause of a failure."""

from __future__ import annotations

import dataclasses
import json
import re
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import asyncssh
import pytest

from tests.simulator import storage
from tests.simulator.redisserver import free_port
from tests.simulator.sshkey import make_key
from tests.simulator.storage import Endpoints, StorageFailure
from tests.storage import KINDS, serve
from tests.storage.store import PASSWORD, StoreMissing, url_login

ROOT = Path(__file__).resolve().parents[3]
FILES = {"bk1-orders-1_of_2.rdb.gz": bytes(range(256)) * 400, "bk1-orders-2_of_2.rdb.gz": b""}
#: where the server of a location is: in this key of it, or in this setting of the cluster
URLS = {"url": "url", "sftp": "sftp_url"}
SETTINGS = {"s3": "s3_url", "gs": "gs_url", "abs": "abs_url"}
WRITABLE = [kind for kind in KINDS if kind not in ("http", "https")]
REMOTE = [kind for kind in WRITABLE if kind != "directory"]


@dataclasses.dataclass
class Place:
    """A store, the settings of a cluster that uses it, and local files to send there."""

    kind: str
    store: object
    endpoints: Endpoints
    files: list

    def reason(self, work, location, *more, endpoints=None):
        """The reason why ``put``, ``check`` or ``fetch`` fails."""
        with pytest.raises(StorageFailure) as caught:
            work(location, *more, endpoints or self.endpoints)
        assert PASSWORD not in str(caught.value) and str(caught.value)
        return caught.value.reason

    def reasons(self, change, folder, endpoints=None):
        """The reasons of all three with changed locations; nothing may have come of them."""
        before = self.store.names()
        self.store.write("there.rdb", b"there")
        location, source = change(self.store.location), change(self.store.source("there.rdb"))
        found = (
            self.reason(storage.check, location, endpoints=endpoints),
            self.reason(storage.put, location, self.files, endpoints=endpoints),
            self.reason(storage.fetch, source, folder, endpoints=endpoints),
        )
        assert self.store.names() == sorted({*before, "there.rdb"})
        return found


@pytest.fixture(name="place", scope="module")
def fixture_place(request, tmp_path_factory):
    """A running store, shared by the tests of its kind."""
    folder = tmp_path_factory.mktemp(request.param)
    files = []
    for name, content in FILES.items():
        files.append(folder / name)
        files[-1].write_bytes(content)
    try:
        with serve(request.param, folder / "store") as store:
            get = store.settings.get
            endpoints = Endpoints(get("s3_url"), get("gs_url"), get("abs_url"), get("storage_ca"))
            yield Place(request.param, store, endpoints, files)
    except StoreMissing as missing:
        pytest.skip(str(missing))


def of(*kinds):
    return pytest.mark.parametrize("place", kinds, indirect=True)


def changed(location, pattern, text):
    """The location with a part of its URL replaced."""
    key = URLS[location["type"]]
    found, count = re.subn(pattern, lambda match: text, location[key])
    assert count == 1
    return {**location, key: found}


@of(*KINDS)
def test_there_and_back(place, tmp_path):
    store, files = place.store, place.files
    storage.check(store.location, place.endpoints)
    assert store.names() == []
    if place.kind == "gs":  # its emulator cannot hold an empty object
        files = files[:1]
    shown = storage.put(store.location, files, place.endpoints)
    names = [file.name for file in files]
    assert store.names() == sorted(names)
    assert [re.split("[/]", text)[-1] for text in shown] == names
    assert not any(PASSWORD in text or "@" in text for text in shown)
    for name in names:
        assert store.read(name) == FILES[name]
        fetched = storage.fetch(store.source(name), tmp_path, place.endpoints)
        assert (fetched.parent, fetched.name, fetched.read_bytes()) == (tmp_path, name, FILES[name])
    storage.put(store.location, files, place.endpoints)
    assert store.names() == sorted(names), "the same names again replace the files"


@of(*KINDS)
def test_a_file_that_is_missing(place, tmp_path):
    assert place.reason(storage.fetch, place.store.source("missing.rdb.gz"), tmp_path) == "download-error"


@of("ftp", "ftps", "sftp")
def test_a_name_that_is_percent_encoded(place, tmp_path):
    name = "bk1 50% ü #1.rdb"
    place.store.write(name, b"odd")
    assert storage.fetch(place.store.source(quote(name)), tmp_path, place.endpoints).name == name


@of(*REMOTE)
def test_a_wrong_login(place, tmp_path):
    wrong = {
        "ftp": lambda item: changed(item, ":[^:@/]+@", ":wrong@"),
        "ftps": lambda item: changed(item, "//[^@]+@", "//"),
        "sftp": lambda item: changed(item, ":[^:@/]+@", ":wrong@"),
        "s3": lambda item: {**item, "secret_access_key": "wrong"},
        "gs": lambda item: {**item, "private_key": "-----BEGIN PRIVATE KEY-----\nwrong\n-----END PRIVATE KEY-----\n"},
        "abs": lambda item: {**item, "account_key": b64encode(b"wrong" * 12).decode()},
    }[place.kind]
    assert place.reasons(wrong, tmp_path) == ("no-permission", "no-permission", "download-error")


@of("s3")
def test_an_unknown_key_id(place, tmp_path):
    found = place.reasons(lambda item: {**item, "access_key_id": "AKIA0000000000000000"}, tmp_path)
    assert found == ("no-permission", "no-permission", "download-error")


@of("ftp", "ftps", "sftp", "s3", "abs")
def test_a_user_who_may_only_read(place, tmp_path):
    read_only, before = place.store.read_only, place.store.names()
    assert place.reason(storage.check, read_only) == "no-permission"
    assert place.reason(storage.put, read_only, place.files) == "no-permission"
    assert place.store.names() == before
    place.store.write("old.rdb", b"old")
    if read_only["type"] in URLS:
        source = changed(read_only, "$", "old.rdb")
    else:
        source = {**read_only, "filename": "old.rdb"}
    assert storage.fetch(source, tmp_path, place.endpoints).read_bytes() == b"old"


@of(*WRITABLE)
def test_a_directory_or_bucket_that_is_missing(place, tmp_path):
    def elsewhere(item):
        if item["type"] in URLS:
            return changed(item, "/exports/", "/exports/no/such/")
        key = next(name for name in ("bucket_name", "container", "path") if name in item)
        return {**item, key: item[key].replace("exports", "nowhere")}

    assert place.reasons(elsewhere, tmp_path) == ("wrong-file-path", "wrong-file-path", "download-error")


@of("sftp")
def test_a_file_is_no_directory(place):
    place.store.write("file", b"")
    location = changed(place.store.location, "/exports/", "/exports/file/")
    assert place.reason(storage.check, location) == "wrong-file-path"


@pytest.mark.parametrize("subdir", [None, "", "new/deep", "/new/slashes/"])
@of("s3", "gs", "abs")
def test_subdirs_are_made_as_needed(place, subdir, tmp_path):
    location = {key: value for key, value in place.store.location.items() if key != "subdir"}
    if subdir is not None:
        location["subdir"] = subdir
    shown = storage.put(location, place.files[:1], place.endpoints)
    name = place.files[0].name
    where = location.get("bucket_name") or f"{location['account_name']}/{location['container']}"
    assert shown == [f"{place.kind}://{where}/" + "/".join(filter(None, [(subdir or "").strip("/"), name]))]
    assert storage.fetch({**location, "filename": name}, tmp_path, place.endpoints).read_bytes() == FILES[name]


@of(*REMOTE)
def test_nobody_listens(place, tmp_path):
    port = free_port()

    def moved(item):
        return changed(item, r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}") if item["type"] in URLS else item

    endpoints = place.endpoints
    if place.kind in SETTINGS:
        endpoints = dataclasses.replace(endpoints, **{SETTINGS[place.kind]: f"http://127.0.0.1:{port}"})
    assert place.reasons(moved, tmp_path, endpoints) == ("general-error", "general-error", "download-error")


@of("ftps")
def test_a_certificate_of_an_unknown_authority(place, tmp_path):
    found = place.reasons(lambda item: item, tmp_path, Endpoints())
    assert found == ("general-error", "general-error", "download-error")


@of("https")
def test_a_web_server_of_an_unknown_authority(place, tmp_path):
    place.store.write("there.rdb", b"there")
    assert place.reason(storage.fetch, place.store.source("there.rdb"), tmp_path, endpoints=Endpoints()) == (
        "download-error"
    )


@of("http", "https")
def test_a_web_server_with_a_wrong_login(place, tmp_path):
    place.store.write("there.rdb", b"there")
    source = changed(place.store.source("there.rdb"), "//[^@]+@", f"//{url_login('nobody')}@")
    assert place.reason(storage.fetch, source, tmp_path) == "download-error"


@of("ftps")
def test_ftp_where_only_ftps_is_allowed(place, tmp_path):
    found = place.reasons(lambda item: changed(item, "^ftps", "ftp"), tmp_path)
    assert found == ("no-permission", "no-permission", "download-error")


@of("abs")
def test_a_shared_access_signature(place):
    assert storage.put(place.store.extra["sas"], place.files, place.endpoints)
    storage.check(place.store.extra["sas"], place.endpoints)


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"])
@pytest.mark.parametrize("form", ["openssh", "pkcs8-pem"])
@of("sftp")
def test_keys_of_sftp(place, kind, form):
    extra = place.store.extra
    key = asyncssh.generate_private_key(kind)
    location = extra["at"](login=url_login(password="not the password"), key=key.export_private_key(form).decode())
    assert place.reason(storage.check, location) == "no-permission"
    extra["authorised"].append(key.export_public_key().decode())
    storage.check(location, place.endpoints)
    assert storage.put(location, place.files, place.endpoints)


@of("sftp")
def test_a_key_of_sftp_that_is_none(place):
    location = {**place.store.location, "key": "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n"}
    assert place.reason(storage.check, location) == "no-permission"


@of("sftp")
def test_the_cluster_s_own_key(place, tmp_path):
    """It is used when the location has neither key nor password."""
    location = place.store.extra["at"](login="ex%3Aporter")
    endpoints = Endpoints(ssh_key=str(tmp_path / "key"))
    line = make_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert place.reason(storage.check, location, endpoints=endpoints) == "no-permission"
    assert place.reason(storage.check, location, endpoints=Endpoints()) == "no-permission"
    place.store.extra["authorised"].append(line)
    storage.check(location, endpoints)


@of(*WRITABLE)
def test_all_files_or_none(place, tmp_path):
    """The second file cannot be read."""
    first = tmp_path / "first.rdb"
    first.write_bytes(b"first")
    before = place.store.names()
    assert place.reason(storage.put, place.store.location, [first, tmp_path / "second.rdb"]) == "general-error"
    assert place.store.names() == before


@pytest.mark.parametrize("kind", list(SETTINGS))
def test_a_store_that_the_cluster_is_not_set_to(kind):
    with pytest.raises(StorageFailure, match=f"setting {SETTINGS[kind]} names no store") as caught:
        storage.check({"type": kind, "bucket_name": "b"}, Endpoints())
    assert caught.value.reason == "general-error"


def test_a_package_that_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "tests.simulator.storage.s3", raising=False)
    with pytest.raises(StorageFailure, match="type s3 needs the Python module boto3") as caught:
        storage.check({"type": "s3"}, Endpoints())
    assert caught.value.reason == "general-error"


def test_a_store_from_the_command_line():
    command = [sys.executable, "-m", "tests.storage", "ftps"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for dummy in range(3)]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    location, source = (json.loads(line.partition("{")[1] + line.partition("{")[2]) for line in lines[:2])
    assert source["url"] == location["url"] + "NAME.rdb.gz"
    assert re.match(r"simulator +python -m tests.simulator --set storage_ca=/.+\.pem$", lines[2])
