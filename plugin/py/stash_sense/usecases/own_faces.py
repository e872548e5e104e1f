"""The library's own references as witnesses for the faces that stash-boxes bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from stash_sense.core.address import address_of
from stash_sense.core.codec import from_blobs
from stash_sense.core.values import EmbeddingSpace, Vectors
from stash_sense.usecases.stores import Stores

PersonKey = tuple[str, str]  # endpoint, box_id


@dataclass(slots=True)
class LibraryFaces:
    """References in use of the performer who bears one of the ids in Stash. Implements usecases.curate_faces.OwnFaces."""

    stores: Stores
    space: EmbeddingSpace
    _people: dict[PersonKey, str] | None = field(default=None)

    def of(self, members: Sequence[PersonKey]) -> Vectors:
        if self._people is None:
            self._people = {
                (address_of(link["endpoint"]), link["stash_id"]): person.id
                for person in self.stores.gallery.people()
                if person.performer_id is not None
                for link in person.links
            }
        keys = [(address_of(endpoint), box_id) for endpoint, box_id in members]
        people = dict.fromkeys(self._people[key] for key in keys if key in self._people)
        nobody = np.zeros((0, self.space.dims), np.float32)
        return np.concatenate([nobody, *(own_faces(self.stores, person_id, self.space) for person_id in people)])


def own_faces(stores: Stores, person_id: str, space: EmbeddingSpace) -> Vectors:
    """(n, dims) references in use of somebody in the library; none of reference sites, or a wrong one would bring in the next. n may be 0."""
    references = stores.gallery.references(person_id, pack=space.pack, revision=space.revision)
    blobs = [reference.vector for reference in references if reference.state == "used" and reference.origin != "site"]
    return from_blobs(blobs, dims=space.dims) if blobs else np.zeros((0, space.dims), np.float32)
