"""Which performers of the library the packages in use know: noted in sense.db, so that the panel need not open a package to tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stash_sense.core.records import PersonRecord
from stash_sense.usecases.stores import Stores


class KnownFaces(Protocol):
    """A package in use."""

    def by_stash_id(self, endpoint: str, box_id: str) -> str | None: ...

    def face_count(self, person_id: str) -> int: ...

    def crop(self, person_id: str) -> bytes | None: ...


def note_elsewhere(stores: Stores, packages: Sequence[KnownFaces]) -> None:
    """To be called whenever the packages in use or the performers' stash ids may have changed."""
    with stores.transaction():
        for person in stores.gallery.people():
            if person.performer_id is not None:
                stores.gallery.put_elsewhere(person.id, *_faces(person, packages))


def _faces(person: PersonRecord, packages: Sequence[KnownFaces]) -> tuple[int, bytes | None]:
    count, crop = 0, None
    for package in packages:
        found = (package.by_stash_id(link["endpoint"], link["stash_id"]) for link in person.links)
        for name in dict.fromkeys(one for one in found if one is not None):
            count += package.face_count(name)
            crop = crop or package.crop(name)
    return count, crop
