"""The gallery and its references as rows of sense.db. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from stash_sense.core.records import MediaKind


@dataclass(frozen=True, slots=True)
class ReferenceRecord:
    """One enrolled face. state: used, set_aside (disagrees with the person's others) or spare (beyond the cap).

    pinned_at: when the user put it there, which curation leaves alone. why: it was set aside, in words.
    """

    person_id: str
    origin: str
    origin_id: str
    content_hash: str
    pack: str
    revision: str
    state: str
    quality: float
    vector: bytes
    crop: bytes
    added_at: str
    id: int = 0
    pinned_at: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class ReferenceOrigin:
    """The scene or image on which a face was accepted, and by whom: "user" or "auto"."""

    kind: MediaKind
    stash_id: str
    actor: str


@dataclass(frozen=True, slots=True)
class ShownReference:
    """A reference without its vector. decided_on: for what was accepted in the panel."""

    id: int
    person_id: str
    origin: str
    origin_id: str
    state: str
    why: str | None
    quality: float
    crop: bytes
    added_at: str
    pinned_at: str | None
    decided_on: ReferenceOrigin | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentRecord:
    """What reading one source picture came to. version: what was seen of it from outside, so that it is not read again unchanged."""

    origin: str
    origin_id: str
    version: str
    content_hash: str
    pack: str
    revision: str
    outcome: str
    read_at: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class GalleryRecord:
    """A package in use. previous: the build one can go back to."""

    name: str
    build_id: str
    previous: str | None
    pack: str
    revision: str
    people: int
    faces: int
    activated_at: str


@dataclass(frozen=True, slots=True)
class PackRecord:
    """The model pack of a gallery. choice: what the setting model_pack says, a name or a folder."""

    choice: str
    pack: str
    revision: str
