"""Faces that the user has confirmed, as references."""

from __future__ import annotations

import hashlib

from stash_sense.core.records import FaceRecord, MediaRecord, PersonRecord, ReferenceRecord


def confirmed_reference(
    decision_id: int, person: PersonRecord, media: MediaRecord, face: FaceRecord, *, used: bool, now: str
) -> ReferenceRecord:
    """The reference that a decision makes of one face of its track. used: there is room for it among the person's references."""
    return ReferenceRecord(
        person_id=person.id,
        origin="confirmed",
        origin_id=str(decision_id),
        content_hash=hashlib.sha256(face.vector).hexdigest(),
        pack=media.pack,
        revision=media.revision,
        state="used" if used else "spare",
        quality=face.quality,
        vector=face.vector,
        crop=face.crop,
        added_at=now,
    )
