"""Short answers for the panel that only read: standard library only, no model, no video."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stash_sense.adapters.store.database import FILE_NAME
from stash_sense.core.records import MediaKind, Named
from stash_sense.entry.arguments import number, optional, whole
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import open_stores, settings_of
from stash_sense.errors import NotFoundError, RequestError
from stash_sense.usecases.history import history_page
from stash_sense.usecases.view import media_view
from stash_sense.usecases.view import search_people as find_people

PER_PAGE, MOST_PER_PAGE = 25, 50
LAST_PAGE = 10**9  # beyond it SQLite's numbers end


def scene(request: Request) -> dict[str, Any]:
    """{scene_id, cast?} → who is in the scene."""
    return _view(request, "scene")


def image(request: Request) -> dict[str, Any]:
    """{image_id, cast?} → who is in the picture."""
    return _view(request, "image")


def search_people(request: Request) -> list[dict[str, Any]]:
    """{q} → people of the library and of the gallery packages by name."""
    from stash_sense.entry.wiring_galleries import people_of_packages  # the other operations open no package

    with open_stores(request) as stores, people_of_packages(stores, request.data_dir) as packages:
        return find_people(stores, optional(request.args, "q") or "", packages)


def history(request: Request) -> dict[str, Any]:
    """{page, per_page} → what was decided, newest first; a batch is one entry."""
    page = whole(request.args, "page", 1, least=1, most=LAST_PAGE)
    per_page = whole(request.args, "per_page", PER_PAGE, least=1, most=MOST_PER_PAGE)
    with open_stores(request) as stores:
        return history_page(stores, page=page, per_page=per_page)


def tags(request: Request) -> dict[str, str]:
    """{} → our tags in Stash by role, as last seen; those per person left out. Nothing before the first set-up, which is no error here."""
    if not (request.data_dir / FILE_NAME).exists():
        return {}
    from stash_sense.usecases.tagging import NAMES  # the other operations need none of it

    with open_stores(request) as stores:
        return {tag.role: tag.tag_id for tag in stores.tags.of_roles(NAMES)}


def self_test_report(request: Request) -> dict[str, Any]:
    """{} → what the last self-test has shown; `at` is null before the first one."""
    with open_stores(request) as stores:
        at, result = stores.self_tests.last() or (None, {})
        return {"at": at, "rows": [], "speed": None, "references": None, "estimate": None, **result}


def calibration(request: Request) -> dict[str, Any]:
    """What the task “Calibrate on my library” has found, and whether it is in use."""
    from stash_sense.entry.status_calibration import describe

    with open_stores(request) as stores:
        return describe(stores, settings_of(stores), request.data_dir)


def _view(request: Request, kind: MediaKind) -> dict[str, Any]:
    stash_id = str(number(request.args, f"{kind}_id"))
    with open_stores(request) as stores:
        return media_view(stores, kind, stash_id, _cast(request, kind, stash_id))


def _cast(request: Request, kind: MediaKind, stash_id: str) -> Sequence[Named]:
    """The performers on the scene or image: as the caller says, who has just shown them, else as Stash says."""
    given = request.args.get("cast")
    if given is not None:
        try:
            return [Named(str(one["id"]), str(one["name"])) for one in given]
        except (TypeError, KeyError) as err:
            raise RequestError("The cast has to be a list of performers with id and name.") from err
    from stash_sense.entry.wiring_stash import open_library  # costs as much as all the rest of this operation

    with open_library(request) as library:
        found = library.scenes(ids=[stash_id]) if kind == "scene" else library.pictures(ids=[stash_id])
        for item in found:
            return item.performers
    raise NotFoundError(f"The {kind} is not in Stash any more.")
