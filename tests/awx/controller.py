# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of the stand-in over HTTP, on a free port of this machine."""

from __future__ import annotations

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .checks import Refused
from .fields import ASSOCIATIONS
from .store import Missing, Store

VERSION = "24.6.1"


class Controller:
    """Serves from ``with`` to its end. ``env`` is what the modules of awx.awx find it with, ``writes`` what they changed: ``METHOD /path``."""

    def __init__(self, checkout: Path) -> None:
        self.store = Store(checkout)
        self.writes: list[str] = []
        self.token = secrets.token_hex(15)
        self._lock = threading.Lock()
        controller = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                status, answer = controller.answer(self.command, self.path, self.headers, body)
                text = b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.send_header("X-API-Product-Name", "AWX")
                self.send_header("X-API-Product-Version", VERSION)
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_DELETE = _serve

            def log_message(self, *words: Any) -> None:
                """Nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.env = {"CONTROLLER_HOST": self.url, "CONTROLLER_OAUTH_TOKEN": self.token}

    def __enter__(self) -> Controller:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """(status, what the body says) for one request."""
        parts = urlsplit(path)
        words = [word for word in parts.path.split("/") if word]
        if words[:2] != ["api", "v2"] or not parts.path.endswith("/"):
            return 404, {"detail": "Not found."}
        if words[2:] == ["ping"]:
            return 200, {"version": VERSION}
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {
                "detail": "Authentication credentials were not provided. To establish a login session, visit /api/login/."
            }
        with self._lock:
            try:
                data = json.loads(body) if body else {}
                if method != "GET":
                    self.writes.append(f"{method} {parts.path}")
                return self._route(method, words[2:], dict(parse_qsl(parts.query, keep_blank_values=True)), data)
            except Refused as refused:
                return 400, refused.args[0]
            except Missing:
                return 404, {"detail": "Not found."}

    def _route(self, method: str, words: list[str], filters: dict[str, str], data: dict[str, Any]) -> tuple[int, Any]:
        store = self.store
        if words == ["me"]:
            return 200, _page([{"id": 1, "type": "user", "username": "admin"}])
        if len(words) == 1:
            if method == "POST":
                return 201, store.shown(store.create(words[0], data))
            return 200, _page(store.find(words[0], filters))
        endpoint, number = words[0], int(words[1])
        if len(words) == 2:
            if method == "PATCH":
                return 200, store.shown(store.change(endpoint, number, data))
            if method == "DELETE":
                store.remove(endpoint, number)
                return 204, None
            return 200, store.update_project(number) if endpoint == "project_updates" else store.shown(
                store.get(endpoint, number)
            )
        relation = words[2]
        store.get(endpoint, number)
        if relation == "survey_spec":
            if method == "POST":
                store.set_survey(number, data)
            return 200, store.surveys.get(number, {})
        if relation not in ASSOCIATIONS.get(endpoint, {}):
            raise Missing
        if method == "POST":
            store.associate(endpoint, number, relation, data["id"], data.get("disassociate", False))
            return 204, None
        other = ASSOCIATIONS[endpoint][relation]
        return 200, _page([store.shown(store.get(other, one)) for one in store.associated.get((number, relation), [])])


def _page(results: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(results), "next": None, "previous": None, "results": results}
