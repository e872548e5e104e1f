from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.usecases.worlds import World, a_world, with_jane_and_a_stranger


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty library."""
    with a_world(tmp_path) as made:
        yield made


@pytest.fixture
def jane(world: World) -> World:
    """Scene 1 analysed: Jane suggested, a stranger unknown."""
    with_jane_and_a_stranger(world)
    assert world.identifier().scene(world.stash.scene_rows["1"]) == "done"
    return world
