"""The library's own references as witnesses for faces from reference sites."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from stash_sense.core.matching.template import build_template
from stash_sense.core.values import EmbeddingSpace, Vector, Vectors
from stash_sense.usecases.own_faces import own_faces
from stash_sense.usecases.stores import Stores


@dataclass(slots=True)
class LibraryWitnesses:
    """References in use of the performers in the library, as they were when first asked. Implements site_ports.Witnesses."""

    stores: Stores
    space: EmbeddingSpace
    _own: dict[str, Vectors] | None = field(default=None)
    _places: dict[str, int] = field(default_factory=dict)
    _templates: Vectors | None = field(default=None)

    def own(self, person_id: str) -> Vectors:
        return self._people().get(person_id, np.zeros((0, self.space.dims), np.float32))

    def nearest_other(self, vector: Vector, person_id: str) -> float:
        people = self._people()
        if self._templates is None:
            self._places = {person: place for place, person in enumerate(people)}
            templates = [build_template(own, np.ones(len(own))) for own in people.values()]
            self._templates = np.stack(templates) if templates else np.zeros((0, self.space.dims), np.float32)
        scores = self._templates @ vector
        if person_id in self._places:
            scores[self._places[person_id]] = -1.0
        return float(scores.max(initial=-1.0))

    def _people(self) -> dict[str, Vectors]:
        if self._own is None:
            everybody = ((one.id, own_faces(self.stores, one.id, self.space)) for one in self.stores.gallery.people())
            self._own = {person: own for person, own in everybody if len(own)}
        return self._own
