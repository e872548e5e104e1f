"""The library's own references as witnesses for the faces that stash-boxes bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from stash_sense.core.catalogue.values import address_of
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
        blobs = [
            reference.vector
            for person_id in people
            for reference in self.stores.gallery.references(
                person_id, pack=self.space.pack, revision=self.space.revision
            )
            if reference.state == "used" and reference.origin != "site"
        ]
        return from_blobs(blobs, dims=self.space.dims) if blobs else np.zeros((0, self.space.dims), np.float32)
