from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.packages import (
    reseal,
)

from stash_sense.adapters.galleries.manifest import read_manifest, verify
from stash_sense.adapters.galleries.package import Package
from stash_sense.errors import SetupError


@pytest.mark.parametrize("name", ["manifest.json", "people.db", "vectors.usearch"])
def test_one_flipped_byte_anywhere_is_found_and_the_file_named(built: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    assert verify(folder).faces == 9
    data = bytearray((folder / name).read_bytes())
    for place in np.linspace(0, len(data) - 1, 12, dtype=int):
        data[place] ^= 1
        (folder / name).write_bytes(data)
        with pytest.raises(SetupError, match=name.replace(".", r"\.")):
            verify(folder)
        data[place] ^= 1
    (folder / name).write_bytes(data[:-1])
    with pytest.raises(SetupError, match=name.replace(".", r"\.")):
        Package.open(folder)
    (folder / name).unlink()
    with pytest.raises(SetupError, match=name.replace(".", r"\.")):
        Package.open(folder)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 2}, "format 2"),
        ({"dtype": "f32"}, "vectors are f32"),
        ({"name": "../x"}, "no name for a package"),
        ({"build_id": ".."}, "no name for a package"),
        ({"files": {"../people.db": {"sha256": "0" * 64, "size": 1}}}, "no name for a package"),
        ({"files": {}}, "no files"),
        ({"people": None}, "incomplete"),
        ({"sources": [{"endpoint": 1}]}, "incomplete"),
        ({"content": "x"}, "sha256"),
        ({"faces": -1}, "counts"),
    ],
)
def test_a_manifest_that_cannot_be_is_refused(
    built: Path, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(built, folder)
    reseal(folder, **changes)
    with pytest.raises(SetupError, match=said):
        read_manifest(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "\x00", "[" * 100_000])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(SetupError, match=r"manifest\.json"):
        read_manifest(tmp_path)
