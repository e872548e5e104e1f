"""What is exported of sense.db: everything that the user has decided and collected."""

from __future__ import annotations

import json
from collections.abc import Iterator

from stash_sense.adapters.store.base import Store
from stash_sense.adapters.store.decisions import DecisionStore
from stash_sense.adapters.store.gallery import ENROLMENT, REFERENCE
from stash_sense.core.catalogue.own import OwnData, OwnPerson, Subject
from stash_sense.core.gallery_records import EnrolmentRecord, ReferenceRecord
from stash_sense.core.records import DecisionRecord, PersonRecord


class OwnStore(Store):
    def all(self) -> OwnData:
        """Read while it is written out; decisions that Stash was perhaps never told are left out."""
        return OwnData(self._people(), self._references(), self._enrolments(), self._decisions(), self._fingerprints())

    def decided(self) -> dict[tuple[str, str, str, str, str | None], int]:
        """The decisions that are here already, by what makes two the same: instant, action, subject and person."""
        rows = self.db.execute("SELECT at, action, kind, stash_id, person_id, id FROM decision")
        return {
            (at, action, kind, str(stash_id), person): number for at, action, kind, stash_id, person, number in rows
        }

    def _people(self) -> Iterator[OwnPerson]:
        rows = self.db.execute("SELECT id, name, disambiguation, performer_id, links, crop FROM person ORDER BY id")
        for person_id, name, disambiguation, performer_id, links, crop in rows:
            number = None if performer_id is None else str(performer_id)
            yield OwnPerson(PersonRecord(person_id, name, disambiguation, number, tuple(json.loads(links))), crop)

    def _references(self) -> Iterator[ReferenceRecord]:
        rows = self.db.execute(f"SELECT {REFERENCE} FROM reference ORDER BY id")
        return (ReferenceRecord(*row) for row in rows)

    def _enrolments(self) -> Iterator[EnrolmentRecord]:
        rows = self.db.execute(f"SELECT {ENROLMENT} FROM enrolment ORDER BY origin, origin_id")
        return (EnrolmentRecord(*row) for row in rows)

    def _decisions(self) -> Iterator[DecisionRecord]:
        for (number,) in self.db.execute("SELECT id FROM decision WHERE state = 'done' ORDER BY id"):
            if (decision := DecisionStore(self.db).get(number)) is not None:
                yield decision

    def _fingerprints(self) -> dict[Subject, str]:
        rows = self.db.execute(
            "SELECT DISTINCT media.kind, media.stash_id, media.fingerprint FROM media JOIN decision "
            "ON decision.kind = media.kind AND decision.stash_id = media.stash_id"
        )
        return {(kind, str(stash_id)): fingerprint for kind, stash_id, fingerprint in rows}
