"""The user's Stash as the use cases read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stash_sense.adapters.stash import casts, images, performers, scenes
from stash_sense.adapters.stash.client import GraphQL
from stash_sense.core.records import MediaKind
from stash_sense.usecases.ports import Performer, Picture, Scene, StashId


@dataclass(frozen=True, slots=True)
class StashLibrary:
    """usecases.ports.Library over GraphQL."""

    graphql: GraphQL

    def scenes(self, *, ids: Sequence[str] | None = None) -> Iterator[Scene]:
        return scenes.list_scenes(self.graphql, ids)

    def scene_links(self) -> Iterator[StashId]:
        """Every stash id of every scene."""
        return scenes.scene_links(self.graphql)

    def pictures(
        self, *, ids: Sequence[str] | None = None, gallery_id: str | None = None, one_performer: bool = False
    ) -> Iterator[Picture]:
        return images.list_pictures(self.graphql, ids=ids, gallery_id=gallery_id, one_performer=one_performer)

    def picture_count(self, *, gallery_id: str | None = None, one_performer: bool = False) -> int:
        return images.count_pictures(self.graphql, gallery_id=gallery_id, one_performer=one_performer)

    def performers(self, *, ids: Sequence[str] | None = None) -> Iterator[Performer]:
        return performers.list_performers(self.graphql, ids)

    def performer_count(self) -> int:
        return performers.count_performers(self.graphql)

    def casts(self, kind: MediaKind, ids: Sequence[str]) -> dict[str, frozenset[str]]:
        return casts.casts(self.graphql, kind, ids)

    def ids_of_studio(self, kind: MediaKind, studio_id: str) -> list[str]:
        return casts.ids_of_studio(self.graphql, kind, studio_id)

    def fetch(self, path: str) -> tuple[bytes, str]:
        return self.graphql.fetch(path)
