"""One conversation with a stash-box: its turn at the limiter, the key, retries, and no key in any sentence."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from stash_sense.adapters.stash.answers import Reply
from stash_sense.adapters.stash.config import StashBoxConfig
from stash_sense.adapters.stashbox.answers import (
    WHERE,
    Answer,
    SilentRefusalError,
    TryLaterError,
    answer_of,
)
from stash_sense.adapters.stashbox.limiter import Limiter, host_of
from stash_sense.adapters.stashbox.wire import Bounds, Wire
from stash_sense.errors import ServerError, SetupError

MAX_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait and how often to try.

    large_*: for requests that a server or a proxy before it may refuse by silence or an error 5xx; after these the caller asks for less.
    longest_wait_s: what a server may ask us to wait; beyond it the run stops.
    """

    connect_s: float = 10.0
    read_s: float = 60.0
    large_read_s: float = 180.0
    attempts: int = 6
    large_attempts: int = 2
    pause_s: float = 2.0  # before the second try; doubles each time
    longest_wait_s: float = 900.0
    sleep: Callable[[float], None] = time.sleep


class BoxClient:
    """GraphQL to one endpoint. Threads may share it; they take turns."""

    def __init__(
        self, config: StashBoxConfig, limiter: Limiter, patience: Patience | None = None, wire: Wire | None = None
    ) -> None:
        self.endpoint = config.endpoint
        self.requests = 0
        self._url = _checked(config)
        self.host = host_of(self._url)
        self._key = _clean_key(config)
        self._per_minute = config.per_minute
        self._limiter = limiter
        self._patience = patience or Patience()
        self._wire = wire or Wire()
        self._lock = threading.Lock()

    def ask(self, document: str, variables: Mapping[str, Any], *, large: bool = False, parts: bool = False) -> Answer:
        """Raises SetupError, RefusedError (with UnknownNameError) or ServerError.

        large: it may be refused for its size. parts: what fails in a part of it is told in the answer.
        """
        body = json.dumps({"query": document, "variables": dict(variables)}).encode("ascii")
        with self._lock:
            try:
                return self._ask(body, large, parts)
            except TryLaterError as err:
                raise ServerError(str(err)) from None

    def close(self) -> None:
        """Ends the kept connections."""
        self._wire.close()

    def _ask(self, body: bytes, large: bool, parts: bool) -> Answer:
        patience = self._patience
        failures = 0
        while True:
            try:
                return self._once(body, patience.large_read_s if large else patience.read_s, parts)
            except TryLaterError as err:
                failures += 1
                if err.too_fast:
                    self._stand_back(err, failures)
                    continue
                problem: ServerError = err
            except OSError as err:
                failures += 1
                problem = self._unreachable(err)
                large = large and not isinstance(err, ConnectionRefusedError)  # it has not even seen the request
            if failures >= (patience.large_attempts if large else patience.attempts):
                raise SilentRefusalError(str(problem)) if large else problem
            patience.sleep(patience.pause_s * 2.0 ** (failures - 1))

    def _once(self, body: bytes, read_s: float, parts: bool) -> Answer:
        reply = self._exchange(body, read_s)
        answer = answer_of(reply, self.host, self._limiter.clock(), parts=parts, key=self._key)
        self._limiter.answered(self.host)
        return answer

    def _exchange(self, body: bytes, read_s: float) -> Reply:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["ApiKey"] = self._key
        bounds = Bounds(self._patience.connect_s, read_s)
        url = self._url
        for _ in range(MAX_REDIRECTS + 1):
            self._wait_for_turn()
            self.requests += 1
            reply = self._wire.send("POST", url, headers=headers, body=body, bounds=bounds)
            if not reply.is_redirect:
                return reply
            url = self._redirected(url, reply)
        raise SetupError(f"{self.host} sends us round in circles. Check the endpoint {WHERE}.")

    def _wait_for_turn(self) -> None:
        blocked_s = self._limiter.blocked_s(self.host)
        if blocked_s > self._patience.longest_wait_s:
            raise self._long_wait(blocked_s)
        self._limiter.turn(self.host, self._per_minute)

    def _redirected(self, url: str, reply: Reply) -> str:
        """Where we are sent; the key goes nowhere but to the host it belongs to, and never from https to http."""
        try:
            target = urljoin(url, reply.header("location"))
            old, new = urlsplit(url), urlsplit(target)
        except ValueError:
            raise SetupError(
                f"{self.host} sends us on to an address that is none. Check the endpoint {WHERE}."
            ) from None
        safe = new.scheme == "https" or (new.scheme == "http" and old.scheme == "http")
        if new.hostname != old.hostname or not safe:
            raise SetupError(
                f"{self.host} sends us on to {host_of(target)}. Enter the endpoint that holds now {WHERE}."
            )
        return target

    def _stand_back(self, err: TryLaterError, failures: int) -> None:
        """The next turn waits; here it is only decided whether there is one."""
        wait_s = self._limiter.refused(self.host, err.retry_after_s)
        if wait_s > self._patience.longest_wait_s:
            raise self._long_wait(wait_s)
        if failures >= self._patience.attempts:
            raise err

    def _long_wait(self, wait_s: float) -> ServerError:
        return ServerError(f"{self.host} asks to be left alone for {wait_s / 60:.0f} minutes. Start this again then.")

    def _unreachable(self, err: OSError) -> ServerError:
        if isinstance(err, TimeoutError):
            return ServerError(f"{self.host} did not answer in time. Start this again later.")
        reason = "it refused the connection" if isinstance(err, ConnectionRefusedError) else "the connection broke"
        return ServerError(f"{self.host} does not answer: {reason}. Check the network, then start this again.")


def _checked(config: StashBoxConfig) -> str:
    try:
        parts = urlsplit(config.endpoint.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SetupError(f"The endpoint of {config.name} is not an address: enter it {WHERE}, as https://…/graphql.")
    return config.endpoint.strip()


def _clean_key(config: StashBoxConfig) -> str:
    """Checked here, because the libraries below quote the whole header when they refuse it."""
    key = config.api_key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SetupError(
            f"The API key of {config.name} has characters that no key has: copy it again and enter it {WHERE}."
        )
    return key
