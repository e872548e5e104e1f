"""The library for the rules of curation: little of every object, everything or only what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stash_sense.adapters.stash.client import GraphQL
from stash_sense.adapters.stash.paging import by_id, by_ids
from stash_sense.core.curation.snapshots import Facts, MediaFacts, MediaKind, ObjectKind, PerformerFacts

IDS_PER_PAGE = 2000
# Stash compares instants as text in its own time zone: where clocks go back an hour comes twice.
OVERLAP = timedelta(hours=2)

PERFORMER_IDS = """
query StashSense_FactsPerformerIds($filter: PerformerFilterType) {
  findPerformers(performer_filter: $filter, filter: {per_page: -1, sort: "id", direction: ASC}) { performers { id } }
}"""

PERFORMERS = """
query StashSense_FactsPerformers($ids: [ID!]) {
  findPerformers(ids: $ids) {
    performers { id name disambiguation alias_list urls gender birthdate country stash_ids { endpoint stash_id } }
  }
}"""

SCENE_IDS = """
query StashSense_FactsSceneIds($filter: SceneFilterType, $page: FindFilterType) {
  findScenes(scene_filter: $filter, filter: $page) { scenes { id } }
}"""

SCENES = """
query StashSense_FactsScenes($filter: SceneFilterType, $page: FindFilterType, $ids: [ID!]) {
  findScenes(scene_filter: $filter, filter: $page, ids: $ids) {
    scenes { id title files { basename } performers { id } tags { id } }
  }
}"""

IMAGE_IDS = """
query StashSense_FactsImageIds($filter: ImageFilterType, $page: FindFilterType) {
  findImages(image_filter: $filter, filter: $page) { images { id } }
}"""

IMAGES = """
query StashSense_FactsImages($filter: ImageFilterType, $page: FindFilterType, $ids: [ID!]) {
  findImages(image_filter: $filter, filter: $page, ids: $ids) {
    images {
      id title
      visual_files { ... on ImageFile { basename } ... on VideoFile { basename } }
      performers { id }
      tags { id }
    }
  }
}"""

NEWEST = {
    "performer": """
query StashSense_NewestPerformer {
  findPerformers(filter: {per_page: 1, sort: "updated_at", direction: DESC}) { performers { updated_at } }
}""",
    "scene": """
query StashSense_NewestScene {
  findScenes(filter: {per_page: 1, sort: "updated_at", direction: DESC}) { scenes { updated_at } }
}""",
    "image": """
query StashSense_NewestImage {
  findImages(filter: {per_page: 1, sort: "updated_at", direction: DESC}) { images { updated_at } }
}""",
}

TAG_IDS = """
query StashSense_FactsTagIds {
  findTags(filter: {per_page: -1, sort: "id", direction: ASC}) { tags { id } }
}"""

SEVERAL = {"performer_count": {"value": 1, "modifier": "GREATER_THAN"}}  # of pictures only those that tell people apart

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StashFacts:
    """usecases.curation_ports.FactSource over GraphQL."""

    graphql: GraphQL

    def newest(self, kind: ObjectKind) -> str | None:
        rows = _rows(self.graphql.call(NEWEST[kind]))
        return str(rows[0]["updated_at"]) if rows else None

    def ids(self, kind: ObjectKind) -> list[str]:
        if kind == "performer":
            return self._performer_ids({})
        document, conditions = (SCENE_IDS, {}) if kind == "scene" else (IMAGE_IDS, SEVERAL)
        return [str(row["id"]) for row in by_id(self._page(document), conditions, size=IDS_PER_PAGE)]

    def changed(self, kind: ObjectKind, *, since: str | None, after: str) -> Iterator[Facts]:
        conditions: dict[str, Any] = (
            {} if since is None else {"updated_at": {"value": earlier(since), "modifier": "GREATER_THAN"}}
        )
        if kind == "performer":
            ids = [one for one in self._performer_ids(conditions) if int(one) > int(after)]
            yield from self.some(kind, ids)
            return
        document = SCENES if kind == "scene" else IMAGES
        if kind == "image":
            conditions = {**conditions, **SEVERAL}
        for row in by_id(self._page(document), conditions, after=int(after)):
            yield _media(kind, row)

    def some(self, kind: ObjectKind, ids: Sequence[str]) -> Iterator[Facts]:
        document = {"performer": PERFORMERS, "scene": SCENES, "image": IMAGES}[kind]
        for row in by_ids(lambda some: _rows(self.graphql.call(document, {"ids": list(some)})), ids):
            yield _performer(row) if kind == "performer" else _media(kind, row)

    def tags(self) -> set[str]:
        return {str(row["id"]) for row in _rows(self.graphql.call(TAG_IDS))}

    def _performer_ids(self, conditions: Mapping[str, Any]) -> list[str]:
        """Stash cannot filter performers by id, so there are no pages of them."""
        return [str(row["id"]) for row in _rows(self.graphql.call(PERFORMER_IDS, {"filter": conditions}))]

    def _page(self, document: str) -> Callable[[dict[str, Any], dict[str, Any]], Sequence[Row]]:
        return lambda conditions, page: _rows(self.graphql.call(document, {"filter": conditions, "page": page}))


def earlier(instant: str) -> str:
    """The instant less OVERLAP, written in the same way: "2026-01-31T12:00:00+01:00" → "2026-01-31T10:00:00+01:00"."""
    clock, zone = instant[:19], instant[19:].lstrip(".0123456789")
    return (datetime.strptime(clock, "%Y-%m-%dT%H:%M:%S") - OVERLAP).strftime("%Y-%m-%dT%H:%M:%S") + zone  # noqa: DTZ007


def _performer(row: Row) -> PerformerFacts:
    return PerformerFacts(
        id=str(row["id"]),
        name=row["name"],
        disambiguation=row["disambiguation"] or "",
        aliases=tuple(row["alias_list"]),
        stash_ids=tuple((link["endpoint"], link["stash_id"]) for link in row["stash_ids"]),
        urls=tuple(row["urls"] or ()),
        birth_date=row["birthdate"] or "",
        country=row["country"] or "",
        gender=row["gender"] or "",
    )


def _media(kind: MediaKind, row: Row) -> MediaFacts:
    files = row["files"] if kind == "scene" else row["visual_files"]
    return MediaFacts(
        kind=kind,
        id=str(row["id"]),
        title=row["title"] or (files[0]["basename"] if files else ""),
        performers=tuple(str(one["id"]) for one in row["performers"]),
        tags=tuple(str(one["id"]) for one in row["tags"]),
    )


def _rows(data: Mapping[str, Any]) -> Sequence[Row]:
    """The list in an answer of the form {findX: {xs: […]}}."""
    (answer,) = data.values()
    (rows,) = answer.values()
    return list(rows)
