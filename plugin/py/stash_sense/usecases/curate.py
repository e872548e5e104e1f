"""Which references of a person are used: they vote, see core/matching/witnesses.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from stash_sense.core.codec import from_blobs
from stash_sense.core.gallery_records import ReferenceOrigin, ReferenceRecord
from stash_sense.core.matching.witnesses import BY_THE_PROGRAM, BY_THE_USER, Witness, judge, worth_adding
from stash_sense.core.records import FaceRecord
from stash_sense.core.values import EmbeddingSpace
from stash_sense.usecases.learning import REFERENCES_PER_PERSON, Accepted
from stash_sense.usecases.stores import Stores


@dataclass(frozen=True, slots=True)
class Curator:
    """Implements usecases.learning.Learning for the references of one embedding space.

    agree_from, copy_from: cosines from which references support each other, and from which they are one picture (pack.json).
    """

    stores: Stores
    space: EmbeddingSpace
    agree_from: float
    copy_from: float = 1.0

    def learn(self, *accepted: Accepted) -> None:
        if not accepted:
            return
        references = self._references(accepted[0].person_id)
        for one in accepted:
            for face in self._worth_adding(one, references):
                reference = one.reference(face)
                if (number := self.stores.gallery.add_reference(reference)) is not None:
                    references.append(replace(reference, id=number))
        self._sort_out(accepted[0].person_id, references)

    def sort_out(self, person_id: str) -> bool:
        return self._sort_out(person_id, self._references(person_id))

    def _worth_adding(self, accepted: Accepted, references: Sequence[ReferenceRecord]) -> list[FaceRecord]:
        faces, dims = accepted.usable, self.space.dims
        made = ("confirmed", str(accepted.decision_id))
        chosen = worth_adding(
            from_blobs([reference.vector for reference in references], dims=dims),
            from_blobs([face.vector for face in faces], dims=dims),
            [face.quality for face in faces],
            most=accepted.most - sum((one.origin, one.origin_id) == made for one in references),
            copy_from=self.copy_from,
        )
        return [faces[index] for index in chosen]

    def _sort_out(self, person_id: str, references: Sequence[ReferenceRecord]) -> bool:
        if not references:
            return False
        origins = self.stores.references.origins(person_id)
        rulings = judge(
            from_blobs([reference.vector for reference in references], dims=self.space.dims),
            [_witness(reference, origins.get(reference.id)) for reference in references],
            agree_from=self.agree_from,
            cap=REFERENCES_PER_PERSON,
        )
        changed = False
        may_forget = any(ruling.surplus for ruling in rulings) and self._is_in_use()
        for reference, ruling in zip(references, rulings, strict=True):
            if may_forget and ruling.surplus and reference.origin == "confirmed" and reference.pinned_at is None:
                self.stores.gallery.drop_face(reference)  # its track can give it again
            elif (reference.state, reference.why) != (ruling.state, ruling.why):
                self.stores.gallery.set_state(reference.id, ruling.state, ruling.why)
            changed |= reference.state != ruling.state
        return changed

    def _is_in_use(self) -> bool:
        """False while a gallery of another pack is still in use, which needs the faces until this one is complete."""
        pack = self.stores.spaces.in_use()
        return pack is not None and (pack.pack, pack.revision) == (self.space.pack, self.space.revision)

    def _references(self, person_id: str) -> list[ReferenceRecord]:
        return self.stores.gallery.references(person_id, pack=self.space.pack, revision=self.space.revision)


def _witness(reference: ReferenceRecord, origin: ReferenceOrigin | None) -> Witness:
    """All faces of one scene, however many tracks were accepted there, are one source; so are a picture and what was accepted on it."""
    source = f"{origin.kind}:{origin.stash_id}" if origin else f"{reference.origin}:{reference.origin_id}"
    said: Literal["used", "set_aside"] = "used" if reference.state == "used" else "set_aside"
    return Witness(
        source=source,
        quality=reference.quality,
        voice=BY_THE_PROGRAM if origin and origin.actor == "auto" else BY_THE_USER,
        own=reference.origin == "performer",
        said=said if reference.pinned_at is not None else None,
    )
