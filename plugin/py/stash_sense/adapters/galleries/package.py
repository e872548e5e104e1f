"""A package in use: who is near a face, who somebody is. numpy and usearch are imported only where vectors are asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stash_sense.adapters.endpoints import host_of
from stash_sense.adapters.galleries import people_db
from stash_sense.adapters.galleries.manifest import PEOPLE, REMEDY, VECTORS, check_sizes, read_manifest
from stash_sense.core.catalogue.package import Manifest
from stash_sense.core.records import PersonRecord
from stash_sense.errors import SetupError, SpaceMismatchError

if TYPE_CHECKING:  # not at run time: operations look people up with the standard library alone
    from stash_sense.adapters.index.usearch_index import UsearchIndex
    from stash_sense.core.values import EmbeddingSpace, Vectors
    from stash_sense.usecases.ports import Neighbour

SAMPLE = 32  # faces of people.db that have to be in the index when it is opened


@dataclass(slots=True, eq=False)
class Package:
    """One opened package; read-only, and whole: what was checked when it was opened stays so."""

    folder: Path
    manifest: Manifest
    _db: sqlite3.Connection
    _index: UsearchIndex | None = field(default=None)

    @classmethod
    def open(cls, folder: Path, space: EmbeddingSpace | None = None) -> Package:
        """The package in `folder`, after quick checks; `manifest.verify` reads every byte. space: None where vectors do not matter.

        Raises SpaceMismatchError for vectors of another model pack, SetupError if a file is missing, damaged or of another build.
        """
        manifest = read_manifest(folder)
        check_space(manifest, space)
        check_sizes(folder, manifest)
        db = people_db.open_for_reading(folder / PEOPLE)
        try:
            meta = people_db.meta(db)
            if (meta.get("build_id"), meta.get("content")) != (manifest.build_id, manifest.content):
                raise SetupError(f"The gallery in {folder} is damaged: {PEOPLE} is of another build. {REMEDY}")
        except BaseException:
            db.close()
            raise
        return cls(folder, manifest, db)

    def close(self) -> None:
        self._db.close()
        self._index = None

    @property
    def people(self) -> int:
        return self.manifest.people

    @property
    def faces(self) -> int:
        return self.manifest.faces

    # Faces

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        """For each probe the k nearest faces, best first; a neighbour's row is the key of its face."""
        return self._vectors().nearest(probes, k)

    def person_of(self, key: int) -> str:
        """Whose face it is. Raises SetupError for a key that is not known: index and database disagree."""
        row = self._db.execute(
            "SELECT person.id FROM face JOIN person ON person.no = face.person_no WHERE face.key = ?", (key,)
        ).fetchone()
        if row is None:
            raise self._disagree()
        return str(row[0])

    def references(self, person_id: str) -> Vectors:
        """The vectors of a person, (n, dims) of length 1, in a fixed order; n is 0 for somebody who is not in here."""
        import numpy as np

        no = self._number(person_id)
        rows = self._db.execute("SELECT key FROM face WHERE person_no = ? ORDER BY key", (no,)).fetchall()
        return self._get(np.array([key for (key,) in rows], np.uint64))

    # People

    def by_stash_id(self, endpoint: str, box_id: str) -> str | None:
        """Who bears this stash id, also one that was merged or deleted on the box since."""
        return self._by_host(host_of(endpoint), box_id)

    def record(self, person_id: str) -> PersonRecord | None:
        """Somebody by id; also by "box:<host>:<uuid>" of any of their ids, then the record bears the id they go by now.

        links: the ids that are in force; a retired one must not be given to a new performer.
        """
        no = self._number(person_id)
        if no is None:
            return None
        current, name, disambiguation = self._db.execute(
            "SELECT id, name, disambiguation FROM person WHERE no = ?", (no,)
        ).fetchone()
        ids = self._db.execute(
            "SELECT endpoint, box_id FROM person_id WHERE person_no = ? AND NOT retired ORDER BY rowid", (no,)
        ).fetchall()
        links = tuple({"endpoint": endpoint, "stash_id": box_id} for endpoint, box_id in ids)
        return PersonRecord(current, name, disambiguation, None, links)

    def links_to(self, person_id: str) -> tuple[dict[str, str], ...]:
        """All ids that lead to a person, in force first: a performer of the library may still bear one that was merged away."""
        rows = self._db.execute(
            "SELECT endpoint, host, box_id FROM person_id WHERE person_no = ? ORDER BY retired, rowid",
            (self._number(person_id),),
        ).fetchall()
        return tuple(
            {"endpoint": endpoint, "stash_id": box_id}
            for endpoint, host, box_id in rows
            if self._by_host(host, box_id) == person_id
        )

    def face_count(self, person_id: str) -> int:
        """How many faces of the person are in here."""
        row = self._db.execute("SELECT COUNT(*) FROM face WHERE person_no = ?", (self._number(person_id),)).fetchone()
        return int(row[0])

    def crop(self, person_id: str) -> bytes | None:
        """JPEG of the person's best face."""
        return people_db.crop_of(self._db, self._number(person_id))

    def search(self, text: str, count: int) -> list[PersonRecord]:
        """People whose name or alias contains `text`, letter case aside; names that begin with it first, aliases last."""
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = self._db.execute(
            "SELECT id FROM person WHERE name LIKE ? ESCAPE '\\' ORDER BY name NOT LIKE ? ESCAPE '\\', name, id LIMIT ?",
            (f"%{pattern}%", f"{pattern}%", count),
        ).fetchall()
        if len(rows) < count:  # an alias of somebody already found takes a place too, so ask for as many again
            rows += self._db.execute(
                "SELECT DISTINCT person.id FROM alias JOIN person ON person.no = alias.person_no WHERE alias.name LIKE ? ESCAPE '\\' LIMIT ?",
                (f"%{pattern}%", count + len(rows)),
            ).fetchall()
        found = (self.record(person_id) for person_id in list(dict.fromkeys(one for (one,) in rows))[:count])
        return [person for person in found if person is not None]

    # Inside

    def _number(self, person_id: str) -> int | None:
        row = self._db.execute("SELECT no FROM person WHERE id = ?", (person_id,)).fetchone()
        if row is None and person_id.startswith("box:"):
            host, _, box_id = person_id.removeprefix("box:").rpartition(":")
            row = self._db.execute("SELECT no FROM person WHERE id = ?", (self._by_host(host, box_id),)).fetchone()
        return int(row[0]) if row else None

    def _by_host(self, host: str, box_id: str) -> str | None:
        row = self._db.execute(
            "SELECT person.id FROM person_id JOIN person ON person.no = person_no WHERE box_id = ? AND host = ? ORDER BY retired, person_id.rowid LIMIT 1",
            (box_id, host),
        ).fetchone()
        return str(row[0]) if row else None

    def _vectors(self) -> UsearchIndex:
        if self._index is None:
            from stash_sense.adapters.index.usearch_index import UsearchIndex

            path = self.folder / VECTORS
            self._index = UsearchIndex.open(path, dims=self.manifest.dims, count=self.manifest.faces)
            self._check_sample()
        return self._index

    def _check_sample(self) -> None:
        """Some faces of the database have to be in the index: another build has other keys."""
        import numpy as np

        half = SAMPLE // 2
        sides = [
            self._db.execute(f"SELECT key FROM face ORDER BY key {way} LIMIT ?", (half,)).fetchall()
            for way in ("", "DESC")
        ]
        try:
            self._get(np.array([key for side in sides for (key,) in side], np.uint64))
        except SetupError:
            self._index = None
            raise

    def _get(self, keys: Sequence[int] | object) -> Vectors:
        try:
            return self._vectors().get(keys)  # type: ignore[arg-type]  # numpy's type is not imported here
        except KeyError as err:
            raise self._disagree() from err

    def _disagree(self) -> SetupError:
        return SetupError(f"The gallery in {self.folder} is damaged: {PEOPLE} and {VECTORS} disagree. {REMEDY}")


def check_space(manifest: Manifest, space: EmbeddingSpace | None) -> None:
    """Raises SpaceMismatchError for a package of another model pack; None fits all."""
    made_with = (manifest.pack, manifest.revision, manifest.dims)
    if space is not None and made_with != (space.pack, space.revision, space.dims):
        raise SpaceMismatchError(
            f"The gallery “{manifest.name}” was made with the model pack {manifest.pack} ({manifest.revision}), "
            f"but {space.pack} ({space.revision}) is in use: import or build one for this pack, or change the pack back."
        )
