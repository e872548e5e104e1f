"""The executable schema of the stand-in stash-box: schema.graphql with resolvers over a BoxWorld."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_ast_schema, parse
from graphql.language import DocumentNode, Visitor, visit
from graphql.language.visitor import REMOVE
from tests.stashbox.world import EPOCH, BoxWorld, Filters, WorldImage, WorldPerson, WorldScene, rfc3339

SDL = Path(__file__).with_name("schema.graphql")


def read_schema(without: Collection[str] = ()) -> GraphQLSchema:
    """The schema without resolvers. without: names an older build lacks, as "Performer.updated" or "PerformerSortEnum.NAME"."""
    return build_ast_schema(_pruned(parse(SDL.read_text("utf-8")), set(without)))


@cache
def executable_schema(without: frozenset[str] = frozenset()) -> GraphQLSchema:
    """With resolvers, which find their world in the context: a callable that gives (world, base_url)."""
    schema = read_schema(without)
    for type_name, resolvers in RESOLVERS.items():
        for name, resolve in resolvers.items():
            if name in schema.type_map[type_name].fields:
                schema.type_map[type_name].fields[name].resolve = resolve
    return schema


def _pruned(document: DocumentNode, without: set[str]) -> DocumentNode:
    class Prune(Visitor):
        def enter(self, node: Any, _key: Any, _parent: Any, _path: Any, ancestors: Any) -> Any:
            owner = next((one for one in reversed(ancestors) if getattr(one, "name", None)), None)
            name = getattr(getattr(node, "name", None), "value", "")
            return REMOVE if owner is not None and f"{owner.name.value}.{name}" in without else None

    return visit(document, Prune())


def _world(info: Any) -> BoxWorld:
    return info.context.world


def _checked(given: str) -> str:
    try:
        return str(uuid.UUID(given))
    except ValueError:
        raise GraphQLError(f'uuid: incorrect UUID length {len(given)} in string "{given}"') from None


def _query_performers(_: Any, info: Any, input: dict[str, Any]) -> dict[str, Any]:
    year, country = input.get("birth_year") or {}, input.get("country") or {}
    filters = Filters(
        name=input.get("name") or "",
        names=input.get("names") or "",
        gender=input.get("gender") or "",
        birth_year=year.get("value"),
        birth_year_modifier=year.get("modifier", "EQUALS"),
        country=country.get("value", ""),
        url=input.get("url") or "",
    )
    count, rows = _world(info).query_performers(
        input["page"], input["per_page"], input["sort"], input["direction"], filters
    )
    return {"count": count, "performers": rows}


def _images(row: WorldPerson, info: Any) -> list[WorldImage]:
    """Closest to 2:3 first, then the taller ones; ties in the database's order."""
    found = [_world(info).images[one] for one in row.images if one in _world(info).images]
    return sorted(found, key=lambda one: (abs(one.width / one.height - 2 / 3) if one.height else 9.0, -one.height))


def _fuzzy(row: WorldPerson, info: Any) -> dict[str, str] | None:
    if row.birth_date is None:
        return None
    return {
        "date": row.birth_date + "-01-01"[len(row.birth_date) - 4 :],
        "accuracy": {4: "YEAR", 7: "MONTH", 10: "DAY"}[len(row.birth_date)],
    }


def _instant(name: str) -> Callable[..., str | None]:
    def resolve(row: Any, info: Any) -> str | None:
        value = getattr(row, name)
        return None if value is None else rfc3339(value)

    return resolve


def _cast(row: WorldScene, info: Any) -> list[dict[str, Any]]:
    people = [_world(info).find_performer(one) for one in row.performers]
    return [{"performer": one, "as": None} for one in people if one is not None]


RESOLVERS: dict[str, dict[str, Callable[..., Any]]] = {
    "Query": {
        "findPerformer": lambda _, info, id: _world(info).find_performer(_checked(id)),
        "queryPerformers": _query_performers,
        "findScene": lambda _, info, id: _world(info).find_scene(_checked(id)),
    },
    "Performer": {
        "urls": lambda row, _: [
            {"url": url, "type": site.upper(), "site": {"id": site, "name": site}} for url, site in row.urls
        ],
        "birthdate": _fuzzy,
        "images": _images,
        "merged_ids": lambda row, info: _world(info).merged_ids(row.id),
        "scene_count": lambda row, info: _world(info).scene_count(row.id),
        "created": _instant("created"),
        "updated": _instant("updated"),
    },
    "Image": {"url": lambda row, info: f"{info.context.base_url}/images/{row.id}"},
    "Scene": {"performers": _cast},
}

__all__ = ["EPOCH", "executable_schema", "read_schema"]
