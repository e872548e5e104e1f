from __future__ import annotations

import shutil
import zipfile
from collections import namedtuple
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.packages import SPACE, a_package, a_package_person, faces_for, vectors_of

from stash_sense.adapters.galleries import archive
from stash_sense.adapters.galleries.archive import Archive
from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.manifest import FILES, MANIFEST, verify
from stash_sense.adapters.galleries.package import Package
from stash_sense.core.catalogue.values import PackagePerson
from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import RequestError, SetupError, SpaceMismatchError


@pytest.fixture
def folders(tmp_path: Path) -> GalleryFolders:
    return GalleryFolders(tmp_path / "data" / "galleries")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_package(tmp_path_factory.mktemp("there"))


@pytest.fixture(scope="module")
def there(built: Path) -> GalleryFolders:
    return GalleryFolders(built.parents[1])


@pytest.fixture(scope="module")
def zipped(built: Path, there: GalleryFolders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return there.export("boxes", built.name, str(tmp_path_factory.mktemp("zip") / "shared.zip"))


def told(folder: Path) -> list[object]:
    """Everything a package answers."""
    package = Package.open(folder, SPACE)
    near = package.nearest(vectors_of(2), 5)
    people = [package.record(person.id) for person in package.search("", 99)]
    answers = [near, [[package.person_of(one.row) for one in row] for row in near], people]
    answers += [(package.crop(person.id), package.references(person.id).tolist()) for person in people]
    package.close()
    return answers


def left_behind(folders: GalleryFolders) -> list[str]:
    """Files and folders below the root that are no whole package."""
    whole = {root for root in folders.root.rglob("*") if (root / MANIFEST).exists()}
    return [
        path.name
        for path in folders.root.rglob("*")
        if (path.is_file() and path.parent not in whole) or path.name.startswith(".new-")
    ]


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
    assert ".new-" not in str(failed.value)
    assert left_behind(folders) == []


def test_a_zip_damaged_anywhere_is_a_sentence_and_never_a_gallery(
    zipped: Path, folders: GalleryFolders, tmp_path: Path
) -> None:
    data = zipped.read_bytes()
    kept = 0
    for place in range(0, len(data), len(data) // 60):
        bad = bytearray(data)
        bad[place] ^= 0x55
        (tmp_path / "bad.zip").write_bytes(bad)
        try:
            name, manifest = folders.take(str(tmp_path / "bad.zip"), SPACE)
        except SetupError:
            continue
        kept += 1  # a byte that zip does not use, such as a time
        assert folders.verify(name, manifest.build_id).content == manifest.content
    assert kept < 6
    for length in range(0, len(data), len(data) // 20):
        (tmp_path / "bad.zip").write_bytes(data[:length])
        with pytest.raises(SetupError, match=r"cut off"):
            folders.take(str(tmp_path / "bad.zip"), SPACE)
    assert left_behind(folders) == []


def rezipped(zipped: Path, target: Path, change: Callable[[zipfile.ZipFile], None], without: str = "") -> Path:
    with zipfile.ZipFile(zipped) as source, zipfile.ZipFile(target, "w") as sink:
        for name in source.namelist():
            if name != without:
                sink.writestr(name, source.read(name))
        change(sink)
    return target


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "a/b/evil", "x\\..\\evil", "..", "people.db"])
def test_a_zip_that_reaches_outside_is_refused(
    zipped: Path, folders: GalleryFolders, tmp_path: Path, name: str
) -> None:
    bad = rezipped(zipped, tmp_path / "bad.zip", lambda sink: sink.writestr(name, "x"))
    with pytest.raises(SetupError, match="no place in one"):
        folders.take(str(bad), SPACE)
    assert [path.name for path in tmp_path.rglob("*evil*")] == []


def test_what_else_lies_in_a_zip_is_not_unpacked(zipped: Path, folders: GalleryFolders, tmp_path: Path) -> None:
    more = rezipped(zipped, tmp_path / "more.zip", lambda sink: sink.writestr("readme.txt", "x"))
    name, manifest = folders.take(str(more), SPACE)
    assert sorted(one.name for one in folders.folder(name, manifest.build_id).iterdir()) == sorted([MANIFEST, *FILES])


@pytest.mark.parametrize("file", [MANIFEST, *FILES])
def test_a_zip_that_lacks_a_file_is_refused(zipped: Path, folders: GalleryFolders, tmp_path: Path, file: str) -> None:
    bad = rezipped(zipped, tmp_path / "bad.zip", lambda sink: None, without=file)
    with pytest.raises(SetupError, match=file.replace(".", r"\.")):
        folders.take(str(bad), SPACE)


def test_a_bomb_is_stopped_by_the_size_the_manifest_states(
    zipped: Path, folders: GalleryFolders, tmp_path: Path
) -> None:
    def bomb(sink: zipfile.ZipFile) -> None:
        sink.writestr("people.db", b"\0" * 30_000_000, zipfile.ZIP_DEFLATED)

    bad = rezipped(zipped, tmp_path / "bad.zip", bomb, without="people.db")
    with pytest.raises(SetupError, match=r"people\.db is not what was written"):
        folders.take(str(bad), SPACE)
    # The same with a directory that lies about the size.
    data = bytearray(bad.read_bytes())
    size = len(zipfile.ZipFile(zipped).read("people.db"))
    (tmp_path / "liar.zip").write_bytes(data.replace((30_000_000).to_bytes(4, "little"), size.to_bytes(4, "little")))
    with pytest.raises(SetupError, match=r"people\.db is not what was written"):
        folders.take(str(tmp_path / "liar.zip"), SPACE)
    long = rezipped(
        zipped, tmp_path / "long.zip", lambda sink: sink.writestr(MANIFEST, b" " * 9_000_000), without=MANIFEST
    )
    with pytest.raises(SetupError, match="far too long"):
        folders.take(str(long), SPACE)


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


# Updates


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
    other = a_package(tmp_path, space=EmbeddingSpace("compact", "2", SPACE.dims))
    with pytest.raises(SpaceMismatchError, match="export the newer one as a whole"):
        GalleryFolders(tmp_path).write_update("boxes", one.name, other.name, str(tmp_path / "x.zip"))
    assert not (tmp_path / "x.zip").exists()


def test_an_archive_says_which_entry_is_missing(zipped: Path) -> None:
    opened = Archive(zipped)
    with pytest.raises(SetupError, match=r"own\.json is missing"):
        opened.text("own.json")
    opened.close()
