"""People, their references, and what has been read to make them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.address import address_of
from stash_sense.core.records import PersonRecord

if TYPE_CHECKING:
    from stash_sense.core.gallery_records import EnrolmentRecord, ReferenceRecord

_PERSON = "id, name, disambiguation, performer_id, links"
REFERENCE = "person_id, origin, origin_id, content_hash, pack, revision, state, quality, vector, crop, added_at, id, pinned_at, why"
ENROLMENT = "origin, origin_id, version, content_hash, pack, revision, outcome, read_at, message"


class GalleryStore(Store):
    # People

    def person(self, person_id: str) -> PersonRecord | None:
        row = self.db.execute(f"SELECT {_PERSON} FROM person WHERE id = ?", (person_id,)).fetchone()
        return _person(row) if row else None

    def people(self) -> list[PersonRecord]:
        return [_person(row) for row in self.db.execute(f"SELECT {_PERSON} FROM person ORDER BY id")]

    def some(self, person_ids: Collection[str]) -> dict[str, PersonRecord]:
        """Those that are there, by id."""
        rows = self.db.execute(
            f"SELECT {_PERSON} FROM person WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(person_ids)),),
        )
        return {person.id: person for person in map(_person, rows)}

    def search(self, text: str, count: int) -> list[PersonRecord]:
        """People whose name contains `text`, letter case aside; names that begin with it come first."""
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = self.db.execute(
            f"SELECT {_PERSON} FROM person WHERE name LIKE ? ESCAPE '\\' ORDER BY name NOT LIKE ? ESCAPE '\\', name LIMIT ?",
            (f"%{pattern}%", f"{pattern}%", count),
        )
        return [_person(row) for row in rows]

    def performer_with(self, links: Sequence[Mapping[str, str]]) -> PersonRecord | None:
        """The performer of the library that has one of these stash ids, however its endpoint is written."""

        def told(link: Mapping[str, str]) -> tuple[str, str]:
            return address_of(link["endpoint"]), link["stash_id"]

        for link in links:
            rows = self.db.execute(
                f"SELECT {_PERSON} FROM person WHERE performer_id IS NOT NULL AND instr(links, ?) ORDER BY performer_id",
                (json.dumps(link["stash_id"]),),
            )
            for person in map(_person, rows):
                if told(link) in map(told, person.links):
                    return person
        return None

    def put_person(self, person: PersonRecord, now: str, *, crop: bytes | None = None) -> None:
        """crop: what to show of a person who is known from a package and has no reference here."""
        self.db.execute(
            "INSERT INTO person (id, name, disambiguation, performer_id, links, crop, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name, disambiguation = excluded.disambiguation, "
            "performer_id = excluded.performer_id, links = excluded.links, crop = COALESCE(excluded.crop, crop), updated_at = excluded.updated_at",
            (
                person.id, person.name, person.disambiguation, None if person.performer_id is None else int(person.performer_id),
                json.dumps(person.links), crop, now,
            ),
        )  # fmt: skip

    def drop_person(self, person_id: str) -> None:
        self.db.execute("DELETE FROM person WHERE id = ?", (person_id,))

    def drop_strangers(self) -> None:
        """Forgets people from packages whom no candidate, decision or track mentions any more."""
        self.db.execute(
            "DELETE FROM person WHERE performer_id IS NULL AND id NOT IN (SELECT person_id FROM candidate) "
            "AND id NOT IN (SELECT person_id FROM decision WHERE person_id IS NOT NULL) "
            "AND id NOT IN (SELECT person_id FROM track WHERE person_id IS NOT NULL) AND id NOT IN (SELECT person_id FROM reference)"
        )

    # References

    def references(self, person_id: str, *, pack: str, revision: str) -> list[ReferenceRecord]:
        rows = self.db.execute(
            f"SELECT {REFERENCE} FROM reference WHERE person_id = ? AND pack = ? AND revision = ? ORDER BY id",
            (person_id, pack, revision),
        )
        from stash_sense.core.gallery_records import ReferenceRecord  # operations ask for persons only

        return [ReferenceRecord(*row) for row in rows]

    def used(self, *, pack: str, revision: str) -> Iterator[tuple[str, bytes, float]]:
        """Person, vector and quality of every reference in use, in a stable order."""
        rows = self.db.execute(
            "SELECT person_id, vector, quality FROM reference WHERE state = 'used' AND pack = ? AND revision = ? ORDER BY person_id, id",
            (pack, revision),
        )
        return ((person_id, vector, quality) for person_id, vector, quality in rows)

    def rows_of_scenes(self, *, pack: str, revision: str) -> list[tuple[int, str]]:
        """Which rows of `used` are faces confirmed in a scene: place in its order, and the scene's id."""
        rows = self.db.execute(
            "SELECT CASE WHEN origin = 'confirmed' THEN (SELECT stash_id FROM decision WHERE decision.id = CAST(origin_id AS INTEGER) AND kind = 'scene') END "
            "FROM reference WHERE state = 'used' AND pack = ? AND revision = ? ORDER BY person_id, id",
            (pack, revision),
        )
        return [(place, str(scene)) for place, (scene,) in enumerate(rows) if scene is not None]

    def used_count(self, person_id: str) -> int:
        return int(
            self.db.execute(
                "SELECT COUNT(*) FROM current_reference WHERE person_id = ? AND state = 'used'", (person_id,)
            ).fetchone()[0]
        )

    def best_crop(self, person_id: str) -> bytes | None:
        """The crop of the person's best reference in use, else the picture that came with the person from a package."""
        row = self.db.execute(
            "SELECT crop FROM current_reference WHERE person_id = ? AND state = 'used' ORDER BY quality DESC, id LIMIT 1",
            (person_id,),
        ).fetchone()
        row = row or self.db.execute("SELECT crop FROM person WHERE id = ?", (person_id,)).fetchone()
        return row[0] if row else None

    def best_crops(self, person_ids: Collection[str]) -> dict[str, bytes]:
        """best_crop of several people; who has none is missing."""
        rows = self.db.execute(
            "SELECT id, COALESCE((SELECT crop FROM reference WHERE reference.id = (SELECT id FROM current_reference WHERE person_id = person.id "
            "AND state = 'used' ORDER BY quality DESC, id LIMIT 1)), crop) AS best FROM person "
            "WHERE id IN (SELECT value FROM json_each(?)) AND best IS NOT NULL",
            (json.dumps(list(person_ids)),),
        )
        return dict(rows.fetchall())

    def put_elsewhere(self, person_id: str, faces: int, crop: bytes | None) -> None:
        """How many faces of the person the packages in use hold, and the picture from there."""
        self.db.execute("UPDATE person SET elsewhere = ?, crop = ? WHERE id = ?", (faces, crop, person_id))

    def is_known(self, person_id: str) -> bool:
        """Whether there is a face to recognise the person by, here or in a package in use."""
        row = self.db.execute("SELECT elsewhere FROM person WHERE id = ?", (person_id,)).fetchone()
        return bool(row and row[0]) or self.used_count(person_id) > 0

    def add_reference(self, reference: ReferenceRecord) -> int | None:
        """Row id, or None if this very face is enrolled already."""
        row = self.db.execute(
            "INSERT OR IGNORE INTO reference (person_id, origin, origin_id, content_hash, pack, revision, state, quality, vector, crop, added_at, "
            "pinned_at, why) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                reference.person_id, reference.origin, reference.origin_id, reference.content_hash, reference.pack, reference.revision,
                reference.state, reference.quality, reference.vector, reference.crop, reference.added_at, reference.pinned_at, reference.why,
            ),
        ).fetchone()  # fmt: skip
        return int(row[0]) if row else None

    def set_state(self, reference_id: int, state: str, why: str | None = None) -> None:
        self.db.execute("UPDATE reference SET state = ?, why = ? WHERE id = ?", (state, why, reference_id))

    def people_of_origin(self, origin: str, origin_id: str) -> list[str]:
        rows = self.db.execute(
            "SELECT DISTINCT person_id FROM reference WHERE origin = ? AND origin_id = ?", (origin, origin_id)
        )
        return [person_id for (person_id,) in rows]

    def drop_origin(self, origin: str, origin_id: str) -> int:
        """How many references there were."""
        return self.db.execute("DELETE FROM reference WHERE origin = ? AND origin_id = ?", (origin, origin_id)).rowcount

    def drop_face(self, reference: ReferenceRecord) -> None:
        """Forgets a face as every model pack sees it, unless the user has said something about it."""
        self.db.execute(
            "DELETE FROM reference WHERE person_id = ? AND origin = ? AND origin_id = ? AND content_hash = ? AND pinned_at IS NULL",
            (reference.person_id, reference.origin, reference.origin_id, reference.content_hash),
        )

    def agreeing(self, person_id: str) -> int:
        """How many references the person has that are used or could be."""
        return int(
            self.db.execute(
                "SELECT COUNT(*) FROM current_reference WHERE person_id = ? AND state <> 'set_aside'", (person_id,)
            ).fetchone()[0]
        )

    def repoint(self, old_person: str, new_person: str) -> None:
        """After a merge in Stash: hands the references over; those that the new person has already are dropped with the old one."""
        self.db.execute("UPDATE OR IGNORE reference SET person_id = ? WHERE person_id = ?", (new_person, old_person))

    def build(self) -> int:
        """Counts up with every change of the references in use."""
        return int(self.db.execute("SELECT build FROM gallery_state").fetchone()[0])

    def bump(self) -> None:
        self.db.execute("UPDATE gallery_state SET build = build + 1")

    # What was read

    def enrolment(self, origin: str, origin_id: str) -> EnrolmentRecord | None:
        row = self.db.execute(
            f"SELECT {ENROLMENT} FROM enrolment WHERE origin = ? AND origin_id = ?", (origin, origin_id)
        ).fetchone()
        from stash_sense.core.gallery_records import EnrolmentRecord  # operations ask for persons only

        return EnrolmentRecord(*row) if row else None

    def enrolled_origins(self, origin: str) -> set[str]:
        return {
            origin_id for (origin_id,) in self.db.execute("SELECT origin_id FROM enrolment WHERE origin = ?", (origin,))
        }

    def put_enrolment(self, enrolment: EnrolmentRecord) -> None:
        self.db.execute(
            f"INSERT OR REPLACE INTO enrolment ({ENROLMENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                enrolment.origin, enrolment.origin_id, enrolment.version, enrolment.content_hash, enrolment.pack, enrolment.revision,
                enrolment.outcome, enrolment.read_at, enrolment.message,
            ),
        )  # fmt: skip

    def drop_enrolment(self, origin: str, origin_id: str) -> None:
        self.db.execute("DELETE FROM enrolment WHERE origin = ? AND origin_id = ?", (origin, origin_id))

    # Counts

    def counts(self) -> dict[str, int]:
        """people: with a reference in use; references: in use; set_aside; performers; performers_without: nothing to recognise them by."""
        one = "SELECT COUNT(*) FROM "
        people = self._number("SELECT COUNT(DISTINCT person_id) FROM current_reference WHERE state = 'used'")
        performers = self._number(one + "person WHERE performer_id IS NOT NULL")
        return {
            "people": people,
            "references": self._number(one + "current_reference WHERE state = 'used'"),
            "set_aside": self._number(one + "current_reference WHERE state = 'set_aside'"),
            "performers": performers,
            "performers_without": self._number(
                one + "person WHERE performer_id IS NOT NULL AND elsewhere = 0 "
                "AND id NOT IN (SELECT person_id FROM current_reference WHERE state = 'used')"
            ),
        }

    def without_reference(self, count: int) -> list[tuple[PersonRecord, str]]:
        """Performers that cannot be recognised, with the outcome of reading their own image."""
        rows = self.db.execute(
            f"SELECT {', '.join('person.' + name.strip() for name in _PERSON.split(','))}, COALESCE(enrolment.outcome, 'no_image') FROM person "
            "LEFT JOIN enrolment ON enrolment.origin = 'performer' AND enrolment.origin_id = CAST(person.performer_id AS TEXT) "
            "WHERE person.performer_id IS NOT NULL AND elsewhere = 0 AND person.id NOT IN (SELECT person_id FROM current_reference WHERE state = 'used') "
            "ORDER BY person.name LIMIT ?",
            (count,),
        )
        return [(_person(row[:-1]), row[-1]) for row in rows]

    def _number(self, sql: str) -> int:
        return int(self.db.execute(sql).fetchone()[0])


def _person(row: Sequence[Any]) -> PersonRecord:
    person_id, name, disambiguation, performer_id, links = row
    return PersonRecord(
        person_id, name, disambiguation, None if performer_id is None else str(performer_id), tuple(json.loads(links))
    )
