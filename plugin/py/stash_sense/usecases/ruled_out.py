"""Whom the user has ruled out for a track, by whatever id they go now. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stash_sense.core.address import address_of
from stash_sense.core.records import DecisionRecord, PersonRecord
from stash_sense.usecases.stores import Stores


def stash_ids(links: Iterable[Mapping[str, str]]) -> frozenset[tuple[str, str]]:
    """(address of the box, id there), the same however an endpoint is written."""
    return frozenset((address_of(link["endpoint"]), link["stash_id"]) for link in links)


def links_ruled_out(stores: Stores, rejection: DecisionRecord) -> Sequence[Mapping[str, str]]:
    """The stash ids of whom the rejection is about: as they were then, else (decisions made before they were noted) as they are now."""
    links: Sequence[Mapping[str, str]] | None = rejection.after.get("links")
    if links is None:
        person = stores.gallery.person(rejection.person_id or "")
        links = person.links if person else ()
    return links


def is_ruled_out(stores: Stores, rejection: DecisionRecord, person: PersonRecord) -> bool:
    """Whether the rejection is about this person, who may have been known from a package only at that time."""
    if rejection.person_id == person.id:
        return True
    return not stash_ids(person.links).isdisjoint(stash_ids(links_ruled_out(stores, rejection)))
