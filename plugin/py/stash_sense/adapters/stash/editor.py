"""What the use cases write to the user's Stash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stash_sense.adapters.stash import performers, tags
from stash_sense.adapters.stash.client import GraphQL
from stash_sense.adapters.stash.images import IMAGE_LINKS, UPDATE_IMAGES
from stash_sense.adapters.stash.scenes import SCENE_LINKS, UPDATE_SCENES
from stash_sense.settings import PLUGIN_ID
from stash_sense.usecases.ports import MediaKind, Named, Performer, StashId

CHUNK = 100  # objects per bulk update: Stash runs other plugins' hooks for each of them before it answers


@dataclass(frozen=True, slots=True)
class StashEditor:
    """usecases.ports.Editor over GraphQL; every update carries our clientMutationId, so that hooks can tell our writes."""

    graphql: GraphQL

    def change(
        self,
        kind: MediaKind,
        ids: Sequence[str],
        *,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        add_performers: Sequence[str] = (),
        remove_performers: Sequence[str] = (),
    ) -> None:
        """Objects that are as wanted already are not written: even an empty update moves updated_at and starts hooks."""
        added = {"tag_ids": list(add_tags), "performer_ids": list(add_performers)}
        removed = {"tag_ids": list(remove_tags), "performer_ids": list(remove_performers)}
        if not any([*added.values(), *removed.values()]):
            return
        unique = list(dict.fromkeys(ids))
        for start in range(0, len(unique), CHUNK):
            links = self._links(kind, unique[start : start + CHUNK])
            self._update(kind, [key for key, has in links.items() if _lacks(has, added)], added, "ADD")
            self._update(kind, [key for key, has in links.items() if _shares(has, removed)], removed, "REMOVE")

    def find_tag(self, name: str) -> Named | None:
        return tags.find_tag(self.graphql, name)

    def find_tag_by_id(self, tag_id: str) -> Named | None:
        return tags.find_tag_by_id(self.graphql, tag_id)

    def child_tags(self, parent_id: str) -> list[Named]:
        return tags.child_tags(self.graphql, parent_id)

    def create_tag(self, name: str, *, parent_id: str | None, description: str) -> Named:
        return tags.create_tag(self.graphql, name, parent_id=parent_id, description=description)

    def destroy_tags(self, tag_ids: Sequence[str]) -> None:
        tags.destroy_tags(self.graphql, tag_ids)

    def tag_use(self, tag_id: str) -> int:
        return tags.tag_use(self.graphql, tag_id)

    def create_performer(self, name: str, *, disambiguation: str | None, stash_ids: Sequence[StashId]) -> Performer:
        return performers.create_performer(self.graphql, name, disambiguation=disambiguation, stash_ids=stash_ids)

    def destroy_performer(self, performer_id: str) -> None:
        performers.destroy_performer(self.graphql, performer_id)

    def performer_use(self, performer_id: str) -> int:
        return performers.performer_use(self.graphql, performer_id)

    def _links(self, kind: MediaKind, ids: Sequence[str]) -> dict[str, dict[str, set[str]]]:
        """For each object the ids of its tags and performers. Raises NotFoundError if one of the objects is gone."""
        document, field, rows = (
            (SCENE_LINKS, "findScenes", "scenes") if kind == "scene" else (IMAGE_LINKS, "findImages", "images")
        )
        if not ids:
            return {}
        return {str(row["id"]): _linked(row) for row in self.graphql.call(document, {"ids": list(ids)})[field][rows]}

    def _update(self, kind: MediaKind, ids: Sequence[str], values: Mapping[str, Sequence[str]], mode: str) -> None:
        if not ids:
            return
        changes = {field: {"ids": list(wanted), "mode": mode} for field, wanted in values.items() if wanted}
        document = UPDATE_SCENES if kind == "scene" else UPDATE_IMAGES
        self.graphql.call(document, {"input": {"clientMutationId": PLUGIN_ID, "ids": list(ids), **changes}})


def _linked(row: Mapping[str, Any]) -> dict[str, set[str]]:
    return {
        "tag_ids": {str(tag["id"]) for tag in row["tags"]},
        "performer_ids": {str(performer["id"]) for performer in row["performers"]},
    }


def _lacks(has: Mapping[str, set[str]], wanted: Mapping[str, Sequence[str]]) -> bool:
    return any(set(ids) - has[field] for field, ids in wanted.items())


def _shares(has: Mapping[str, set[str]], unwanted: Mapping[str, Sequence[str]]) -> bool:
    return any(set(ids) & has[field] for field, ids in unwanted.items())
