"""Scenes and images together, as Stash has them now."""

from __future__ import annotations

from collections.abc import Iterable

from stash_sense.core.records import MediaKind
from stash_sense.usecases.ports import Library, Picture, Scene

Place = tuple[MediaKind, str]  # what it is, and its id in Stash


def in_stash(library: Library, places: Iterable[Place]) -> dict[Place, Scene | Picture]:
    """Those of `places` that Stash still has, asked for in at most two requests."""
    wanted = list(dict.fromkeys(places))
    scenes = [stash_id for kind, stash_id in wanted if kind == "scene"]
    images = [stash_id for kind, stash_id in wanted if kind == "image"]
    found: dict[Place, Scene | Picture] = {}
    if scenes:
        found.update({("scene", scene.id): scene for scene in library.scenes(ids=scenes)})
    if images:
        found.update({("image", picture.id): picture for picture in library.pictures(ids=images)})
    return found
