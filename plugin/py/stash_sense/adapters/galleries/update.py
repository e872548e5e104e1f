"""The way from one build of a package to another as a small file: who is new, changed or gone, and the vectors that are new."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.galleries import people_db
from stash_sense.adapters.galleries.archive import Archive, Progress, need_space, silent, write_zip
from stash_sense.adapters.galleries.manifest import (
    PEOPLE,
    REMEDY,
    UPDATE,
    VECTORS,
    entries,
    entry_of,
    read_manifest,
    verify,
    write_manifest,
)
from stash_sense.adapters.galleries.package_writer import mapped
from stash_sense.adapters.galleries.staging import plain_words, put_in_place, staged
from stash_sense.adapters.index.usearch_index import UsearchIndex, quantise, update_index
from stash_sense.adapters.store.database import Database
from stash_sense.core.catalogue.digest import StoredFace, person_digest
from stash_sense.core.catalogue.package import Manifest, UpdateManifest, decode_update, encode_update
from stash_sense.errors import SetupError, SpaceMismatchError

ROWS = "vectors.i8"
SCHEMA = (
    "CREATE TABLE gone (id TEXT PRIMARY KEY)",
    "CREATE TABLE vector (place INTEGER PRIMARY KEY, key INTEGER NOT NULL UNIQUE)",  # place: row of vectors.i8
)

Keys = NDArray[np.uint64]


@dataclass(slots=True, eq=False)
class _Build:
    """One build, opened for comparing."""

    folder: Path
    manifest: Manifest
    db: sqlite3.Connection
    index: UsearchIndex

    @classmethod
    def open(cls, folder: Path) -> _Build:
        manifest = verify(folder)
        index = UsearchIndex.open(folder / VECTORS, dims=manifest.dims, count=manifest.faces)
        return cls(folder, manifest, people_db.open_for_reading(folder / PEOPLE), index)

    def rows(self, keys: Sequence[int]) -> NDArray[np.int8]:
        """The bytes of the vectors, as they lie in the index. Raises SetupError."""
        return raw_rows(self.index, keys, self.folder)


def raw_rows(index: UsearchIndex, keys: Sequence[int], folder: Path) -> NDArray[np.int8]:
    try:
        return quantise(index.get(np.array(keys, np.uint64)))
    except KeyError as err:
        raise SetupError(f"The gallery in {folder} is damaged: {PEOPLE} and {VECTORS} disagree. {REMEDY}") from err


def write_update(base: Path, target: Path, file: Path, progress: Progress = silent) -> Path:
    """`file`, a zip that turns the package in the folder `base` into the one in `target`. Both are verified first.

    Raises SpaceMismatchError if their vectors cannot be compared.
    """
    old, new = _Build.open(base), _Build.open(target)
    with closing(old.db), closing(new.db), plain_words(file.parent), staged(file.parent) as folder:
        spaces = [(one.manifest.pack, one.manifest.revision, one.manifest.dims) for one in (old, new)]
        if spaces[0] != spaces[1]:
            raise SpaceMismatchError("The two builds are of different model packs: export the newer one as a whole.")
        with people_db.creating(folder / PEOPLE) as db, (folder / ROWS).open("wb") as rows:
            for statement in SCHEMA:
                db.execute(statement)
            place = 0
            for person_id, had, has in _merged(old.db, new.db):
                if has is None:
                    db.execute("INSERT INTO gone (id) VALUES (?)", (person_id,))
                elif has != had:
                    keys = _put_changed(db, old, new, person_id)
                    rows.write(new.rows(keys).tobytes() if keys else b"")
                    db.executemany("INSERT INTO vector (place, key) VALUES (?, ?)", list(enumerate(keys, place)))
                    place += len(keys)
        files = {name: entry_of(folder / name) for name in (PEOPLE, ROWS)}
        update = UpdateManifest(old.manifest.build_id, old.manifest.content, new.manifest, files)
        (folder / UPDATE).write_text(encode_update(update), "utf-8")
        write_zip(file, [folder / UPDATE, *(folder / name for name in files)], progress)
    return file


def _merged(old: sqlite3.Connection, new: sqlite3.Connection) -> Iterator[tuple[str, bytes | None, bytes | None]]:
    """Everybody of both builds with both digests, None where they are not."""
    left, right = people_db.digests(old), people_db.digests(new)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if one is not None and (other is None or one[0] < other[0]):
            yield one[0], one[1], None
            one = next(left, None)
        elif other is not None and (one is None or other[0] < one[0]):
            yield other[0], None, other[1]
            other = next(right, None)
        elif one is not None and other is not None:
            yield one[0], one[1], other[1]
            one, other = next(left, None), next(right, None)


def _put_changed(db: Database, old: _Build, new: _Build, person_id: str) -> list[int]:
    """Writes a new or changed person; returns the keys of the faces whose vectors the base does not have."""
    person, faces = people_db.read_person(new.db, person_id)
    stored = [StoredFace(*face, b"") for face in faces]
    (digest,) = new.db.execute("SELECT digest FROM person WHERE id = ?", (person_id,)).fetchone()
    people_db.insert(db, person, stored, digest)
    known = set(people_db.face_keys(old.db, person_id))
    both = [face.key for face in stored if face.key in known]
    same = (
        {key for key, was, now in zip(both, old.rows(both), new.rows(both), strict=True) if np.array_equal(was, now)}
        if both
        else set()
    )
    return [face.key for face in stored if face.key not in same]


def read_update(archive: Archive) -> UpdateManifest:
    """Raises SetupError."""
    try:
        return decode_update(archive.text(UPDATE).decode("utf-8"))
    except (ValueError, RecursionError) as err:
        raise SetupError(f"{archive.shown} cannot be used: {err}. Copy or download it again.") from err


@dataclass(slots=True, eq=False)
class Applying:
    """Puts an update on the build it was made for. The result has the target's people, faces and vectors, proved by the target's digest."""

    archive: Archive
    base: Path
    parent: Path
    threads: int = 0
    progress: Progress = field(default=silent)

    def apply(self) -> Path:
        """The folder of the new build below `parent`; `base` stays as it is. Raises SetupError with what does not fit."""
        update = read_update(self.archive)
        base = verify(self.base)
        if (base.build_id, base.content) != (update.base, update.base_content):
            raise SetupError(
                f"This update is for the build {update.base}, not for {base.build_id}: import the whole gallery instead."
            )
        with plain_words(self.parent), staged(self.parent) as folder, staged(self.parent) as brought:
            self.archive.extract(brought, update.files, self.progress)
            need_space(folder, sum(entry.size for entry in base.files.values()))
            shutil.copyfile(self.base / PEOPLE, folder / PEOPLE)
            touched = self._put(folder, brought, update)
            _check(folder, touched, update.target)
            write_manifest(folder, replace(update.target, files=entries(folder)))
            target = self.parent / update.target.build_id
            put_in_place(folder, target)
        return target

    def _put(self, folder: Path, brought: Path, update: UpdateManifest) -> list[str]:
        """People and vectors of the update; returns who is new or changed."""
        with closing(people_db.open_for_reading(brought / PEOPLE)) as news:
            keys = [key for (key,) in news.execute("SELECT key FROM vector ORDER BY place")]
            changed = [person_id for person_id, _ in people_db.digests(news)]
            gone = [person_id for (person_id,) in news.execute("SELECT id FROM gone")]
            with people_db.writing(folder / PEOPLE) as db:
                had = {key for person_id in [*changed, *gone] for key in people_db.face_keys(db, person_id)}
                for person_id in [*changed, *gone]:
                    people_db.delete(db, person_id)
                kept: set[int] = set()
                for person_id, digest in people_db.digests(news):
                    person, faces = people_db.read_person(news, person_id)
                    people_db.insert(db, person, [StoredFace(*face, b"") for face in faces], digest)
                    kept.update(face[0] for face in faces)
                people_db.put_meta(db, {"build_id": update.target.build_id, "content": update.target.content})
        people_db.vacuum(folder / PEOPLE)
        remove = had - (kept - set(keys))
        if (brought / ROWS).stat().st_size != len(keys) * update.target.dims:
            raise SetupError(f"{self.archive.shown} is damaged: {ROWS} has another length than it should.")
        update_index(
            self.base / VECTORS,
            folder / VECTORS,
            remove=np.array(sorted(remove), np.uint64),
            keys=np.array(keys, np.uint64),
            vectors=mapped(brought / ROWS, len(keys), update.target.dims),
            threads=self.threads,
        )
        return changed


def _check(folder: Path, touched: Sequence[str], target: Manifest) -> None:
    """Raises SetupError unless the new build is the target: everybody new is what their digest says, and all digests together are the target's."""
    with closing(people_db.open_for_reading(folder / PEOPLE)) as db:
        index = UsearchIndex.open(folder / VECTORS, dims=target.dims, count=target.faces)
        for person_id in touched:
            person, faces = people_db.read_person(db, person_id)
            rows = raw_rows(index, [face[0] for face in faces], folder)
            stored = [StoredFace(*face, row.tobytes()) for face, row in zip(faces, rows, strict=True)]
            (digest,) = db.execute("SELECT digest FROM person WHERE id = ?", (person_id,)).fetchone()
            if person_digest(person, stored) != digest:
                raise SetupError(
                    f"The update does not lead where it should ({person_id} differs): import the whole gallery instead."
                )
        if (people_db.content(db), people_db.counts(db)) != (target.content, (target.people, target.faces)):
            raise SetupError("The update does not lead where it should: import the whole gallery instead.")


def base_of(archive: Archive, folders: Sequence[Path]) -> Path:
    """The folder among `folders` that the update is for. Raises SetupError."""
    update = read_update(archive)
    for folder in folders:
        if folder.name == update.base and read_manifest(folder).content == update.base_content:
            return folder
    raise SetupError(
        f"This update is for the build {update.base}, which is not here: import the whole gallery instead."
    )
