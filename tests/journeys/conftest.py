"""Worlds for the journeys: analysed once, copied for each test, and looked over at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.journeys import boxes as boxed
from tests.journeys import small
from tests.journeys.world import DATA, World, assert_gentle, assert_no_traceback, copy_data, copy_library
from tests.standin.fixtures import demo_library, make_standin
from tests.standin.stash import StandIn

__all__ = ["demo_library", "make_standin"]

MakeWorld = Callable[..., World]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What “Set up or repair” leaves in the data folder; made once, since every other task needs it."""
    folder = tmp_path_factory.mktemp("set-up")
    with StandIn(config_dir=folder) as stash:
        stash.run_task("Set up or repair")
        assert stash.processes[-1].wait().error is None
    return folder / DATA / "site"


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return small.make_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def _untouched(tmp_path_factory: pytest.TempPathFactory, clips: dict[str, Path], site: Path) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("untouched")
    copy_data(site, folder / DATA / "site")
    with StandIn(config_dir=folder) as stash:
        yield small.fill(stash, clips)


@pytest.fixture(scope="session")
def _enrolled(tmp_path_factory: pytest.TempPathFactory, _untouched: World) -> Iterator[World]:
    with copied(_untouched, tmp_path_factory.mktemp("enrolled")) as world:
        world.run("Update gallery")
        yield world


@pytest.fixture(scope="session")
def _analysed(tmp_path_factory: pytest.TempPathFactory, _enrolled: World) -> Iterator[World]:
    with copied(_enrolled, tmp_path_factory.mktemp("analysed")) as world:
        world.run("Identify new scenes")
        yield world


@pytest.fixture
def untouched(_untouched: World, make_world: MakeWorld) -> World:
    """The small library, set up; nothing has run yet."""
    return make_world(_untouched)


@pytest.fixture
def enrolled(_enrolled: World, make_world: MakeWorld) -> World:
    """The small library with its gallery; no scene has been analysed."""
    return make_world(_enrolled)


@pytest.fixture
def analysed(_analysed: World, make_world: MakeWorld) -> World:
    """The small library, gallery and scenes done, nothing decided."""
    return make_world(_analysed)


# --- Libraries with stash-boxes ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _boxes() -> Iterator[boxed.Boxes]:
    with boxed.two_boxes() as boxes:
        yield boxes


@pytest.fixture
def boxes(_boxes: boxed.Boxes) -> boxed.Boxes:
    """Two stash-boxes in good health."""
    _boxes.heal()
    return _boxes


@pytest.fixture(scope="session")
def _linked(
    tmp_path_factory: pytest.TempPathFactory, clips: dict[str, Path], site: Path, _boxes: boxed.Boxes
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("linked")
    copy_data(site, folder / DATA / "site")
    with StandIn(config_dir=folder, env=boxed.environment(folder)) as stash:
        yield boxed.fill(stash, clips, _boxes)


@pytest.fixture(scope="session")
def _learned(tmp_path_factory: pytest.TempPathFactory, _linked: World, _boxes: boxed.Boxes) -> Iterator[World]:
    _boxes.heal()
    with boxed.beside(_linked, tmp_path_factory.mktemp("learned")) as world:
        world.run(boxed.LEARN)
        yield world


@pytest.fixture(scope="session")
def _met(tmp_path_factory: pytest.TempPathFactory, _learned: World, _boxes: boxed.Boxes) -> Iterator[World]:
    _boxes.heal()
    with boxed.beside(_learned, tmp_path_factory.mktemp("met"), _learned.data) as world:
        world.run("build_gallery", {"scope": "costars"})
        world.run("Identify new scenes")
        yield world


MakeBeside = Callable[..., World]


@pytest.fixture
def make_beside(tmp_path: Path) -> Iterator[MakeBeside]:
    """make_beside(source, data=None): another stand-in with that library; at the end no key may have been left anywhere."""
    made: list[World] = []
    with ExitStack() as running:

        def make(source: World, data: Path | None = None, **options: Any) -> World:
            folder = tmp_path / f"beside-{len(made)}"
            world = running.enter_context(boxed.beside(source, folder, data, **options))
            made.append(world)
            return world

        yield make
    for world in made:
        assert_no_traceback(world.stash)
        assert_gentle(world.stash)
        boxed.assert_no_key(world.data, world=world)
        assert boxed.left_over(world.stash.config_dir) == [], "no process outlives its task"


@pytest.fixture
def linked(_linked: World, boxes: boxed.Boxes, make_beside: MakeBeside) -> World:
    """Performers with stash ids and without a face; nothing has run yet."""
    return make_beside(_linked)


@pytest.fixture
def learned(_learned: World, boxes: boxed.Boxes, make_beside: MakeBeside) -> World:
    """Their faces were learned from the boxes; no scene has been analysed."""
    return make_beside(_learned, _learned.data)


@pytest.fixture
def met(_met: World, boxes: boxed.Boxes, make_beside: MakeBeside) -> World:
    """Co-stars too, and the scenes are analysed."""
    return make_beside(_met, _met.data)


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[MakeWorld]:
    """Copies a world into a stand-in of its own, which takes StandIn's arguments; what must hold everywhere is checked at the end."""
    made: list[World] = []
    with ExitStack() as running:

        def make(source: World, **options: Any) -> World:
            folder = tmp_path / f"world-{len(made)}"
            world = running.enter_context(copied(source, folder, **options))
            made.append(world)
            return world

        yield make
    for world in made:
        assert_no_traceback(world.stash)
        assert_gentle(world.stash)


class copied:  # noqa: N801  # used as a function
    """A stand-in with the library and the data folder of another one."""

    def __init__(self, source: World, folder: Path, **options: Any) -> None:
        folder.mkdir(exist_ok=True)
        copy_data(source.data, folder / DATA)
        self.source = source
        self.stash = StandIn(config_dir=folder, **options)

    def __enter__(self) -> World:
        copy_library(self.source.stash, self.stash)
        self.stash.__enter__()
        return World(self.stash, dict(self.source.ids))

    def __exit__(self, *error: Any) -> None:
        self.stash.__exit__(*error)
