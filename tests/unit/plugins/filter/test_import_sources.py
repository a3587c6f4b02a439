# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter import_sources: what bdb_import takes, from what bdb_export was given and what it has written."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.redis_enterprise.plugins.filter.import_sources import FilterModule
from ansible_collections.community.redis_enterprise.plugins.module_utils._location import SOURCE_OPTIONS, source_payload

FILE = "bk20261101-020041-1-orders-1_of_1-1-0-16383.rdb.gz"
S3 = {"type": "s3", "bucket_name": "exports", "access_key_id": "AKIA", "secret_access_key": "hidden-secret"}
ABS = {"type": "abs", "container": "exports", "account_name": "a", "sas_token": "sig=hidden-secret"}
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n"
GS = {
    "type": "gs",
    "bucket_name": "b",
    "client_id": "1",
    "client_email": "e",
    "private_key_id": "2",
    "private_key": PEM,
}
FTP = {"type": "url", "url": "ftps://user:hidden-secret@files.example.com:2121/redis/"}
SFTP = {"type": "sftp", "sftp_url": "sftp://user@files.example.com", "key": PEM}
MOUNT = {"type": "mount_point", "path": "/mnt/exports"}


def import_sources(location, files):
    return FilterModule().filters()["import_sources"](location, files)


@pytest.mark.parametrize(
    "location, file, changed",
    [
        (MOUNT, FILE, {"path": f"/mnt/exports/{FILE}"}),
        ({**MOUNT, "path": "/mnt/exports/"}, f"run/{FILE}", {"path": f"/mnt/exports/run/{FILE}"}),
        (FTP, FILE, {"url": f"ftps://user:hidden-secret@files.example.com:2121/redis/{FILE}"}),
        (FTP, "a b/50%#?.rdb", {"url": "ftps://user:hidden-secret@files.example.com:2121/redis/a%20b/50%25%23%3F.rdb"}),
        ({**FTP, "url": "https://files.example.com/x"}, FILE, {"url": f"https://files.example.com/x/{FILE}"}),
        (SFTP, FILE, {"sftp_url": f"sftp://user@files.example.com/{FILE}"}),
        (S3, FILE, {"filename": FILE}),
        (S3, f"run/{FILE}", {"filename": FILE, "subdir": "run"}),
        ({**S3, "subdir": "/nightly/"}, FILE, {"filename": FILE, "subdir": "/nightly/"}),
        ({**S3, "subdir": "nightly"}, f"a/b/{FILE}", {"filename": FILE, "subdir": "nightly/a/b"}),
        ({**GS, "subdir": "nightly"}, f"a/{FILE}", {"filename": FILE, "subdir": "nightly/a"}),
        (ABS, f"a/{FILE}", {"filename": FILE, "subdir": "a"}),
    ],
)  # fmt: skip
def test_source_of_each_type(location, file, changed):
    (source,) = import_sources(location, [file])
    assert source == {**location, **changed}
    # And bdb_import takes it.
    payload, name = source_payload("sources[0]", {**dict.fromkeys(SOURCE_OPTIONS), **source})
    assert payload == source and name == file.rpartition("/")[2]


def test_files_keep_their_order_and_nothing_is_changed_in_place():
    location = {**S3, "subdir": None, "region_name": ""}
    kept = dict(location)
    sources = import_sources(location, iter(["b.rdb", "a.rdb"]))
    assert [source["filename"] for source in sources] == ["b.rdb", "a.rdb"] and location == kept
    assert "subdir" not in sources[0] and "region_name" not in sources[0]
    assert import_sources(location, []) == []


@pytest.mark.parametrize(
    "location, files, words",
    [
        ("ftp://user:hidden-secret@host/", [FILE], "location: it is no dictionary"),
        ({"path": "/mnt"}, [FILE], "location.type: it is missing or unknown"),
        ({**S3, "type": "gcs"}, [FILE], "location.type: it is missing or unknown"),
        ({**S3, "secret_access_key": ["hidden-secret"]}, [FILE], "location.secret_access_key: it is no text"),
        ({**S3, "secret_access_key": ""}, [FILE], "location.secret_access_key: it is missing or empty"),
        ({**S3, "subdri": "hidden-secret"}, [FILE], "location.subdri: type s3 has no such key"),
        ({"type": "mount_point", "path": "mnt"}, [FILE], "is not an absolute path"),
        ({**FTP, "url": "ftp://user:hidden-secret@host/a?b"}, [FILE], "location.url: it has a query"),
        ({**FTP, "url": "gopher://user:hidden-secret@host/"}, [FILE], "its scheme is not"),
        (S3, FILE, "files: it is no list"),
        (S3, {"file": FILE}, "files: it is no list"),
        (S3, 7, "files: it is no list"),
        (S3, [FILE, 7], "files[1]: it is no path relative to the location"),
        (S3, [f"/mnt/{FILE}"], "files[0]: it is no path relative to the location"),
        (S3, [f"../{FILE}"], "files[0]: it is no path relative to the location"),
        (S3, [""], "files[0]: it is no path relative to the location"),
        (FTP, [f"ftp://user:hidden-secret@host/{FILE}"], "files[0]: it is no path relative to the location"),
        (S3, ["notes.txt"], "it names no file that ends in .rdb or .rdb.gz"),
    ],
)
def test_bad_input_is_named_without_a_secret(location, files, words):
    with pytest.raises(AnsibleFilterError) as caught:
        import_sources(location, files)
    assert words in str(caught.value) and "hidden-secret" not in str(caught.value)
