"""Writes a package: people.db, vectors.usearch, manifest.json, in one folder that appears whole or not at all."""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.galleries import people_db
from stash_sense.adapters.galleries.manifest import PEOPLE, VECTORS, entries, write_manifest
from stash_sense.adapters.galleries.staging import put_in_place, staged
from stash_sense.adapters.index.usearch_index import build_index, quantise
from stash_sense.adapters.store.database import Database
from stash_sense.core.catalogue.digest import StoredFace, in_order, person_digest
from stash_sense.core.catalogue.package import Manifest, PackageHeader, file_name
from stash_sense.core.catalogue.values import PackagePerson
from stash_sense.core.codec import from_blobs

RAW = "vectors.raw"  # the 8-bit rows in the order they come, only while the package is written


def write_package(galleries: Path, header: PackageHeader, people: Iterable[PackagePerson], *, threads: int = 0) -> Path:
    """The folder <galleries>/<name>/<build id>/ with everybody in `people`; each person's id must be different.

    People without a face are left out: they could not be recognised. Takes people one by one, so that a million faces need the memory of the
    index only. Killed at any instant it leaves a folder that the next one removes.
    threads: of the index, 0 for all cores. Raises SetupError with the remedy (disk full, no right to write), SpaceMismatchError if a vector
    has another length than `header.space`, ValueError if a person comes twice.
    """
    parent = galleries / file_name(header.name)
    with staged(parent) as folder:
        with people_db.creating(folder / PEOPLE) as db, (folder / RAW).open("wb") as raw:
            filling = _Filling(db, raw, header.space.dims)
            for person in people:
                filling.add(person)
            build_id = new_build_id(header.created_at)
            content = people_db.content(db)
            people_db.put_meta(db, {"build_id": build_id, "content": content})
            count = people_db.counts(db)
        _index(folder, filling.keys, header.space.dims, threads)
        (folder / RAW).unlink()
        manifest = Manifest(
            name=header.name, build_id=build_id, created_at=header.created_at, previous=header.previous, pack=header.space.pack,
            revision=header.space.revision, dims=header.space.dims, people=count[0], faces=count[1], content=content, files=entries(folder),
            sources=header.sources,
        )  # fmt: skip
        write_manifest(folder, manifest)
        target = parent / build_id
        put_in_place(folder, target)
    return target


def new_build_id(created_at: str) -> str:
    """Sorts by time and is not given twice."""
    digits = "".join(sign for sign in created_at if sign.isdigit())[:14]
    return f"{digits or '0'}-{secrets.token_hex(4)}"


@dataclass(slots=True)
class _Filling:
    """keys: of the rows in `raw`, in their order."""

    db: Database
    raw: IO[bytes]
    dims: int
    keys: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, person: PackagePerson) -> None:
        if not person.faces:
            return
        placed = in_order(person.faces)
        rows = quantise(from_blobs([face.vector for face, _ in placed], dims=self.dims))
        stored: dict[int, StoredFace] = {}
        for (face, place), row in zip(placed, rows, strict=True):
            key = people_db.key_of(self.db, stored, person.id, face.content_hash, place)
            stored[key] = StoredFace(key, face.source, face.image_id, face.content_hash, face.quality, row.tobytes())
        faces = list(stored.values())
        people_db.insert(self.db, person, faces, person_digest(person, faces))
        self.raw.write(b"".join(face.vector for face in faces))
        self.keys.extend(face.key for face in faces)


def _index(folder: Path, keys: array[int], dims: int, threads: int) -> None:
    numbers = np.frombuffer(keys, dtype=np.uint64) if keys else np.zeros(0, np.uint64)
    build_index(folder / VECTORS, numbers, mapped(folder / RAW, len(numbers), dims), threads=threads)


def mapped(path: Path, count: int, dims: int) -> NDArray[np.int8]:
    """The rows of a file of bytes. Written as a plain file and only read by memory mapping: on a full disk that would end the process."""
    shape = (count, dims)
    return np.memmap(path, np.int8, "r", shape=shape) if count else np.zeros(shape, np.int8)
