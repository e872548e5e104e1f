"""The stand-in's library: rows by kind and id, and the changes that Stash's mutations make to them."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.standin.rows import FileRow, GalleryRow, ImageRow, PerformerRow, Row, SceneRow, TagRow


class StashError(Exception):
    """An error that Stash would answer a GraphQL field with; the text is Stash's own."""


KINDS = ("scene", "image", "gallery", "performer", "tag")


class Store:
    """The rows by kind and id. Every writer holds `lock`; `now` gives the time of a change (whole seconds, as in Stash)."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clock_shift_s = 0.0
        self.scenes: dict[int, SceneRow] = {}
        self.images: dict[int, ImageRow] = {}
        self.galleries: dict[int, GalleryRow] = {}
        self.performers: dict[int, PerformerRow] = {}
        self.tags: dict[int, TagRow] = {}
        self._ids = {kind: itertools.count(1) for kind in (*KINDS, "file")}

    def now(self) -> str:
        moment = datetime.now(timezone.utc) + timedelta(seconds=self.clock_shift_s)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def next_id(self, kind: str) -> int:
        return next(self._ids[kind])

    def table(self, kind: str) -> dict[int, Any]:
        return {
            "scene": self.scenes,
            "image": self.images,
            "gallery": self.galleries,
            "performer": self.performers,
            "tag": self.tags,
        }[kind]

    def insert(self, kind: str, make: Callable[..., Any], **values: Any) -> Any:
        with self.lock:
            now = self.now()
            row = make(id=self.next_id(kind), created_at=now, updated_at=now, **values)
            self.table(kind)[row.id] = row
        return row

    def find(self, kind: str, key: Any) -> Any | None:
        return self.table(kind).get(as_id(key))

    def many(self, kind: str, keys: Iterable[Any]) -> list[Any]:
        """As Stash's FindMany: one missing id fails the whole query."""
        table = self.table(kind)
        rows = [(as_id(key), table.get(as_id(key))) for key in keys]
        for key, row in rows:
            if row is None:
                raise StashError(f"{kind} with id {key} not found")
        return [row for _, row in rows]

    def files(self) -> dict[str, FileRow]:
        """Every file by path."""
        rows: list[Any] = [*self.scenes.values(), *self.images.values(), *self.galleries.values()]
        return {file.path: file for row in rows for file in row.files}

    def touch(self, row: Row) -> None:
        row.updated_at = self.now()

    # --- Changes ---------------------------------------------------------------------------------------------------

    def bulk_update(self, kind: str, change: Mapping[str, Any]) -> list[Any]:
        """bulkSceneUpdate and bulkImageUpdate: one transaction, the same change to every id, always bumps updated_at."""
        keys = [as_id(key) for key in change.get("ids") or []]
        lists = {"tag_ids": "tag", "performer_ids": "performer", "gallery_ids": "gallery"}
        with self.lock:
            table = self.table(kind)
            for key in keys:
                self._check_bulk(kind, key, change, lists)
            for key in keys:
                row = table[key]
                for name, other in lists.items():
                    if change.get(name) is not None:
                        setattr(row, name, merged(getattr(row, name), change[name], other))
                for name in ("title", "details", "date", "rating100", "organized"):
                    if name in change:
                        setattr(row, name, change[name])
                self.touch(row)
            return [table[key] for key in keys]

    def _check_bulk(self, kind: str, key: int, change: Mapping[str, Any], lists: Mapping[str, str]) -> None:
        plural = {"scene": "scenes", "image": "images"}[kind]
        for name, other in lists.items():
            part = change.get(name)
            if part is None or part["mode"] == "REMOVE":
                continue
            known = self.table(other)
            if key not in self.table(kind) or any(as_id(one) not in known for one in part["ids"] or []):
                raise StashError(f"inserting into {plural}_{other}s: FOREIGN KEY constraint failed")
        if key not in self.table(kind):
            raise StashError("sql: no rows in result set")

    def update(self, kind: str, change: Mapping[str, Any]) -> Any:
        """sceneUpdate, imageUpdate and their like: lists are replaced, absent fields stay, null clears."""
        with self.lock:
            row = self.find(kind, change["id"])
            if row is None:
                raise StashError(f"{kind} with id {change['id']} not found")
            for name, value in change.items():
                if name == "stash_ids":
                    row.stash_ids = [self.stash_id(one) for one in value or []]
                elif name.endswith("_ids"):
                    setattr(row, name, [as_id(one) for one in value or []])
                elif name not in {"id", "clientMutationId", "image", "cover_image"}:
                    setattr(row, name, value)
            self.touch(row)
            return row

    def destroy(self, kind: str, keys: Iterable[Any]) -> None:
        """Removes objects and every reference to them, without touching updated_at of those that referred to them."""
        with self.lock:
            table = self.table(kind)
            gone = [as_id(key) for key in keys]
            plural = {"gallery": "galleries"}.get(kind, f"{kind}s")
            for key in gone:
                if key not in table:
                    raise StashError(f"id {key} does not exist in {plural}")
            for key in gone:
                table.pop(key, None)
            for other in KINDS:
                for row in self.table(other).values():
                    for name in (f"{kind}_ids", "parent_ids" if kind == "tag" else ""):
                        if name and any(key in gone for key in getattr(row, name, ())):
                            setattr(row, name, [key for key in getattr(row, name) if key not in gone])

    # --- Names -----------------------------------------------------------------------------------------------------

    def check_tag_name(self, name: str, own_id: int | None) -> None:
        """Stash compares with SQL LIKE, so `_` and `%` in a new name are wildcards there too."""
        for tag in self.tags.values():
            if tag.id != own_id and like(name, tag.name):
                raise StashError(f"tag with name '{name}' already exists")
        for tag in self.tags.values():
            if tag.id != own_id and any(like(name, alias) for alias in tag.aliases):
                raise StashError(f"name '{name}' is used as alias for '{tag.name}'")

    def create_tag(self, values: Mapping[str, Any]) -> TagRow:
        with self.lock:
            name = values["name"].strip()
            if not name:
                raise StashError("tag name must not be blank")
            aliases = [alias.strip() for alias in values.get("aliases") or []]
            for one in (name, *aliases):
                self.check_tag_name(one, None)
            plain = ("sort_name", "description", "ignore_auto_tag", "favorite")
            kept = {key: values[key] for key in plain if values.get(key) is not None}
            parents = [row.id for row in self.many("tag", values.get("parent_ids") or [])]
            children = self.many("tag", values.get("child_ids") or [])
            tag: TagRow = self.insert("tag", TagRow, name=name, aliases=aliases, parent_ids=parents, **kept)
            for child in children:
                child.parent_ids = [*child.parent_ids, tag.id]
            return tag

    def update_tag(self, change: Mapping[str, Any]) -> TagRow:
        with self.lock:
            tag: TagRow | None = self.find("tag", change["id"])
            if tag is None:
                raise StashError(f"tag with id {change['id']} not found")
            for one in (change.get("name"), *(change.get("aliases") or [])):
                if one is not None:
                    self.check_tag_name(one.strip(), tag.id)
            return self.update("tag", {key: value for key, value in change.items() if key != "child_ids"})

    def create_performer(self, values: Mapping[str, Any]) -> PerformerRow:
        with self.lock:
            name = values["name"].strip()
            if not name:
                raise StashError("performer name must not be blank")
            extra = values.get("disambiguation") or ""
            for other in self.performers.values():
                if like(name, other.name) and extra.casefold() == other.disambiguation.casefold():
                    second = f" and disambiguation '{extra}'" if extra else ""
                    raise StashError(f"performer with name '{name}'{second} already exists")
            kept = {key: value for key, value in values.items() if value is not None and key not in {"name", "image"}}
            kept["tag_ids"] = [as_id(one) for one in kept.get("tag_ids", [])]
            kept["stash_ids"] = [self.stash_id(one) for one in kept.get("stash_ids", [])]
            performer: PerformerRow = self.insert("performer", PerformerRow, name=name, **kept)
            return performer

    def stash_id(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {"updated_at": self.now(), **{key: value for key, value in values.items() if value is not None}}

    def merge_performers(self, source: int, destination: int) -> None:
        """What performerMerge of v0.31 does: moves the relations, then removes the source; names are not carried over."""
        with self.lock:
            for kind in ("scene", "image", "gallery"):
                for row in self.table(kind).values():
                    if source in row.performer_ids:
                        kept = [key for key in row.performer_ids if key not in {source, destination}]
                        row.performer_ids = [*kept, destination]
            self.destroy("performer", [source])


def as_id(key: Any) -> int:
    try:
        return int(key)
    except (TypeError, ValueError) as err:
        raise StashError(f'strconv.Atoi: parsing "{key}": invalid syntax') from err


def merged(present: list[int], part: Mapping[str, Any], kind: str) -> list[int]:
    """`present` after a BulkUpdateIds. Raises StashError for a mode that does not exist."""
    keys = [as_id(key) for key in part["ids"] or []]
    if part["mode"] == "ADD":
        return [*present, *(key for key in dict.fromkeys(keys) if key not in present)]
    if part["mode"] == "REMOVE":
        return [key for key in present if key not in keys]
    if part["mode"] == "SET":
        return list(dict.fromkeys(keys))
    raise StashError(f"unknown mode {part['mode']} for {kind}")


def like(pattern: str, text: str) -> bool:
    """SQLite's LIKE: `%` and `_` are wildcards, only ASCII letters ignore their case."""
    wild = {"%": ".*", "_": "."}
    expression = "".join(wild.get(sign, re.escape(sign)) for sign in pattern)
    return re.fullmatch(expression, text, re.IGNORECASE | re.ASCII | re.DOTALL) is not None
