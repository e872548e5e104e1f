"""Who is on which scenes and images, and which of them belong to a studio: many at once, and nothing but ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stash_sense.adapters.stash.client import GraphQL
from stash_sense.adapters.stash.paging import by_ids
from stash_sense.core.records import MediaKind

SCENE_CASTS = """
query StashSense_SceneCasts($ids: [ID!]) {
  findScenes(ids: $ids) { scenes { id performers { id } } }
}"""

IMAGE_CASTS = """
query StashSense_ImageCasts($ids: [ID!]) {
  findImages(ids: $ids) { images { id performers { id } } }
}"""

SCENES_OF_STUDIO = """
query StashSense_ScenesOfStudio($filter: SceneFilterType) {
  findScenes(scene_filter: $filter, filter: {per_page: -1}) { scenes { id } }
}"""

IMAGES_OF_STUDIO = """
query StashSense_ImagesOfStudio($filter: ImageFilterType) {
  findImages(image_filter: $filter, filter: {per_page: -1}) { images { id } }
}"""

AT_ONCE = 500  # rows this small come many to a request


def casts(graphql: GraphQL, kind: MediaKind, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The performers' ids of each of the scenes or images that still exist."""
    document = SCENE_CASTS if kind == "scene" else IMAGE_CASTS

    def listed(some: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return _rows(graphql.call(document, {"ids": list(some)}), kind)

    return {
        str(row["id"]): frozenset(str(performer["id"]) for performer in row["performers"])
        for row in by_ids(listed, ids, AT_ONCE)
    }


def ids_of_studio(graphql: GraphQL, kind: MediaKind, studio_id: str) -> list[str]:
    """The studio's own ones, as in Stash's list: without those of studios below it."""
    document = SCENES_OF_STUDIO if kind == "scene" else IMAGES_OF_STUDIO
    conditions = {"studios": {"value": [studio_id], "modifier": "INCLUDES", "depth": 0}}
    return [str(row["id"]) for row in _rows(graphql.call(document, {"filter": conditions}), kind)]


def _rows(data: Mapping[str, Any], kind: MediaKind) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = (
        data["findScenes"]["scenes"] if kind == "scene" else data["findImages"]["images"]
    )
    return rows
