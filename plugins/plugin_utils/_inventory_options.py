# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to the collection: the options of the inventory plugin, with the types, defaults and environment variables that the modules have.

Ansible checks no suboption, says nothing about an option that it does not know, and repeats the values that it refuses. So all that has to
do with the connection is checked here, before Ansible sees it.
"""

from __future__ import annotations

import hashlib
import json
from collections import namedtuple
from collections.abc import Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from ansible.errors import AnsibleError, AnsibleUndefinedVariable
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._connection import endpoints
from ..module_utils._errors import RedisEnterpriseError, option_error
from ..module_utils._module import (
    CONNECTION_OPTIONS,
    DATABASE_OPTIONS,
    check_numbers,
    explained,
    strangers,
    user_info,
)
from ..module_utils._secrets import Secrets
from ._inventory_names import GROUPINGS, safe_host

CLUSTER_OPTIONS = {"label": {"type": "str"}, **CONNECTION_OPTIONS}
OWN_OPTIONS = {
    **DATABASE_OPTIONS,
    "on_unreachable": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    "hostnames": {"type": "list", "elements": "str", "default": []},
    "group_by": {"type": "list", "elements": "str", "choices": list(GROUPINGS), "default": list(GROUPINGS)},
    "age_limits": {"type": "list", "elements": "str", "default": ["1h", "1d", "7d"]},
}
_CREDENTIALS = ("password", "token")
_USUAL_PORT = 9443

#: ``params`` are the connection options of one cluster, ``url`` its checked endpoints, ``secrets`` what no message may repeat.
Cluster = namedtuple("Cluster", "label url params secrets")


def read_options(config, known, evaluate):
    """``(clusters, options)`` of the configuration: the Clusters, and every other option of ours with its value.

    ``known`` are the names of all options. ``evaluate(value)`` evaluates the templates in a value. Raises RedisEnterpriseError of kind
    ``option``, which never repeats a secret.
    """
    _refuse_unknown(config, [*known, "plugin"], "")
    own = {name: config[name] for name in OWN_OPTIONS if config.get(name) is not None}
    own = {name: value if name == "hostnames" else _evaluated(name, value, evaluate) for name, value in own.items()}
    options = _validated(OWN_OPTIONS, own, Secrets(), "")
    beside = _cluster_values(config, evaluate, "")
    entries = config.get("clusters")
    if entries is None:
        return [_cluster(beside, "")], options
    if not isinstance(entries, (list, tuple)) or not entries or not all(isinstance(item, Mapping) for item in entries):
        raise option_error(
            "clusters",
            "it is no list of clusters, or an empty one",
            "Give one entry for each, such as - url: https://HOST:9443.",
        )
    clusters = []
    for at, entry in enumerate(entries):
        where = f"clusters[{at}]."
        _refuse_unknown(entry, CLUSTER_OPTIONS, where)
        values = _cluster_values(entry, evaluate, where)
        if "label" not in values:
            beside.pop("label", None)
        if "token" not in values and ("username" in values or "password" in values):
            values["token"] = ""  # one of this cluster's own users wins over a token that is meant for another
        clusters.append(_cluster({**beside, **values}, where))
    _refuse_one_label(clusters)
    return clusters, options


def identity(cluster):
    """A text that tells clusters and users apart, and from which no secret can be read."""
    token = cluster.params["token"]
    user = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest() if token else cluster.params["username"]
    parts = [cluster.url, user, cluster.params["client_cert"]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _cluster_values(given, evaluate, where):
    return {
        name: _evaluated(where + name, given[name], evaluate) for name in CLUSTER_OPTIONS if given.get(name) is not None
    }


def _evaluated(name, value, evaluate):
    try:
        return _bare(evaluate(value))
    except AnsibleError as error:
        # The text of another error may repeat the template, and that may hold a secret.
        words = f" ({error})" if isinstance(error, AnsibleUndefinedVariable) else ""
        raise option_error(
            name,
            f"its template cannot be evaluated: {type(error).__name__}{words}",
            "Extra variables (-e) and lookups can be used here, and what is vaulted needs the password of its vault.",
        ) from None


def _bare(value):
    """``value`` without what Ansible makes of it: where a template came from, or a text that is decrypted when it is used."""
    if isinstance(value, Mapping):
        return {_bare(key): _bare(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bare(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float)) else "".join(str(value))


def _cluster(values, where):
    hidden = {name: value for name, value in values.items() if name in _CREDENTIALS}
    secrets = Secrets(*strangers(hidden))
    params = _validated(CLUSTER_OPTIONS, values, secrets, where)
    secrets.add(*(params[name] for name in _CREDENTIALS), *user_info(params["url"]))
    try:
        url = endpoints(params["url"])
        check_numbers(params)
    except RedisEnterpriseError as error:
        raise RedisEnterpriseError("option", f"{where}{secrets.hide(error.message)}", hint=error.hint) from None
    return Cluster(params["label"] or _label(url[0]), url, params, secrets)


def _validated(spec, values, secrets, where):
    """``values`` with the types and the defaults of ``spec``, and from the environment what they lack."""
    result = ArgumentSpecValidator(spec).validate(values)
    if result.error_messages:
        message = secrets.hide(explained(result.error_messages[0])).rstrip(".")
        raise RedisEnterpriseError(
            "option",
            f"{where[:-1]}: {message}." if where else f"{message}.",
            hint="See ansible-doc -t inventory community.redis_enterprise.databases.",
        )
    return result.validated_parameters


def _label(url):
    parts = urlsplit(url)
    return parts.hostname if parts.port in (None, _USUAL_PORT) else f"{parts.hostname}:{parts.port}"


def _refuse_unknown(given, known, where):
    for name in given:
        if name not in known:
            close = get_close_matches(str(name), known, 1)
            guess = f"Did you mean {close[0]}?" if close else f"There are {', '.join(sorted(known))}."
            raise option_error(f"{where}{name}", "there is no such option", guess)


def _refuse_one_label(clusters):
    seen = set()
    for cluster in clusters:
        label = safe_host(cluster.label)
        if label in seen:
            raise option_error(
                "label", f"{cluster.label!r} stands for two clusters", "Give each entry of clusters a label of its own."
            )
        seen.add(label)
