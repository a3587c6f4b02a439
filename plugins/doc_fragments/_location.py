# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the documentation of the keys of a storage location. The option around them belongs to each module."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  export_location:
    description:
      - Where the cluster writes the files, one for each shard. The B(nodes) of the cluster write them, not the host that runs the task.
      - O(export_location.type) decides which of the other keys are needed. A key that the type does not have is refused.
    type: dict
    required: true
    suboptions:
      type:
        description:
          - V(mount_point) is a directory on every node, V(url) is FTP or FTPS, V(sftp) is SFTP, V(s3) is Amazon S3 or the compatible store that
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
          - Type V(mount_point) needs it. An absolute directory that exists on every node and that C(redislabs:redislabs) may write to.
        type: str
      url:
        description:
          - Type V(url) needs it. C(ftp://USER:PASSWORD@HOST/DIRECTORY/), or C(ftps), with special characters percent-encoded.
        type: str
      sftp_url:
        description:
          - Type V(sftp) needs it. C(sftp://USER:PASSWORD@HOST:PORT/DIRECTORY/), with special characters percent-encoded.
        type: str
      key:
        description:
          - The text of a private SSH key, for type V(sftp). Without it the cluster uses its own key, or the password in
            O(export_location.sftp_url).
        type: str
      bucket_name:
        description:
          - Types V(s3) and V(gs) need it.
        type: str
      subdir:
        description:
          - A path inside the bucket or the container, for types V(s3), V(gs) and V(abs).
        type: str
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
          - Type V(gs) needs it. The field C(private_key) of the service account's JSON; C(\n) in it becomes a line break.
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
          - The account's key, for type V(abs), which needs either this or O(export_location.sas_token).
        type: str
      sas_token:
        description:
          - A shared access signature, for type V(abs), which needs either this or O(export_location.account_key).
        type: str
"""
