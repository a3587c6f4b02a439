# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the documentation of storage locations, of files and of directories in them.

The keys are the same everywhere, so they are written once; each attribute of the fragment is one option made of them.
"""

from __future__ import annotations

from textwrap import indent

_DIRECTORY = {
    "path": "An absolute directory that exists on every node and that C(redislabs:redislabs) may write to.",
    "url": "C(ftp://USER:PASSWORD@HOST/DIRECTORY/), or C(ftps), with special characters percent-encoded.",
    "sftp_url": "C(sftp://USER:PASSWORD@HOST:PORT/DIRECTORY/), with special characters percent-encoded.",
    "url_is": "FTP or FTPS",
    "filename": "",
}
_FILE = {
    "path": "The absolute path of the file, which exists on every node and which C(redislabs:redislabs) may read.",
    "url": "C(ftp://USER:PASSWORD@HOST/DIRECTORY/FILE.rdb.gz), or C(ftps), C(http) or C(https), with special characters percent-encoded.",
    "sftp_url": "C(sftp://USER:PASSWORD@HOST:PORT/DIRECTORY/FILE.rdb.gz), with special characters percent-encoded.",
    "url_is": "FTP, FTPS, HTTP or HTTPS",
    "filename": """
filename:
  description:
    - Types V(s3), V(gs) and V(abs) need it. The name of the file, with its extension V(.rdb) or V(.rdb.gz).
  type: str""",
}
_KEYS = """
type:
  description:
    - V(mount_point) is a directory on every node, V(url) is {url_is}, V(sftp) is SFTP, V(s3) is Amazon S3 or the compatible store that
      the cluster is set to, V(gs) is Google Cloud Storage, and V(abs) is Azure Blob Storage.
  type: str
  required: true
  choices:
    - mount_point
    - url
    - sftp
    - s3
    - gs
    - abs
path:
  description:
    - Type V(mount_point) needs it. {path}
  type: str
url:
  description:
    - Type V(url) needs it. {url}
  type: str
sftp_url:
  description:
    - Type V(sftp) needs it. {sftp_url}
  type: str
key:
  description:
    - The text of a private SSH key, for type V(sftp). Without it the cluster uses its own key, or the password in
      O({option}.sftp_url).
  type: str
bucket_name:
  description:
    - Types V(s3) and V(gs) need it.
  type: str
subdir:
  description:
    - A path inside the bucket or the container, for types V(s3), V(gs) and V(abs).
  type: str{filename}
access_key_id:
  description:
    - Type V(s3) needs it.
  type: str
secret_access_key:
  description:
    - Type V(s3) needs it.
  type: str
region_name:
  description:
    - The region of the bucket, for type V(s3), where the cluster cannot find it by itself. Release 7.4.2-216 and later.
  type: str
client_id:
  description:
    - Type V(gs) needs it. The field C(client_id) of the service account's JSON.
  type: str
client_email:
  description:
    - Type V(gs) needs it. The field C(client_email) of the service account's JSON.
  type: str
private_key_id:
  description:
    - Type V(gs) needs it. The field C(private_key_id) of the service account's JSON.
  type: str
private_key:
  description:
    - Type V(gs) needs it. The field C(private_key) of the service account's JSON; C(\\n) in it becomes a line break.
  type: str
container:
  description:
    - Type V(abs) needs it.
  type: str
account_name:
  description:
    - Type V(abs) needs it.
  type: str
account_key:
  description:
    - The account's key, for type V(abs), which needs either this or O({option}.sas_token).
  type: str
sas_token:
  description:
    - A shared access signature, for type V(abs), which needs either this or O({option}.account_key).
  type: str
"""


def _keys(option, place, depth):
    """The suboptions of ``option``, indented by ``depth`` levels."""
    return indent(_KEYS.format(option=option, **place).strip("\n"), "  " * depth)


class ModuleDocFragment:
    # Annotated, since ansible-test takes an unannotated text here for a literal one.
    DOCUMENTATION: str = f"""
---
options:
  export_location:
    description:
      - Where the cluster writes the files, one for each shard. The B(nodes) of the cluster write them, not the host that runs the task.
      - O(export_location.type) decides which of the other keys are needed. A key that the type does not have is refused.
    type: dict
    required: true
    suboptions:
{_keys("export_location", _DIRECTORY, 3)}
"""

    BACKUP: str = f"""
---
options:
  backup_location:
    description:
      - Where the cluster writes the files, one for each shard. The B(nodes) of the cluster write them, not the host that runs the task.
      - O(backup_location.type) decides which of the other keys are needed. A key that the type does not have is refused.
      - The cluster does not show its secret keys again, see O(update_secrets).
    type: dict
    suboptions:
{_keys("backup_location", _DIRECTORY, 3)}
"""

    SOURCES: str = f"""
---
options:
  sources:
    description:
      - The files to import into each of the selected databases, one entry for each file. The B(nodes) of the cluster read them, not the host that
        runs the task.
      - An export has written one file for each shard, and all of them are needed. The number of shards of the database need not be the same.
      - O(sources[].type) decides which of the other keys are needed. A key that the type does not have is refused.
    type: list
    elements: dict
    suboptions:
{_keys("sources[]", _FILE, 3)}
  imports:
    description:
      - Many databases, each with files of its own, in one task. Instead of O(uid), O(name) and O(sources).
    type: list
    elements: dict
    suboptions:
      uid:
        description:
          - The database by its numeric uid; either this or O(imports[].name).
        type: int
      name:
        description:
          - The database by its exact name.
        type: str
      sources:
        description:
          - The files to import into this database, as in O(sources).
        type: list
        elements: dict
        required: true
        suboptions:
{_keys("imports[].sources[]", _FILE, 5)}
"""
