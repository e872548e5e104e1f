"""Faults on demand: the next requests to /graphql answer slowly, wrongly or not at all."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

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


@dataclass
class Faults:
    """Faults waiting for requests. operation: only requests whose document carries this name; times: how many are hit; after: how many pass."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _planned: list[list] = field(default_factory=list)  # [skip, left, operation, fault]
    hit: list[str] = field(default_factory=list)  # kinds, in the order in which they struck

    def add(
        self, kind: Kind, value: str | float = "", *, times: int = 1, operation: str | None = None, after: int = 0
    ) -> None:
        with self._lock:
            self._planned.append([after, times, operation, Fault(kind, str(value))])

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, operation: str | None) -> Fault | None:
        """The fault that strikes this request, if any."""
        with self._lock:
            for plan in self._planned:
                if plan[2] is not None and plan[2] != operation:
                    continue
                if plan[0] > 0:
                    plan[0] -= 1
                    continue
                plan[1] -= 1
                if plan[1] <= 0:
                    self._planned.remove(plan)
                self.hit.append(plan[3].kind)
                return plan[3]
        return None
