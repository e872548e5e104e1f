"""Short answers for the panel: standard library only, no model, no video."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from stash_sense.adapters.http import HttpTransport
from stash_sense.adapters.stash.config import plugin_settings, save_plugin_settings
from stash_sense.core.records import MediaKind
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import access, open_desk, open_stores
from stash_sense.errors import RequestError
from stash_sense.settings import PLUGIN_ID, SETTINGS, check, effective
from stash_sense.usecases.decide import Choice, Desk
from stash_sense.usecases.history import history_page
from stash_sense.usecases.undo import undo as take_back
from stash_sense.usecases.view import media_view
from stash_sense.usecases.view import search_people as find_people

PER_PAGE = 50


def scene(request: Request) -> dict[str, Any]:
    """{scene_id} → who is in the scene."""
    return _view(request, "scene")


def image(request: Request) -> dict[str, Any]:
    """{image_id} → who is in the picture."""
    return _view(request, "image")


def decide(request: Request) -> dict[str, Any]:
    """{scene_id | image_id, track_id, action, person_id | performer_id | name} → {decision_id, scene}."""
    kind, stash_id = _subject(request)
    choice = Choice(
        kind=kind,
        stash_id=stash_id,
        track_id=_number(request.args, "track_id"),
        action=_text(request.args, "action"),
        person_id=_optional(request.args, "person_id"),
        performer_id=_optional(request.args, "performer_id"),
        name=_optional(request.args, "name"),
    )
    with open_desk(request) as desk:
        decision_id = desk.decide(choice)
        return {"decision_id": str(decision_id), "scene": _show(desk, kind, stash_id)}


def undo(request: Request) -> dict[str, Any]:
    """{decision_id} → {scene, message}."""
    with open_desk(request) as desk:
        undone = take_back(desk, _number(request.args, "decision_id"))
        view = _show(desk, undone.decision.kind, undone.decision.stash_id)
        return {"scene": view, "message": undone.message}


def search_people(request: Request) -> list[dict[str, Any]]:
    """{q} → people of the gallery by name."""
    with open_stores(request) as stores:
        return find_people(stores, _optional(request.args, "q") or "")


def history(request: Request) -> list[dict[str, Any]]:
    """{page} → decisions, newest first."""
    page = max(1, _number(request.args, "page") if request.args.get("page") else 1)
    with open_stores(request) as stores:
        return history_page(stores, offset=(page - 1) * PER_PAGE, count=PER_PAGE)


def settings(request: Request) -> list[dict[str, Any]]:
    """{values?} → effective settings with defaults, ranges, help; `values` are checked and stored first."""
    wanted = request.args.get("values") or {}
    if not isinstance(wanted, dict):
        raise RequestError("The values of settings have to be an object.")
    changes = {key: check(key, value) for key, value in wanted.items()}
    with closing(HttpTransport(access(request))) as graphql:
        stored = save_plugin_settings(graphql, PLUGIN_ID, changes) if changes else plugin_settings(graphql, PLUGIN_ID)
    values = effective(stored)
    with open_stores(request, create=True) as stores, stores.transaction():
        stores.settings.save(values)
    return [
        {
            "key": setting.key,
            "title": setting.title,
            "kind": setting.kind,
            "value": values[setting.key],
            "default": setting.default,
            "bounds": list(setting.bounds) if setting.bounds else None,
            "choices": list(setting.choices),
            "help": setting.help,
        }
        for setting in SETTINGS
    ]


def _view(request: Request, kind: MediaKind) -> dict[str, Any]:
    stash_id = str(_number(request.args, f"{kind}_id"))
    with open_desk(request) as desk:
        return _show(desk, kind, stash_id)


def _show(desk: Desk, kind: MediaKind, stash_id: str) -> dict[str, Any]:
    return media_view(desk.stores, kind, stash_id, desk.current(kind, stash_id).performers)


def _subject(request: Request) -> tuple[MediaKind, str]:
    if request.args.get("image_id") is not None:
        return "image", str(_number(request.args, "image_id"))
    return "scene", str(_number(request.args, "scene_id"))


def _number(args: Mapping[str, Any], key: str) -> int:
    try:
        return int(str(args[key]))
    except (KeyError, ValueError) as err:
        raise RequestError(f"The request needs a number called {key}.") from err


def _text(args: Mapping[str, Any], key: str) -> str:
    if not (value := _optional(args, key)):
        raise RequestError(f"The request needs {key}.")
    return value


def _optional(args: Mapping[str, Any], key: str) -> str | None:
    value = args.get(key)
    return str(value) if value not in (None, "") else None
