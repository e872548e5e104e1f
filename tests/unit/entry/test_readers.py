"""The recipe with the real models: here, in processes, and on the workers of a Dask scheduler, with the same result."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pickle
from contextlib import closing
from pathlib import Path

import pytest
from tests.readers import FolderSource

from stash_sense.adapters.workers.dask_workers import DaskReaders
from stash_sense.adapters.workers.inline import InlineReaders
from stash_sense.adapters.workers.pool import PoolReaders
from stash_sense.core.catalogue.values import ImageReading, ImageTask
from stash_sense.entry.readers import ReaderRecipe
from stash_sense.errors import SetupError

ROOT = Path(__file__).parents[3]
PHOTOS = ROOT / "tests/data/photos"
COMPACT = ROOT / "plugin/models/compact"


def a_recipe(pack: Path = COMPACT) -> ReaderRecipe:
    return ReaderRecipe(pack, FolderSource(PHOTOS), os.environ.get("STASH_SENSE_RUNTIME"))


def tasks() -> list[ImageTask]:
    names = sorted(path.name for path in PHOTOS.iterdir())
    return [ImageTask("box", "p1", name, f"https://box.example/images/{name}") for name in [*names, "nowhere.jpg"]]


def by_image(readings: list[ImageReading]) -> dict[str, ImageReading]:
    return {reading.task.image_id: reading for reading in readings}


@pytest.fixture(scope="module")
def here() -> dict[str, ImageReading]:
    return by_image(list(InlineReaders(a_recipe()).read(tasks())))


def test_photos_are_read_with_the_real_models(here: dict[str, ImageReading]) -> None:
    assert here["nowhere.jpg"].outcome == "gone"
    faces = [face for reading in here.values() for face in reading.faces]
    assert faces
    assert all(len(face.vector) == 2 * 512 and face.crop.startswith(b"\xff\xd8") for face in faces)
    assert all(face.quality >= 0.68 and face.size_px >= 47 for face in faces)


def test_processes_read_the_same(here: dict[str, ImageReading]) -> None:
    with closing(PoolReaders(a_recipe(), 2)) as pool:
        assert by_image(list(pool.read(tasks()))) == here


def test_other_machines_read_the_same(here: dict[str, ImageReading], tmp_path: Path) -> None:
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("dask is optional")
    distributed = importlib.import_module("distributed")  # a broken installation is no reason to skip
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", local_directory=str(tmp_path)
    ) as cluster:
        with closing(DaskReaders(cluster.scheduler_address, a_recipe())) as readers:
            assert by_image(list(readers.read(tasks()))) == here
        assert list(tmp_path.glob("**/recipe-*/pack/pack.json"))  # the pack went there, too


def test_the_recipe_can_be_sent_and_moved() -> None:
    recipe = pickle.loads(pickle.dumps(a_recipe()))
    assert recipe == a_recipe()
    assert recipe.moved(Path("/elsewhere")) == a_recipe(Path("/elsewhere"))


def test_a_pack_without_rules_for_admission_is_refused(tmp_path: Path) -> None:
    body = (COMPACT / "pack.json").read_text("utf-8").replace('"admission"', '"something else"')
    (tmp_path / "pack.json").write_text(body, "utf-8")
    with pytest.raises(SetupError, match="cannot build galleries"):
        a_recipe(tmp_path)()
