from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fake_stash import jpeg
from tests.unit.usecases.unknown_worlds import (
    XAVER,
    YAN,
    ZOE,
    Meanwhile,
    again,
    analysed,
    group_with,
    groups,
    partition,
    scenes_of,
)
from tests.unit.usecases.worlds import World, a_world

from stash_sense.core.records import MediaRecord
from stash_sense.core.unknown_records import UnknownGroup
from stash_sense.errors import StorageError
from stash_sense.usecases.unknown_people import group_of, part, rejoin


def counted(world: World) -> list[tuple[int, int]]:
    return [(group.scenes, group.tracks) for group in groups(world)]


def test_a_person_without_a_name_is_one_group_over_all_scenes(world: World) -> None:
    analysed(world, {"1": [ZOE, YAN], "2": [ZOE], "3": [YAN, ZOE], "4": []})
    assert counted(world) == [(3, 3), (2, 2)]
    group_with(world, "1", "2", "3")
    group_with(world, "1", "3")


def test_pictures_count_too(world: World) -> None:
    analysed(world, {"1": [ZOE]})
    for image_id in ("1", "2"):
        world.stash.add_picture(image_id)
        world.stash.files[f"/image/{image_id}/image"] = jpeg(ZOE)
        world.pictures.files[f"/pictures/{image_id}.jpg"] = jpeg(ZOE)
        assert world.identifier().picture(world.stash.picture_rows[image_id]) == "done"
    (group,) = groups(world)
    assert (group.scenes, group.images, group.tracks) == (1, 2, 3)


def test_named_and_suggested_people_are_in_no_group(jane: World) -> None:
    (stranger,) = groups(jane)
    assert scenes_of(jane, stranger.id) == {"1"}
    assert jane.stores.unknown_pages.group_of(jane.track_of("Jane")) is None


def test_who_was_ruled_out_is_unknown_from_the_next_run_on(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "reject")
    jane.rematcher().all(jane.report())
    assert len(groups(jane)) == 2


def test_too_little_evidence_makes_no_group(world: World) -> None:
    analysed(world, {"1": [201], "2": [201]})
    assert groups(world) == []


def test_the_id_stays_when_scenes_are_analysed_again(world: World) -> None:
    analysed(world, {"1": [ZOE], "2": [ZOE], "3": [YAN]})
    zoe, yan = group_with(world, "1", "2"), group_with(world, "3")
    for scene_id in ("1", "2", "3"):
        again(world, scene_id)
    assert group_with(world, "1", "2").id == zoe.id
    assert group_with(world, "3").id == yan.id, "also where its only scene was analysed again"
    world.rematcher().all(world.report())
    assert {group_with(world, "1", "2").id, group_with(world, "3").id} == {zoe.id, yan.id}


def test_a_decision_takes_a_track_out_at_once_and_an_undo_brings_it_back(world: World) -> None:
    analysed(world, {"1": [ZOE], "2": [ZOE], "3": [ZOE]})
    (group,) = groups(world)
    member = world.stores.unknown_pages.places(group.id)[0]
    world.stores.media.set_verdict(member.track_id, "accepted", person_id="performer:1", why="")
    assert counted(world) == [(2, 2)]
    world.stores.media.set_verdict(member.track_id, "unknown", person_id=None, why="")
    assert counted(world) == [(3, 3)]


def test_a_scene_deleted_in_stash_leaves_its_group(world: World) -> None:
    analysed(world, {"1": [ZOE], "2": [ZOE]})
    with world.stores.transaction():
        world.stores.media.forget("scene", "1")
    assert counted(world) == [(1, 1)]


def test_a_gallery_that_learns_a_person_empties_the_group(world: World) -> None:
    analysed(world, {"1": [ZOE], "2": [ZOE]})
    world.stash.add_performer("Zoe", image=jpeg(ZOE))
    world.update_gallery()
    world.rematcher().all(world.report())
    assert groups(world) == []


def test_cut_short_after_the_analysis_the_next_task_groups_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed(world, {"1": [ZOE]})
    identifier = world.identifier()
    world.stash.add_scene("2")
    world.videos.seen["/videos/2.mp4"] = lambda second: [ZOE]

    def killed(media: MediaRecord) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patched, pytest.raises(StorageError):
        patched.setattr(type(identifier.unknown), "take_in", lambda self, media: killed(media))
        identifier.scene(world.stash.scene_rows["2"])
    assert counted(world) == [(1, 1)]
    analysed(world, {"3": [YAN]})
    group_with(world, "1", "2")


def test_a_library_of_an_older_plugin_is_grouped_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    analysed(world, {str(number): [ZOE, YAN] for number in range(1, 6)})
    want = partition(world)
    with world.stores.transaction():
        world.stores.db.execute("DELETE FROM unknown_member")
        world.stores.db.execute("DELETE FROM unknown_group")
    monkeypatch.setattr("stash_sense.usecases.unknown_groups.BATCH", 3)
    world.rematcher().all(world.report())
    assert partition(world) == want


def test_vectors_of_another_pack_are_never_compared(world: World) -> None:
    analysed(world, {"1": [ZOE]})
    world.stores.db.execute("UPDATE media SET revision = '0'")
    world.stores.db.execute("UPDATE unknown_group SET revision = '0'")
    analysed(world, {"2": [ZOE]})
    assert counted(world) == [(1, 1), (1, 1)]


def test_who_was_taken_out_of_a_group_stays_out(world: World) -> None:
    """Also after new analyses of both, a new scene with the same person, and a grouping of everybody anew."""
    analysed(world, {"1": [ZOE], "2": [ZOE], "3": [ZOE]})
    (group,) = groups(world)
    track = next(one.track_id for one in world.stores.unknown_pages.places(group.id) if one.stash_id == "3")
    part(world.stores, group.id, [track], as_one=False)
    apart = group_with(world, "3")
    for scene_id in ("3", "1"):
        again(world, scene_id)
    world.rematcher().all(world.report())
    assert group_with(world, "1", "2").id == group.id
    assert group_with(world, "3").id == apart.id
    analysed(world, {"4": [ZOE]})
    world.rematcher().all(world.report())
    assert not any({"1", "3"} <= scenes_of(world, one.id) for one in groups(world))


def tracks_of(world: World, group: UnknownGroup) -> list[int]:
    return [one.track_id for one in world.stores.unknown_pages.places(group.id)]


def test_a_group_that_is_gone_since_the_task_began_takes_nobody_in(world: World) -> None:
    """The user says between two scenes of a task that two groups are one person."""
    analysed(world, {"1": [ZOE], "2": [ZOE], "3": [YAN]})
    zoe, yan = group_with(world, "1", "2"), group_with(world, "3")
    for scene_id in ("4", "5"):
        world.stash.add_scene(scene_id)
        world.videos.seen[f"/videos/{scene_id}.mp4"] = lambda second: [ZOE]
    identifier = world.identifier()
    identifier.scene(world.stash.scene_rows["4"])
    rejoin(world.stores, yan.id, tracks_of(world, zoe))
    identifier.scene(world.stash.scene_rows["5"])
    assert group_of(world.stores, zoe.id).id == yan.id
    assert scenes_of(world, zoe.id) == set()
    group_with(world, "1", "2", "3", "4", "5")


def test_a_group_that_goes_while_a_scene_is_grouped_takes_nobody_in(world: World) -> None:
    analysed(world, {"1": [ZOE], "2": [ZOE], "3": [YAN]})
    zoe, yan = group_with(world, "1", "2"), group_with(world, "3")
    tracks = tracks_of(world, zoe)
    unknown = world.unknown()
    unknown.stores = Meanwhile(world.stores, lambda: rejoin(world.stores, yan.id, tracks))
    world.stash.add_scene("4")
    world.videos.seen["/videos/4.mp4"] = lambda second: [ZOE]
    replace(world.identifier(), unknown=unknown).scene(world.stash.scene_rows["4"])
    assert scenes_of(world, zoe.id) == set()
    group_with(world, "1", "2", "3", "4")


def test_grouping_all_anew_leaves_what_the_user_parts_and_joins_meanwhile(world: World) -> None:
    analysed(world, {"1": [ZOE], "2": [ZOE], "3": [ZOE], "4": [YAN], "5": [XAVER]})
    zoe, yan, xaver = group_with(world, "1", "2", "3"), group_with(world, "4"), group_with(world, "5")
    out = next(one.track_id for one in world.stores.unknown_pages.places(zoe.id) if one.stash_id == "3")

    def said() -> None:
        part(world.stores, zoe.id, [out], as_one=False)
        rejoin(world.stores, xaver.id, tracks_of(world, yan))

    unknown = world.unknown()
    unknown.stores = Meanwhile(world.stores, said)
    unknown.regroup()
    assert scenes_of(world, zoe.id) == {"1", "2"}
    assert scenes_of(world, xaver.id) == {"4", "5"}
    group_with(world, "3")


def test_grouping_all_anew_puts_nobody_into_a_group_that_the_user_has_dissolved(world: World) -> None:
    analysed(world, {"1": [ZOE], "2": [ZOE], "3": [ZOE], "4": [YAN]})
    zoe, yan = group_with(world, "1", "2", "3"), group_with(world, "4")
    out = next(one for one in world.stores.unknown_pages.places(zoe.id) if one.stash_id == "3")
    (alone,) = part(world.stores, zoe.id, [out.track_id], as_one=False)
    with world.stores.transaction():  # as an analysis of somebody who looked less alike then would have left it
        world.stores.db.execute("DELETE FROM unknown_apart")
    unknown = world.unknown()
    tracks = tracks_of(world, zoe)
    unknown.stores = Meanwhile(world.stores, lambda: rejoin(world.stores, yan.id, tracks))
    unknown.regroup()
    assert scenes_of(world, yan.id) == {"1", "2", "4"}
    assert scenes_of(world, zoe.id) == set()
    assert group_with(world, "3").id not in {zoe.id, alone}


def test_an_ignored_person_stays_ignored(world: World) -> None:
    analysed(world, {"1": [XAVER]})
    (extra,) = groups(world)
    world.stores.unknown_pages.set_state(extra.id, "ignored")
    again(world, "1")
    analysed(world, {"2": [XAVER]})
    world.rematcher().all(world.report())
    assert groups(world) == []
    (still,) = groups(world, state="ignored")
    assert (still.id, still.scenes) == (extra.id, 2)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(casts=st.lists(st.sets(st.integers(20, 27), max_size=4), min_size=1, max_size=8))
def test_scene_by_scene_gives_what_grouping_all_anew_gives(
    tmp_path_factory: pytest.TempPathFactory, casts: list[set[int]]
) -> None:
    with a_world(tmp_path_factory.mktemp("world")) as world:
        analysed(world, {str(number): sorted(cast) for number, cast in enumerate(casts, 1)})
        step = partition(world)
        world.unknown().regroup()
        assert partition(world) == step
        assert len(groups(world)) == len(set().union(*casts))
