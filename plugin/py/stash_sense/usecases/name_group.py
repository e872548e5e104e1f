"""One name for an unknown person wherever they have been seen: what that would change, and the batch that does it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from stash_sense.core.batch_records import BatchItem, BatchRecord
from stash_sense.core.records import PersonRecord
from stash_sense.core.unknown_records import UnknownPlace
from stash_sense.errors import RequestError
from stash_sense.usecases.decide import Desk
from stash_sense.usecases.in_stash import Place, in_stash
from stash_sense.usecases.learning import ENROLLED_PER_TRACK, REFERENCES_PER_PERSON
from stash_sense.usecases.ports import Picture, Scene
from stash_sense.usecases.ruled_out import is_ruled_out
from stash_sense.usecases.unknown_people import group_of
from stash_sense.usecases.wording import places_in_words, verb

CHANGES = ("add", "has", "ruled_out", "gone")  # what becomes of a scene or image


@dataclass(frozen=True, slots=True)
class Naming:
    """What is asked for. Who: name (a new performer) or person_id. track_ids: only these of the group's tracks; None: all."""

    group_id: int
    person_id: str | None = None
    name: str | None = None
    track_ids: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """changes: for each scene and image, best seen first, one of CHANGES. members: the tracks that get the name. person: None: created by name."""

    who: str
    person: PersonRecord | None
    creates: bool
    members: Sequence[UnknownPlace]
    group_id: int
    changes: dict[Place, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """E.g. "Jane Doe will be created and added to 23 scenes; 2 scenes have her already", in words that fit everybody."""
        adds, has = places_in_words(self._at("add")), places_in_words(self._at("has"))
        made = "will be created as a performer and added to" if self.creates else "will be added to"
        text = f"{self.who} {made} {adds}." if adds else f"{self.who} will be confirmed; nothing is added."
        if has:
            text += f" {has[0].upper()}{has[1:]} {verb(len(self._at('has')), 'has', 'have')} this performer already."
        if out := self._at("ruled_out"):
            text += f" {places_in_words(out)} {verb(len(out), 'is', 'are')} left out: you said there that this is not {self.who}."
        if gone := self._at("gone"):
            text += f" {places_in_words(gone)} {verb(len(gone), 'is', 'are')} not in Stash any more."
        return text

    def what(self) -> str:
        """The batch in words."""
        return f"{self.who} in {places_in_words([*self._at('add'), *self._at('has')])}"

    def _at(self, change: str) -> list[Place]:
        return [place for place, what in self.changes.items() if what == change]


def plan(desk: Desk, naming: Naming) -> Plan:
    """What naming the group would change; writes nothing. Raises RequestError for what cannot be done."""
    group = group_of(desk.stores, naming.group_id)
    members = _members(desk, group.id, naming.track_ids)
    person = _person(desk, naming)
    who = person.full_name if person else str(naming.name).strip()
    found = in_stash(desk.library, [(one.kind, one.stash_id) for one in members])
    changes: dict[Place, str] = {}
    for member in members:
        place = (member.kind, member.stash_id)
        if changes.get(place) != "ruled_out":
            changes[place] = _change(desk, member, person, found.get(place))
    named = [one for one in members if changes[one.kind, one.stash_id] in {"add", "has"}]
    creates = person is None or person.performer_id is None
    return Plan(who, person, creates, named, group.id, changes)


def begin(desk: Desk, naming: Naming) -> int:
    """Stores the batch that carries the plan out; returns its id. Raises RequestError where nothing would be done."""
    planned = plan(desk, naming)
    if not planned.members:
        raise RequestError(f"There is nothing to do. {planned.sentence()}")
    count = len(planned.members)
    batch = BatchRecord(
        at=desk.now,
        what=planned.what(),
        name=None if planned.person else planned.who,
        person_id=planned.person.id if planned.person else None,
        group_id=planned.group_id,
        # So many tracks together fill the person's references with faces of as many scenes as there is room for.
        faces=max(1, min(ENROLLED_PER_TRACK, REFERENCES_PER_PERSON // count)),
    )
    with desk.stores.transaction():
        return desk.stores.batches.add(
            batch, [BatchItem(one.kind, one.stash_id, one.track_id) for one in planned.members]
        )


def plan_view(planned: Plan) -> dict[str, Any]:
    """The plan as the panel shows it."""
    person = planned.person
    return {
        "who": planned.who,
        "person_id": person.id if person else None,
        "performer_id": person.performer_id if person else None,
        "creates": planned.creates,
        "sentence": planned.sentence(),
        "counts": {change: sum(one == change for one in planned.changes.values()) for change in CHANGES},
        "changes": [{f"{kind}_id": stash_id, "change": change} for (kind, stash_id), change in planned.changes.items()],
        "track_ids": [str(member.track_id) for member in planned.members],
    }


def _members(desk: Desk, group_id: int, track_ids: Collection[int] | None) -> list[UnknownPlace]:
    members = desk.stores.unknown_pages.places(group_id)
    if track_ids is not None:
        wanted = set(track_ids)
        members = [member for member in members if member.track_id in wanted]
        if len(members) < len(wanted):
            raise RequestError("Some of these faces are not in this group any more. Reload the page.")
    if not members:
        raise RequestError("No face of this person is left without a name. Reload the page.")
    return members


def _person(desk: Desk, naming: Naming) -> PersonRecord | None:
    """Who is meant, as the library knows them; None where a performer is created for a name."""
    if naming.name is not None:
        name = naming.name.strip()
        if not name:
            raise RequestError("A new performer needs a name.")
        for known in desk.stores.gallery.search(name, 20):
            if known.performer_id and known.full_name.casefold() == name.casefold():
                raise RequestError(f"There is a performer called {known.name} already: choose them from the list.")
        return None
    if naming.person_id is None:
        raise RequestError("Say who it is: a person, a performer or a new name is needed.")
    person = desk.person(naming.person_id)
    return person if person.performer_id else desk.stores.gallery.performer_with(person.links) or person


def _change(desk: Desk, member: UnknownPlace, person: PersonRecord | None, item: Scene | Picture | None) -> str:
    if item is None:
        return "gone"
    if person is None:
        return "add"
    standing = desk.stores.decisions.standing(member.kind, member.stash_id)
    said_no = [one for one in standing if (one.action, one.track_id) == ("reject", member.track_id)]
    if any(is_ruled_out(desk.stores, one, person) for one in said_no):
        return "ruled_out"
    return "has" if person.performer_id in {performer.id for performer in item.performers} else "add"
