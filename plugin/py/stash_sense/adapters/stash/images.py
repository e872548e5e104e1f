"""Images (single pictures, short clips, pictures of galleries) in Stash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stash_sense.adapters.stash.client import GraphQL
from stash_sense.adapters.stash.decode import fingerprint, named, optional_path, title
from stash_sense.adapters.stash.paging import by_id, by_ids
from stash_sense.usecases.ports import Picture

FIND_IMAGES = """
query StashSense_FindImages($filter: ImageFilterType, $page: FindFilterType, $ids: [ID!]) {
  findImages(image_filter: $filter, filter: $page, ids: $ids) {
    images {
      id title organized
      visual_files {
        __typename
        ... on ImageFile { path basename size mod_time fingerprints { type value } }
        ... on VideoFile { path basename size mod_time fingerprints { type value } }
      }
      paths { image }
      performers { id name }
      tags { id name }
    }
  }
}"""

COUNT_IMAGES = """
query StashSense_CountImages($filter: ImageFilterType) {
  findImages(image_filter: $filter, filter: {per_page: 0}) { count }
}"""

IMAGE_LINKS = """
query StashSense_ImageLinks($ids: [ID!]) {
  findImages(ids: $ids) { images { id tags { id } performers { id } } }
}"""

UPDATE_IMAGES = """
mutation StashSense_UpdateImages($input: BulkImageUpdateInput!) {
  bulkImageUpdate(input: $input) { id }
}"""


def list_pictures(
    graphql: GraphQL, *, ids: Sequence[str] | None, gallery_id: str | None, one_performer: bool
) -> Iterator[Picture]:
    """All pictures by ascending id, those of a gallery or with exactly one performer, or the given ones that still exist."""

    def page(conditions: Mapping[str, Any], page: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return _rows(graphql.call(FIND_IMAGES, {"filter": conditions, "page": page}))

    def listed(some: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return _rows(graphql.call(FIND_IMAGES, {"ids": list(some)}))

    rows = by_id(page, conditions_of(gallery_id, one_performer)) if ids is None else by_ids(listed, ids)
    yield from map(decode_picture, rows)


def count_pictures(graphql: GraphQL, *, gallery_id: str | None, one_performer: bool) -> int:
    variables = {"filter": conditions_of(gallery_id, one_performer)}
    return int(graphql.call(COUNT_IMAGES, variables)["findImages"]["count"])


def conditions_of(gallery_id: str | None, one_performer: bool) -> dict[str, Any]:
    """The ImageFilterType that picks those pictures."""
    conditions: dict[str, Any] = {}
    if gallery_id is not None:
        conditions["galleries"] = {"value": [gallery_id], "modifier": "INCLUDES_ALL"}
    if one_performer:
        conditions["performer_count"] = {"value": 1, "modifier": "EQUALS"}
    return conditions


def decode_picture(row: Mapping[str, Any]) -> Picture:
    file = row["visual_files"][0] if row["visual_files"] else None
    return Picture(
        id=str(row["id"]),
        title=title(row, file),
        organized=row["organized"],
        path=file["path"] if file else None,
        fingerprint=fingerprint(file) if file else None,
        is_video=file is not None and file["__typename"] == "VideoFile",
        performers=named(row["performers"]),
        tags=named(row["tags"]),
        image_path=optional_path(row["paths"]["image"]),
    )


def _rows(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = data["findImages"]["images"]
    return rows
