"""What the setting model_pack may mean."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from stash_sense.adapters.models.places import PackPlaces, is_folder
from stash_sense.errors import SetupError

MODELS = Path(__file__).parents[4] / "plugin" / "models"


@pytest.fixture
def places(tmp_path: Path) -> PackPlaces:
    return PackPlaces(MODELS, tmp_path / "models")


def a_folder(folder: Path, **changes: Any) -> Path:
    shutil.copytree(MODELS / "compact", folder)
    body = json.loads((folder / "pack.json").read_text("utf-8")) | changes
    (folder / "pack.json").write_text(json.dumps(body), "utf-8")
    return folder


def test_the_plugin_knows_three_packs(places: PackPlaces) -> None:
    assert places.names() == ["buffalo_l", "compact", "opencv"]


def test_the_bundled_pack_is_there_as_it_is(places: PackPlaces) -> None:
    pack = places.look_up("compact")
    assert (pack.folder, pack.complete, pack.size, pack.terms, pack.provisional) == (
        MODELS / "compact",
        True,
        0,
        None,
        False,
    )
    assert pack.need() == MODELS / "compact"
    assert pack.runtimes == {"onnxruntime", "ncnn"}


@pytest.mark.parametrize(("name", "size", "terms"), [("opencv", 38_928_942, False), ("buffalo_l", 288_621_354, True)])
def test_packs_to_download_are_pinned(places: PackPlaces, name: str, size: int, terms: bool) -> None:
    pack = places.look_up(name)
    assert (pack.folder, pack.complete, pack.size, bool(pack.terms)) == (places.downloads / name, False, size, terms)
    assert pack.provisional
    assert pack.runtimes == {"onnxruntime"}
    for source in pack.sources:
        assert len(source.sha256) == 64
        assert all(url.startswith("https://") for url in source.urls)
        plain = source.files.get("")
        assert plain is None or pack.files[plain] == source.sha256


def test_what_has_to_be_accepted_is_said(places: PackPlaces) -> None:
    pack = places.look_up("buffalo_l")
    assert "non-commercial research purposes only" in str(pack.terms)
    assert "insightface" in str(pack.terms_url)


def test_a_folder_of_the_users_own_is_taken_where_it_is(places: PackPlaces, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "mine", name="mine", revision="3")
    pack = places.look_up(str(folder))
    assert (pack.name, pack.revision, pack.folder, pack.complete) == ("mine", "3", folder, True)
    assert pack.need() == folder


def test_a_folder_may_not_pass_for_one_of_ours(places: PackPlaces, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "mine")
    with pytest.raises(SetupError, match=r"give it another name in its pack.json, or choose “compact”"):
        places.look_up(str(folder))


def test_a_folder_downloads_nothing(places: PackPlaces, tmp_path: Path) -> None:
    download = {"sources": [{"urls": ["https://example.org/x"], "sha256": "00", "size": 1, "file": "x"}]}
    assert places.look_up(str(a_folder(tmp_path / "mine", name="mine", download=download))).sources == ()


@pytest.mark.parametrize("choice", ["nowhere", "/nowhere/at/all", "../compact"])
def test_no_such_pack_is_said(places: PackPlaces, choice: str) -> None:
    with pytest.raises(SetupError, match=r"no readable pack\.json"):
        places.look_up(choice)


def test_a_manifest_that_downloads_the_wrong_files_is_refused(tmp_path: Path) -> None:
    download = {"sources": [{"urls": ["https://example.org/x"], "sha256": "00", "size": 1, "file": "x"}]}
    a_folder(tmp_path / "models" / "odd", name="odd", download=download)
    with pytest.raises(SetupError, match=r"incomplete.*it downloads x and not"):
        PackPlaces(tmp_path / "models", tmp_path / "data").look_up("odd")


@pytest.mark.parametrize(
    ("choice", "path"), [("compact", False), ("/packs/mine", True), ("C:\\packs\\mine", True), ("./mine", True)]
)
def test_a_path_is_known_by_its_separators(choice: str, path: bool) -> None:
    assert is_folder(choice) is path
