from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from tests.packages import (
    SPACE,
    a_package,
    a_package_person,
    left_behind,
    vectors_of,
)

from stash_sense.adapters.galleries import archive
from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.manifest import FILES, MANIFEST, verify
from stash_sense.adapters.galleries.package import Package
from stash_sense.adapters.galleries.staging import PREFIX
from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import RequestError, SetupError, SpaceMismatchError


def told(folder: Path) -> list[object]:
    """Everything a package answers."""
    package = Package.open(folder, SPACE)
    near = package.nearest(vectors_of(2), 5)
    people = [package.record(person.id) for person in package.search("", 99)]
    answers = [near, [[package.person_of(one.row) for one in row] for row in near], people]
    answers += [(package.crop(person.id), package.references(person.id).tolist()) for person in people]
    package.close()
    return answers


@pytest.mark.parametrize("way", ["folder", "zip", "zip of the folder", "zip into a folder"])
def test_build_export_import_gives_identical_answers(
    built: Path, there: GalleryFolders, folders: GalleryFolders, tmp_path: Path, way: str
) -> None:
    (tmp_path / "usb").mkdir()
    target = {"folder": "usb/x", "zip": "usb/x.ZIP", "zip of the folder": "usb/x", "zip into a folder": "usb"}[way]
    exported = there.export("boxes", built.name, str(tmp_path / target))
    if way == "zip of the folder":
        shutil.make_archive(str(exported), "zip", exported.parent, exported.name)
        exported = exported.with_name("x.zip")
    name, manifest = folders.take(str(exported), SPACE)
    assert name == "imported", "what is built here keeps its own name"
    assert manifest == verify(built) == folders.verify(name, manifest.build_id)
    assert told(folders.folder(name, built.name)) == told(built)
    for file in (MANIFEST, *FILES):
        assert (folders.folder(name, built.name) / file).read_bytes() == (built / file).read_bytes()
    assert left_behind(folders) == []


def test_a_name_can_be_given(zipped: Path, folders: GalleryFolders) -> None:
    assert folders.take(str(zipped), SPACE, name="from-ann")[0] == "from-ann"
    for name in ("../x", ".hidden", "a/b", "A", "x" * 99):
        with pytest.raises(RequestError, match="no name for a package"):
            folders.take(str(zipped), SPACE, name=name)
    assert [one.name for one in folders.root.iterdir()] == ["from-ann"]


def test_the_same_build_twice_is_fine_and_a_damaged_one_is_replaced(
    zipped: Path, built: Path, folders: GalleryFolders
) -> None:
    for _ in range(2):
        name, manifest = folders.take(str(zipped), SPACE)
        target = folders.folder(name, manifest.build_id)
        assert verify(target).faces == 9
        (target / "people.db").write_bytes(b"damaged")
    folders.take(str(built), SPACE)
    assert told(target) == told(built)


@pytest.mark.parametrize("source", ["folder", "zip"])
@pytest.mark.parametrize("file", [*FILES, MANIFEST])
def test_one_flipped_byte_is_refused_with_the_files_name(
    built: Path, folders: GalleryFolders, tmp_path: Path, source: str, file: str
) -> None:
    bad = tmp_path / "bad"
    shutil.copytree(built, bad)
    data = bytearray((bad / file).read_bytes())
    data[len(data) // 2] ^= 1
    (bad / file).write_bytes(data)
    if source == "zip":
        shutil.make_archive(str(bad), "zip", bad)
        bad = bad.with_name("bad.zip")
    with pytest.raises(SetupError, match=file.replace(".", r"\.")) as failed:
        folders.take(str(bad), SPACE)
    assert str(bad) in str(failed.value)
    assert PREFIX not in str(failed.value)
    assert left_behind(folders) == []


def test_too_little_room_is_a_sentence_before_anything_is_written(
    zipped: Path, built: Path, folders: GalleryFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda path: usage(10, 9, 1))
    for source in (zipped, built):
        with pytest.raises(SetupError, match="free some space"):
            folders.take(str(source), SPACE)
    assert left_behind(folders) == []


def test_another_packs_package_is_refused_with_a_sentence(zipped: Path, built: Path, folders: GalleryFolders) -> None:
    for source in (zipped, built):
        with pytest.raises(SpaceMismatchError, match=r"but opencv \(2\) is in use"):
            folders.take(str(source), EmbeddingSpace("opencv", "2", 128))
    assert left_behind(folders) == []


@pytest.mark.parametrize("source", ["missing.zip", "text.zip", "empty"])
def test_what_is_no_package_is_a_sentence(folders: GalleryFolders, tmp_path: Path, source: str) -> None:
    (tmp_path / "text.zip").write_text("this is no zip at all")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SetupError, match=source):
        folders.take(str(tmp_path / source), SPACE)


def test_an_export_that_cannot_be_written_is_a_sentence(built: Path, there: GalleryFolders, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for target in ("file/x.zip", "file/x"):
        with pytest.raises(SetupError, match="cannot be read or written"):
            there.export("boxes", built.name, str(tmp_path / target))
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_damaged_build_is_not_exported(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "g" / "boxes" / built.name)
    folders = GalleryFolders(tmp_path / "g")
    (folders.folder("boxes", built.name) / "people.db").write_bytes(b"x")
    with pytest.raises(SetupError, match=r"people\.db"):
        folders.export("boxes", built.name, str(tmp_path / "x.zip"))
    assert not (tmp_path / "x.zip").exists()


def test_only_the_builds_to_keep_stay(tmp_path: Path) -> None:
    folders = GalleryFolders(tmp_path)
    builds = [a_package(tmp_path, [a_package_person(number)]).name for number in (1, 2, 3)]
    folders.tidy("boxes", builds[1:])
    assert folders.builds("boxes") == sorted(builds[1:])
    folders.tidy("boxes", ())
    assert list(tmp_path.iterdir()) == []
