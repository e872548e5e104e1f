"""A gallery package in memory."""

from __future__ import annotations

import numpy as np

from stash_sense.core.records import PersonRecord
from stash_sense.core.values import Vector, Vectors
from stash_sense.usecases.ports import Neighbour

BOX = "https://box.example/graphql"


class FakePackage:
    """ids: person → her ids on BOX, those that begin with "old" are retired. faces: key → person and vector."""

    def __init__(self, ids: dict[str, tuple[str, ...]], faces: dict[int, tuple[str, Vector]]) -> None:
        self.ids, self.faces, self.closed = ids, faces, False

    @property
    def people(self) -> int:
        return len(self.ids)

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        rows = [[Neighbour(key, float(probe @ face)) for key, (_, face) in self.faces.items()] for probe in probes]
        return [sorted(row, key=lambda near: -near.score)[:k] for row in rows]

    def person_of(self, key: int) -> str:
        return self.faces[key][0]

    def references(self, person_id: str) -> Vectors:
        return np.stack([face for person, face in self.faces.values() if person == person_id])

    def by_stash_id(self, endpoint: str, box_id: str) -> str | None:
        return next((person for person, ids in self.ids.items() if endpoint == BOX and box_id in ids), None)

    def record(self, person_id: str) -> PersonRecord | None:
        links = tuple(
            {"endpoint": BOX, "stash_id": one} for one in self.ids.get(person_id, ()) if not one.startswith("old")
        )
        return PersonRecord(person_id, f"name of {person_id}", None, None, links) if links else None

    def search(self, text: str, count: int) -> list[PersonRecord]:
        found = [self.record(person) for person in sorted(self.ids)]
        return [person for person in found if person and text.lower() in person.name.lower()][:count]

    def links_to(self, person_id: str) -> tuple[dict[str, str], ...]:
        return tuple({"endpoint": BOX, "stash_id": one} for one in self.ids.get(person_id, ()))

    def face_count(self, person_id: str) -> int:
        return sum(person == person_id for person, _ in self.faces.values())

    def crop(self, person_id: str) -> bytes | None:
        return person_id.encode()

    def close(self) -> None:
        self.closed = True
