"""The server side of a WebSocket (RFC 6455), as much as GraphQL subscriptions need."""

from __future__ import annotations

import base64
import hashlib
import struct
import threading
from typing import BinaryIO

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def accept_key(key: str) -> str:
    return base64.b64encode(hashlib.sha1((key + MAGIC).encode(), usedforsecurity=False).digest()).decode()


class WebSocket:
    """Reads messages of one client and writes to it from any thread."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        self._reader, self._writer = reader, writer
        self._lock = threading.Lock()

    def receive(self) -> str | None:
        """The next text message; None when the client has gone."""
        message = b""
        while True:
            try:
                frame = self._frame()
            except (OSError, ValueError, EOFError):
                return None
            final, code, body = frame
            if code == CLOSE:
                self.send_frame(CLOSE, body[:2])
                return None
            if code == PING:
                self.send_frame(PONG, body)
            elif code != PONG:
                message += body
                if final:
                    return message.decode("utf-8", "replace")

    def send(self, text: str) -> bool:
        """False if the client has gone."""
        return self.send_frame(TEXT, text.encode())

    def close(self, code: int, reason: str) -> None:
        self.send_frame(CLOSE, struct.pack(">H", code) + reason.encode())

    def send_frame(self, code: int, body: bytes) -> bool:
        size = len(body)
        head = bytes([0x80 | code])
        if size < 126:
            head += bytes([size])
        elif size < 65536:
            head += struct.pack(">BH", 126, size)
        else:
            head += struct.pack(">BQ", 127, size)
        with self._lock:
            try:
                self._writer.write(head + body)
                self._writer.flush()
            except (OSError, ValueError):
                return False
        return True

    def _frame(self) -> tuple[bool, int, bytes]:
        first, second = self._exactly(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack(">H", self._exactly(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self._exactly(8))
        mask = self._exactly(4) if second & 0x80 else b"\0\0\0\0"
        body = self._exactly(size)
        return bool(first & 0x80), first & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))

    def _exactly(self, size: int) -> bytes:
        data = self._reader.read(size)
        if data is None or len(data) < size:
            raise EOFError
        return data
