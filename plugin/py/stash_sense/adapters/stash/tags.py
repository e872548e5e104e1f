"""Tags in Stash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stash_sense.adapters.stash.client import GraphQL
from stash_sense.adapters.stash.decode import named
from stash_sense.errors import NotFoundError, ServerError
from stash_sense.usecases.ports import Named

FIND_TAGS = """
query StashSense_FindTags($name: String!) {
  findTags(
    tag_filter: {name: {value: $name, modifier: EQUALS}, OR: {aliases: {value: $name, modifier: EQUALS}}}
    filter: {per_page: -1}
  ) { tags { id name aliases } }
}"""

FIND_TAG = """
query StashSense_FindTag($id: ID!) {
  findTag(id: $id) { id name }
}"""

CHILD_TAGS = """
query StashSense_ChildTags($id: ID!) {
  findTag(id: $id) { children { id name } }
}"""

TAG_USE = """
query StashSense_TagUse($id: ID!) {
  findTag(id: $id) {
    scene_count scene_marker_count image_count gallery_count performer_count studio_count group_count
  }
}"""

CREATE_TAG = """
mutation StashSense_CreateTag($input: TagCreateInput!) {
  tagCreate(input: $input) { id name }
}"""

DESTROY_TAGS = """
mutation StashSense_DestroyTags($ids: [ID!]!) {
  tagsDestroy(ids: $ids)
}"""

TAKEN = ("already exists", "is used as alias", "UNIQUE constraint failed")


def find_tag(graphql: GraphQL, name: str) -> Named | None:
    """By name or, failing that, alias; letter case and outer spaces aside.

    Stash compares with LIKE, where "_" and "%" stand for anything, so its hits are compared again here.
    """
    wanted = _plain(name)
    rows: Sequence[Mapping[str, Any]] = graphql.call(FIND_TAGS, {"name": name.strip()})["findTags"]["tags"]
    for row in rows:
        if _plain(row["name"]) == wanted:
            return Named(str(row["id"]), row["name"])
    for row in rows:
        if wanted in map(_plain, row["aliases"]):
            return Named(str(row["id"]), row["name"])
    return None


def find_tag_by_id(graphql: GraphQL, tag_id: str) -> Named | None:
    row = graphql.call(FIND_TAG, {"id": tag_id})["findTag"]
    return Named(str(row["id"]), row["name"]) if row else None


def child_tags(graphql: GraphQL, parent_id: str) -> list[Named]:
    """None of them if the parent is gone."""
    row = graphql.call(CHILD_TAGS, {"id": parent_id})["findTag"]
    return list(named(row["children"])) if row else []


def create_tag(graphql: GraphQL, name: str, *, parent_id: str | None, description: str) -> Named:
    """Creates it with ignore_auto_tag; where the name is taken, another process was faster and its tag is returned."""
    fields: dict[str, Any] = {"name": name, "description": description, "ignore_auto_tag": True}
    if parent_id is not None:
        fields["parent_ids"] = [parent_id]
    try:
        row = graphql.call(CREATE_TAG, {"input": fields})["tagCreate"]
    except ServerError as err:
        if not any(words in str(err) for words in TAKEN):
            raise
        found = find_tag(graphql, name)
        if found is None:
            raise
        return found
    if row is None:
        raise ServerError(f"Stash did not create the tag {name}. Look into Stash's log.")
    return Named(str(row["id"]), row["name"])


def destroy_tags(graphql: GraphQL, tag_ids: Sequence[str]) -> None:
    """Those that are gone already do not matter."""
    if not tag_ids:
        return
    try:
        graphql.call(DESTROY_TAGS, {"ids": list(tag_ids)})
    except NotFoundError:
        if len(tag_ids) > 1:  # Stash has then destroyed none of them
            for tag_id in tag_ids:
                destroy_tags(graphql, [tag_id])


def tag_use(graphql: GraphQL, tag_id: str) -> int:
    """How many objects of any kind carry it; 0 if it is gone."""
    row = graphql.call(TAG_USE, {"id": tag_id})["findTag"]
    return sum(int(count) for count in row.values()) if row else 0


def _plain(name: str) -> str:
    return name.strip().casefold()
