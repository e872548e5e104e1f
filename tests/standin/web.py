"""The HTTP side: authentication, /graphql with faults, and the routes that Stash serves itself."""

from __future__ import annotations

import json
import socket
import threading
import time
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.standin import graphql_http, routes
from tests.standin.faults import Fault
from tests.standin.sessions import COOKIE, Session, UnauthorizedError
from tests.standin.subscriptions import PROTOCOL, Subscriptions
from tests.standin.websocket import WebSocket, accept_key

if TYPE_CHECKING:
    from tests.standin.stash import StandIn

HTML_PAGE = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>proxy</body></html>"


class WebServer(ThreadingHTTPServer):
    """The listener. `drop_everybody` cuts all open connections, as a server that goes away does."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], stash: StandIn) -> None:
        self.stash = stash
        self.closing = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.stash.tls is not None:  # the handshake comes with the first read, in the connection's own thread
            connection = self.stash.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def drop_everybody(self) -> None:
        self.closing = True
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has gone by itself

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that clients cut are normal; anything else belongs into the log where tests can see it."""
        import sys

        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError, OSError, ValueError)):
            self.stash.note("error", f"stand-in: {type(error).__name__}: {error}")


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    server: WebServer

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_HEAD(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Stash's access log is no concern of the tests."""

    def alive(self) -> bool:
        """Whether the client still waits for the answer."""
        try:
            self.connection.setblocking(False)
            try:
                # A TLS socket takes no MSG_PEEK; there the client counts as waiting.
                return self.server.stash.tls is not None or self.connection.recv(1, socket.MSG_PEEK) != b""
            finally:
                self.connection.setblocking(True)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False

    def reply(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self._fresh_cookie is not None:
            self.send_header("Set-Cookie", f"{COOKIE}={self._fresh_cookie}; Path=/; Max-Age=3600; HttpOnly")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    # --- From request to answer --------------------------------------------------------------------------------------

    def _handle(self) -> None:
        stash = self.server.stash
        self._fresh_cookie: str | None = None
        self.url = urlsplit(self.path)
        self.query = {key: values[-1] for key, values in parse_qs(self.url.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.url.path == "/login":
            self._log_in(body)
            return
        try:
            key = self.headers.get("ApiKey") or self.query.get("apikey") or ""
            session, self._fresh_cookie = stash.sessions.authenticate(self._cookies(), key)
        except UnauthorizedError:
            self._refuse()
            return
        if not stash.sessions.allowed(session):
            self._refuse()
        elif self.url.path == "/graphql" and self.headers.get("Upgrade", "").lower() == "websocket":
            self._subscriptions(session)
        elif self.url.path == "/graphql":
            self._graphql(body, session)
        else:
            routes.serve(self)

    def _cookies(self) -> list[str]:
        """Values of every cookie called `session`, in the order sent (SimpleCookie would keep the last one only)."""
        values = []
        for part in ",".join(self.headers.get_all("Cookie") or []).split(";"):
            try:
                parsed = SimpleCookie(part.strip())
            except CookieError:
                continue
            if COOKIE in parsed:
                values.append(parsed[COOKIE].value)
        return values

    def _refuse(self) -> None:
        self.reply(401, "text/plain; charset=utf-8", b"", {"WWW-Authenticate": "FormBased"})

    def _log_in(self, body: bytes) -> None:
        stash = self.server.stash
        form = {key: values[-1] for key, values in parse_qs(body.decode()).items()}
        accounts = stash.sessions.accounts
        if (form.get("username"), form.get("password")) != (accounts.username, accounts.password):
            self._refuse()
            return
        self._fresh_cookie = stash.sessions.make(Session(accounts.username))
        self.reply(302, "text/plain", b"", {"Location": "/"})

    def _graphql(self, body: bytes, session: Session) -> None:
        request = graphql_http.read_request(self.command, self.query, body)
        stash = self.server.stash
        stash.requests.append(request.operation or "")
        fault = stash.faults.take(request.operation)
        if fault is not None and self._strike(fault):
            return
        context = stash.context(self.headers.get("Host") or "", session, self.alive)
        status, answer = graphql_http.execute(stash, request, context)
        self.reply(
            status,
            "application/graphql-response+json" if status == 422 else "application/json",
            json.dumps(answer).encode(),
        )

    def _strike(self, fault: Fault) -> bool:
        """True if the fault has answered (or cut) the request."""
        if fault.kind == "slow":
            time.sleep(fault.value)
            return False
        if fault.kind == "drop":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault.kind == "status":
            self.reply(int(fault.value or 500), "text/plain; charset=utf-8", b"Internal Server Error")
        elif fault.kind == "html":
            self.reply(200, "text/html; charset=utf-8", HTML_PAGE)
        elif fault.kind == "empty":
            self.reply(200, "application/json", b"")
        elif fault.kind == "unauthorized":
            self._fresh_cookie = None
            self._refuse()
        else:
            error = {"message": "database is locked", "path": ["standin"]}
            self.reply(200, "application/json", json.dumps({"errors": [error], "data": None}).encode())
        return True

    def _subscriptions(self, session: Session) -> None:
        self.close_connection = True
        offered = [one.strip() for one in self.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept_key(self.headers.get("Sec-WebSocket-Key", "")))
        if PROTOCOL in offered:
            self.send_header("Sec-WebSocket-Protocol", PROTOCOL)
        self.end_headers()
        self.wfile.flush()
        stash = self.server.stash
        context = stash.context(self.headers.get("Host") or "", session, lambda: True)
        Subscriptions(WebSocket(self.rfile, self.wfile), context, lambda: self.server.closing).serve()
