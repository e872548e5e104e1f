from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from tests.packages import (
    SPACE,
    a_package,
    a_package_person,
    faces_for,
    left_behind,
    rezipped,
    vectors_of,
)

from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.manifest import verify
from stash_sense.adapters.galleries.package import Package
from stash_sense.core.catalogue.values import PackagePerson
from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import SetupError, SpaceMismatchError


def people(changed: bool) -> list[PackagePerson]:
    """1 stays, 2 gets another name, 3 a new face, 4 loses one, 5 goes, 6 comes, 7's vector changes under the same key."""
    base = {number: a_package_person(number) for number in (1, 2, 3, 4, 5, 7)}
    if not changed:
        return list(base.values())
    other = faces_for(7, vectors_of(8))
    return [
        base[1],
        replace(base[2], name="Somebody else", aliases=("Person 2",)),
        a_package_person(3, count=5),
        replace(base[4], faces=base[4].faces[1:]),
        a_package_person(6),
        replace(base[7], faces=other),
    ]


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Base, target, and the update between them."""
    root = tmp_path_factory.mktemp("versions")
    base = a_package(root, people(changed=False))
    target = a_package(root, people(changed=True), created_at="2026-12-01T12:00:00Z", previous=base.name)
    update = GalleryFolders(root).write_update("boxes", base.name, target.name, str(root))
    return base, target, update


def by_person(folder: Path) -> dict[str, list[object]]:
    """Everything a package knows, by person; the order of equally near faces does not count."""
    package = Package.open(folder, SPACE)
    known = {
        person.id: [person, package.crop(person.id), sorted(package.references(person.id).tolist())]
        for person in package.search("", 99)
    }
    near = package.nearest(vectors_of(3), 30)
    known["near"] = [sorted((one.row, round(one.score, 5), package.person_of(one.row)) for one in row) for row in near]
    package.close()
    return known


def test_an_update_leads_from_the_base_to_the_target(
    versions: tuple[Path, Path, Path], folders: GalleryFolders
) -> None:
    base, target, update = versions
    folders.take(str(base), SPACE)
    name, manifest = folders.take(str(update), SPACE)
    assert (name, manifest.build_id, manifest.content) == ("imported", target.name, verify(target).content)
    assert manifest.sources == verify(target).sources
    assert by_person(folders.folder(name, target.name)) == by_person(target)
    assert by_person(folders.folder(name, base.name)) == by_person(base), "the base stays as it is"
    assert folders.verify(name, target.name).faces == verify(target).faces
    assert left_behind(folders) == []
    assert folders.take(str(update), SPACE) == (name, manifest), "twice is fine"


def test_an_update_holds_only_the_vectors_that_are_new(versions: tuple[Path, Path, Path]) -> None:
    with zipfile.ZipFile(versions[2]) as opened:
        assert len(opened.read("vectors.i8")) == (2 + 3 + 3) * SPACE.dims, "two of 3, three of 6, three of 7"


def test_an_update_without_its_base_is_refused(
    versions: tuple[Path, Path, Path], zipped: Path, folders: GalleryFolders
) -> None:
    folders.take(str(zipped), SPACE)
    with pytest.raises(SetupError, match=f"for the build {versions[0].name}, which is not here"):
        folders.take(str(versions[2]), SPACE)


def test_an_update_onto_a_damaged_base_is_refused(versions: tuple[Path, Path, Path], folders: GalleryFolders) -> None:
    base, _, update = versions
    folders.take(str(base), SPACE)
    file = folders.folder("imported", base.name) / "vectors.usearch"
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    with pytest.raises(SetupError, match=r"vectors\.usearch"):
        folders.take(str(update), SPACE)
    assert folders.builds("imported") == [base.name]


@pytest.mark.parametrize("file", ["update.json", "people.db", "vectors.i8"])
def test_a_damaged_update_is_refused_and_nothing_changes(
    versions: tuple[Path, Path, Path], folders: GalleryFolders, tmp_path: Path, file: str
) -> None:
    folders.take(str(versions[0]), SPACE)
    with zipfile.ZipFile(versions[2]) as opened:
        data = bytearray(opened.read(file))
    data[len(data) // 2] ^= 1
    bad = rezipped(versions[2], tmp_path / "bad.zip", lambda sink: sink.writestr(file, bytes(data)), without=file)
    with pytest.raises(SetupError, match=r"damaged|cannot be used"):
        folders.take(str(bad), SPACE)
    assert folders.builds("imported") == [versions[0].name]
    assert left_behind(folders) == []


def test_an_update_between_packs_is_refused(tmp_path: Path) -> None:
    one = a_package(tmp_path)
    other = a_package(tmp_path, space=EmbeddingSpace("compact", "0", SPACE.dims))
    with pytest.raises(SpaceMismatchError, match="export the newer one as a whole"):
        GalleryFolders(tmp_path).write_update("boxes", one.name, other.name, str(tmp_path / "x.zip"))
    assert not (tmp_path / "x.zip").exists()
