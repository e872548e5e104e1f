"""Faults on demand: the next requests to /graphql answer slowly, wrongly or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.faults import FaultQueue

Kind = Literal[
    "too_fast",  # 429; value: the Retry-After header, "" for none
    "unauthorized",  # 401 with an empty body
    "not_authorized",  # 200, "not authorized", data null
    "status",  # value: the HTTP status, with a plain text body
    "page",  # 200 and a web page: what an address outside /graphql answers
    "shield",  # Cloudflare's page for browsers; value: the HTTP status
    "slow",  # value: seconds before the right answer
    "drip",  # value: seconds between the bytes of the right answer
    "drop",  # the connection is closed without an answer
    "cut",  # half of the right answer, then the connection is closed
    "error",  # 200 with a GraphQL error and data null; value: its words
    "redirect",  # 307; value: where to
]


@dataclass(frozen=True)
class Fault:
    kind: Kind
    value: str = ""


class Faults(FaultQueue[Fault]):
    """Faults waiting for requests. operation: only requests whose document carries this name; times: how many are hit; after: how many pass."""

    def add(
        self, kind: Kind, value: str | float = "", *, times: int = 1, operation: str | None = None, after: int = 0
    ) -> None:
        self.plan(Fault(kind, str(value)), times=times, operation=operation, after=after)
