"""Enumerations kept in memory, as adapters/catalogue/sweeps.py keeps them in SQLite. It never forgets a step, so a kill is simulated by the caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from stash_sense.core.catalogue.heirs import Fate
from stash_sense.core.catalogue.values import Listed

LIVE = Fate("live")


@dataclass(frozen=True, slots=True)
class Seen:
    row: Listed
    first: int
    last: int
    fate: Fate = LIVE


@dataclass(slots=True)
class MemorySweeps:
    """The sweep of one endpoint."""

    sweep_id: int = 0
    position: str | None = None
    statement: str | None = None
    seen: dict[str, Seen] = field(default_factory=dict)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def running(self, endpoint: str) -> tuple[int, str] | None:
        return None if self.position is None else (self.sweep_id, self.position)

    def start(self, endpoint: str, now: str, position: str) -> int:
        self.sweep_id, self.position, self.statement, self.seen = self.sweep_id + 1, position, None, {}
        return self.sweep_id

    def save(self, sweep_id: int, position: str, requests: int) -> None:
        self.position = position

    def finish(self, sweep_id: int, now: str, statement: str) -> None:
        self.position, self.statement = None, statement

    def see(self, sweep_id: int, rows: Sequence[Listed], request: int) -> None:
        for row in rows:
            old = self.seen.get(row.box_id)
            self.seen[row.box_id] = Seen(row, old.first if old else request, request)

    def retire(self, sweep_id: int, box_id: str, fate: Fate) -> None:
        self.seen[box_id] = replace(self.seen[box_id], fate=fate)

    def unseen(self, sweep_id: int, since: int, *, after: str, count: int) -> list[str]:
        return sorted(i for i, seen in self.seen.items() if i > after and seen.fate == LIVE and seen.last <= since)[
            :count
        ]

    def witnessed(self, sweep_id: int, hinge: int) -> int:
        return sum(seen.first < hinge < seen.last for seen in self.seen.values())

    def live(self, sweep_id: int) -> int:
        return sum(seen.fate == LIVE for seen in self.seen.values())

    def seen_since(self, sweep_id: int, request: int) -> int:
        return sum(seen.fate == LIVE and seen.last >= request for seen in self.seen.values())

    def people(self, sweep_id: int) -> Iterator[Listed]:
        return (self.seen[box_id].row for box_id in sorted(self.seen) if self.seen[box_id].fate == LIVE)

    def vanished(self, sweep_id: int) -> dict[str, Fate]:
        return {box_id: seen.fate for box_id, seen in self.seen.items() if seen.fate != LIVE}
