# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets of the S3-compatible store that the cluster is set to (``s3_url``)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from . import TIMEOUT, Endpoints, StorageFailure, _objects

_REGION = "us-east-1"
_REASONS = {403: "no-permission", 404: "wrong-file-path"}


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        raise StorageFailure(_REASONS.get(status, "general-error"), str(error)) from error
    except (BotoCoreError, OSError, ValueError) as error:
        raise StorageFailure("general-error", str(error)) from error


class _Bucket:
    """A bucket, seen with the credentials of a location."""

    def __init__(self, location: dict[str, Any], endpoints: Endpoints) -> None:
        if not endpoints.s3_url:
            raise StorageFailure("general-error", "the setting s3_url names no store")
        self._name = location["bucket_name"]
        self.url = f"s3://{self._name}"
        with _failures():
            self._client = boto3.client(
                "s3",
                endpoint_url=endpoints.s3_url,
                region_name=location.get("region_name") or _REGION,
                aws_access_key_id=location["access_key_id"],
                aws_secret_access_key=location["secret_access_key"],
                verify=endpoints.ca,
                config=Config(
                    connect_timeout=TIMEOUT,
                    read_timeout=TIMEOUT,
                    retries={"total_max_attempts": 1},
                    s3={"addressing_style": "path"},
                    proxies={},
                ),
            )

    def send(self, name: str, body: bytes | BinaryIO) -> None:
        """Write an object."""
        with _failures():
            self._client.put_object(Bucket=self._name, Key=name, Body=body)

    def delete(self, name: str) -> None:
        """Delete an object."""
        with _failures():
            self._client.delete_object(Bucket=self._name, Key=name)

    def get(self, name: str, target: Path) -> None:
        """Read an object into a file."""
        with _failures(), open(target, "wb") as file:
            for part in self._client.get_object(Bucket=self._name, Key=name)["Body"].iter_chunks():
                file.write(part)


check, put, fetch = _objects.functions(_Bucket)
