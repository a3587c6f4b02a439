# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the documentation of the connection options of ``module_utils/_module.py``.

They are written once. For the inventory plugin the environment variables, which the descriptions name, become keys of their own, and
each option is one of ``clusters`` as well.
"""

from __future__ import annotations

import re

import yaml

_MODULES = r"""
---
options:
  url:
    description:
      - The cluster's REST API, such as V(https://cluster.example.com:9443).
      - With several, each is an endpoint of the B(same) cluster. They are tried in order, and the next one takes over when one is lost.
      - Plain C(http://) is refused unless it leads to this machine itself. A user or a password inside the URL is refused as well.
      - Credentials go to these hosts only. A redirect is followed to one of them, to a host below one of them, and between the nodes
        C(node1), C(node2), ... of one cluster name.
      - Needed here or in the environment variable E(REDIS_ENTERPRISE_URL), where several are separated by commas.
    type: list
    elements: str
  username:
    description:
      - The user, usually an e-mail address. The role C(db_member) is enough for all modules of this collection.
      - If not set, the environment variable E(REDIS_ENTERPRISE_USER) is used.
    type: str
  password:
    description:
      - The password of O(username).
      - If not set, the environment variable E(REDIS_ENTERPRISE_PASSWORD) is used.
    type: str
  token:
    description:
      - A ready access token. It is used as it is, and wins over O(username) and O(password).
      - If not set, the environment variable E(REDIS_ENTERPRISE_TOKEN) is used.
    type: str
  auth_method:
    description:
      - V(basic) sends O(username) and O(password) with each request.
      - V(jwt) logs in with them once a task, uses the token it gets, and renews it in time.
    type: str
    choices:
      - basic
      - jwt
    default: basic
  client_cert:
    description:
      - A PEM certificate of a user who may use certificates (release 7.8.4 and later), beside or instead of a password or a token.
      - If not set, the environment variable E(REDIS_ENTERPRISE_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - The unencrypted PEM key of O(client_cert), unless it is in the same file.
      - If not set, the environment variable E(REDIS_ENTERPRISE_CLIENT_KEY) is used.
    type: path
  ca_cert:
    description:
      - A file with the PEM certificates of the authorities to trust. Only these are trusted then.
      - Clusters sign their own certificates by default. Read it once with C(GET /v1/cluster/certificates), check it, and keep it in a file.
      - If not set, the environment variable E(REDIS_ENTERPRISE_CA_CERT) is used, and without that the trust store of the system.
    type: path
  validate_certs:
    description:
      - Whether to verify the cluster's certificate. Setting it to V(false) lets anybody on the way read the credentials, and is warned about.
      - If not set, a true value in the environment variable E(REDIS_ENTERPRISE_INSECURE) means V(false).
    type: bool
    default: true
  timeout:
    description:
      - Seconds that one connection may take to be made, and one request to be answered. It does not limit the operation itself.
      - If not set, the environment variable E(REDIS_ENTERPRISE_TIMEOUT) is used.
    type: int
    default: 30
requirements:
  - requests, on the host that runs the task
notes:
  - The module talks to the cluster's REST API. Run it where that can be reached, which is mostly C(localhost).
"""

_CLUSTERS = """
description:
  - Several clusters, one entry for each. What an entry does not give is taken from the option of the same name beside this one, and then
    from the environment.
type: list
elements: dict
suboptions:
  label:
    description:
      - As O(label), for this cluster.
    type: str
"""


def _environment(name, option):
    """The variable that is the option's value as it stands. ``validate_certs`` has one that means the opposite."""
    found = re.search(r"E\((\w+)\)", " ".join(option["description"]))
    return {"env": [{"name": found.group(1)}]} if found and name != "validate_certs" else {}


def _again(name, option):
    """The option inside ``clusters``, which has no default of its own."""
    shape = {key: value for key, value in option.items() if key not in ("description", "default")}
    return {"description": [f"As O({name}), for this cluster."], **shape}


def _for_inventories():
    options = yaml.safe_load(_MODULES)["options"]
    clusters = yaml.safe_load(_CLUSTERS)
    clusters["suboptions"].update({name: _again(name, option) for name, option in options.items()})
    documented = {name: {**option, **_environment(name, option)} for name, option in options.items()}
    return yaml.safe_dump({"options": {**documented, "clusters": clusters}}, sort_keys=False)


class ModuleDocFragment:
    # Annotated, since ansible-test takes an unannotated text here for a literal one.
    DOCUMENTATION: str = _MODULES

    INVENTORY: str = _for_inventories()
