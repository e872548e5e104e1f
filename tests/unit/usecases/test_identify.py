from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fake_stash import jpeg
from tests.unit.usecases.worlds import World, with_jane_and_a_stranger

from stash_sense.errors import NotFoundError, ServerError
from stash_sense.settings import effective
from stash_sense.usecases.ports import Named

TO_REVIEW = {"Sense: to review", "Sense: maybe Jane", "Sense: unknown person"}


def test_a_known_person_is_suggested_and_a_stranger_stays_unknown(jane: World) -> None:
    assert jane.verdicts() == ["suggested", "unknown"]
    assert jane.stash.tag_names() == TO_REVIEW


def test_our_tags_hang_below_one_parent(jane: World) -> None:
    (parent,) = [tag for tag, name in jane.stash.tags.items() if name == "Stash Sense"]
    children = {name for tag, name in jane.stash.tags.items() if jane.stash.parents[tag] == parent}
    assert children == TO_REVIEW


def test_the_same_file_is_not_analysed_twice(jane: World) -> None:
    looked = len(jane.videos.asked)
    assert jane.identifier().scene(jane.stash.scene_rows["1"]) == "skipped"
    assert len(jane.videos.asked) == looked


@pytest.mark.parametrize("change", ["file", "settings", "force"])
def test_another_file_other_settings_or_force_analyse_again(jane: World, change: str) -> None:
    scene = jane.stash.scene_rows["1"]
    if change == "file":
        scene = replace(scene, fingerprint="another")
    if change == "settings":
        jane.settings = effective({"frames_per_scene": 12})
    looked = len(jane.videos.asked)
    assert jane.identifier().scene(scene, force=change == "force") == "done"
    assert len(jane.videos.asked) > looked


def test_the_users_own_tags_are_left_alone(world: World) -> None:
    with_jane_and_a_stranger(world)
    mine = world.stash.add_tag("Sense of humour")
    world.stash.add_scene("1", tags=(mine,))
    world.identifier().scene(world.stash.scene_rows["1"])
    assert world.stash.tag_names() == TO_REVIEW | {"Sense of humour"}
    assert mine.id not in {tag for write in world.stash.writes if write[0] == "change" for tag in write[4]}


def test_a_scene_without_any_face_is_looked_at_again_between_the_first_instants(world: World) -> None:
    world.stash.add_scene("1")
    world.videos.seen["/videos/1.mp4"] = lambda second: []
    assert world.identifier().scene(world.stash.scene_rows["1"]) == "done"
    assert [count for _, count, _ in world.videos.asked] == [10, 4, 8]  # the last ones: is it stored turned?
    assert world.stash.tag_names() == {"Sense: no faces", "Sense: done"}


def test_faces_too_poor_to_use_are_counted_and_said(world: World) -> None:
    world.stash.add_scene("1")
    world.videos.seen["/videos/1.mp4"] = lambda second: [200]
    world.identifier().scene(world.stash.scene_rows["1"])
    media = world.stores.media.get("scene", "1")
    assert (media.state, media.faces, media.unusable) == ("analysed", 10, 10)
    assert media.message.startswith("10 faces")


def test_a_damaged_file_is_noted_tagged_and_tried_again(world: World) -> None:
    scene = world.stash.add_scene("1")
    assert world.identifier().scene(scene) == "failed"
    assert world.stores.media.get("scene", "1").message == "The video is damaged: copy it again."
    assert world.stash.tag_names() == {"Sense: failed"}
    world.videos.seen["/videos/1.mp4"] = lambda second: []
    assert world.identifier().scene(world.stash.scene_rows["1"]) == "done"
    assert world.stash.tag_names() == {"Sense: no faces", "Sense: done"}


def test_a_missing_file_is_noted_but_never_tagged(world: World) -> None:
    scene = world.stash.add_scene("1", path=None)
    assert world.identifier().scene(scene) == "failed"
    assert world.stores.media.get("scene", "1").state == "failed"
    assert world.stash.writes == []


def test_a_failed_second_look_keeps_the_first_analysis(jane: World) -> None:
    jane.videos.seen.clear()
    assert jane.identifier().scene(jane.stash.scene_rows["1"], force=True) == "failed"
    assert jane.verdicts() == ["suggested", "unknown"]


def test_a_person_the_user_has_confirmed_is_found_again(jane: World) -> None:
    decision = jane.choose(jane.track_of("Jane"), "accept")
    jane.identifier().scene(jane.stash.scene_rows["1"], force=True)
    assert jane.verdicts() == ["accepted", "unknown"]
    track = jane.stores.decisions.get(decision).track_id
    assert jane.stores.media.track(track).verdict == "accepted"


def test_a_rejected_person_never_comes_back_for_that_track(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "reject")
    jane.identifier().scene(jane.stash.scene_rows["1"], force=True)
    assert jane.verdicts() == ["rejected", "unknown"]
    assert "Sense: maybe Jane" not in jane.stash.tag_names()


def test_the_cast_of_the_scene_raises_a_probability(jane: World) -> None:
    def probability() -> float:
        return jane.stores.media.track(jane.track_of("Jane")).candidates[0].probability

    jane.settings = effective({"frames_per_scene": 10, "review_from": 1})
    without = probability()
    (performer,) = [row for row in jane.stash.performer_rows.values() if row.name == "Jane"]
    scene = replace(jane.stash.scene_rows["1"], performers=(Named(performer.id, "Jane"),))
    jane.stash.scene_rows["1"] = scene
    jane.identifier().scene(scene, force=True)
    assert probability() >= without


def test_auto_accept_adds_the_performer_and_says_so(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.settings = effective({"frames_per_scene": 10, "auto_accept": 80})
    world.identifier().scene(world.stash.scene_rows["1"])
    assert [performer.name for performer in world.stash.scene_rows["1"].performers] == ["Jane"]
    (decision,) = world.stores.decisions.standing("scene", "1")
    assert decision.actor == "auto"


def test_a_performer_deleted_since_is_not_added_and_nothing_is_forgotten(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.settings = effective({"frames_per_scene": 10, "auto_accept": 80})
    world.stash.performer_rows.clear()

    def gone(*args: object, **kwargs: object) -> None:
        if kwargs.get("add_performers"):
            raise NotFoundError("The performer is not in Stash any more.")
        change(*args, **kwargs)

    change, world.stash.change = world.stash.change, gone
    assert world.identifier().scene(world.stash.scene_rows["1"]) == "done"
    assert world.verdicts() == ["suggested", "unknown"]
    assert world.stash.tag_names() == TO_REVIEW


def test_a_scene_that_lost_its_file_keeps_what_was_found(jane: World) -> None:
    lost = replace(jane.stash.scene_rows["1"], path=None, fingerprint=None)
    assert jane.identifier().scene(lost) == "failed"
    assert jane.verdicts() == ["suggested", "unknown"]


def test_excluded_and_organised_scenes_are_left_alone(world: World) -> None:
    world.settings = effective({"skip_organized": True, "excluded_tags": "Private, other"})
    private = world.stash.add_tag("private")
    assert world.identifier().scene(world.stash.add_scene("1", organized=True)) == "skipped"
    assert world.identifier().scene(world.stash.add_scene("2", tags=(private,))) == "skipped"
    assert world.videos.asked == []


def test_a_scene_deleted_meanwhile_is_forgotten(world: World) -> None:
    with_jane_and_a_stranger(world)
    scene = world.stash.scene_rows.pop("1")
    assert world.identifier().scene(scene) == "gone"
    assert world.stores.media.get("scene", "1") is None


def test_stash_gone_before_the_tags_leaves_them_for_the_next_run(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.stash.refuse = ServerError("Stash is away.")
    with pytest.raises(ServerError, match="away"):
        world.identifier().scene(world.stash.scene_rows["1"])
    assert world.stash.tag_names() == set()
    looked = len(world.videos.asked)
    assert world.identifier().scene(world.stash.scene_rows["1"]) == "done"
    assert len(world.videos.asked) == looked
    assert world.stash.tag_names() == TO_REVIEW


def test_open_decisions_get_more_frames_and_at_most_the_budget_again(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.videos.seen["/videos/1.mp4"] = lambda second: [1] if second < 10 else []
    world.settings = effective({"frames_per_scene": 10, "review_from": 99})
    world.identifier().scene(world.stash.scene_rows["1"])
    extra = [count for _, count, exact in world.videos.asked if exact]
    assert sum(extra) <= 10


def test_a_picture_is_identified_and_tagged(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.pictures.files["/pictures/7.jpg"] = jpeg(1)
    picture = world.stash.add_picture("7")
    assert world.identifier().picture(picture) == "done"
    assert world.verdicts("7", "image") == ["suggested"]
    assert {tag.name for tag in world.stash.picture_rows["7"].tags} == {"Sense: to review", "Sense: maybe Jane"}


def test_a_picture_that_cannot_be_read_from_disk_is_asked_of_stash(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.stash.files["/image/7/image"] = jpeg(1)
    assert world.identifier().picture(world.stash.add_picture("7")) == "done"
    assert world.verdicts("7", "image") == ["suggested"]
