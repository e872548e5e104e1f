"""Small packages for tests."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.builders import DIMS, a_person, looks

from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.manifest import MANIFEST
from stash_sense.adapters.galleries.package_writer import write_package
from stash_sense.adapters.galleries.staging import PREFIX
from stash_sense.core.catalogue.package import PackageHeader, sealed
from stash_sense.core.catalogue.values import PackageFace, PackagePerson, PackageSource, PersonId, Statement, person_id
from stash_sense.core.codec import to_blob
from stash_sense.core.values import EmbeddingSpace, Vectors

BOX = "https://box.example/graphql"
HOST = "box.example"
REVISION = str(
    json.loads((Path(__file__).parents[1] / "plugin/models/compact/pack.json").read_text("utf-8"))["revision"]
)
SPACE = EmbeddingSpace("compact", REVISION, DIMS)
NOW = "2026-11-23T12:00:00Z"
SOURCE = PackageSource(BOX, HOST, "Box", 3, 9, Statement(True, 3, 3, NOW, "snapshot", 1))


def vectors_of(number: int, count: int = 3) -> Vectors:
    return looks(a_person(number), count, seed=number)


def faces_for(number: int, vectors: Vectors, *, first: int = 0) -> tuple[PackageFace, ...]:
    return tuple(
        PackageFace(BOX, f"image-{number}-{place}", f"{number:032x}{place:032x}", 0.5 + place / 100, to_blob(vector))
        for place, vector in enumerate(vectors, first)
    )


def a_package_person(number: int, *, count: int = 3, ids: Sequence[PersonId] = (), **changes: Any) -> PackagePerson:
    """Person number `number` with `count` faces of their own."""
    known = tuple(ids) or (PersonId(BOX, f"id-{number}"),)
    values: dict[str, Any] = {
        "id": person_id(HOST, known[0].box_id),
        "name": f"Person {number}",
        "ids": known,
        "faces": faces_for(number, vectors_of(number, count)),
        "aliases": (f"Alias {number}",),
        "urls": (f"https://site.example/{number}",),
        "gender": "FEMALE",
        "birth_date": "1990-05",
        "country": "DE",
        "crop": b"\xff\xd8crop%d" % number,
    }
    return PackagePerson(**{**values, **changes})


def a_header(**changes: Any) -> PackageHeader:
    values: dict[str, Any] = {"name": "boxes", "space": SPACE, "sources": (SOURCE,), "created_at": NOW}
    return PackageHeader(**{**values, **changes})


def a_package(galleries: Path, people: Iterable[PackagePerson] | None = None, **changes: Any) -> Path:
    """The folder of a package of three people, or of `people`."""
    three = [a_package_person(number) for number in (1, 2, 3)]
    return write_package(galleries, a_header(**changes), three if people is None else people, threads=1)


def reseal(folder: Path, **changes: object) -> None:
    body = json.loads((folder / "manifest.json").read_text())
    body.update(changes)
    body.pop("seal")
    (folder / "manifest.json").write_text(sealed(body))


def left_behind(folders: GalleryFolders) -> list[str]:
    """Files and folders below the root that are no whole package."""
    whole = {root for root in folders.root.rglob("*") if (root / MANIFEST).exists()}
    return [
        path.name
        for path in folders.root.rglob("*")
        if (path.is_file() and path.parent not in whole) or path.name.startswith(PREFIX)
    ]


def rezipped(zipped: Path, target: Path, change: Callable[[zipfile.ZipFile], None], without: str = "") -> Path:
    with zipfile.ZipFile(zipped) as source, zipfile.ZipFile(target, "w") as sink:
        for name in source.namelist():
            if name != without:
                sink.writestr(name, source.read(name))
        change(sink)
    return target
