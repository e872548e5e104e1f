"""One conversation with the Stash server: cookie, key, retries.

How the bytes travel is behind `Send`: the standard library (adapters/http.py) or stashapi's session (interface.py); both behave alike,
and one set of tests holds them to it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from stash_sense.adapters.stash.answers import (
    AwayError,
    BusyError,
    Reply,
    data_of,
    file_of,
    local_path,
    not_signed_in,
    redirect_path,
    unreachable,
)
from stash_sense.errors import ServerError

T = TypeVar("T")

API_KEY = """
query StashSense_ApiKey { configuration { general { apiKey } } }"""

COOKIE = "session"  # Stash uses no other name
MAX_REDIRECTS = 3


class GraphQL(Protocol):
    """What the rest of the adapter layer needs of a Stash server."""

    def call(self, document: str, variables: Mapping[str, Any] | None = None, *, once: bool = False) -> dict[str, Any]:
        """The `data` of the answer. once: not sent again if the first sending may have been carried out.

        Raises ServerError with the server's own words, NotFoundError where an object is gone.
        """
        ...

    def fetch(self, path: str) -> tuple[bytes, str]:
        """Bytes and content type of a path (with query) on the server; of an absolute address only path and query count."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait and how often to try. Writes wait long, because Stash runs other plugins' hooks before it answers them."""

    connect_s: float = 10.0
    read_s: float = 60.0
    write_s: float = 900.0
    attempts: int = 5
    pause_s: float = 0.5  # before the second try; doubles each time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Access:
    """Where Stash is and who we are to it. The key counts only once the cookie is refused: with a key Stash drops its
    protection against hook loops."""

    base_url: str
    cookie: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request. path: starts with "/", with query. fresh: not on a kept connection, which may have gone stale."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None
    connect_s: float
    read_s: float
    fresh: bool = False


class Send(Protocol):
    """Carries one request to the server and its answer back; follows no redirect."""

    def __call__(self, outgoing: Outgoing) -> Reply:
        """Raises OSError where no complete answer came: ConnectionRefusedError, TimeoutError or another."""
        ...


class Client:
    """GraphQL over any `Send`. Threads may share it; they take turns."""

    def __init__(self, send: Send, access: Access, patience: Patience | None = None) -> None:
        self._send = send
        self._base_url = access.base_url
        self._cookie = access.cookie
        self._api_key = access.api_key or None
        self._by_key = access.cookie is None
        self._patience = patience or Patience()
        self._lock = threading.RLock()

    def call(self, document: str, variables: Mapping[str, Any] | None = None, *, once: bool = False) -> dict[str, Any]:
        """See GraphQL."""
        reading = document.lstrip().startswith("query")
        body = json.dumps({"query": document, "variables": dict(variables or {})}, allow_nan=False).encode("ascii")
        outgoing = Outgoing(
            method="POST",
            path="/graphql",
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            body=body,
            connect_s=self._patience.connect_s,
            read_s=self._patience.read_s if reading else self._patience.write_s,
            fresh=once,
        )
        with self._lock:
            return self._ask(outgoing, data_of, patient=reading, once=once)

    def fetch(self, path: str) -> tuple[bytes, str]:
        """See GraphQL."""
        patience = self._patience
        outgoing = Outgoing("GET", local_path(path), {"Accept": "*/*"}, None, patience.connect_s, patience.read_s)
        with self._lock:
            return self._ask(outgoing, file_of, patient=True, once=False)

    def learn_api_key(self) -> None:
        """Asks for the user's API key while the cookie still holds, for the day it does not; kept in memory only."""
        key = self.call(API_KEY)["configuration"]["general"]["apiKey"]
        self._api_key = self._api_key or key or None

    def _ask(self, outgoing: Outgoing, read: Callable[[Reply], T], *, patient: bool, once: bool) -> T:
        """patient: an answer that did not come in time is asked for again; a slow write may still be at work."""
        for attempt in range(1, self._patience.attempts + 1):
            last = attempt == self._patience.attempts
            try:
                return read(self._exchange(outgoing))
            except BusyError as err:
                if last:
                    raise self._clean(err) from None
            except AwayError as err:
                if last or once:
                    raise self._clean(err) from None
            except ServerError as err:
                raise self._clean(err) from None
            except OSError as err:
                certain = isinstance(err, ConnectionRefusedError)  # then the request never arrived
                if last or not (certain or (not once and (patient or not isinstance(err, TimeoutError)))):
                    raise unreachable(self._base_url, err) from err
            self._patience.sleep(self._patience.pause_s * 2 ** (attempt - 1))
        raise ValueError(f"attempts is {self._patience.attempts}, needs 1 or more")

    def _exchange(self, outgoing: Outgoing) -> Reply:
        for _ in range(MAX_REDIRECTS + 1):
            reply = self._send_signed(outgoing)
            if reply.is_refusal and not self._by_key and self._api_key:
                self._by_key = True
                reply = self._send_signed(outgoing)
            if reply.is_refusal:
                raise not_signed_in(self._base_url)
            if not reply.is_redirect:
                return reply
            outgoing = replace(outgoing, path=redirect_path(reply, self._base_url))
        raise ServerError(
            f"{self._base_url} sends us round in circles. Check the host and port under Settings > System."
        )

    def _send_signed(self, outgoing: Outgoing) -> Reply:
        headers = dict(outgoing.headers)
        if self._by_key and self._api_key:
            headers["ApiKey"] = self._api_key
        elif self._cookie:
            headers["Cookie"] = f"{COOKIE}={self._cookie}"
        reply = self._send(replace(outgoing, headers=headers))
        # Each answer carries a cookie good for another hour; the first one would run out in the middle of a long task.
        if not self._by_key:
            self._cookie = reply.cookie(COOKIE) or self._cookie
        return reply

    def _clean(self, err: ServerError) -> ServerError:
        """The same error, should the server have quoted our cookie or key, without it."""
        text = str(err)
        for secret in (self._cookie, self._api_key):
            text = text.replace(secret, "…") if secret else text
        return type(err)(text)
