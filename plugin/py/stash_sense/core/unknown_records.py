"""People without a name as rows of sense.db. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stash_sense.core.records import MediaKind


@dataclass(frozen=True, slots=True)
class UnnamedTrack:
    """As much of a track as grouping needs. frames: numbers of the frames the person is in. group_id: None: in no group yet."""

    track_id: int
    media_id: int
    template: bytes
    frames: tuple[int, ...]
    kind: MediaKind
    stash_id: str
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownGroup:
    """Somebody without a name in several scenes and images. scenes, images, tracks, faces: of those without a name."""

    id: int
    state: Literal["open", "ignored", "gone"]
    scenes: int
    images: int
    tracks: int
    faces: int
    gone_into: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownMember:
    """A track of a group as the panel shows it."""

    track_id: int
    kind: MediaKind
    stash_id: str
    quality: float
    faces: int
    best_time_s: float | None
    crop: bytes


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    """A track of a group, and the scene or image it is in."""

    track_id: int
    kind: MediaKind
    stash_id: str
