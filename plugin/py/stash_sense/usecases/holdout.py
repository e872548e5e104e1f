"""The gallery as it would be without the faces that one scene has put into it: a scene must not testify for itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Vectors
from stash_sense.usecases.ports import Neighbour
from stash_sense.usecases.union import Union


@dataclass(frozen=True, eq=False)
class Holdout:
    """`gallery`, to be searched and scored by (matching.Searchable), without some rows of the library. rows: their places in the library's index."""

    gallery: Union
    rows: frozenset[int] = field(default_factory=frozenset)

    @cached_property
    def _left(self) -> dict[str, Vectors | None]:
        """What the library keeps of the persons concerned; None: nothing."""
        library = self.gallery.library
        left: dict[str, Vectors | None] = {}
        for person_id in {library.person_of(row) for row in self.rows}:
            places = _places(library.rows[person_id])
            kept = np.array([place not in self.rows for place in places])
            left[person_id] = library.references(person_id)[kept] if kept.any() else None
        return left

    @cached_property
    def people(self) -> int:
        return self.gallery.people_without([person_id for person_id, own in self._left.items() if own is None])

    def person_of(self, row: int) -> str:
        return self.gallery.person_of(row)

    def references(self, person_id: str) -> Vectors:
        if person_id not in self._left:
            return self.gallery.references(person_id)
        return self.gallery.references_with(person_id, self._left[person_id])

    def knows(self, person_id: str) -> bool:
        """Whether there is a face to recognise the person by."""
        own = self._left.get(person_id) if person_id in self._left else self.gallery.own_references(person_id)
        return own is not None or self.gallery.is_elsewhere(person_id)

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        """As Union.nearest, without the rows."""
        found = self.gallery.nearest(probes, k + len(self.rows))
        return [[one for one in row if one.row not in self.rows][:k] for row in found]


def _places(rows: NDArray[np.int64] | slice) -> list[int]:
    return list(range(rows.start, rows.stop)) if isinstance(rows, slice) else rows.tolist()
