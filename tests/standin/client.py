"""GraphQL clients for tests of the stand-in, on the standard library: HTTP and WebSocket."""

from __future__ import annotations

import base64
import json
import os
import socket
import ssl
import struct
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from tests.standin.websocket import accept_key


@dataclass
class Client:
    """Sends documents to the stand-in at `url`; headers go along with every request."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    last_headers: Any = None

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The whole answer with data and errors. Raises urllib.error.HTTPError for any status but 200."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        request = urllib.request.Request(
            f"{self.url}/graphql", body, {"Content-Type": "application/json", **self.headers}
        )
        answer: dict[str, Any] = json.loads(self._open(request))
        return answer

    def data(self, document: str, **variables: Any) -> Any:
        """The one field the document asks for. Raises AssertionError if there were errors."""
        answer = self.ask(document, **variables)
        if "errors" in answer:
            raise AssertionError(answer["errors"])
        return next(iter(answer["data"].values()))

    def error(self, document: str, **variables: Any) -> str:
        """The first error's message."""
        return str(self.ask(document, **variables)["errors"][0]["message"])

    def get(self, path: str) -> bytes:
        return self._open(urllib.request.Request(self.url + path, headers=self.headers))

    def _open(self, request: urllib.request.Request) -> bytes:
        context = ssl._create_unverified_context() if self.url.startswith("https") else None
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), *([urllib.request.HTTPSHandler(context=context)] if context else [])
        )
        with opener.open(request, timeout=30) as answer:
            self.last_headers = answer.headers
            return answer.read()


class WsClient:
    """A WebSocket client, just enough for graphql-transport-ws."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        rest = f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        self.socket.sendall((head + rest).encode())
        self.reader = self.socket.makefile("rb")
        lines = iter(lambda: self.reader.readline().strip(), b"")
        self.head = b"\n".join(lines).decode()
        assert accept_key(key) in self.head

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        mask = os.urandom(4)
        size = struct.pack(">BBH", 0x81, 0x80 | 126, len(body))
        self.socket.sendall(size + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(body)))

    def receive(self) -> dict[str, Any]:
        _, size = self.reader.read(2)
        if size == 126:
            (size,) = struct.unpack(">H", self.reader.read(2))
        message: dict[str, Any] = json.loads(self.reader.read(size))
        return message

    def close(self) -> None:
        self.reader.close()
        self.socket.close()
