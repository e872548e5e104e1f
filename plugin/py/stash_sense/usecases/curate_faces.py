"""Which faces of a person are used: all boxes together, since one box's faces vouch for another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from stash_sense.core.catalogue.admit import Admission, AdmissionRules, Candidate, Caps, admit
from stash_sense.core.catalogue.records import KnownFace
from stash_sense.core.catalogue.values import Trust
from stash_sense.core.codec import from_blobs
from stash_sense.core.values import EmbeddingSpace, Vectors
from stash_sense.usecases.catalogue_ports import Catalogue

PersonKey = tuple[str, str]  # endpoint, box_id


class OwnFaces(Protocol):
    """Faces that the user's library knows to be right."""

    def of(self, members: Sequence[PersonKey]) -> Vectors:
        """(n, dims) references of the performer who has one of these ids; n may be 0."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands after a decision.

    lacking: how many more usable faces the caps leave room for, of this box and in total. firm: there is a face to compare others with.
    best: id of the best face in use that came from this box. changed: a face is used, or is not used any more, unlike before.
    """

    lacking: int
    firm: bool
    best: int | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Curator:
    """Decides about the faces of people. groups: the ids that are the same person as a given one, itself included; absent: alone."""

    catalogue: Catalogue
    space: EmbeddingSpace
    rules: AdmissionRules
    caps: Caps
    own: OwnFaces
    trust: Mapping[str, Trust]
    groups: Mapping[PersonKey, tuple[PersonKey, ...]] = field(default_factory=dict)

    def members(self, key: PersonKey) -> tuple[PersonKey, ...]:
        return self.groups.get(key, (key,))

    def decide(self, key: PersonKey) -> Standing:
        """Sorts out all faces of the person `key` is one id of; the caller commits."""
        members = self.members(key)
        faces = [face for member in members for face in self._faces(member)]
        own = self.own.of(members)
        admissions = admit(self._candidates(faces), own, rules=self.rules, caps=self.caps)
        changed = False
        for face, admission in zip(faces, admissions, strict=True):
            if (face.state, face.reason) != (admission.state, admission.reason):
                self.catalogue.faces.set_state(face.id, admission.state, admission.reason)
                changed |= "used" in {face.state, admission.state}
        return self._standing(key, list(zip(faces, admissions, strict=True)), len(own) > 0, changed)

    def _standing(
        self, key: PersonKey, decided: Sequence[tuple[KnownFace, Admission]], own: bool, changed: bool
    ) -> Standing:
        used = [face for face, admission in decided if admission.state == "used"]
        mine = [
            face
            for face, admission in decided
            if (face.endpoint, face.box_id) == key
            and (admission.state == "used" or admission.reason in {"source_cap", "total_cap"})
        ]
        here = sorted(
            (face for face in used if (face.endpoint, face.box_id) == key),
            key=lambda face: (-face.quality, face.image_id),
        )
        return Standing(
            lacking=max(0, min(self.caps.per_source - len(mine), self.caps.total - len(used))),
            firm=own or bool(used),
            best=here[0].id if here else None,
            changed=changed,
        )

    def _faces(self, member: PersonKey) -> list[KnownFace]:
        return self.catalogue.faces.of(*member, pack=self.space.pack, revision=self.space.revision)

    def _candidates(self, faces: Sequence[KnownFace]) -> list[Candidate]:
        vectors = from_blobs([face.vector for face in faces], dims=self.space.dims)
        return [
            Candidate(
                source=face.endpoint,
                quality=face.quality,
                vector=vector,
                trust=self.trust[face.endpoint],
                group=face.group,
                picture=f"{face.endpoint} {face.image_id}",
            )
            for face, vector in zip(faces, vectors, strict=True)
        ]
