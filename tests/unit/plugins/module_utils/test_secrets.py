# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus, unquote

import pytest

from ansible_collections.community.redis_enterprise.plugins.module_utils._answers import status_error
from ansible_collections.community.redis_enterprise.plugins.module_utils._secrets import MASK, Secrets

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEcanary+first/line00\nMIIEcanary+second/line0\nshort==\n-----END PRIVATE KEY-----\n"
SECRETS = {
    "password": "pa/ss wo\\rd\"<&>'+€%2F\U0001f511",
    "url": "ftp://someone:canary%2furl%40pw@files.example.com/redis/",
    "key": PEM,
    "secret_access_key": "canary/secret+access=key",
    "sas_token": "sv=1&sp=rw&sig=canary%2Bsignature%3D",
}
SPELLINGS = {
    "plain": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "JSON with \\/": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON with \\u0026": lambda text: json.dumps(text)[1:-1].replace("&", "\\u0026").replace("/", "\\u002F"),
    "Python": lambda text: repr(text)[1:-1],
    "Python bytes": lambda text: repr(text.encode())[2:-1],
    "percent": lambda text: quote(text, safe=""),
    "percent, lower case": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent, but the slash": quote,
    "percent, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "form": quote_plus,
    "decoded": unquote,
    "HTML": html.escape,
    "HTML with numbers": lambda text: html.escape(text).replace("/", "&#x2F;").replace("+", "&#43;"),
    "folded": lambda text: " ".join(text.split()),
    "without line breaks": lambda text: text.replace("\n", ""),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", SECRETS)
def test_every_spelling_is_hidden_and_nothing_around_it(name, spelling):
    spelled = SPELLINGS[spelling](SECRETS[name].strip())
    assert Secrets(SECRETS[name]).hide(f'at <b>"{spelled}"</b>, sorry') == f'at <b>"{MASK}"</b>, sorry'


@pytest.mark.parametrize("name", SECRETS)
def test_no_piece_is_left_where_the_answer_is_cut(name):
    """The server repeats it at any distance from the place where its words are shortened."""
    secrets = Secrets(SECRETS[name])
    spelled = [make(SECRETS[name].strip()) for make in (SPELLINGS["plain"], SPELLINGS["JSON"], SPELLINGS["percent"])]
    for distance in range(300 - len(max(spelled, key=len)) - 5, 305):
        for text in spelled:
            for payload in (json.dumps({"description": "x" * distance + text}), f"<p>{'x' * distance}{text}</p>"):
                error = status_error("https://c", 400, {}, payload.encode(), None, secrets)
                assert set(error.description) <= set("x*"), error.description


def test_half_a_secret_is_hidden_where_the_server_has_cut():
    secrets = Secrets("canary/secret", PEM)
    for text, shown in {
        "it was canary%2Fsec...": f"it was {MASK}",
        '{"key": "-----BEGIN PRIVATE KEY-----\\nMIIEcan': f'{{"key": "{MASK}',
        "these are canaries": "these are canaries",
    }.items():
        assert secrets.hide_cut(text) == shown


def test_parts_that_are_secret_by_themselves():
    basic = base64.b64encode(b"someone:canary/url@pw").decode()
    for text in ("canary%2furl%40pw", "canary/url@pw", basic, "MIIEcanary+first/line00", "canary+signature="):
        assert Secrets(*SECRETS.values()).hide(f"[{text}]") == f"[{MASK}]"


def test_a_very_short_text_is_left_to_ansible():
    assert Secrets("a", "ed", "%41%42").hide("exported, AB") == "exported, AB"


def test_lists_dicts_and_on_demand_keys():
    secrets = Secrets("canary")
    assert secrets.hide([{"canary": ("a canary", 1, None)}]) == [{"canary": [f"a {MASK}", 1, None]}]
    assert secrets.hide({"canary": True}, keys=True) == {MASK: True}
    assert secrets.hide("newcomer") == "newcomer"
    secrets.add("newcomer", None, "")
    assert secrets.hide("newcomer") == MASK
