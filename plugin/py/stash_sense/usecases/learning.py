"""Faces that were accepted become references of the person; standard library only, so that decisions start fast.

Comparing them takes numpy (usecases/curate.py), which is imported when a face is accepted or such a decision is undone. Where it is missing,
the faces wait unused until “Update gallery” sorts them out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stash_sense.core.gallery_records import ReferenceRecord
from stash_sense.core.records import FaceRecord, MediaRecord
from stash_sense.usecases.stores import Stores

ENROLLED_PER_TRACK = 3
REFERENCES_PER_PERSON = 20  # design §14


@dataclass(frozen=True, slots=True)
class Accepted:
    """The faces of one track, as the decision says, belong to the person. most: so many of them become references."""

    decision_id: int
    person_id: str
    media: MediaRecord
    faces: Sequence[FaceRecord]
    now: str
    most: int = ENROLLED_PER_TRACK

    @property
    def usable(self) -> list[FaceRecord]:
        return [face for face in self.faces if face.quality > 0]

    def reference(self, face: FaceRecord) -> ReferenceRecord:
        """Not in use yet: that is for curation to say."""
        return ReferenceRecord(
            person_id=self.person_id,
            origin="confirmed",
            origin_id=str(self.decision_id),
            content_hash=hashlib.sha256(face.vector).hexdigest(),
            pack=self.media.pack,
            revision=self.media.revision,
            state="spare",
            quality=face.quality,
            vector=face.vector,
            crop=face.crop,
            added_at=self.now,
        )


class Learning(Protocol):
    """In the caller's transaction."""

    def learn(self, *accepted: Accepted) -> None:
        """Adds the faces that show the person in a new way, then sorts out; a second time nothing. accepted: all of one person, oldest first."""
        ...

    def sort_out(self, person_id: str) -> bool:
        """Which references of the person are used; True if one has changed its state. Spare ones beyond all need are forgotten."""
        ...


@dataclass(frozen=True, slots=True)
class LearnLater:
    """For when nothing can be compared just now: faces wait unused, and nobody is sorted out."""

    stores: Stores

    def learn(self, *accepted: Accepted) -> None:
        for one in accepted:
            for face in one.usable[: one.most]:
                self.stores.gallery.add_reference(one.reference(face))

    def sort_out(self, person_id: str) -> bool:
        return False
