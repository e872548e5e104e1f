"""The library's own references as witnesses for faces from reference sites."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from stash_sense.core.codec import from_blobs
from stash_sense.core.matching.template import build_template
from stash_sense.core.values import EmbeddingSpace, Vector, Vectors
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
            blobs: dict[str, list[bytes]] = defaultdict(list)
            for person in self.stores.gallery.people():
                references = self.stores.gallery.references(
                    person.id, pack=self.space.pack, revision=self.space.revision
                )
                for reference in references:
                    if reference.state == "used" and reference.origin != "site":
                        blobs[person.id].append(reference.vector)
            self._own = {person: from_blobs(own, dims=self.space.dims) for person, own in blobs.items()}
        return self._own
