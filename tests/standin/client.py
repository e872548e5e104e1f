"""A GraphQL client for tests of the stand-in, on the standard library."""

from __future__ import annotations

import json
import ssl
import urllib.request
from dataclasses import dataclass, field
from typing import Any


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
