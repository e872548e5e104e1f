"""People who wait for review, as rows of sense.db. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from stash_sense.core.records import MediaKind, TrackRecord

Sort = Literal["probability", "unsure", "newest", "people"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the suggested people. least: probability of the first candidate, 0..1. person_id: whom that is.

    among: only these scenes and images, by kind; a kind that is missing has none. None: everywhere.
    """

    least: float
    person_id: str | None = None
    kind: MediaKind | None = None
    among: Mapping[MediaKind, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class WaitingMedia:
    """A scene or image with somebody to review. shown: the people wanted, longest on screen first, with a few candidates and without vectors.

    decided: how many others have been decided. unsure: how many others have not.
    """

    kind: MediaKind
    stash_id: str
    analysed_at: str
    shown: tuple[TrackRecord, ...]
    decided: int
    unsure: int


@dataclass(frozen=True, slots=True)
class WaitingTrack:
    """A track, and whom it suggests; None: nobody, since it has been decided or matched anew."""

    track_id: int
    kind: MediaKind
    stash_id: str
    person_id: str | None
