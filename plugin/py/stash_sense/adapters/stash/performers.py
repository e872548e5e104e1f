"""Performers in Stash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stash_sense.adapters.stash.client import GraphQL
from stash_sense.adapters.stash.decode import optional_path, stash_ids
from stash_sense.adapters.stash.paging import by_ids
from stash_sense.errors import NotFoundError, ServerError
from stash_sense.usecases.ports import Performer, StashId

PERFORMER_IDS = """
query StashSense_PerformerIds {
  findPerformers(filter: {per_page: -1, sort: "id", direction: ASC}) { performers { id } }
}"""

FIND_PERFORMERS = """
query StashSense_FindPerformers($ids: [ID!]) {
  findPerformers(ids: $ids) {
    performers { id name disambiguation alias_list stash_ids { endpoint stash_id } image_path }
  }
}"""

COUNT_PERFORMERS = """
query StashSense_CountPerformers {
  findPerformers(filter: {per_page: 0}) { count }
}"""

CREATE_PERFORMER = """
mutation StashSense_CreatePerformer($input: PerformerCreateInput!) {
  performerCreate(input: $input) {
    id name disambiguation alias_list stash_ids { endpoint stash_id } image_path
  }
}"""

DESTROY_PERFORMER = """
mutation StashSense_DestroyPerformer($id: ID!) {
  performerDestroy(input: {id: $id})
}"""

PERFORMER_USE = """
query StashSense_PerformerUse($id: ID!) {
  findPerformer(id: $id) { scene_count image_count gallery_count }
}"""


def list_performers(graphql: GraphQL, ids: Sequence[str] | None) -> Iterator[Performer]:
    """All performers by ascending id, or the given ones that still exist.

    Stash cannot filter performers by id, so all ids are read first and then looked up a page at a time.
    """

    def listed(some: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        rows: Sequence[Mapping[str, Any]] = graphql.call(FIND_PERFORMERS, {"ids": list(some)})["findPerformers"][
            "performers"
        ]
        return rows

    if ids is None:
        ids = [str(row["id"]) for row in graphql.call(PERFORMER_IDS)["findPerformers"]["performers"]]
    yield from map(decode_performer, by_ids(listed, ids))


def count_performers(graphql: GraphQL) -> int:
    return int(graphql.call(COUNT_PERFORMERS)["findPerformers"]["count"])


def create_performer(
    graphql: GraphQL, name: str, *, disambiguation: str | None, stash_ids: Sequence[StashId]
) -> Performer:
    """Raises ServerError if name and disambiguation are taken."""
    fields: dict[str, Any] = {"name": name}
    if disambiguation:
        fields["disambiguation"] = disambiguation
    if stash_ids:
        fields["stash_ids"] = [{"endpoint": link.endpoint, "stash_id": link.stash_id} for link in stash_ids]
    created = graphql.call(CREATE_PERFORMER, {"input": fields}, once=True)["performerCreate"]
    if created is None:
        raise ServerError(f"Stash did not create the performer {name}. Look into Stash's log.")
    return decode_performer(created)


def performer_use(graphql: GraphQL, performer_id: str) -> int:
    """On how many scenes, images and galleries the performer stands; 0 if it is gone."""
    row = graphql.call(PERFORMER_USE, {"id": performer_id})["findPerformer"]
    return sum(int(row[field]) for field in ("scene_count", "image_count", "gallery_count")) if row else 0


def destroy_performer(graphql: GraphQL, performer_id: str) -> None:
    """Nothing happens if the performer is gone already."""
    try:
        graphql.call(DESTROY_PERFORMER, {"id": performer_id})
    except NotFoundError:
        return


def decode_performer(row: Mapping[str, Any]) -> Performer:
    address = row["image_path"]
    stock = address is not None and parse_qs(urlsplit(address).query).get("default") == ["true"]
    return Performer(
        id=str(row["id"]),
        name=row["name"],
        disambiguation=row["disambiguation"] or None,
        aliases=tuple(row["alias_list"]),
        stash_ids=stash_ids(row["stash_ids"]),
        image_path=None if stock else optional_path(address),
    )
