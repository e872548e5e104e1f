"""The references of a person as the panel shows them, and the user's word on each; standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stash_sense.core.gallery_records import ShownReference
from stash_sense.core.records import MediaKind
from stash_sense.errors import RequestError
from stash_sense.usecases.learning import Learning
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.view import data_url

LISTED = 100
STATES = {"use": "used", "set_aside": "set_aside"}
SAID = {"used": "in use, as you said", "set_aside": "set aside by you"}
UNSAID = {
    "used": "in use",
    "spare": "others show this person better or in more ways",
    "set_aside": "not like the others",
}

Titles = Callable[
    [MediaKind, list[str]], Mapping[str, str]
]  # what Stash calls these scenes or images; some may be missing


@dataclass(frozen=True, slots=True)
class Word:
    """What the user says about a reference, with which the others are sorted out anew."""

    stores: Stores
    now: str
    learning: Learning

    def say(self, reference_id: int, action: str) -> ShownReference:
        """use, set_aside: whatever the others say. restore: takes the user's word back, the others decide again. Raises RequestError."""
        with self.stores.transaction():
            found = self.stores.references.get(reference_id)
            if found is None:
                raise RequestError("This reference is not there any more: reload the page.")
            if action in STATES:
                self.stores.references.pin(reference_id, STATES[action], self.now)
            elif action == "restore":
                self.stores.references.unpin(reference_id)
            else:
                raise RequestError(f"There is no action called {action}: use use, set_aside or restore.")
            self.learning.sort_out(found.person_id)
            self.stores.gallery.bump()
            return found


def references_view(stores: Stores, person_id: str | None, titles: Titles) -> list[dict[str, Any]]:
    """All references of a person; of nobody in particular: those that are set aside or that the user has said something about."""
    rows = stores.references.of_person(person_id) if person_id else stores.references.disagreeing(LISTED)
    named: dict[tuple[str, str], str] = {}
    for kind in ("scene", "image"):
        ids = sorted({place[1] for row in rows if (place := _place(row)) and place[0] == kind}, key=int)
        if ids:
            named.update({(kind, one): title for one, title in titles(kind, ids).items()})
    return [_shown(stores, row, named) for row in rows]


def performer_view(stores: Stores, performer_id: str, *, least: float) -> dict[str, Any]:
    """How well a performer is known, and where they wait to be confirmed. least: the probability from which a suggestion counts, 0..1."""
    person_id = f"performer:{performer_id}"
    counts = stores.references.counts_of(person_id)
    waiting = stores.media.waiting_for(person_id, least=least)
    return {
        "performer_id": performer_id,
        "references": counts.get("used", 0),
        "elsewhere": counts["elsewhere"],
        "set_aside": counts.get("set_aside", 0),
        "waiting_scenes": waiting.get("scene", 0),
        "waiting_images": waiting.get("image", 0),
    }


def _shown(stores: Stores, row: ShownReference, titles: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    person, place = stores.gallery.person(row.person_id), _place(row)
    kind, stash_id = place or (None, None)
    return {
        "reference_id": str(row.id),
        "person_id": row.person_id,
        "performer_id": person.performer_id if person else None,
        "name": person.full_name if person else row.person_id,
        "origin": row.origin,
        "title": titles.get(place) if place else None,
        "scene_id": stash_id if kind == "scene" else None,
        "image_id": stash_id if kind == "image" else None,
        "address": row.origin_id if row.origin == "site" else None,
        "decision_id": row.origin_id if row.origin == "confirmed" else None,
        "state": row.state,
        "said": row.pinned_at is not None,
        "why": SAID[row.state] if row.pinned_at and row.state in SAID else row.why or UNSAID[row.state],
        "quality": round(row.quality, 3),
        "added_at": row.added_at,
        "crop": data_url(row.crop),
        "beside": data_url(stores.gallery.best_crop(row.person_id)) if row.state == "set_aside" else None,
    }


def _place(row: ShownReference) -> tuple[MediaKind, str] | None:
    """The scene or image it was seen in."""
    if row.decided_on is not None:
        return row.decided_on.kind, row.decided_on.stash_id
    return ("image", row.origin_id) if row.origin == "image" else None
