"""Faults on demand: the next requests answer slowly, wrongly or not at all."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["slow", "status", "locked", "html", "drop", "empty", "unauthorized"]


@dataclass
class Fault:
    """What happens to a request. value: seconds for slow, HTTP status for status."""

    kind: Kind
    value: float = 0.0


@dataclass
class Faults:
    """Faults waiting for requests to /graphql. operation: only requests whose document carries this name.

    times: how many requests are hit; after: how many pass unharmed first.
    """

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _planned: list[list] = field(default_factory=list)  # [skip, left, operation, fault]
    hit: list[str] = field(default_factory=list)  # kinds, in the order in which they struck

    def add(
        self, kind: Kind, times: int = 1, *, value: float = 0.0, operation: str | None = None, after: int = 0
    ) -> None:
        """slow (value: seconds), status (value: HTTP status), locked ("database is locked"), html (200 with a page), drop
        (connection closed without an answer), empty (200 without a body), unauthorized (401)."""
        with self._lock:
            self._planned.append([after, times, operation, Fault(kind, value)])

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
