"""Worlds for the journeys: analysed once, copied for each test, and looked over at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.journeys import boxes as boxed
from tests.journeys import small
from tests.journeys.world import DATA, World, assert_gentle, assert_no_traceback, copied, copy_data
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
    with StandIn(config_dir=set_up(tmp_path_factory.mktemp("untouched"), site)) as stash:
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
    folder = set_up(tmp_path_factory.mktemp("linked"), site)
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

    def look_over(world: World) -> None:
        boxed.assert_no_key(world.data, world=world)
        assert boxed.left_over(world.stash.config_dir) == [], "no process outlives its task"

    with making(boxed.beside, tmp_path / "beside", look_over) as make:
        yield make


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
    with making(copied, tmp_path / "world") as make:
        yield make


@contextmanager
def making(
    begin: Callable[..., AbstractContextManager[World]], place: Path, look_over: Callable[[World], None] | None = None
) -> Iterator[MakeWorld]:
    """Hands out `begin` without its folder: world n lies in `place`-n. At the end all are stopped and looked over."""
    made: list[World] = []
    with ExitStack() as running:

        def make(source: World, *data: Path, **options: Any) -> World:
            folder = place.with_name(f"{place.name}-{len(made)}")
            made.append(running.enter_context(begin(source, folder, *data, **options)))
            return made[-1]

        yield make
    for world in made:
        assert_no_traceback(world.stash)
        assert_gentle(world.stash)
        if look_over:
            look_over(world)


def set_up(folder: Path, site: Path) -> Path:
    """The folder, as “Set up or repair” would leave it."""
    copy_data(site, folder / DATA / "site")
    return folder
