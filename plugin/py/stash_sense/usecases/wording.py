"""Scenes and pictures counted in words, as plans and batches show them."""

from __future__ import annotations

from collections.abc import Collection

from stash_sense.usecases.in_stash import Place


def places_in_words(places: Collection[Place]) -> str:
    """E.g. "23 scenes and 1 picture"; "" for none."""
    scenes = sum(kind == "scene" for kind, _ in places)
    pictures = len(places) - scenes
    parts = []
    if scenes:
        parts.append(f"{scenes:,} {'scene' if scenes == 1 else 'scenes'}")
    if pictures:
        parts.append(f"{pictures:,} {'picture' if pictures == 1 else 'pictures'}")
    return " and ".join(parts)


def verb(count: int, one: str, many: str) -> str:
    """The form that fits the number."""
    return one if count == 1 else many
