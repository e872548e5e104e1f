"""Batches that give an unknown person of five scenes a name."""

from __future__ import annotations

from tests.unit.usecases.unknown_worlds import ZOE, analysed, groups
from tests.unit.usecases.worlds import World

from stash_sense.usecases.batch_view import batch_view
from stash_sense.usecases.batches import Batches
from stash_sense.usecases.name_group import Naming, begin

NAME = "Zoe <img src=x onerror=alert(1)>"


def with_zoe(world: World) -> World:
    """Somebody unknown in scenes 1 to 5."""
    return analysed(world, {str(number): [ZOE] for number in range(1, 6)})


def batches(world: World) -> Batches:
    return Batches(world.stores, world.desk)


def named(world: World, **who: str) -> int:
    """A stored batch that names the group."""
    return begin(world.desk(), Naming(groups(world)[0].id, **who))


def shown(world: World, batch_id: int) -> dict[str, object]:
    return batch_view(world.stores, world.stores.batches.get(batch_id))


def cast(world: World) -> dict[str, set[str]]:
    return {key: {one.name for one in row.performers} for key, row in world.stash.scene_rows.items()}


def performers(world: World) -> list[str]:
    return sorted(one.name for one in world.stash.performer_rows.values())


EVERYWHERE = {str(number): {NAME} for number in range(1, 6)}
NOWHERE: dict[str, set[str]] = {str(number): set() for number in range(1, 6)}
