from __future__ import annotations

from typing import Any

import pytest
from tests.fakes import FakeTransport

from stash_sense.adapters.stash.casts import AT_ONCE
from stash_sense.adapters.stash.library import StashLibrary
from stash_sense.core.records import MediaKind
from stash_sense.errors import NotFoundError


def stash(kind: MediaKind, rows: dict[str, list[str]]) -> FakeTransport:
    """A Stash with these scenes or images, by id, and the performers on each."""
    name, field, plural = ("Scene", "findScenes", "scenes") if kind == "scene" else ("Image", "findImages", "images")

    def casts(variables: dict[str, Any]) -> dict[str, Any] | Exception:
        if gone := [key for key in variables["ids"] if key not in rows]:
            return NotFoundError(f"row with id {gone[0]} not found")
        found = [{"id": key, "performers": [{"id": one} for one in rows[key]]} for key in variables["ids"]]
        return {field: {plural: found}}

    of_studio = {field: {plural: [{"id": key} for key in rows]}}
    return FakeTransport({f"StashSense_{name}Casts": casts, f"StashSense_{name}sOfStudio": of_studio})


@pytest.mark.parametrize("kind", ["scene", "image"])
def test_who_is_on_what_is_there(kind: MediaKind) -> None:
    library = StashLibrary(stash(kind, {"1": ["7", "8"], "2": [], "4": ["7"]}))
    assert library.casts(kind, ["1", "2", "3", "4", "1"]) == {"1": {"7", "8"}, "2": set(), "4": {"7"}}
    assert library.casts(kind, []) == {}


def test_many_are_asked_for_at_once() -> None:
    rows = {str(key): ["7"] for key in range(1, 2 * AT_ONCE + 2)}
    graphql = stash("scene", rows)
    assert len(StashLibrary(graphql).casts("scene", list(rows))) == len(rows)
    assert [len(asked["ids"]) for asked in graphql.variables("StashSense_SceneCasts")] == [AT_ONCE, AT_ONCE, 1]


@pytest.mark.parametrize("kind", ["scene", "image"])
def test_what_belongs_to_a_studio(kind: MediaKind) -> None:
    graphql = stash(kind, {"1": [], "5": []})
    assert StashLibrary(graphql).ids_of_studio(kind, "9") == ["1", "5"]
    ((_, asked),) = graphql.calls
    assert asked == {"filter": {"studios": {"value": ["9"], "modifier": "INCLUDES", "depth": 0}}}
