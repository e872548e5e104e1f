"""The performers of the library as people of the gallery: names, links, merges and deletions are followed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from stash_sense.core.address import address_of
from stash_sense.core.records import PersonRecord
from stash_sense.usecases.ports import Library, Performer, StashId
from stash_sense.usecases.reporting import Clock
from stash_sense.usecases.stores import Stores


def person_of(performer: Performer) -> PersonRecord:
    """A Stash performer as a person of the gallery."""
    links = tuple({"endpoint": link.endpoint, "stash_id": link.stash_id} for link in performer.stash_ids)
    return PersonRecord(f"performer:{performer.id}", performer.name, performer.disambiguation, performer.id, links)


def bearer_of(library: Library, links: Collection[StashId]) -> Performer | None:
    """The performer who has one of these stash ids, whether or not the gallery has heard of them."""
    wanted = {(address_of(link.endpoint), link.stash_id) for link in links}
    for performer in library.performers():
        if any((address_of(link.endpoint), link.stash_id) in wanted for link in performer.stash_ids):
            return performer
    return None


def follow_performers(stores: Stores, performers: Collection[Performer], clock: Clock) -> None:
    """performers: all there are in Stash. Without this nobody in a gallery package is known to be one of them."""
    live = {record.id: record for record in map(person_of, performers)}
    aliases = {performer.id: {alias.casefold() for alias in performer.aliases} for performer in performers}
    stored = {person.id: person for person in stores.gallery.people() if person.performer_id is not None}
    with stores.transaction():
        for person_id, person in live.items():
            if stored.get(person_id) != person:
                stores.gallery.put_person(person, clock())
    for person_id in sorted(stored.keys() - live.keys()):
        heir = _heir(stored[person_id], list(live.values()), aliases)
        with stores.transaction():
            hand_over(stores, person_id, heir)


def hand_over(stores: Stores, person_id: str, heir: PersonRecord | None) -> None:
    """The performer is gone: merged into `heir`, or deleted. In the caller's transaction."""
    if heir is not None:
        stores.gallery.repoint(person_id, heir.id)
        stores.media.repoint(person_id, heir.id)
        stores.decisions.repoint(person_id, heir.id)
        stores.media.rule_out(heir.id)  # where the user has said that it is not the one, it is not the other either
    else:
        stores.media.drop_person(person_id)
    # The old image is gone from Stash; the face learned from it stays with the heir, so it must not count as vanished.
    stores.gallery.drop_enrolment("performer", person_id.removeprefix("performer:"))
    stores.gallery.drop_person(person_id)
    stores.gallery.bump()


def _heir(gone: PersonRecord, live: Sequence[PersonRecord], aliases: Mapping[str, set[str]]) -> PersonRecord | None:
    """Who a vanished performer was merged into: the one that has its stash id now, or alone bears its name as an alias."""
    links = {(link["endpoint"], link["stash_id"]) for link in gone.links}
    by_link = [person for person in live if links & {(link["endpoint"], link["stash_id"]) for link in person.links}]
    by_name = [person for person in live if gone.name.casefold() in aliases.get(str(person.performer_id), set())]
    found = by_link or by_name
    return found[0] if len(found) == 1 else None
