"""References as the user sees them: where each comes from, what was said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.gallery_records import ReferenceOrigin, ShownReference

_SHOWN = (
    "SELECT reference.id, reference.person_id, reference.origin, reference.origin_id, reference.state, reference.why, reference.quality, "
    "reference.crop, reference.added_at, reference.pinned_at, decision.kind, decision.stash_id, decision.actor FROM reference "
    "JOIN current_reference ON current_reference.id = reference.id "
    "LEFT JOIN decision ON reference.origin = 'confirmed' AND decision.id = CAST(reference.origin_id AS INTEGER) "
)


class ReferenceStore(Store):
    def origins(self, person_id: str) -> dict[int, ReferenceOrigin]:
        """Where each confirmed reference of a person comes from, by its id."""
        rows = self.db.execute(
            "SELECT reference.id, decision.kind, decision.stash_id, decision.actor FROM reference "
            "JOIN decision ON decision.id = CAST(reference.origin_id AS INTEGER) WHERE reference.origin = 'confirmed' AND reference.person_id = ?",
            (person_id,),
        )
        return {number: ReferenceOrigin(kind, str(stash_id), actor) for number, kind, stash_id, actor in rows}

    def of_person(self, person_id: str) -> list[ShownReference]:
        """In use first, the best first."""
        order = (
            "ORDER BY reference.state = 'set_aside', reference.state = 'spare', reference.quality DESC, reference.id"
        )
        return [_shown(row) for row in self.db.execute(f"{_SHOWN}WHERE reference.person_id = ? {order}", (person_id,))]

    def disagreeing(self, count: int) -> list[ShownReference]:
        """Of all people: those that are set aside, and those about which the user has said something; by person."""
        rows = self.db.execute(
            f"{_SHOWN}JOIN person ON person.id = reference.person_id WHERE reference.state = 'set_aside' OR reference.pinned_at IS NOT NULL "
            "ORDER BY person.name, person.id, reference.id LIMIT ?",
            (count,),
        )
        return [_shown(row) for row in rows]

    def counts_of(self, person_id: str) -> dict[str, int]:
        """By how many faces one person is known: references by state, and `elsewhere`, those of packages."""
        rows = self.db.execute(
            "SELECT state, COUNT(*) FROM current_reference WHERE person_id = ? GROUP BY state", (person_id,)
        )
        counts = {str(state): int(count) for state, count in rows}
        row = self.db.execute("SELECT elsewhere FROM person WHERE id = ?", (person_id,)).fetchone()
        return {**counts, "elsewhere": int(row[0]) if row else 0}

    def numbers(self) -> dict[int, int]:
        """How many performers are known by how many faces: references in use and faces in packages."""
        rows = self.db.execute(
            "SELECT faces, COUNT(*) FROM (SELECT elsewhere + (SELECT COUNT(*) FROM current_reference "
            "WHERE current_reference.person_id = person.id AND state = 'used') AS faces FROM person WHERE performer_id IS NOT NULL) GROUP BY faces"
        )
        return {int(faces): int(people) for faces, people in rows}

    def get(self, reference_id: int) -> ShownReference | None:
        """None also if it is of a model pack that is not in use."""
        row = self.db.execute(f"{_SHOWN}WHERE reference.id = ?", (reference_id,)).fetchone()
        return _shown(row) if row else None

    def pin(self, reference_id: int, state: str, now: str) -> None:
        """The user's word on it."""
        self.db.execute(
            "UPDATE reference SET state = ?, pinned_at = ?, why = NULL WHERE id = ?", (state, now, reference_id)
        )

    def unpin(self, reference_id: int) -> None:
        """Curation decides again."""
        self.db.execute("UPDATE reference SET pinned_at = NULL, why = NULL WHERE id = ?", (reference_id,))

    def keep_word(self, reference_id: int) -> None:
        """What the user has said about the same picture as another model pack sees it."""
        self.db.execute(
            "UPDATE reference SET state = word.state, pinned_at = word.pinned_at FROM reference AS word WHERE reference.id = ? "
            "AND word.pinned_at IS NOT NULL AND word.id <> reference.id AND word.person_id = reference.person_id "
            "AND word.origin = reference.origin AND word.origin_id = reference.origin_id AND word.content_hash = reference.content_hash",
            (reference_id,),
        )


def _shown(row: Sequence[Any]) -> ShownReference:
    kind, stash_id, actor = row[10:]
    origin = ReferenceOrigin(kind, str(stash_id), actor) if kind is not None else None
    return replace(ShownReference(*row[:10]), decided_on=origin)
