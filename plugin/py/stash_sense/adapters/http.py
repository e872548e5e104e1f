"""The Stash server over the standard library: for hooks, operations and wherever no dependency may be needed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stash_sense.adapters.stash.answers import Reply
from stash_sense.adapters.stash.client import Access, Client, Outgoing, Patience

if TYPE_CHECKING:  # http.client brings email and ssl along, 20 ms that an operation without a question need not pay
    import http.client
    import socket


class HttpTransport(Client):
    """`GraphQL` without any package. The environment's proxies do not count, a self-signed certificate of this one host does."""

    def __init__(self, access: Access, patience: Patience | None = None) -> None:
        self._wire = Wire(access.base_url)
        super().__init__(self._wire, access, patience)

    def close(self) -> None:
        """Ends the kept connection, if there is one."""
        self._wire.close()


class Wire:
    """Sends over one kept connection, which it replaces when the server has ended it."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"base_url is {base_url}, needs http(s)://host:port")
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._secure else 80)
        self._kept: http.client.HTTPConnection | None = None

    def __call__(self, outgoing: Outgoing) -> Reply:
        if outgoing.fresh:
            self.close()
        if self._kept is not None:
            try:
                return self._send(self._kept, outgoing)
            except TimeoutError:
                raise
            except OSError:  # the server ended the idle connection, so it has not read this request
                self.close()
        return self._send(self._connect(outgoing.connect_s), outgoing)

    def close(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _connect(self, timeout_s: float) -> http.client.HTTPConnection:
        import http.client
        import socket

        # As bytes, because text makes Python load its tables for international names: 15 ms for nothing.
        host = self._host.encode("ascii") if self._host.isascii() else self._host
        sock = socket.create_connection((host, self._port), timeout_s)  # type: ignore[arg-type]  # its stubs know only text
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = http.client.HTTPConnection(self._host, self._port)
            connection.auto_open = 0  # it shall not open another one by itself
            connection.sock = self._secured(sock) if self._secure else sock
        except OSError:
            sock.close()
            raise
        return connection

    def _secured(self, sock: socket.socket) -> socket.socket:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False  # Stash's own certificate is self-signed and made out to another name
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(sock, server_hostname=self._host)

    def _send(self, connection: http.client.HTTPConnection, outgoing: Outgoing) -> Reply:
        from http.client import HTTPException

        self._kept = None  # until the answer has been read completely
        try:
            connection.sock.settimeout(outgoing.read_s)
            connection.request(outgoing.method, outgoing.path, outgoing.body, dict(outgoing.headers))
            response = connection.getresponse()
            reply = Reply(
                response.status, [(key.lower(), value) for key, value in response.getheaders()], response.read()
            )
        except HTTPException as err:  # some of them are OSErrors already, the others become one
            connection.close()
            raise ConnectionError(type(err).__name__) from err
        except OSError:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._kept = connection
        return reply
