"""Requests to servers on the internet: certificates checked, proxies of the environment used, time and size of an answer bounded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from stash_sense.adapters.broken import connection_error
from stash_sense.adapters.stash.answers import Reply
from stash_sense.adapters.stashbox.limiter import host_of
from stash_sense.errors import RefusedError, SetupError

CHUNK = 1 << 16
AGENT = "stash-sense (a Stash plugin)"
NO_PROXIES: dict[str, Any] = {
    "http": None,
    "https": None,
    "all": None,
}  # None, or requests would take the environment's


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how large an answer may be. read_s: without a byte; total_s: from the first byte to the last. size: bytes, unpacked."""

    connect_s: float = 10.0
    read_s: float = 60.0
    total_s: float = 300.0
    size: int = 256 << 20


class _Session(requests.Session):
    """One for which no answer leads on: requests works the next address out even where it is not to follow it, and stumbles over odd ones."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class Wire:
    """Sends over kept connections, one session a thread. Follows no redirect, keeps no cookie, reads no .netrc. It can be pickled."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._local = threading.local()

    def __reduce__(self) -> tuple[Any, ...]:
        return (Wire, (self._clock,))

    def send(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, bounds: Bounds) -> Reply:
        """The complete answer, whatever its status.

        Raises TimeoutError, ConnectionRefusedError or another ConnectionError where none came, RefusedError where it was too large,
        SetupError for a certificate that does not hold. No message has headers in it.
        """
        try:
            with self._session().request(
                method,
                url,
                data=body,
                headers={"User-Agent": AGENT, "Accept-Encoding": "gzip", **headers},
                timeout=(bounds.connect_s, bounds.read_s),
                allow_redirects=False,
                stream=True,
                proxies=NO_PROXIES if _is_this_machine(url) else None,
            ) as response:
                content = self._content(response, bounds)
                lines = [(key.lower(), value) for key, value in response.raw.headers.items()]
                return Reply(response.status_code, lines, content)
        except (requests.Timeout, ReadTimeoutError) as err:
            raise TimeoutError(type(err).__name__) from None
        except (requests.RequestException, HTTPError) as err:
            if "CERTIFICATE_VERIFY_FAILED" in str(err):
                raise SetupError(
                    f"The certificate of {host_of(url)} does not hold: check the address and this machine's clock."
                ) from None
            raise connection_error(err) from None

    def close(self) -> None:
        """Ends this thread's kept connections."""
        session = getattr(self._local, "session", None)
        if session is not None:
            session.close()
            del self._local.session

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = _Session()
            session.auth = (
                _as_it_is  # else requests would look into .netrc and put what it finds there into the headers
            )
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return session

    def _content(self, response: requests.Response, bounds: Bounds) -> bytes:
        """read1, because read would wait for a full chunk however slowly it drips in."""
        read = getattr(response.raw, "read1", response.raw.read)  # urllib3 1.26 has no read1
        until = self._clock() + bounds.total_s
        parts: list[bytes] = []
        size = 0
        while chunk := read(CHUNK, decode_content=True):
            parts.append(chunk)
            size += len(chunk)
            if size > bounds.size:
                raise RefusedError(f"The answer is larger than {bounds.size >> 20} MB: ask for less at once.")
            if self._clock() > until:
                raise TimeoutError("the answer did not end")
        return b"".join(parts)


def _is_this_machine(url: str) -> bool:
    """A proxy would look for the server on its own machine."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
