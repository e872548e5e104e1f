from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from tests.fake_package import BOX, FakePackage
from tests.fake_stash import jpeg
from tests.unit.usecases.batch_worlds import batches, named, performers, with_zoe
from tests.unit.usecases.unknown_worlds import ZOE, analysed
from tests.unit.usecases.worlds import World

from stash_sense.core.records import PersonRecord
from stash_sense.usecases.batches import Batches
from stash_sense.usecases.decide import Choice, Desk
from stash_sense.usecases.learning import Accepted
from stash_sense.usecases.undo import undo


@pytest.fixture
def zoe(world: World) -> World:
    return with_zoe(world)


@dataclass
class NotedLearning:
    """Implements Learning: notes what it is asked for, and that nobody waits for it to be made."""

    world: World
    asked: list[str] = field(default_factory=list)

    def learn(self, *accepted: Accepted) -> None:
        self.asked.append(f"learn {len(accepted)}")

    def sort_out(self, person_id: str) -> bool:
        self.asked.append(f"sort out {person_id}")
        return False

    def desk(self) -> Desk:
        return replace(self.world.desk(), learning=self._of_pack, look_up=self._look_up)

    def _of_pack(self, pack: str, revision: str) -> NotedLearning:
        assert not self.world.stores.db.in_transaction
        return self

    def _look_up(self, person_id: str) -> tuple[PersonRecord, bytes | None] | None:
        assert not self.world.stores.db.in_transaction
        return self.world.look_up(person_id)


def accept(world: World, scenes: Sequence[str], person_id: str) -> list[int]:
    """The only person of each scene is this one."""
    made = []
    for scene_id in scenes:
        (track,) = world.stores.media.tracks(world.stores.media.get("scene", scene_id).id)
        made.append(world.desk().decide(Choice("scene", scene_id, track.id, "assign", person_id=person_id)))
    return made


def with_mary(world: World) -> str:
    mary = world.stash.add_performer("Mary", image=jpeg(ZOE))
    world.update_gallery()
    return f"performer:{mary.id}"


def in_many_ways(world: World, scenes: Sequence[str]) -> None:
    """The person in scenes whose frames are others each time, so that no face is a copy of another."""
    for number, scene_id in enumerate(scenes, 1):
        world.videos.duration_s = 100.0 + number
        analysed(world, {scene_id: [ZOE]})


def test_an_undo_sorts_the_person_out_once(world: World) -> None:
    in_many_ways(world, "12345")
    mary = with_mary(world)
    *_, last = accept(world, "12345", mary)
    noted = NotedLearning(world)
    undo(noted.desk(), last)
    assert noted.asked == [f"sort out {mary}", "learn 0"], "the four others have given all they may"


def test_who_has_references_in_plenty_learns_nothing_again(world: World) -> None:
    in_many_ways(world, "123456789")
    mary = with_mary(world)
    *_, last = accept(world, "123456789", mary)
    noted = NotedLearning(world)
    undo(noted.desk(), last)
    assert noted.asked == [f"sort out {mary}"]


def test_an_undo_of_what_gave_no_face_asks_for_nobody(zoe: World) -> None:
    mary = with_mary(zoe)
    *_, last = accept(zoe, "12", mary)
    zoe.stores.gallery.drop_origin("confirmed", str(last))
    build, noted = zoe.stores.gallery.build(), NotedLearning(zoe)
    undo(noted.desk(), last)
    assert (noted.asked, zoe.stores.gallery.build()) == ([], build)


def test_an_undo_of_a_batch_learns_each_person_once(zoe: World) -> None:
    mary = with_mary(zoe)
    batch_id = named(zoe, person_id=mary)
    batches(zoe).carry_out(batch_id)
    noted = NotedLearning(zoe)
    Batches(zoe.stores, noted.desk).undo(batch_id)
    assert noted.asked == [f"sort out {mary}", "learn 0"]


def test_whoever_a_batch_made_of_a_package_is_of_the_package_again(zoe: World) -> None:
    """Also where the decision that made the performer was taken back by itself before."""
    zoe.packages.append(FakePackage({"box:b:1": ("u1",)}, {}))
    batch_id = named(zoe, person_id="box:b:1")
    batches(zoe).carry_out(batch_id)
    first = zoe.stores.batches.items(batch_id, "done")[0]
    undo(zoe.desk(), zoe.stores.batches.decision_of(first.id)[0])
    Batches(zoe.stores, NotedLearning(zoe).desk).undo(batch_id)
    assert performers(zoe) == []
    (person,) = zoe.stores.gallery.people()
    assert (person.id, person.performer_id) == ("box:b:1", None)
    assert person.links == ({"endpoint": BOX, "stash_id": "u1"},)
    decided = zoe.stores.db.execute("SELECT DISTINCT person_id FROM decision").fetchall()
    assert decided == [("box:b:1",)]
