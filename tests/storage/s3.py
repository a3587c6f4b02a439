# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""S3 with users and their rights (moto's server).

It keeps its buckets, users and keys for the whole process: two that run at the same time are one.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore.config import Config
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from .store import SUBDIR, Store

_BUCKET, _REGION = "redis-exports", "us-east-1"
_RIGHTS = {"exporter": "s3:*", "reader": ["s3:Get*", "s3:List*"]}
_POLICIES = {
    name: {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    for name, actions in _RIGHTS.items()
}


def _client(service: str, url: str, key_id: str, secret: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=_REGION,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, proxies={}),
    )


def _make_users(url: str, policies: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Make the users while no login is asked for, then ask for it; return the keys of each."""
    iam, keys = _client("iam", url, "first", "first"), {}
    for name, document in policies.items():
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="rights", PolicyDocument=json.dumps(document))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        keys[name] = {"access_key_id": made["AccessKeyId"], "secret_access_key": made["SecretAccessKey"]}
    return keys


@contextlib.contextmanager
def serve(folder: Path, policies: dict[str, Any] | None = None) -> Iterator[Store]:
    """Run the server in a thread of its own; it keeps everything in memory. ``extra["keys"]`` has those of each user, also of more ``policies``."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    session = requests.Session()
    session.trust_env = False
    try:
        keys = _make_users(url, {**_POLICIES, **(policies or {})})
        _client("s3", url, "first", "first").create_bucket(Bucket=_BUCKET)
        session.post(f"{url}/moto-api/reset-auth", data="0", timeout=10).raise_for_status()
        bucket = _client("s3", url, keys["exporter"]["access_key_id"], keys["exporter"]["secret_access_key"])
        location = {"type": "s3", "bucket_name": _BUCKET, "subdir": SUBDIR, **keys["exporter"]}

        def names() -> list[str]:
            found = bucket.list_objects_v2(Bucket=_BUCKET, Prefix=f"{SUBDIR}/").get("Contents", [])
            return sorted(item["Key"].partition("/")[2] for item in found)

        yield Store(
            location,
            names,
            read=lambda name: bucket.get_object(Bucket=_BUCKET, Key=f"{SUBDIR}/{name}")["Body"].read(),
            write=lambda name, content: bucket.put_object(Bucket=_BUCKET, Key=f"{SUBDIR}/{name}", Body=content),
            source=lambda name: {**location, "filename": name},
            read_only={**location, **keys["reader"]},
            settings={"s3_url": url},
            extra={"keys": keys},
        )
    finally:
        session.post(f"{url}/moto-api/reset-auth", data="inf", timeout=10)
        session.post(f"{url}/moto-api/reset", timeout=10)
        session.close()
        server.stop()
