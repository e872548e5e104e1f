"""What the rules know of the library: performers, scenes and pictures as they were read last. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ObjectKind = Literal["performer", "scene", "image"]
MediaKind = Literal["scene", "image"]


@dataclass(frozen=True, slots=True)
class PerformerFacts:
    """A performer. stash_ids: (endpoint, id). birth_date: as in Stash, "1990-01-31" or less exact."""

    id: str
    name: str
    disambiguation: str = ""
    aliases: tuple[str, ...] = ()
    stash_ids: tuple[tuple[str, str], ...] = ()
    urls: tuple[str, ...] = ()
    birth_date: str = ""
    country: str = ""
    gender: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.name} ({self.disambiguation})" if self.disambiguation else self.name


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """A scene or a picture. performers, tags: ids, as they were read: some may be gone by now."""

    kind: MediaKind
    id: str
    title: str
    performers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


Facts = PerformerFacts | MediaFacts
