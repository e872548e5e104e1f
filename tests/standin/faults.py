"""Faults on demand: the next requests answer slowly, wrongly or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.faults import FaultQueue

Kind = Literal["slow", "status", "locked", "html", "drop", "empty", "unauthorized"]


@dataclass
class Fault:
    """What happens to a request. value: seconds for slow, HTTP status for status."""

    kind: Kind
    value: float = 0.0


class Faults(FaultQueue[Fault]):
    """Faults waiting for requests to /graphql. operation: only requests whose document carries this name.

    times: how many requests are hit; after: how many pass unharmed first.
    """

    def add(
        self, kind: Kind, times: int = 1, *, value: float = 0.0, operation: str | None = None, after: int = 0
    ) -> None:
        """slow (value: seconds), status (value: HTTP status), locked ("database is locked"), html (200 with a page), drop
        (connection closed without an answer), empty (200 without a body), unauthorized (401)."""
        self.plan(Fault(kind, value), times=times, operation=operation, after=after)
