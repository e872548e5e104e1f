"""The operations that decide and undo; apart from the reading ones, which start faster without all this."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from stash_sense.adapters.stash.editor import StashEditor
from stash_sense.adapters.stash.library import StashLibrary
from stash_sense.core.records import MediaKind
from stash_sense.entry.arguments import number, optional, subject, text
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import now, open_stores, settings_of
from stash_sense.entry.wiring_galleries import look_up
from stash_sense.entry.wiring_learning import learning_of
from stash_sense.entry.wiring_stash import open_stash
from stash_sense.usecases.decide import Choice, Desk
from stash_sense.usecases.undo import undo as take_back
from stash_sense.usecases.view import media_view


def decide(request: Request) -> dict[str, Any]:
    """{scene_id | image_id, track_id, action, person_id | performer_id | name} → {decision_id, scene}."""
    kind, stash_id = subject(request.args)
    choice = Choice(
        kind=kind,
        stash_id=stash_id,
        track_id=number(request.args, "track_id"),
        action=text(request.args, "action"),
        person_id=optional(request.args, "person_id"),
        performer_id=optional(request.args, "performer_id"),
        name=optional(request.args, "name"),
    )
    with open_desk(request) as desk:
        decision_id = desk.decide(choice)
        return {"decision_id": str(decision_id), "scene": _show(desk, kind, stash_id)}


def undo(request: Request) -> dict[str, Any]:
    """{decision_id} → {scene, message}."""
    with open_desk(request) as desk:
        undone = take_back(desk, number(request.args, "decision_id"))
        view = _show(desk, undone.decision.kind, undone.decision.stash_id)
        return {"scene": view, "message": undone.message}


@contextmanager
def open_desk(request: Request) -> Iterator[Desk]:
    """All that a decision touches."""
    with open_stores(request) as stores, open_stash(request) as graphql:
        look = partial(look_up, stores, request.data_dir)
        learning = partial(learning_of, stores, request.data_dir)
        yield Desk(stores, StashLibrary(graphql), StashEditor(graphql), settings_of(stores), now(), look, learning)


def _show(desk: Desk, kind: MediaKind, stash_id: str) -> dict[str, Any]:
    return media_view(desk.stores, kind, stash_id, desk.current(kind, stash_id).performers)
