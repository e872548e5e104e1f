"""The operations about references: where each comes from, and the user's word on it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.records import MediaKind
from stash_sense.entry.arguments import number, text
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import now, open_stores, settings_of
from stash_sense.errors import StashSenseError
from stash_sense.usecases.learning import Learning, LearnLater
from stash_sense.usecases.references import Word, performer_view, references_view

log = logging.getLogger(__name__)


def references(request: Request) -> list[dict[str, Any]]:
    """{performer_id?} → the references of a performer; without: of all people those that are set aside or decided by the user."""
    person_id = None
    if request.args.get("performer_id") not in (None, ""):
        person_id = f"performer:{number(request.args, 'performer_id')}"
    with open_stores(request) as stores:
        return references_view(stores, person_id, partial(_titles, request))


def performer(request: Request) -> dict[str, Any]:
    """{performer_id} → by how many faces a performer is known, and how many scenes and images wait for a decision about them."""
    performer_id = str(number(request.args, "performer_id"))
    with open_stores(request) as stores:
        return performer_view(stores, performer_id, least=int(settings_of(stores)["review_from"]) / 100)


def reference(request: Request) -> dict[str, Any]:
    """{reference_id, action: use | set_aside | restore} → {references: those of the same person}."""
    reference_id, action = number(request.args, "reference_id"), text(request.args, "action")
    with open_stores(request) as stores:
        found = Word(stores, now(), _learning(request, stores)).say(reference_id, action)
        return {"references": references_view(stores, found.person_id, partial(_titles, request))}


def _learning(request: Request, stores: SqliteStores) -> Learning:
    from stash_sense.entry.wiring_learning import learning_of  # with numpy, which listing does without

    pack = stores.spaces.in_use()
    current = learning_of(stores, request.data_dir, pack.pack, pack.revision) if pack else None
    return current or LearnLater(stores)


def _titles(request: Request, kind: MediaKind, ids: list[str]) -> Mapping[str, str]:
    """From Stash; without it the references are shown all the same."""
    from stash_sense.entry.wiring_stash import open_library  # only where a reference comes from a scene or an image

    try:
        with open_library(request) as library:
            found = library.scenes(ids=ids) if kind == "scene" else library.pictures(ids=ids)
            return {item.id: item.title for item in found}
    except StashSenseError as err:
        log.warning("the titles could not be read: %s", err)
        return {}
