"""The page of people to review over the whole library: everything a page shows is read in a few questions. Standard library only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

from stash_sense.core.records import PersonRecord
from stash_sense.core.review_records import Sort, WaitingMedia, Wanted
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.view import candidate_view, identity_with, track_view

CANDIDATES_SHOWN = 3
PERFORMERS_SHOWN = 50


def review_page(stores: Stores, wanted: Wanted, *, sort: Sort, page: int, per_page: int) -> dict[str, Any]:
    """Scenes and images in which somebody wanted waits; beyond the last page there are none. performers: among all that wait, for the filter."""
    total, people = stores.review.counts(wanted)
    items = stores.review.page(
        wanted, sort=sort, offset=(page - 1) * per_page, count=per_page, candidates=CANDIDATES_SHOWN
    )
    return {
        "total": total,
        "people": people,
        "page": page,
        "per_page": per_page,
        "from": wanted.least,
        "items": _items(stores, items),
        "performers": _performers(stores),
    }


def people_called(stores: Stores, person_ids: Collection[str]) -> dict[str, PersonRecord]:
    """All of them by id; whoever is in no gallery any more is called by the id."""
    known = stores.gallery.some(person_ids)
    return {person_id: known.get(person_id) or PersonRecord(person_id, person_id) for person_id in person_ids}


def _items(stores: Stores, items: Sequence[WaitingMedia]) -> list[dict[str, Any]]:
    tracks = list(chain.from_iterable(item.shown for item in items))
    people = people_called(stores, {candidate.person_id for track in tracks for candidate in track.candidates})
    crops = stores.gallery.best_crops(people)
    identities = {person_id: identity_with(person, crops.get(person_id)) for person_id, person in people.items()}
    decisions = stores.decisions.newest([track.id for track in tracks])
    return [_item(item, identities, decisions) for item in items]


def _item(
    item: WaitingMedia, identities: Mapping[str, Mapping[str, Any]], decisions: Mapping[int, tuple[int, str]]
) -> dict[str, Any]:
    people = [
        track_view(
            track,
            decision=decisions.get(track.id),
            candidates=[candidate_view(one, identities[one.person_id]) for one in track.candidates],
        )
        for track in item.shown
    ]
    return {
        f"{item.kind}_id": item.stash_id,
        "analysed_at": item.analysed_at,
        "people": people,
        "decided": item.decided,
        "unsure": item.unsure,
    }


def _performers(stores: Stores) -> list[dict[str, Any]]:
    found = stores.review.performers(PERFORMERS_SHOWN)
    people = people_called(stores, [person_id for person_id, _ in found])
    return [
        {
            "person_id": person_id,
            "name": people[person_id].full_name,
            "performer_id": people[person_id].performer_id,
            "tracks": tracks,
        }
        for person_id, tracks in found
    ]
