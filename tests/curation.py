"""A library for the rules of curation: implements usecases.curation_ports.FactSource, notes what it was asked, and dies on demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stash_sense.core.curation.snapshots import Facts, MediaFacts, ObjectKind, PerformerFacts


@dataclass
class FactLibrary:
    """`put` changes an object and moves Stash's clock on. dies_after: objects read until the process is killed.

    read: every object that was handed out, as "scene:7". ids of pictures: of those with two performers and more, as in the port.
    """

    rows: dict[str, dict[int, Facts]] = field(default_factory=lambda: {"performer": {}, "scene": {}, "image": {}})
    stamps: dict[tuple[str, int], int] = field(default_factory=dict)
    tag_ids: set[str] = field(default_factory=set)
    now: int = 0
    dies_after: int | None = None
    read: list[str] = field(default_factory=list)

    def newest(self, kind: ObjectKind) -> str | None:
        stamps = [stamp for (one, _), stamp in self.stamps.items() if one == kind]
        return f"t{max(stamps):06}" if stamps else None

    def ids(self, kind: ObjectKind) -> list[str]:
        return [str(number) for number in sorted(self.rows[kind]) if self._counts(kind, number)]

    def changed(self, kind: ObjectKind, *, since: str | None, after: str) -> Iterator[Facts]:
        for number in sorted(self.rows[kind]):
            stamp = f"t{self.stamps[kind, number]:06}"
            if number > int(after) and (since is None or stamp > since) and self._counts(kind, number):
                yield self._hand_out(kind, number)

    def some(self, kind: ObjectKind, ids: Sequence[str]) -> Iterator[Facts]:
        for number in map(int, ids):
            if number in self.rows[kind]:
                yield self._hand_out(kind, number)

    def tags(self) -> set[str]:
        return set(self.tag_ids)

    # For tests

    def put(self, facts: Facts) -> None:
        kind = "performer" if isinstance(facts, PerformerFacts) else facts.kind
        self.now += 1
        self.rows[kind][int(facts.id)] = facts
        self.stamps[kind, int(facts.id)] = self.now

    def performer(self, number: int, name: str | None = None, **facts: Any) -> None:
        self.put(PerformerFacts(str(number), name or f"Performer {number}", **facts))

    def scene(self, number: int, *performers: int, tags: Sequence[int] = (), kind: Any = "scene") -> None:
        cast = tuple(map(str, performers))
        self.put(MediaFacts(kind, str(number), f"Scene {number}", cast, tuple(map(str, tags))))

    def destroy(self, kind: str, number: int) -> None:
        """As in Stash: whoever referred to it loses it without being touched."""
        del self.rows[kind][number], self.stamps[kind, number]
        if kind == "performer":
            self._move(str(number), None)

    def merge(self, source: int, into: int) -> None:
        """As in Stash: scenes change hands without being touched."""
        self._move(str(source), str(into))
        self.destroy("performer", source)

    def taken(self) -> list[str]:
        """What was read since the last call."""
        read, self.read = self.read, []
        return read

    def _move(self, source: str, into: str | None) -> None:
        for rows in (self.rows["scene"], self.rows["image"]):
            for number, one in rows.items():
                if isinstance(one, MediaFacts) and source in one.performers:
                    cast = (into if each == source else each for each in one.performers)
                    rows[number] = replace(one, performers=tuple(dict.fromkeys(each for each in cast if each)))

    def _counts(self, kind: str, number: int) -> bool:
        one = self.rows[kind][number]
        return not (isinstance(one, MediaFacts) and one.kind == "image" and len(one.performers) < 2)

    def _hand_out(self, kind: str, number: int) -> Facts:
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                self.dies_after = None
                raise KeyboardInterrupt
        self.read.append(f"{kind}:{number}")
        return self.rows[kind][number]
