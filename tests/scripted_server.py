"""A small real HTTP server whose answers a test writes down, for what happens below GraphQL."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.serving import served


@dataclass(frozen=True)
class Seen:
    """A request as it arrived. peer: the caller's port, one per connection."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    peer: int

    @property
    def document(self) -> str:
        return json.loads(self.body)["query"]

    @property
    def variables(self) -> dict[str, Any]:
        return json.loads(self.body)["variables"]


@dataclass(frozen=True)
class Sent:
    """An answer. body: bytes, or something to be sent as JSON. drop: end the connection instead of answering."""

    body: Any = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "application/json"
    drop: bool = False

    def payload(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class ScriptedServer:
    base_url: str
    seen: list[Seen] = field(default_factory=list)


@contextmanager
def scripted_server(answer: Callable[[Seen], Sent], tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """Serves on a free port of 127.0.0.1 until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            seen = Seen(self.command, self.path, dict(self.headers), self.rfile.read(length), self.client_address[1])
            server.seen.append(seen)
            sent = answer(seen)
            if sent.drop:
                self.close_connection = True
                return
            payload = sent.payload()
            self.send_response(sent.status)
            for name, value in (("Content-Type", sent.kind), ("Content-Length", str(len(payload))), *sent.headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = handle_any  # noqa: N815  # names of the standard library

        def log_message(self, *_args: Any) -> None:
            return

    with served(Handler, tls) as base_url:
        server = ScriptedServer(base_url)
        yield server
