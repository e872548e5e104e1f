"""Another model pack: the old gallery is in use until the new one is complete, wherever it is cut short."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fake_stash import SPACE, jpeg
from tests.unit.usecases.two_packs import NEW, OLD, OTHER, CropEncoder, StopError, StoppingEncoder, identifier, update
from tests.unit.usecases.worlds import World

from stash_sense.core.values import EmbeddingSpace
from stash_sense.usecases.changeover import Changeover
from stash_sense.usecases.undo import undo

PEOPLE = {"Ann": 11, "Bea": 12, "Cleo": 13, "Dora": 14}


@pytest.fixture
def filled(world: World) -> World:
    """Four performers with an image, learned with the old pack; scene 1 shows Ann and a stranger."""
    for name, seed in PEOPLE.items():
        world.stash.add_performer(name, image=jpeg(seed))
    world.stash.add_scene("1")
    world.videos.seen["/videos/1.mp4"] = lambda second: [11, 9]
    update(world, CropEncoder(SPACE))
    return world


def used(world: World, space: EmbeddingSpace) -> int:
    return len(list(world.stores.gallery.used(pack=space.pack, revision=space.revision)))


def test_the_first_gallery_of_all_counts_from_its_first_face_on(world: World) -> None:
    world.stash.add_performer("Ann", image=jpeg(11))
    assert world.stores.spaces.in_use() is None
    with pytest.raises(StopError):
        update(world, StoppingEncoder(SPACE, 0))
    assert world.stores.spaces.in_use() == OLD
    message = update(world, CropEncoder(SPACE))
    assert "knows 1 person" in message
    assert "in use now" not in message


def test_a_new_pack_takes_the_place_of_the_old_one_when_everything_is_learned(filled: World) -> None:
    message = update(filled, CropEncoder(OTHER))
    assert filled.stores.spaces.in_use() == NEW
    assert (used(filled, SPACE), used(filled, OTHER)) == (0, 4)
    assert "“other” is in use now" in message
    assert "“Identify new scenes”" in message
    assert "knows 4 people by 4 faces" in message


@pytest.mark.parametrize("before_the_kill", [0, 1, 2, 3])
def test_killed_half_way_the_old_gallery_goes_on_and_nothing_is_read_twice(filled: World, before_the_kill: int) -> None:
    counts, build = filled.stores.gallery.counts(), filled.stores.gallery.build()
    with pytest.raises(StopError):
        update(filled, StoppingEncoder(OTHER, before_the_kill))
    assert filled.stores.spaces.in_use() == OLD
    assert (used(filled, SPACE), used(filled, OTHER)) == (4, before_the_kill)
    assert filled.stores.gallery.counts() == counts, "what is shown is the gallery in use"
    assert filled.stores.gallery.build() >= build
    assert identifier(filled, CropEncoder(SPACE)).scene(filled.stash.scene_rows["1"]) == "done"
    assert filled.verdicts() == ["suggested", "unknown"]
    read = len(filled.stash.fetched)
    update(filled, CropEncoder(OTHER))
    assert len(filled.stash.fetched) - read == 4 - before_the_kill
    assert (filled.stores.spaces.in_use(), used(filled, SPACE), used(filled, OTHER)) == (NEW, 0, 4)


def test_back_to_the_old_pack_half_way_leaves_nothing_of_the_new_one(filled: World) -> None:
    with pytest.raises(StopError):
        update(filled, StoppingEncoder(OTHER, 2))
    message = update(filled, CropEncoder(SPACE))
    assert (filled.stores.spaces.in_use(), used(filled, SPACE), used(filled, OTHER)) == (OLD, 4, 0)
    assert "in use now" not in message


def test_a_picture_that_changes_meanwhile_is_forgotten_by_both(filled: World) -> None:
    (path,) = (p.image_path for p in filled.stash.performer_rows.values() if p.name == "Ann")
    performer = next(p for p in filled.stash.performer_rows.values() if p.name == "Ann")
    filled.stash.performer_rows[performer.id] = replace(performer, image_path=f"{path}2")
    filled.stash.files[f"{path}2"] = jpeg(77)
    with pytest.raises(StopError):
        update(filled, StoppingEncoder(OTHER, 1))
    assert (used(filled, SPACE), used(filled, OTHER)) == (3, 1)
    assert filled.stores.gallery.references(f"performer:{performer.id}", pack=SPACE.pack, revision=SPACE.revision) == []


def confirmed(world: World) -> str:
    """Scene 1 analysed with the old pack, and Ann accepted there; her person id."""
    assert identifier(world, CropEncoder(SPACE)).scene(world.stash.scene_rows["1"]) == "done"
    world.choose(world.track_of("Ann"), "accept")
    return next(person.id for person in world.stores.gallery.people() if person.name == "Ann")


def test_faces_confirmed_in_scenes_are_carried_over_by_their_crops(filled: World) -> None:
    ann = confirmed(filled)
    before = filled.stores.gallery.references(ann, pack=SPACE.pack, revision=SPACE.revision)
    assert [reference.origin for reference in before].count("confirmed") == 3
    update(filled, CropEncoder(OTHER))
    after = filled.stores.gallery.references(ann, pack=OTHER.pack, revision=OTHER.revision)
    assert [reference.origin for reference in after].count("confirmed") == 3
    assert {r.content_hash for r in after if r.origin == "confirmed"} == {
        r.content_hash for r in before if r.origin == "confirmed"
    }
    update(filled, CropEncoder(OTHER))
    again = filled.stores.gallery.references(ann, pack=OTHER.pack, revision=OTHER.revision)
    assert len(again) == len(after), "once"


def test_why_a_face_was_set_aside_stays_with_the_pack_that_saw_it_so(filled: World) -> None:
    ann = confirmed(filled)
    filled.stores.db.execute(
        "UPDATE reference SET state = 'set_aside', why = 'not like this person' WHERE origin = 'confirmed'"
    )
    Changeover(filled.stores, filled.pictures, CropEncoder(OTHER), NEW.choice).carry()
    carried = filled.stores.gallery.references(ann, pack=OTHER.pack, revision=OTHER.revision)
    assert [(one.state, one.why) for one in carried] == [("used", None)] * 3


def test_a_face_that_cannot_be_carried_over_holds_nothing_up(filled: World) -> None:
    ann = confirmed(filled)
    filled.stores.db.execute("UPDATE reference SET crop = x'00' WHERE origin = 'confirmed'")
    update(filled, CropEncoder(OTHER))
    assert filled.stores.spaces.in_use() == NEW
    assert [r.origin for r in filled.stores.gallery.references(ann, pack=OTHER.pack, revision=OTHER.revision)] == [
        "performer"
    ]
    assert len(filled.stores.gallery.references(ann, pack=SPACE.pack, revision=SPACE.revision)) == 3, (
        "kept, should the old pack come back"
    )


def test_a_face_confirmed_at_the_last_moment_is_carried_over_before_the_switch(filled: World) -> None:
    assert identifier(filled, CropEncoder(SPACE)).scene(filled.stash.scene_rows["1"]) == "done"
    changeover = Changeover(filled.stores, filled.pictures, CropEncoder(OTHER), NEW.choice)
    failed = changeover.carry()
    filled.choose(filled.track_of("Ann"), "accept")
    assert "in use now" in (changeover.finish(failed) or "")
    assert used(filled, OTHER) == 3


def test_undo_takes_the_confirmed_faces_of_every_pack_away(filled: World) -> None:
    assert identifier(filled, CropEncoder(SPACE)).scene(filled.stash.scene_rows["1"]) == "done"
    decision = filled.choose(filled.track_of("Ann"), "accept")
    update(filled, CropEncoder(OTHER))
    assert used(filled, OTHER) == 7
    undo(filled.desk(), decision)
    assert used(filled, OTHER) == 4
    assert used(filled, SPACE) == 0
