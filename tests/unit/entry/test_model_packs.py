"""Which pack looks at scenes while the user wants another one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.gallery_records import PackRecord
from stash_sense.core.matching.adjust import fingerprint
from stash_sense.core.run_records import CalibrationRecord
from stash_sense.entry import model_packs, status_calibration, status_packs
from stash_sense.entry.wiring_learning import learning_of
from stash_sense.errors import SetupError
from stash_sense.settings import effective

COMPACT = Path(__file__).parents[3] / "plugin" / "models" / "compact"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[SqliteStores]:
    with closing(open_database(tmp_path)) as db:
        yield SqliteStores(db)


def a_pack(folder: Path, revision: str = "1") -> Path:
    folder.mkdir(exist_ok=True)
    for path in COMPACT.iterdir():
        shutil.copyfile(path, folder / path.name)
    body = json.loads((folder / "pack.json").read_text("utf-8")) | {"name": folder.name, "revision": revision}
    (folder / "pack.json").write_text(json.dumps(body), "utf-8")
    return folder


def chosen(stores: SqliteStores, pack: object, tmp_path: Path) -> tuple[str, str]:
    found = model_packs.in_use(stores, effective({"model_pack": str(pack)}), tmp_path)
    return found.pack.name, found.pack.revision


def test_without_a_gallery_the_wanted_pack_is_in_use(stores: SqliteStores, tmp_path: Path) -> None:
    assert chosen(stores, "compact", tmp_path)[0] == "compact"
    assert chosen(stores, a_pack(tmp_path / "mine"), tmp_path) == ("mine", "1")


def test_the_gallerys_pack_is_in_use_until_another_gallery_is_there(stores: SqliteStores, tmp_path: Path) -> None:
    mine = a_pack(tmp_path / "mine")
    stores.spaces.use(PackRecord(str(mine), "mine", "1"))
    assert chosen(stores, "compact", tmp_path) == ("mine", "1")
    assert chosen(stores, "opencv", tmp_path) == ("mine", "1"), "even if the wanted one is not there yet"


def test_a_pack_that_is_gone_or_another_one_now_gives_way_to_the_wanted_one(
    stores: SqliteStores, tmp_path: Path
) -> None:
    mine = a_pack(tmp_path / "mine")
    stores.spaces.use(PackRecord(str(mine), "mine", "1"))
    a_pack(mine, revision="2")
    assert chosen(stores, "compact", tmp_path)[0] == "compact"
    shutil.rmtree(mine)
    assert chosen(stores, "compact", tmp_path)[0] == "compact"


@pytest.mark.parametrize(("revision", "used"), [("1", "mine"), ("2", "compact")])
def test_all_who_ask_get_the_same_answer(stores: SqliteStores, tmp_path: Path, revision: str, used: str) -> None:
    mine, settings = a_pack(tmp_path / "mine"), effective({"model_pack": "compact"})
    stores.spaces.use(PackRecord(str(mine), "mine", "1"))
    a_pack(mine, revision)  # as it is now
    found = model_packs.in_use(stores, settings, tmp_path).pack
    assert found.name == used
    told = status_packs.describe(settings, stores.spaces.in_use(), tmp_path)
    assert (told["pack"]["name"], told["pack"]["revision"]) == (found.name, found.revision)
    (change,) = [one["message"] for one in told["problems"] if one["code"] == "pack_change"]
    assert ("stays in use until" in change) == (used == "mine")
    assert ("not there any more as it was" in change) == (used == "compact")
    ones = [(found.name, found.revision), ("mine", "3")]
    assert [learning_of(stores, tmp_path, *one) is not None for one in ones] == [True, False]
    assert (learning_of(stores, tmp_path, "mine", "1") is not None) == (used == "mine")
    for pack, there in ((found.name, True), ("elsewhere", False)):
        force = CalibrationRecord("", pack, found.revision, fingerprint(found.calibration), "adjusted", 0.8, -0.5)
        stores.calibrations.put(force)
        told = status_calibration.describe(stores, settings, tmp_path)
        assert told["in_use"] == there
        assert told["problems"] == status_calibration.problems(stores, settings, tmp_path)
        assert [one["code"] for one in told["problems"]] == ([] if there else ["calibration"])


def test_a_pack_that_lacks_what_this_version_asks_gives_way_too(stores: SqliteStores, tmp_path: Path) -> None:
    mine = a_pack(tmp_path / "mine")
    stores.spaces.use(PackRecord(str(mine), "mine", "1"))
    body = json.loads((mine / "pack.json").read_text("utf-8"))
    del body["detector"]["keypoints"]
    (mine / "pack.json").write_text(json.dumps(body), "utf-8")
    assert chosen(stores, "compact", tmp_path)[0] == "compact"
    with pytest.raises(SetupError, match="is incomplete"):
        chosen(stores, mine, tmp_path)


def test_a_new_revision_under_the_same_name_is_in_use_at_once(stores: SqliteStores, tmp_path: Path) -> None:
    stores.spaces.use(PackRecord("compact", "compact", "0"))
    assert chosen(stores, "compact", tmp_path)[1] != "0"


def test_nothing_to_use_is_said(stores: SqliteStores, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="“opencv” has not been downloaded yet"):
        chosen(stores, "opencv", tmp_path)
