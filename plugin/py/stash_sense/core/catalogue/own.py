"""What a user has decided and collected, as it goes from one installation to the next. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stash_sense.core.gallery_records import EnrolmentRecord, ReferenceRecord
from stash_sense.core.records import DecisionRecord, PersonRecord

Subject = tuple[str, str]  # "scene" or "image", and its id in Stash


@dataclass(frozen=True, slots=True)
class OwnPerson:
    """crop: the picture of somebody who came from a package."""

    record: PersonRecord
    crop: bytes | None = None


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything that cannot be had again by reading Stash and the boxes. fingerprints: of the files decided about."""

    people: Iterable[OwnPerson]
    references: Iterable[ReferenceRecord]
    enrolments: Iterable[EnrolmentRecord]
    decisions: Iterable[DecisionRecord]
    fingerprints: Mapping[Subject, str]


@dataclass(frozen=True, slots=True)
class Known:
    """A performer of the Stash that the data come to."""

    record: PersonRecord
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewNames:
    """What things are called where the data come to. A missing key: it is not there any more. Persons of packages keep their names."""

    people: Mapping[str, PersonRecord]
    subjects: Mapping[Subject, str]
    decisions: dict[int, int] = field(default_factory=dict)

    def person(self, person_id: str) -> str | None:
        if not person_id.startswith("performer:"):
            return person_id
        found = self.people.get(person_id)
        return found.id if found else None

    def performer(self, performer_id: Any) -> str | None:
        found = self.people.get(f"performer:{performer_id}")
        return found.performer_id if found else None

    def reference(self, reference: ReferenceRecord) -> ReferenceRecord | None:
        """None: its person or its decision is not there."""
        person = self.person(reference.person_id)
        origin_id: str | None = reference.origin_id
        if reference.origin == "performer":
            origin_id = self.performer(reference.origin_id)
        elif reference.origin == "confirmed":
            made = self.decisions.get(int(reference.origin_id)) if reference.origin_id.isdigit() else None
            origin_id = None if made is None else str(made)
        if person is None or origin_id is None:
            return None
        return replace(reference, person_id=person, origin_id=origin_id)

    def enrolment(self, enrolment: EnrolmentRecord) -> EnrolmentRecord | None:
        if enrolment.origin != "performer":
            return enrolment
        origin_id = self.performer(enrolment.origin_id)
        return None if origin_id is None else replace(enrolment, origin_id=origin_id)

    def decision(self, decision: DecisionRecord) -> DecisionRecord | None:
        """None: the scene, the image or the person is not there. The track is found again by the template."""
        subject = self.subjects.get((decision.kind, decision.stash_id))
        person = None if decision.person_id is None else self.person(decision.person_id)
        if subject is None or (person is None and decision.person_id is not None):
            return None
        before, after = dict(decision.before), dict(decision.after)
        if "performers" in before:
            before["performers"] = [self.performer(one) or str(one) for one in before["performers"]]
        if "candidates" in before:
            before["candidates"] = [self._candidate(one) for one in before["candidates"]]
        if "decision_id" in before:
            before["decision_id"] = self.decisions.get(before["decision_id"], 0)
        if after.get("performer_id") is not None:
            after["performer_id"] = self.performer(after["performer_id"])
        return replace(
            decision,
            stash_id=subject,
            person_id=person,
            track_id=None,
            before=before,
            after=after,
            undone_by=None,
            id=0,
        )

    def _candidate(self, candidate: Mapping[str, Any]) -> dict[str, Any]:
        return {**candidate, "person_id": self.person(candidate["person_id"]) or candidate["person_id"]}


def match_performers(theirs: Sequence[PersonRecord], ours: Sequence[Known]) -> dict[str, PersonRecord]:
    """Who of `theirs` (persons with a performer in the Stash they come from) is who in this Stash; nobody is guessed.

    By a stash id that only one of ours has, else by the same performer id with the same name or an alias of it, else by name and disambiguation
    that only one of ours has and whose stash ids do not say otherwise.
    """
    by_link: dict[tuple[str, str], list[Known]] = {}
    by_name: dict[tuple[str, str], list[Known]] = {}
    for known in ours:
        by_name.setdefault(_full(known.record), []).append(known)
        for link in _links(known.record):
            by_link.setdefault(link, []).append(known)
    by_id = {known.record.id: known for known in ours}
    found = {}
    for person in theirs:
        linked = {known.record.id: known for link in _links(person) for known in by_link.get(link, ())}
        same = by_id.get(person.id)
        alike = [known for known in by_name.get(_full(person), ()) if not _contradict(person, known.record)]
        if len(linked) == 1:
            found[person.id] = next(iter(linked.values())).record
        elif same is not None and _named(same, person.name) and not _contradict(person, same.record):
            found[person.id] = same.record
        elif len(alike) == 1:
            found[person.id] = alike[0].record
    return found


def _links(person: PersonRecord) -> set[tuple[str, str]]:
    return {(link["endpoint"], link["stash_id"]) for link in person.links}


def _full(person: PersonRecord) -> tuple[str, str]:
    return person.name.casefold(), (person.disambiguation or "").casefold()


def _named(known: Known, name: str) -> bool:
    return name.casefold() in {known.record.name.casefold(), *(alias.casefold() for alias in known.aliases)}


def _contradict(one: PersonRecord, other: PersonRecord) -> bool:
    """Both have an id on the same box and share none there."""
    boxes = {endpoint for endpoint, _ in _links(one)} & {endpoint for endpoint, _ in _links(other)}
    shared = {endpoint for endpoint, _ in _links(one) & _links(other)}
    return bool(boxes - shared)
