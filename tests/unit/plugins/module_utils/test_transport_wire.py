# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS, timeouts, proxies and broken connections on real sockets: the same with every release of the HTTP library, from the oldest allowed to the newest."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from ansible_collections.community.redis_enterprise.plugins.module_utils._connection import connect
from ansible_collections.community.redis_enterprise.plugins.module_utils._errors import RedisEnterpriseError

PARAMS = {
    "username": "someone",
    "password": "something",
    "token": None,
    "auth_method": "basic",
    "client_cert": None,
    "client_key": None,
    "ca_cert": None,
    "validate_certs": True,
    "timeout": 5,
}


class Handler(BaseHTTPRequestHandler):
    """Answers with the name in the client's certificate; waits, redirects or hangs up where the path says so."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path))
        if self.path == "/v1/slow":
            self.server.ended.wait(10)
        if self.path in ("/v1/slow", "/v1/drop"):
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        peer = self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None
        body = json.dumps({"peer": bool(peer)}).encode()
        if self.server.primary:
            self.send_response(307)
            self.send_header("Location", f"https://{self.server.primary.netloc}/")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET


class Proxy(BaseHTTPRequestHandler):
    """Tunnels a CONNECT to this machine, whatever host it names, or refuses it."""

    def log_message(self, *arguments):
        pass

    def do_CONNECT(self):
        self.server.seen.append((self.command, self.path))
        if self.server.refuses:
            self.send_error(403)
            return
        self.send_response(200)
        self.end_headers()
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as far:
            pair = {self.connection: far, far: self.connection}
            while not self.server.ended.is_set():
                for end in select.select(list(pair), [], [], 0.05)[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    pair[end].sendall(data)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    refuses = False
    primary = None

    def __init__(self, handler, context=None):
        super().__init__(("127.0.0.1", 0), handler)
        self.seen = []
        self.ended = threading.Event()
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address):
        pass

    @property
    def netloc(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.ended.set()
        self.shutdown()
        self.server_close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def files(tmp_path_factory, authority):
    """Paths: the authority's certificate, that of another one, a client's certificate and key."""
    folder = tmp_path_factory.mktemp("certificates")
    stranger = trustme.CA()
    client = authority.issue_cert("someone@cluster.local")
    parts = {
        "ca": [authority.cert_pem],
        "stranger": [stranger.cert_pem],
        "client": client.cert_chain_pems,
        "key": [client.private_key_pem],
    }
    for name, pems in parts.items():
        (folder / name).write_bytes(b"".join(pem.bytes() for pem in pems))
    return {name: str(folder / name) for name in parts}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """No proxy and no bundle of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def serve(authority):
    """serve(host, verify): an https server with a certificate for ``host``, which demands one of its clients where ``verify`` is given."""
    with contextlib.ExitStack() as stack:

        def start(host="127.0.0.1", demanding=False):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(host).configure_cert(context)
            if demanding:
                authority.configure_trust(context)
                context.verify_mode = ssl.CERT_REQUIRED
            return stack.enter_context(Server(Handler, context))

        yield start


@pytest.fixture
def proxy(monkeypatch):
    with Server(Proxy) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{server.netloc}")
        yield server


def client(netloc, scheme="https", **options):
    return connect({**PARAMS, "url": [f"{scheme}://{netloc}"], **options})


def failure(act, *arguments, **keywords):
    """Kind and delivered of what is raised."""
    with pytest.raises(RedisEnterpriseError) as caught:
        act(*arguments, **keywords)
    return caught.value.kind, caught.value.delivered


def read(cluster):
    return cluster.get("/v1/bdbs", attempts=1)


@pytest.fixture
def way(request, serve):
    """Directly, or through a proxy: the TLS is the same."""
    if request.param == "proxy":
        request.getfixturevalue("proxy")
    return request.param


tunnels = pytest.mark.parametrize("way", ["direct", "proxy"], indirect=True)


@tunnels
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_given_authority_is_trusted(serve, files, way, host, request):
    server = serve(host)
    netloc = server.netloc.replace("127.0.0.1", host)
    cluster = client(netloc, ca_cert=files["ca"])
    assert read(cluster) == {"peer": False} and read(cluster) == {"peer": False}
    if way == "proxy":
        assert request.getfixturevalue("proxy").seen == [("CONNECT", netloc)]


@tunnels
@pytest.mark.parametrize("bundle", [None, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("ca_cert", ["stranger", None])
def test_another_authority_is_refused_and_nothing_is_sent(serve, files, way, ca_cert, bundle, monkeypatch):
    """None: those of the system. A variable of the HTTP library that would trust the server changes nothing."""
    server = serve()
    if bundle:
        monkeypatch.setenv(bundle, files["ca"])
    cluster = client(server.netloc, ca_cert=ca_cert and files[ca_cert])
    assert failure(read, cluster) == ("tls", False)
    assert failure(cluster.write, "POST", "/v1/bdbs/1/actions/export") == ("tls", False)
    assert server.seen == []


@tunnels
def test_a_variable_of_the_library_takes_no_trust_away(serve, files, way, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", files["stranger"])
    assert read(client(serve().netloc, ca_cert=files["ca"])) == {"peer": False}


@tunnels
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_for_another_host_is_refused(serve, files, way, host):
    server = serve("elsewhere.example")
    assert failure(read, client(server.netloc.replace("127.0.0.1", host), ca_cert=files["ca"])) == ("tls", False)
    assert server.seen == []


@tunnels
@pytest.mark.parametrize("bundle", [None, "REQUESTS_CA_BUNDLE"])
def test_without_validation_any_certificate_will_do(serve, files, way, bundle, monkeypatch):
    if bundle:
        monkeypatch.setenv(bundle, files["stranger"])
    cluster = client(serve("elsewhere.example").netloc, ca_cert=files["stranger"], validate_certs=False)
    assert read(cluster) == {"peer": False}


@tunnels
def test_the_client_shows_its_certificate(serve, files, way):
    server = serve(demanding=True)
    shown = client(server.netloc, ca_cert=files["ca"], client_cert=files["client"], client_key=files["key"])
    assert read(shown) == {"peer": True}
    assert failure(read, client(server.netloc, ca_cert=files["ca"]))[0] in ("tls", "connection")
    assert len(server.seen) == 1


@tunnels
@pytest.mark.parametrize("path, kind", [("/v1/slow", "timeout"), ("/v1/drop", "connection")])
def test_what_was_sent_may_have_been_done(serve, files, way, path, kind):
    """Also on a connection that has served before."""
    server = serve()
    for before in (False, True):
        cluster = client(server.netloc, ca_cert=files["ca"], timeout=1)
        if before:
            read(cluster)
        assert failure(cluster.write, "POST", path) == (kind, True)
    assert [entry for entry in server.seen if entry[1] == path] == [("POST", path)] * 2


@tunnels
def test_redirects_are_followed_by_hand_with_method_and_body(serve, files, way):
    server = serve()
    server.primary = serve()
    client(server.netloc, ca_cert=files["ca"]).write("POST", "/v1/bdbs")
    assert server.seen == server.primary.seen == [("POST", "/v1/bdbs")]


def closed_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{holder.getsockname()[1]}"


def test_a_refused_connection_sends_nothing():
    assert failure(client(closed_port()).write, "POST", "/v1/bdbs") == ("connection", False)


def test_a_host_that_nobody_knows_gets_nothing():
    assert failure(client("cluster.invalid").write, "POST", "/v1/bdbs") == ("connection", False)


def test_a_proxy_that_is_not_there_gets_nothing(serve, files, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{closed_port()}")
    assert failure(client(serve().netloc, ca_cert=files["ca"]).write, "POST", "/v1/bdbs") == ("connection", False)


def test_a_proxy_that_refuses_passes_nothing_on(serve, files, proxy):
    proxy.refuses = True
    server = serve()
    assert failure(client(server.netloc, ca_cert=files["ca"]).write, "POST", "/v1/bdbs") == ("connection", False)
    assert server.seen == []


def test_a_connection_that_nobody_takes_sends_nothing():
    """A listener whose queue is full answers no further connection."""
    with socket.socket() as listener, contextlib.ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for dummy in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        time.sleep(0.1)
        netloc = f"127.0.0.1:{listener.getsockname()[1]}"
        assert failure(client(netloc, timeout=1).write, "POST", "/v1/bdbs") == ("timeout", False)


def test_a_handshake_that_stalls_is_a_timeout():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        netloc = f"127.0.0.1:{listener.getsockname()[1]}"
        assert failure(client(netloc, timeout=1).write, "POST", "/v1/bdbs")[0] == "timeout"


def test_plain_http_to_this_machine(serve):
    with Server(Handler) as server:
        assert read(client(server.netloc, scheme="http")) == {"peer": False}
