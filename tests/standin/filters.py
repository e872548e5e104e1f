"""Stash's filters, as far as Stash Sense uses them: criteria, free text, order and pages."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.standin.store import StashError, Store, as_id, like

Criteria = Mapping[str, Any]


def select(store: Store, kind: str, criteria: Criteria | None, find: Mapping[str, Any] | None) -> tuple[list[Any], int]:
    """The page of rows that `find` asks for and the count of all that fit."""
    find = find or {}
    rows = [row for row in list(store.table(kind).values()) if fits(store, kind, row, criteria or {})]
    if find.get("q"):
        words = str(find["q"]).lower().split()
        rows = [row for row in rows if all(word in searched(kind, row) for word in words)]
    rows = ordered(store, kind, rows, find)
    per_page = 25 if find.get("per_page") is None else int(find["per_page"])
    if per_page < 0:
        return rows, len(rows)
    first = (max(int(find.get("page") or 1), 1) - 1) * per_page
    return rows[first : first + per_page], len(rows)


def fits(store: Store, kind: str, row: Any, criteria: Criteria) -> bool:
    """As Stash: every criterion has to fit, or what stands under OR instead of them all."""
    other = criteria.get("OR")
    rest = {name: value for name, value in criteria.items() if name != "OR" and value is not None}
    fitting = all(_fits_one(store, kind, row, name, value) for name, value in rest.items())
    if other is None:
        return fitting
    return (fitting and bool(rest)) or fits(store, kind, row, other)


def _fits_one(store: Store, kind: str, row: Any, name: str, value: Any) -> bool:
    if name == "AND":
        return fits(store, kind, row, value)
    if name == "NOT":
        return not fits(store, kind, row, value)
    if name == "is_missing":
        return is_missing(kind, row, str(value))
    if name in {"organized", "ignore_auto_tag", "is_zip"}:
        return bool(_flag(row, name)) == value
    if name == "stash_id_endpoint":
        return _fits_stash_id(row, value)
    if name in {"tags", "performers", "galleries", "studios", "parents", "children"}:
        return _fits_members(store, row, name, value)
    if name == "path":
        return any(fits_text(file.path, value) for file in row.files) or (not row.files and fits_text(None, value))
    if name in {"oshash", "checksum"}:
        key = {"checksum": "md5"}.get(name, name)
        return any(fits_text(file.fingerprints.get(key), value) for file in row.files)
    if name == "aliases":
        names = row.aliases if kind == "tag" else row.alias_list
        return any(fits_text(alias, value) for alias in names) if names else value["modifier"] == "IS_NULL"
    number = _number(store, kind, row, name)
    if number is not None:
        return fits_number(number, value)
    return fits_text(getattr(row, name), value)


def _flag(row: Any, name: str) -> bool:
    return any(file.kind == "zip" for file in row.files) if name == "is_zip" else getattr(row, name)


def _number(store: Store, kind: str, row: Any, name: str) -> int | None:
    counts: dict[str, Callable[[], int]] = {
        "id": lambda: row.id,
        "tag_count": lambda: len(row.tag_ids),
        "performer_count": lambda: len(row.performer_ids),
        "scene_count": lambda: count_use(store, "scene", kind, row.id),
        "image_count": lambda: count_use(store, "image", kind, row.id),
        "parent_count": lambda: len(row.parent_ids),
        "child_count": lambda: sum(row.id in other.parent_ids for other in store.tags.values()),
    }
    return counts[name]() if name in counts else None


def count_use(store: Store, media: str, kind: str, key: int, depth: int | None = None) -> int:
    """How many scenes, images or galleries carry the tag, performer or gallery `key`."""
    keys = descendants(store, [key], depth) if kind == "tag" else {key}
    return sum(not keys.isdisjoint(getattr(row, f"{kind}_ids")) for row in list(store.table(media).values()))


def descendants(store: Store, keys: Sequence[int], depth: int | None) -> set[int]:
    """The tags and what is below them, `depth` levels down (-1: all)."""
    found = set(keys)
    edge, level = set(keys), 0
    while edge and depth is not None and (depth < 0 or level < depth):
        edge = {tag.id for tag in list(store.tags.values()) if not edge.isdisjoint(tag.parent_ids)} - found
        found |= edge
        level += 1
    return found


def _fits_members(store: Store, row: Any, name: str, value: Mapping[str, Any]) -> bool:
    if name == "children":
        members = {tag.id for tag in store.tags.values() if row.id in tag.parent_ids}
    elif name == "studios":
        members = {row.studio_id} - {None}
    else:
        members = set(
            getattr(
                row,
                {"tags": "tag_ids", "performers": "performer_ids", "galleries": "gallery_ids", "parents": "parent_ids"}[
                    name
                ],
            )
        )
    tree = name in {"tags", "parents", "children"}
    wanted = [
        descendants(store, [as_id(key)], value.get("depth") if tree else None) for key in value.get("value") or []
    ]
    unwanted = [
        descendants(store, [as_id(key)], value.get("depth") if tree else None) for key in value.get("excludes") or []
    ]
    if any(not group.isdisjoint(members) for group in unwanted):
        return False
    modifier = value["modifier"]
    if modifier == "IS_NULL":
        return not members
    if modifier == "NOT_NULL":
        return bool(members)
    if modifier == "EXCLUDES":
        return all(group.isdisjoint(members) for group in wanted)
    if modifier == "INCLUDES":
        return not wanted or any(not group.isdisjoint(members) for group in wanted)
    if modifier == "INCLUDES_ALL":
        return all(not group.isdisjoint(members) for group in wanted)
    if modifier == "EQUALS":
        return members == {as_id(key) for key in value.get("value") or []}
    raise StashError(f"invalid modifier {modifier} for {name}")


def _fits_stash_id(row: Any, value: Mapping[str, Any]) -> bool:
    own = [one for one in row.stash_ids if not value.get("endpoint") or one["endpoint"] == value["endpoint"]]
    if value["modifier"] in {"IS_NULL", "NOT_NULL"}:
        return bool(own) == (value["modifier"] == "NOT_NULL")
    return any(one["stash_id"] == value.get("stash_id") for one in own) == (value["modifier"] == "EQUALS")


def is_missing(kind: str, row: Any, name: str) -> bool:
    lists = {"performers": "performer_ids", "tags": "tag_ids", "galleries": "gallery_ids", "stash_id": "stash_ids"}
    if name in lists:
        return not getattr(row, lists[name])
    if name == "cover":
        return row.cover is None
    if name in {"image", "title", "details", "date", "gender", "birthdate", "country", "description"}:
        return not getattr(row, name)
    raise StashError(f"the stand-in has no is_missing {name!r} for {kind}")


def fits_number(number: int, value: Mapping[str, Any]) -> bool:
    low, high = value["value"], value.get("value2")
    tests = {
        "EQUALS": lambda: number == low,
        "NOT_EQUALS": lambda: number != low,
        "GREATER_THAN": lambda: number > low,
        "LESS_THAN": lambda: number < low,
        "BETWEEN": lambda: low <= number <= high,
        "NOT_BETWEEN": lambda: not low <= number <= high,
        "NOT_NULL": lambda: True,
        "IS_NULL": lambda: False,
    }
    return tests[value["modifier"]]()


def fits_text(text: str | None, value: Mapping[str, Any]) -> bool:
    wanted, modifier = value["value"], value["modifier"]
    present = text or ""
    words = [wanted[1:-1]] if wanted[:1] == wanted[-1:] == '"' else wanted.split()
    tests = {
        "EQUALS": lambda: text is not None and like(wanted, text),
        "NOT_EQUALS": lambda: text is None or not like(wanted, text),
        "INCLUDES": lambda: any(word.lower() in present.lower() for word in words),
        "EXCLUDES": lambda: not any(word.lower() in present.lower() for word in words),
        "MATCHES_REGEX": lambda: re.search(wanted, present) is not None,
        "NOT_MATCHES_REGEX": lambda: re.search(wanted, present) is None,
        "IS_NULL": lambda: not present,
        "NOT_NULL": lambda: bool(present),
        "GREATER_THAN": lambda: present > wanted,
        "LESS_THAN": lambda: present < wanted,
        "BETWEEN": lambda: wanted <= present <= (value.get("value2") or ""),
    }
    return tests[modifier]()


def searched(kind: str, row: Any) -> str:
    """The text that `q` looks into."""
    if kind in {"scene", "image", "gallery"}:
        return " ".join([row.title, row.details, *(file.path for file in row.files)]).lower()
    return " ".join([row.name, *(row.aliases if kind == "tag" else [*row.alias_list, row.disambiguation])]).lower()


def ordered(store: Store, kind: str, rows: list[Any], find: Mapping[str, Any]) -> list[Any]:
    sort = find.get("sort") or {"performer": "name", "tag": "name"}.get(kind, "path")
    down = find.get("direction") == "DESC"
    if sort.startswith("random"):
        chance = random.Random(sort)
        return sorted(rows, key=lambda row: chance.random())

    def key(row: Any) -> Any:
        number = _number(store, kind, row, sort)
        if number is not None:
            return number
        if sort == "path":
            return row.files[0].path if row.files else getattr(row, "folder", None) or ""
        if sort == "duration":
            return row.files[0].duration if row.files else 0.0
        if sort in {"name", "title"}:
            return (getattr(row, "sort_name", "") or getattr(row, sort)).lower()
        return getattr(row, sort) or ""

    return sorted(sorted(rows, key=lambda row: row.id), key=key, reverse=down)
