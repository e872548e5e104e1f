"""Scenes in Stash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stash_sense.adapters.stash.client import GraphQL
from stash_sense.adapters.stash.decode import fingerprint, named, optional_path, stash_ids, title
from stash_sense.adapters.stash.paging import by_id, by_ids
from stash_sense.usecases.ports import Scene, StashId

FIND_SCENES = """
query StashSense_FindScenes($filter: SceneFilterType, $page: FindFilterType, $ids: [ID!]) {
  findScenes(scene_filter: $filter, filter: $page, ids: $ids) {
    scenes {
      id title organized
      files { path basename size mod_time duration fingerprints { type value } }
      paths { screenshot }
      performers { id name }
      tags { id name }
    }
  }
}"""

SCENE_LINKS = """
query StashSense_SceneLinks($ids: [ID!]) {
  findScenes(ids: $ids) { scenes { id tags { id } performers { id } } }
}"""

UPDATE_SCENES = """
mutation StashSense_UpdateScenes($input: BulkSceneUpdateInput!) {
  bulkSceneUpdate(input: $input) { id }
}"""

SCENE_STASH_IDS = """
query StashSense_SceneStashIds($filter: SceneFilterType, $page: FindFilterType) {
  findScenes(scene_filter: $filter, filter: $page) { scenes { id stash_ids { endpoint stash_id } } }
}"""


def list_scenes(graphql: GraphQL, ids: Sequence[str] | None) -> Iterator[Scene]:
    """All scenes by ascending id, or the given ones that still exist."""

    def page(conditions: Mapping[str, Any], page: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return _rows(graphql.call(FIND_SCENES, {"filter": conditions, "page": page}))

    def listed(some: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return _rows(graphql.call(FIND_SCENES, {"ids": list(some)}))

    yield from map(decode_scene, by_id(page, {}) if ids is None else by_ids(listed, ids))


def scene_links(graphql: GraphQL) -> Iterator[StashId]:
    """Every stash id of every scene, by ascending scene id."""

    def page(conditions: Mapping[str, Any], page: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return _rows(graphql.call(SCENE_STASH_IDS, {"filter": conditions, "page": page}))

    for row in by_id(page, {}):
        yield from stash_ids(row["stash_ids"])


def decode_scene(row: Mapping[str, Any]) -> Scene:
    file = row["files"][0] if row["files"] else None  # the first one is the primary file
    duration = float(file["duration"]) if file and file["duration"] else 0.0
    return Scene(
        id=str(row["id"]),
        title=title(row, file),
        organized=row["organized"],
        path=file["path"] if file else None,
        fingerprint=fingerprint(file) if file else None,
        duration_s=duration if duration > 0 else None,
        performers=named(row["performers"]),
        tags=named(row["tags"]),
        screenshot_path=optional_path(row["paths"]["screenshot"]),
    )


def _rows(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = data["findScenes"]["scenes"]
    return rows
