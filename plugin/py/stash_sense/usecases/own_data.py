"""The user's own work goes with the user: decisions, people and references out to one file and back in, into this or a new installation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from stash_sense.core.catalogue.own import Known, NewNames, OwnData, OwnPerson, Subject, match_performers
from stash_sense.core.records import DecisionRecord, PersonRecord
from stash_sense.usecases.library_people import person_of
from stash_sense.usecases.ports import Library
from stash_sense.usecases.reporting import Clock
from stash_sense.usecases.stores import Stores


class OwnStore(Protocol):
    def all(self) -> OwnData: ...

    def decided(self) -> dict[tuple[str, str, str, str, str | None], int]: ...


class OwnFile(Protocol):
    """One file. Raises SetupError with what is wrong with it."""

    def write(self, data: OwnData, now: str) -> Mapping[str, int]:
        """Returns how many rows of each kind: person, reference, decision …"""
        ...

    def read(self) -> AbstractContextManager[OwnData]: ...


def export_own(own: OwnStore, file: OwnFile, clock: Clock) -> str:
    """Returns the sentence for the user."""
    counts = file.write(own.all(), clock())
    return f"{counts['person']:,} people, {counts['reference']:,} references and {counts['decision']:,} decisions were written."


@dataclass(frozen=True, slots=True)
class OwnImport:
    """Brings the file of another installation in. What is here already stays, and nothing is there twice, however often it is brought in."""

    stores: Stores
    own: OwnStore
    library: Library
    clock: Clock

    def bring(self, file: OwnFile) -> str:
        """All or nothing; returns the sentence for the user. Performers, scenes and images are looked up in Stash first."""
        with file.read() as data:
            people = list(data.people)
            decisions = list(data.decisions)
            names = NewNames(self._performers(people), self._subjects(decisions, data.fingerprints))
            with self.stores.transaction():
                self._put_people(people, names)
                brought = self._put_decisions(decisions, names)
                references = self._put_references(data, names)
                self.stores.gallery.bump()
        return _told(people, names, (*brought, *references))

    def _performers(self, people: Sequence[OwnPerson]) -> dict[str, PersonRecord]:
        ours = [Known(person_of(performer), performer.aliases) for performer in self.library.performers()]
        return match_performers([one.record for one in people if one.record.performer_id is not None], ours)

    def _subjects(self, decisions: Iterable[DecisionRecord], marks: Mapping[Subject, str]) -> dict[Subject, str]:
        """Each scene and image decided about → its id here: by the file's fingerprint, else by its id if that one's file has changed."""
        wanted = {(decision.kind, decision.stash_id) for decision in decisions}
        found: dict[Subject, str] = {}
        for kind in ("scene", "image"):
            ids = sorted(stash_id for this, stash_id in wanted if this == kind)
            if not ids:
                continue
            here = self._fingerprints(kind, ids)
            same = [one for one in ids if one in here and marks.get((kind, one)) in {None, here[one]}]
            found.update({(kind, one): one for one in same})
            if rest := set(ids) - set(same):
                found.update(self._elsewhere(kind, rest, marks, here, trusted=bool(same)))
        return found

    def _elsewhere(
        self, kind: str, ids: set[str], marks: Mapping[Subject, str], here: Mapping[str, str | None], *, trusted: bool
    ) -> dict[Subject, str]:
        """trusted: other ids are the same here, so this is the same Stash, and a file with another fingerprint is a new version of it."""
        by_mark = {mark: one for one, mark in self._fingerprints(kind, None).items() if mark}
        found = {}
        for one in ids:
            moved = by_mark.get(marks.get((kind, one), ""))
            if moved is not None or (trusted and one in here):
                found[kind, one] = moved or one
        return found

    def _fingerprints(self, kind: str, ids: Sequence[str] | None) -> dict[str, str | None]:
        rows = self.library.scenes(ids=ids) if kind == "scene" else self.library.pictures(ids=ids)
        return {row.id: row.fingerprint for row in rows}

    def _put_people(self, people: Iterable[OwnPerson], names: NewNames) -> None:
        for one in people:
            if one.record.performer_id is not None:
                if (record := names.people.get(one.record.id)) is not None:
                    self.stores.gallery.put_person(record, self.clock())
            elif self.stores.gallery.person(one.record.id) is None:
                self.stores.gallery.put_person(one.record, self.clock(), crop=one.crop)

    def _put_decisions(self, decisions: Sequence[DecisionRecord], names: NewNames) -> tuple[int, int]:
        """How many came in and how many were left out. An undoing is a later decision, so it is told once all have their numbers."""
        here, left = self.own.decided(), 0
        fresh: set[int | None] = set()
        for decision in decisions:
            renamed = names.decision(decision)
            if renamed is None:
                left += 1
                continue
            key = (renamed.at, renamed.action, renamed.kind, renamed.stash_id, renamed.person_id)
            if key in here:
                names.decisions[decision.id] = here[key]
                continue
            names.decisions[decision.id] = self.stores.decisions.add(renamed)
            fresh.add(decision.id)
        for decision in decisions:
            made, by = names.decisions.get(decision.id), names.decisions.get(decision.undone_by or 0)
            if made is not None and by is not None and fresh & {decision.id, decision.undone_by}:
                self.stores.decisions.set_undone(made, by)
                self.stores.gallery.drop_origin("confirmed", str(made))
        return len(fresh), left

    def _put_references(self, data: OwnData, names: NewNames) -> tuple[int, int]:
        came = left = 0
        for reference in data.references:
            renamed = names.reference(reference)
            if renamed is None:
                left += 1
            elif self.stores.gallery.add_reference(replace(renamed, id=0)) is not None:
                came += 1
        for enrolment in data.enrolments:
            moved = names.enrolment(enrolment)
            if moved is not None and self.stores.gallery.enrolment(moved.origin, moved.origin_id) is None:
                self.stores.gallery.put_enrolment(moved)
        return came, left


def _told(people: Sequence[OwnPerson], names: NewNames, counts: tuple[int, int, int, int]) -> str:
    decisions, decisions_left, references, references_left = counts
    missing = sum(one.record.performer_id is not None and one.record.id not in names.people for one in people)
    text = f"{references:,} references and {decisions:,} decisions were brought in."
    if missing:
        text += f" {missing:,} performers were not found in this Stash by stash id or name."
    if decisions_left or references_left:
        text += f" {references_left:,} references and {decisions_left:,} decisions were left out, since what they are about is not here."
    return text
