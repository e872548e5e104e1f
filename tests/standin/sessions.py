"""Session cookies that expire, are refreshed by every answer and remember which hooks led to a request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

COOKIE = "session"
Visits = tuple[tuple[str, str], ...]  # plugin id and trigger of every hook in the chain


@dataclass(frozen=True)
class Session:
    """Who asks. user: empty for nobody; hooks: the chain of hooks that this request comes from."""

    user: str = ""
    hooks: Visits = ()

    def after_hook(self, plugin_id: str, trigger: str) -> Session:
        return replace(self, hooks=(*self.hooks, (plugin_id, trigger)))


class UnauthorizedError(Exception):
    """Stash answers 401."""


@dataclass(frozen=True)
class Accounts:
    """Username and password that protect the server (empty: open to all), and the API key if one was generated."""

    username: str = ""
    password: str = ""
    api_key: str = ""


class Sessions:
    """Makes and checks cookies. max_age_s: how long one lives without being refreshed."""

    def __init__(self, accounts: Accounts, max_age_s: float) -> None:
        self.accounts = accounts
        self.max_age_s = max_age_s
        self._key = secrets.token_bytes(16)
        self._shift_s = 0.0
        self._expired: set[str] = set()
        self._handed_out: list[str] = []

    def advance(self, seconds: float) -> None:
        """Lets time pass for cookies: those that are not refreshed in between get older."""
        self._shift_s += seconds

    def expire_handed_out(self) -> None:
        """Makes every cookie that was given to a plugin process on stdin too old; refreshed ones live on.

        That is what a client meets that sent requests for longer than max_session_age.
        """
        self._expired.update(self._handed_out)

    def for_plugin(self, session: Session) -> dict[str, Any]:
        """The cookie as it stands in server_connection: the JSON of Go's http.Cookie."""
        value = self.make(session)
        self._handed_out.append(value)
        rest = {"Path": "", "Domain": "", "Expires": "0001-01-01T00:00:00Z", "RawExpires": "", "MaxAge": 0}
        flags = {"Secure": False, "HttpOnly": False, "SameSite": 0, "Partitioned": False, "Raw": "", "Unparsed": None}
        return {"Name": COOKIE, "Value": value, "Quoted": False, **rest, **flags}

    def make(self, session: Session) -> str:
        # The nonce keeps two cookies of the same instant apart, as the real ones' encryption does.
        body = json.dumps([session.user, session.hooks, time.time() + self._shift_s, secrets.token_hex(4)]).encode()
        packed = base64.urlsafe_b64encode(body).decode()
        return f"{packed}|{self._sign(packed)}"

    def read(self, value: str) -> Session | None:
        """None if the cookie is forged, broken or too old."""
        packed, _, signature = value.partition("|")
        if value in self._expired or not hmac.compare_digest(signature, self._sign(packed)):
            return None
        user, hooks, issued, _ = json.loads(base64.urlsafe_b64decode(packed))
        if time.time() + self._shift_s - issued > self.max_age_s:
            return None
        return Session(user, tuple((plugin, trigger) for plugin, trigger in hooks))

    def authenticate(self, cookies: Sequence[str], api_key: str) -> tuple[Session, str | None]:
        """The session of a request and the refreshed cookie to send back.

        cookies: values of all cookies called `session`, in the order sent; like Stash's library, only the first one counts.
        Raises UnauthorizedError for a wrong API key. Without a valid cookie the session has no user.
        """
        if api_key:
            if api_key != self.accounts.api_key:
                raise UnauthorizedError
            return Session(self.accounts.username), None
        session = self.read(cookies[0]) if cookies else None
        if session is None:
            return Session(), None
        return session, self.make(session)

    def allowed(self, session: Session) -> bool:
        return not self.accounts.username or session.user == self.accounts.username

    def _sign(self, packed: str) -> str:
        return hmac.new(self._key, packed.encode(), hashlib.sha256).hexdigest()[:32]
