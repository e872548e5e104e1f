"""The Stash server over stashapi (stashapp-tools), as long tasks use it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import requests
import urllib3
from requests.cookies import RequestsCookieJar
from stashapi.stashapp import StashInterface as Base

from stash_sense.adapters.broken import connection_error
from stash_sense.adapters.stash.answers import Reply
from stash_sense.adapters.stash.client import Access, Client, Outgoing, Patience

log = logging.getLogger(__name__)


class StashInterface(Base):  # type: ignore[misc]  # stashapi ships no type information
    """stashapi's client without its three constructor requests, with the cookie adopted from every answer, timeouts and retries.

    Satisfies `GraphQL`. Only hand-written documents: the generated fragments would cost an introspection of 0.55 MB.
    """

    def __init__(self, access: Access, patience: Patience | None = None) -> None:
        super(Base, self).__init__()  # past StashInterface's own constructor, which asks version, key and schema
        self.url = f"{access.base_url}/graphql"
        self.log = log
        self.fragments: dict[str, str] = {}
        self.s.trust_env = False  # no proxies and no .netrc from the environment for the server that started us
        self.s.verify = False  # Stash's own certificate is self-signed and made out to another name
        self.s.cookies = NoCookies()  # a second cookie beside ours would win for ever (stash-platform.md 2.5)
        self._client = Client(SessionWire(self.s, access.base_url), access, patience)

    def call(self, document: str, variables: Mapping[str, Any] | None = None, *, once: bool = False) -> dict[str, Any]:
        """See GraphQL."""
        return self._client.call(document, variables, once=once)

    def fetch(self, path: str) -> tuple[bytes, str]:
        """See GraphQL."""
        return self._client.fetch(path)

    def learn_api_key(self) -> None:
        """See Client."""
        self._client.learn_api_key()

    def close(self) -> None:
        """Ends the kept connections."""
        self.s.close()

    def _GQL(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:  # noqa: N802  # stashapi's name
        """Everything stashapi's own methods send goes the same way."""
        return self.call(query, variables)


class NoCookies(RequestsCookieJar):
    """Takes no cookie: ours travels in a header that Client keeps fresh."""

    def set_cookie(self, cookie: Any, *args: Any, **kwargs: Any) -> None:
        return None


class SessionWire:
    """`Send` over a requests session."""

    def __init__(self, session: requests.Session, base_url: str) -> None:
        self._session = session
        self._base_url = base_url
        if base_url.startswith("https:"):
            # Each request would repeat that the certificate is not checked; the reason stands in StashInterface.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def __call__(self, outgoing: Outgoing) -> Reply:
        if outgoing.fresh:
            self._session.close()  # drops the kept connections; the next request opens one
        try:
            response = self._session.request(
                outgoing.method,
                self._base_url + outgoing.path,
                data=outgoing.body,
                headers=dict(outgoing.headers),
                timeout=(outgoing.connect_s, outgoing.read_s),
                allow_redirects=False,
            )
        except requests.Timeout as err:
            raise TimeoutError(type(err).__name__) from err
        except requests.ConnectionError as err:
            raise connection_error(err) from err
        headers = [(key.lower(), value) for key, value in response.raw.headers.items()]
        return Reply(response.status_code, headers, response.content)
