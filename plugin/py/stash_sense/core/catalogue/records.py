"""Rows of catalogue.db as values. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from stash_sense.core.catalogue.values import BoxImage, PersonState, Statement, Trust

SourceKind = Literal["stash-box", "theporndb"]
Scope = Literal["linked", "costars", "all"]
SCOPES: tuple[Scope, ...] = ("linked", "costars", "all")  # the place of a scope is the level of the people it adds

SAME_BYTES = "same_bytes"  # outcome of a picture whose bytes another picture of the same person has already


@dataclass(frozen=True, slots=True)
class Source:
    """A stash-box as the builder knows it. statement, swept_at: of the last finished sweep of everybody.

    begun_at: of the build under way or cut short. built_at, scope: of the last one that came to its end. message: the last problem.
    """

    endpoint: str
    host: str
    name: str
    kind: SourceKind
    trust: Trust
    statement: Statement | None = None
    swept_at: str | None = None
    begun_at: str | None = None
    built_at: str | None = None
    scope: Scope | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class SweepChanges:
    """What a sweep told that was not known: people never seen, and people whose `updated` has moved or who are back."""

    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What is known of an id without its details. level: place of the scope in SCOPES that it is wanted for."""

    box_id: str
    name: str
    state: Literal["listed"] | PersonState
    heir: str | None = None
    level: int | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class KnownImage:
    """A picture of a person and what reading it came to. outcome: None: not read yet."""

    box_id: str
    image: BoxImage
    place: int
    state: Literal["listed", "read", "gone"] = "listed"
    outcome: str | None = None
    content_hash: str | None = None
    size_bytes: int | None = None
    failures: int = 0
    retry_at: str | None = None
    pack: str | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class KnownFace:
    """A face of a person. face: its place among those of the picture. group: the picture shows several people. vector: float16 blob."""

    id: int
    endpoint: str
    box_id: str
    image_id: str
    face: int
    content_hash: str
    state: str
    reason: str | None
    quality: float
    vector: bytes
    group: bool = False


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """What the settings page shows of a source, as counted after the last step of a build.

    people: with details read. rejected: pictures and faces not used, by reason.
    waiting: people and pictures still to be read for the scope. errors: people and pictures that could not be read, to be tried again.
    """

    source: Source
    listed: int
    people: int
    retired: int
    with_faces: int
    images: int
    faces: int
    waiting_people: int
    waiting_images: int
    errors: int
    rejected: Mapping[str, int] = field(default_factory=dict)
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """What a build would ask of a source, at most; estimates rest on what was read before, else on measured averages."""

    endpoint: str
    people: int
    requests: int
    images: int
    hours: float
    gigabytes: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build would take. Sources are read one after the other."""

    sources: tuple[SourcePlan, ...]

    @property
    def requests(self) -> int:
        return sum(source.requests for source in self.sources)

    @property
    def images(self) -> int:
        return sum(source.images for source in self.sources)

    @property
    def hours(self) -> float:
        return sum(source.hours for source in self.sources)

    @property
    def gigabytes(self) -> float:
        return sum(source.gigabytes for source in self.sources)
