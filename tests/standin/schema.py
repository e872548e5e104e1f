"""The executable schema: schema.graphql with resolvers over the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import GraphQLSchema, build_schema
from tests.standin import mutations
from tests.standin.filters import count_use, descendants, select
from tests.standin.rows import FileRow
from tests.standin.scrapers import scrape_performer
from tests.standin.store import StashError, as_id

if TYPE_CHECKING:
    from tests.standin.stash import RequestContext

SDL = Path(__file__).with_name("schema.graphql")
TYPE_OF_KIND = {"video": "VideoFile", "image": "ImageFile", "zip": "GalleryFile"}
PLURAL = {"scene": "scenes", "image": "images", "gallery": "galleries", "performer": "performers", "tag": "tags"}


def read_schema() -> GraphQLSchema:
    """The schema as written, without resolvers."""
    return build_schema(SDL.read_text("utf-8"))


@cache
def executable_schema() -> GraphQLSchema:
    """The schema with its resolvers, made once: they find the stand-in they work for in the request's context."""
    schema = read_schema()
    _attach(schema, "Query", QUERIES)
    _attach(schema, "Mutation", mutations.RESOLVERS)
    for name in ("Scene", "Image", "Gallery", "Performer", "Tag", "ConfigResult"):
        _attach(schema, name, OBJECTS[name])
    for name in ("VideoFile", "ImageFile", "GalleryFile", "BasicFile"):
        _attach(schema, name, FILE)
    for name in ("VisualFile", "BaseFile"):
        schema.type_map[name].resolve_type = lambda row, *_: TYPE_OF_KIND[row.kind]
    return schema


def _attach(schema: GraphQLSchema, type_name: str, resolvers: dict[str, Callable[..., Any]]) -> None:
    fields = schema.type_map[type_name].fields
    for name, resolver in resolvers.items():
        fields[name].resolve = resolver


def _context(info: Any) -> RequestContext:
    context: RequestContext = info.context
    return context


# --- Queries -------------------------------------------------------------------------------------------------------


def _find_one(kind: str, _: Any, info: Any, id: Any = None) -> Any:
    return None if id is None else _context(info).store.find(kind, id)


def _find_many(kind: str, _: Any, info: Any, **given: Any) -> dict[str, Any]:
    store = _context(info).store
    if given.get("ids"):
        rows = store.many(kind, given["ids"])
        count = len(rows)
    else:
        rows, count = select(store, kind, given.get(f"{kind}_filter"), given.get("filter"))
    answer: dict[str, Any] = {"count": count, PLURAL[kind]: rows}
    files = [row.files[0] for row in rows if getattr(row, "files", None)]
    answer |= {"filesize": float(sum(file.size for file in files)), "duration": sum(file.duration for file in files)}
    return answer | {"megapixels": sum(file.width * file.height for file in files) / 1e6}


def _scene_by_hash(_: Any, info: Any, input: dict[str, Any]) -> Any:
    wanted = {("md5" if key == "checksum" else key): value for key, value in input.items() if value}
    for row in list(_context(info).store.scenes.values()):
        if any(file.fingerprints.get(key) == value for file in row.files for key, value in wanted.items()):
            return row
    return None


QUERIES: dict[str, Callable[..., Any]] = {
    **{f"find{kind.capitalize()}": partial(_find_one, kind) for kind in PLURAL},
    **{f"find{plural.capitalize()}": partial(_find_many, kind) for kind, plural in PLURAL.items()},
    "findSceneByHash": _scene_by_hash,
    "jobQueue": lambda _, info: _context(info).stash.jobs.queued() or None,
    "findJob": lambda _, info, **given: _context(info).stash.jobs.find(as_id(given["input"]["id"])),
    "plugins": lambda _, info: [plugin_row(_context(info), plugin) for plugin in _context(info).stash.plugins.values()],
    "pluginTasks": lambda _, info: [
        {"name": task.name, "description": task.description, "plugin": plugin_row(_context(info), plugin)}
        for plugin in _context(info).stash.plugins.values()
        for task in plugin.tasks
    ],
    "configuration": lambda _, info: _context(info).stash.configuration(),
    "version": lambda *_: {"version": "v0.30.1", "hash": "cf3489ef", "build_time": "2025-12-18 00:00:00"},
    "systemStatus": lambda _, info: _context(info).stash.system_status(),
    "listScrapers": lambda _, info, **given: [scraper.listed() for scraper in _context(info).stash.scrapers],
    "scrapePerformerURL": lambda _, info, url: scrape_performer(_context(info).stash.scrapers, url),
}


def plugin_row(context: RequestContext, plugin: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": plugin.id,
        "name": plugin.name,
        "description": plugin.description,
        "version": plugin.version,
    }
    row["enabled"] = plugin.id not in context.stash.disabled_plugins
    row["requires"] = plugin.ui.get("requires") or None
    row["tasks"] = [
        {"name": task.name, "description": task.description, "plugin": row} for task in plugin.tasks
    ] or None
    row["hooks"] = [
        {"name": hook.name, "description": hook.description, "hooks": list(hook.triggered_by), "plugin": row}
        for hook in plugin.hooks
    ] or None
    row["settings"] = [
        {
            "name": key,
            "display_name": one.get("displayName", key),
            "description": one.get("description", ""),
            "type": one.get("type", "STRING"),
        }
        for key, one in plugin.settings.items()
    ] or None
    base = f"/plugin/{plugin.id}/"
    row["paths"] = {
        kind: [
            *([base + kind] if plugin.files(kind) else []),
            *(url for url in plugin.ui.get(kind) or [] if "://" in url),
        ]
        or None
        for kind in ("javascript", "css")
    }
    return row


# --- Objects -------------------------------------------------------------------------------------------------------


def _members(kind: str, column: str) -> Callable[..., Any]:
    def resolve(row: Any, info: Any) -> list[Any]:
        table = _context(info).store.table(kind)
        return [table[key] for key in getattr(row, column) if key in table]

    return resolve


def _users(media: str, kind: str) -> Callable[..., Any]:
    def resolve(row: Any, info: Any) -> list[Any]:
        return [
            one for one in list(_context(info).store.table(media).values()) if row.id in getattr(one, f"{kind}_ids")
        ]

    return resolve


def _count(media: str, kind: str) -> Callable[..., int]:
    def resolve(row: Any, info: Any, depth: int | None = None) -> int:
        return count_use(_context(info).store, media, kind, row.id, depth)

    return resolve


def _children(row: Any, info: Any) -> list[Any]:
    return [tag for tag in list(_context(info).store.tags.values()) if row.id in tag.parent_ids]


def _scene_paths(row: Any, info: Any) -> dict[str, str]:
    base, stamp = f"{_context(info).base_url}/scene/{row.id}", "".join(filter(str.isdigit, row.updated_at))
    names = ("preview", "stream", "webp", "funscript", "interactive_heatmap", "caption")
    sprite = f"{_context(info).base_url}/scene/{row.files[0].fingerprints.get('oshash', '') if row.files else ''}"
    more = {"vtt": f"{sprite}_thumbs.vtt", "sprite": f"{sprite}_sprite.jpg"}
    return {name: f"{base}/{name}" for name in names} | more | {"screenshot": f"{base}/screenshot?t={stamp}"}


def _image_paths(row: Any, info: Any) -> dict[str, str]:
    stamp = "".join(filter(str.isdigit, row.updated_at))
    return {
        name: f"{_context(info).base_url}/image/{row.id}/{name}?t={stamp}" for name in ("thumbnail", "preview", "image")
    }


def _performer_image(row: Any, info: Any) -> str:
    stamp = "".join(filter(str.isdigit, row.updated_at))
    return f"{_context(info).base_url}/performer/{row.id}/image?t={stamp}" + ("" if row.image else "&default=true")


def _images_of(row: Any, info: Any) -> list[Any]:
    return [one for one in list(_context(info).store.images.values()) if row.id in one.gallery_ids]


def _zip_of(row: FileRow, info: Any) -> FileRow | None:
    return _context(info).store.files().get(row.zip_path) if row.zip_path else None


def _fingerprint(row: FileRow, info: Any, type: str) -> str | None:
    return row.fingerprints.get(type)


_CAST = {"tags": _members("tag", "tag_ids"), "performers": _members("performer", "performer_ids")}
_IN_GALLERY = {"galleries": _members("gallery", "gallery_ids"), "studio": lambda *_: None}
OBJECTS: dict[str, dict[str, Callable[..., Any]]] = {
    "Scene": {**_CAST, **_IN_GALLERY, "paths": _scene_paths},
    "Image": {**_CAST, **_IN_GALLERY, "paths": _image_paths, "visual_files": lambda row, _: row.files},
    "Gallery": {
        **_CAST,
        "scenes": _users("scene", "gallery"),
        "image_count": lambda row, info: len(_images_of(row, info)),
        "cover": lambda row, info: next(iter(_images_of(row, info)), None),
        "folder": lambda row, _: {"id": row.id, "path": row.folder} if row.folder else None,
    },
    "Performer": {
        "tags": _CAST["tags"],
        "image_path": _performer_image,
        "scenes": _users("scene", "performer"),
        **{f"{media}_count": _count(media, "performer") for media in ("scene", "image", "gallery")},
    },
    "Tag": {
        "parents": _members("tag", "parent_ids"),
        "children": _children,
        "parent_count": lambda row, _: len(row.parent_ids),
        "child_count": lambda row, info: len(_children(row, info)),
        "image_path": lambda row, info: f"{_context(info).base_url}/tag/{row.id}/image?default=true",
        **{f"{media}_count": _count(media, "tag") for media in ("scene", "image", "gallery")},
        **{f"{none_here}_count": lambda row, info, depth=None: 0 for none_here in ("scene_marker", "studio", "group")},
        "performer_count": lambda row, info, depth=None: sum(
            not descendants(_context(info).store, [row.id], depth).isdisjoint(one.tag_ids)
            for one in list(_context(info).store.performers.values())
        ),
    },
    "ConfigResult": {"plugins": lambda _, info, include=None: _context(info).stash.plugin_settings(include)},
}
FILE: dict[str, Callable[..., Any]] = {
    "parent_folder": lambda row, _: {"id": row.id, "path": str(Path(row.path).parent)},
    "zip_file": _zip_of,
    "fingerprint": _fingerprint,
    "fingerprints": lambda row, _: [{"type": key, "value": value} for key, value in row.fingerprints.items()],
}

__all__ = ["SDL", "StashError", "executable_schema", "read_schema"]
