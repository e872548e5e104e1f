from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.packages import (
    SPACE,
    left_behind,
    rezipped,
)

from stash_sense.adapters.galleries.archive import Archive
from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.manifest import FILES, MANIFEST
from stash_sense.errors import SetupError


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


def test_an_archive_says_which_entry_is_missing(zipped: Path) -> None:
    opened = Archive(zipped)
    with pytest.raises(SetupError, match=r"own\.json is missing"):
        opened.text("own.json")
    opened.close()
