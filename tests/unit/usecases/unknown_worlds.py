"""Libraries in which people without a name appear again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.unit.usecases.worlds import World

from stash_sense.core.unknown_records import UnknownGroup
from stash_sense.usecases.unknown_people import count_up

ZOE, YAN, XAVER = 9, 10, 11  # seeds of builders.a_person; the gallery knows none of them


def analysed(world: World, scenes: dict[str, Sequence[int]]) -> World:
    """Adds scenes with these people in every frame and analyses them, one after another."""
    for scene_id, people in scenes.items():
        world.stash.add_scene(scene_id)
        world.videos.seen[f"/videos/{scene_id}.mp4"] = lambda second, people=tuple(people): people
    identifier = world.identifier()
    for scene_id in scenes:
        assert identifier.scene(world.stash.scene_rows[scene_id]) == "done"
    return world


def again(world: World, scene_id: str) -> None:
    """The same file under another fingerprint: its tracks are new rows."""
    row = world.stash.scene_rows[scene_id]
    world.stash.scene_rows[scene_id] = replace(row, fingerprint=f"{row.fingerprint}-again")
    assert world.identifier().scene(world.stash.scene_rows[scene_id]) == "done"


@dataclass
class Meanwhile:
    """Stores in which the user does something while a task works out who belongs together, once."""

    stores: Any
    act: Callable[[], object] | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stores, name)

    @property
    def unknown(self) -> Meanwhile:
        return Meanwhile(self.stores.unknown, self._act_once)

    def anybody_apart(self) -> set[tuple[str, str]]:
        """Asked by tasks after they have read the groups and before they write."""
        said: set[tuple[str, str]] = self.stores.anybody_apart()
        if self.act is not None:
            self.act()
        return said

    def _act_once(self) -> None:
        act, self.act = self.act, None
        if act is not None:
            act()


def groups(world: World, *, least: int = 1, state: str = "open") -> list[UnknownGroup]:
    count_up(world.stores)
    return world.stores.unknown_pages.page(state=state, least=least, offset=0, count=100)[1]


def scenes_of(world: World, group_id: int) -> set[str]:
    return {member.stash_id for member in world.stores.unknown_pages.places(group_id)}


def partition(world: World) -> set[frozenset[str]]:
    """The groups as sets of "scene/track place", without ids."""
    return {
        frozenset(f"{one.stash_id}/{one.track_id}" for one in world.stores.unknown_pages.places(group.id))
        for group in groups(world)
    }


def group_with(world: World, *scene_ids: str) -> UnknownGroup:
    """The group that was seen in just these scenes."""
    (found,) = [group for group in groups(world) if scenes_of(world, group.id) == set(scene_ids)]
    return found
