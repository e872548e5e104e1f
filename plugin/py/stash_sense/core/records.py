"""Rows of sense.db as values. Standard library only: hooks and operations use them without numpy.

Vectors stay blobs here (little-endian float16); core/codec.py turns them into arrays where they are compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

MediaKind = Literal["scene", "image"]
MediaState = Literal["analysed", "no_faces", "failed"]


@dataclass(frozen=True, slots=True)
class Named:
    """A tag or performer in Stash, by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """The last analysis of a scene or an image. analysis: the settings that shaped it, in one line.

    told: the tags in Stash say what is stored here. id 0: not stored yet.
    """

    kind: MediaKind
    stash_id: str
    fingerprint: str
    state: MediaState
    pack: str
    revision: str
    analysis: str
    analysed_at: str
    duration_s: float | None = None
    frames: int = 0
    faces: int = 0
    unusable: int = 0
    gallery_build: int = 0
    message: str | None = None
    told: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """A face kept as evidence. box: left, top, right, bottom in pixels. parts: the parts of its quality by name."""

    frame: int
    time_s: float | None
    kind: Literal["frame", "cover", "picture"]
    box: tuple[float, ...]
    landmarks: tuple[tuple[float, ...], ...]
    confidence: float
    quality: float
    parts: dict[str, float]
    vector: bytes
    crop: bytes
    id: int = 0


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    person_id: str
    score: float
    z: float
    margin: float
    probability: float
    references: int
    rank: int


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """One person as seen in one scene or image.

    evidence: size_px, confidence, weakest, frame_numbers and kind of the probe, enough to match again without a frame. kept: the best few faces.
    candidates: best first. exemplars: Probe.exemplars, float16, one after the other.
    """

    template: bytes
    faces: int
    frames: int
    quality: float
    best_time_s: float | None
    crop: bytes
    segments: tuple[tuple[float, float], ...]
    screen_time_s: float
    evidence: dict[str, Any]
    verdict: str
    person_id: str | None
    why: str
    kept: tuple[FaceRecord, ...] = ()
    candidates: tuple[CandidateRecord, ...] = ()
    id: int = 0
    media_id: int = 0
    exemplars: bytes = b""


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """An identity the gallery can return. links: [{"endpoint": …, "stash_id": …}, …]."""

    id: str
    name: str
    disambiguation: str | None = None
    performer_id: str | None = None
    links: tuple[dict[str, str], ...] = ()

    @property
    def full_name(self) -> str:
        """The name with its disambiguation, as Stash shows it."""
        return f"{self.name} ({self.disambiguation})" if self.disambiguation else self.name


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """Append-only. before, after: every Stash object touched, as it was and as we left it. pack, revision: of the template; None: unknown."""

    at: str
    actor: str
    action: str
    state: str
    kind: MediaKind
    stash_id: str
    track_id: int | None
    person_id: str | None
    template: bytes | None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    undone_by: int | None = None
    id: int = 0
    pack: str | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class TagRecord:
    """One of our tags in Stash. ours: we made it, or it bears our very name; else it is the user's and only borrowed."""

    role: str
    tag_id: str
    name: str
    ours: bool
