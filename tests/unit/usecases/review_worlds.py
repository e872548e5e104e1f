"""Libraries in which many people wait for review."""

from __future__ import annotations

from collections.abc import Sequence

from tests.builders import a_person
from tests.fake_package import BOX, FakePackage
from tests.fake_stash import jpeg
from tests.unit.usecases.unknown_worlds import analysed
from tests.unit.usecases.worlds import World

from stash_sense.core.records import MediaKind
from stash_sense.core.review_records import Wanted
from stash_sense.usecases.review_many import Action, Chosen, Plan, Wish, begin, plan, sentence

JANE, MARY = "Jane <img src=x onerror=alert(1)>", "Mary"
UMA = "box:b:1"  # of a gallery package, in no library
SCENES: dict[str, Sequence[int]] = {"1": [1], "2": [1, 3], "3": [3], "4": [1], "5": [5], "6": [5, 9]}


def waiting(world: World) -> World:
    """Jane in scenes 1, 2 and 4, Mary in 2 and 3, Uma in 5 and 6, all suggested; somebody unknown in 6 too."""
    world.stash.add_performer(JANE, image=jpeg(1))
    world.stash.add_performer(MARY, image=jpeg(3))
    world.packages.append(FakePackage({UMA: ("u1",)}, {1: (UMA, a_person(5)), 2: (UMA, a_person(5))}))
    world.update_gallery()
    for number, (scene_id, people) in enumerate(SCENES.items()):
        world.videos.duration_s = 100.0 + number  # other frames in each, so that no face is a copy of another
        analysed(world, {scene_id: people})
    return world


def person(world: World, name: str) -> str:
    return next(f"performer:{row.id}" for row in world.stash.performer_rows.values() if row.name == name)


def face(world: World, scene_id: str, person_id: str, kind: MediaKind = "scene") -> Chosen:
    """The track of the scene that suggests this person first."""
    media = world.stores.media.get(kind, scene_id)
    for track in world.stores.media.tracks(media.id):
        if track.candidates and track.candidates[0].person_id == person_id:
            return Chosen(kind, scene_id, track.id, person_id)
    raise AssertionError(f"{person_id} is suggested for no track of {kind} {scene_id}")


def wish(action: Action = "accept", least: float = 0.0, **more: object) -> Wish:
    return Wish(action, wanted=Wanted(least, **more))


def planned(world: World, wished: Wish) -> Plan:
    return plan(world.desk(), wished)


def said(world: World, wished: Wish) -> str:
    return sentence(planned(world, wished))


def started(world: World, wished: Wish) -> int:
    return begin(world.desk(), wished)


def link(one: str) -> dict[str, str]:
    return {"endpoint": BOX, "stash_id": one}
