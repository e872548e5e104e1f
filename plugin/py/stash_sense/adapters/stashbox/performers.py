"""Performers of a stash-box: pages of ids, and people in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stash_sense.adapters.stashbox.features import Features
from stash_sense.core.catalogue.values import Ask, BoxImage, BoxPerson, Listed, Page, Part, PersonState

# Nothing that costs the server a query of its own for each row, so that a page may hold everybody.
PAGE = """
query StashSense_BoxPage($input: PerformerQueryInput!) {
  queryPerformers(input: $input) { count performers { id name updated } }
}"""

PAGE_WITHOUT_UPDATED = """
query StashSense_BoxPage($input: PerformerQueryInput!) {
  queryPerformers(input: $input) { count performers { id name } }
}"""

# What is read of a person, in the order of the request; a name the server lacks is left out. scene_count is the dear one: 1.6 s become 2.0 s
# for 100 people (measured on a loaded machine).
FIELDS = {
    "id": "id",
    "name": "name",
    "disambiguation": "disambiguation",
    "aliases": "aliases",
    "gender": "gender",
    "birth_date": "birth_date",
    "death_date": "death_date",
    "country": "country",
    "urls": "urls { url }",
    "images": "images { id url width height }",
    "deleted": "deleted",
    "merged_ids": "merged_ids",
    "merged_into_id": "merged_into_id",
    "scene_count": "scene_count",
    "updated": "updated",
}
OLD_BIRTH_DATE = "birthdate { date accuracy }"  # before birth_date there was this


def page_document(features: Features) -> str:
    return PAGE if features.has("Performer", "updated") else PAGE_WITHOUT_UPDATED


def page_input(ask: Ask, features: Features) -> dict[str, Any]:
    """The variables of a page. A sort the server lacks is left to it."""
    wanted: dict[str, Any] = {"page": ask.page, "per_page": ask.per_page, "direction": ask.direction}
    if features.has("PerformerSortEnum", ask.sort):
        wanted["sort"] = ask.sort
    return {"input": wanted | _filters(ask.part)}


def _filters(part: Part) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if part.gender:
        wanted["gender"] = part.gender
    if part.birth_year is not None:
        wanted["birth_year"] = {"value": part.birth_year, "modifier": "EQUALS"}
    if part.name:
        wanted["name"] = part.name  # an ILIKE pattern there: see Part
    return wanted


def page_of(data: Mapping[str, Any]) -> Page:
    answer = data["queryPerformers"]
    rows = tuple(Listed(str(row["id"]), row["name"], row.get("updated")) for row in answer["performers"])
    return Page(int(answer["count"]), rows)


def people_document(count: int, features: Features) -> str:
    """`count` look-ups in one request, as the parts p0, p1 … with the variables i0, i1 …"""
    fields = [text for name, text in FIELDS.items() if features.has("Performer", name)]
    if not features.has("Performer", "birth_date") and features.has("Performer", "birthdate"):
        fields.append(OLD_BIRTH_DATE)
    variables = " ".join(f"$i{number}: ID!" for number in range(count))
    parts = " ".join(f"p{number}: findPerformer(id: $i{number}) {{ ...Person }}" for number in range(count))
    return (
        f"query StashSense_BoxPeople({variables}) {{ {parts} }} fragment Person on Performer {{ {' '.join(fields)} }}"
    )


def person_of(row: Mapping[str, Any], endpoint: str) -> BoxPerson:
    return BoxPerson(
        endpoint=endpoint,
        box_id=str(row["id"]),
        state=_state(row),
        name=row["name"],
        disambiguation=row.get("disambiguation") or None,
        aliases=tuple(row.get("aliases") or ()),
        gender=row.get("gender") or None,
        birth_date=row.get("birth_date") or _old_birth_date(row.get("birthdate")),
        death_date=row.get("death_date") or None,
        country=row.get("country") or None,
        urls=tuple(one["url"] for one in row.get("urls") or () if one and one.get("url")),
        images=tuple(_image(one) for one in row.get("images") or () if one and one.get("id") and one.get("url")),
        merged_ids=tuple(str(one) for one in row.get("merged_ids") or ()),
        heir=str(row["merged_into_id"]) if row.get("merged_into_id") else None,
        scene_count=row.get("scene_count"),
        updated=row.get("updated"),
    )


def _state(row: Mapping[str, Any]) -> PersonState:
    if row.get("merged_into_id"):
        return "merged"
    return "deleted" if row.get("deleted") else "live"


def _old_birth_date(given: Mapping[str, Any] | None) -> str | None:
    if not given or not given.get("date"):
        return None
    return str(given["date"])[: {"YEAR": 4, "MONTH": 7}.get(given.get("accuracy") or "", 10)]


def _image(row: Mapping[str, Any]) -> BoxImage:
    width, height = row.get("width"), row.get("height")
    known = bool(width and height and width > 0 and height > 0)  # -1 where the server could not measure it
    return BoxImage(str(row["id"]), row["url"], width if known else None, height if known else None)
