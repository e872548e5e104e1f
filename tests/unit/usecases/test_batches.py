from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fake_package import BOX, FakePackage
from tests.unit.usecases.batch_worlds import (
    EVERYWHERE,
    NAME,
    NOWHERE,
    batches,
    cast,
    named,
    performers,
    shown,
    with_zoe,
)
from tests.unit.usecases.unknown_worlds import ZOE, analysed, group_with, groups
from tests.unit.usecases.worlds import World

from stash_sense.core.batch_records import BatchItem, BatchRecord
from stash_sense.errors import RequestError, ServerError
from stash_sense.usecases.ports import StashId
from stash_sense.usecases.undo import undo


@pytest.fixture
def zoe(world: World) -> World:
    return with_zoe(world)


def test_one_new_performer_on_every_scene_and_back(zoe: World) -> None:
    tags = {key: zoe.stash.tag_names(key) for key in zoe.stash.scene_rows}
    batch_id = named(zoe, name=NAME)
    assert cast(zoe) == NOWHERE, "storing a batch changes nothing"
    steps: list[bool] = []
    batches(zoe).carry_out(batch_id, steps.append)
    assert cast(zoe) == EVERYWHERE
    assert performers(zoe) == [NAME]
    assert steps == [False] * 5
    assert groups(zoe) == []
    assert shown(zoe, batch_id) | {"at": ""} == {
        "batch_id": str(batch_id), "at": "", "what": f"{NAME} in 5 scenes", "state": "done", "total": 5, "done": 5, "failed": 0,
        "person_id": "performer:103", "group_id": "1", "notes": [],
    }  # fmt: skip
    batches(zoe).undo(batch_id)
    assert cast(zoe) == NOWHERE
    assert performers(zoe) == []
    assert {key: zoe.stash.tag_names(key) for key in zoe.stash.scene_rows} == tags
    assert [group.scenes for group in groups(zoe)] == [5]
    assert zoe.stores.gallery.person("performer:103") is None
    assert (shown(zoe, batch_id)["state"], shown(zoe, batch_id)["done"]) == ("undone", 5)


def test_references_come_from_many_scenes_and_never_more_than_there_is_room_for(world: World) -> None:
    for number in range(1, 24):
        world.videos.duration_s = 100.0 + number  # other frames in each, so that no face is a copy of another
        analysed(world, {str(number): [ZOE]})
    batches(world).carry_out(named(world, name=NAME))
    rows = world.stores.db.execute(
        "SELECT state, COUNT(*), COUNT(DISTINCT origin_id) FROM reference GROUP BY state"
    ).fetchall()
    assert sorted(rows) == [("spare", 3, 3), ("used", 20, 20)], "23 scenes, one face of each"


def test_one_of_them_undone_the_others_give_no_more_faces_than_the_batch_said(world: World) -> None:
    """What the undone one had outvoted or was like is learned again; a decision by itself gives three."""
    for number in range(1, 12):
        world.videos.duration_s = 100.0 + number
        analysed(world, {str(number): [ZOE]})
    batch_id = named(world, name=NAME)
    batches(world).carry_out(batch_id)
    items = [world.stores.batches.decision_of(item.id)[0] for item in world.stores.batches.items(batch_id, "done")]
    undo(world.desk(), items[-1])
    rows = world.stores.db.execute("SELECT origin_id, COUNT(*) FROM reference GROUP BY origin_id").fetchall()
    assert dict(rows) == {str(decision_id): 1 for decision_id in items[:-1]}


def test_a_second_run_finds_nothing_to_do(zoe: World) -> None:
    batch_id = named(zoe, name=NAME)
    batches(zoe).carry_out(batch_id)
    zoe.stash.writes.clear()
    batches(zoe).carry_out(batch_id)
    assert zoe.stash.writes == []
    batches(zoe).undo(batch_id)
    with pytest.raises(RequestError, match="undone already"):
        batches(zoe).undo(batch_id)


def test_what_somebody_changed_meanwhile_is_left_and_told(zoe: World) -> None:
    batch_id = named(zoe, name=NAME)
    batches(zoe).carry_out(batch_id)
    zoe.stash.scene_rows["3"] = replace(zoe.stash.scene_rows["3"], performers=())
    del zoe.stash.scene_rows["4"]
    batches(zoe).undo(batch_id)
    assert {key: names for key, names in cast(zoe).items() if names} == {}
    assert shown(zoe, batch_id)["notes"] == [
        {
            "scene_id": "3",
            "state": "undone",
            "message": f"{NAME} had been taken off the scene meanwhile; only our own notes were put back.",
        },
        {
            "scene_id": "4",
            "state": "undone",
            "message": "The scene is not in Stash any more; only our own notes were put back.",
        },
    ]
    assert performers(zoe) == []


def test_a_performer_in_use_elsewhere_by_now_stays(zoe: World) -> None:
    batch_id = named(zoe, name=NAME)
    batches(zoe).carry_out(batch_id)
    (made,) = zoe.stash.performer_rows.values()
    zoe.stash.add_scene("77", performers=zoe.stash.named(made))
    batches(zoe).undo(batch_id)
    assert performers(zoe) == [NAME]
    assert [note["scene_id"] for note in shown(zoe, batch_id)["notes"]] == ["1"]


def test_one_of_them_taken_back_by_itself_before(zoe: World) -> None:
    """The decision that made the performer goes first; the performer goes with the last one."""
    batch_id = named(zoe, name=NAME)
    batches(zoe).carry_out(batch_id)
    first = zoe.stores.batches.items(batch_id, "done")[0]
    undo(zoe.desk(), zoe.stores.batches.decision_of(first.id)[0])
    assert performers(zoe) == [NAME]
    batches(zoe).undo(batch_id)
    assert (cast(zoe), performers(zoe)) == (NOWHERE, [])
    assert zoe.stores.gallery.people() == []


def test_a_scene_that_is_gone_is_told_and_the_rest_goes_on(zoe: World) -> None:
    batch_id = named(zoe, name=NAME)
    del zoe.stash.scene_rows["1"]
    batches(zoe).carry_out(batch_id)
    assert {key: names for key, names in cast(zoe).items() if names} == {str(number): {NAME} for number in range(2, 6)}
    assert (shown(zoe, batch_id)["done"], shown(zoe, batch_id)["failed"]) == (4, 1)
    failed = {"scene_id": "1", "state": "failed", "message": "The scene is not in Stash any more."}
    assert shown(zoe, batch_id)["notes"] == [failed]
    batches(zoe).undo(batch_id)
    assert performers(zoe) == []
    assert shown(zoe, batch_id)["notes"] == [failed], "an undo has nothing to do with it"


def test_stash_away_stops_the_run_and_the_rest_waits(zoe: World) -> None:
    batch_id = named(zoe, name=NAME)
    zoe.stash.refuse = ServerError("Stash is away.")
    with pytest.raises(ServerError, match="away"):
        batches(zoe).carry_out(batch_id)
    assert batches(zoe).left_to_do(batch_id) == 5
    batches(zoe).carry_out(batch_id)
    assert cast(zoe) == EVERYWHERE


def test_somebody_from_a_package_becomes_one_performer_with_the_stash_id(zoe: World) -> None:
    zoe.packages.append(FakePackage({"box:b:1": ("u1",)}, {}))
    batches(zoe).carry_out(named(zoe, person_id="box:b:1"))
    (made,) = zoe.stash.performer_rows.values()
    assert made.stash_ids == (StashId(BOX, "u1"),)
    assert cast(zoe) == {str(number): {"name of box:b:1"} for number in range(1, 6)}


def test_a_batch_of_other_decisions(jane: World) -> None:
    track = jane.track_of("Jane")
    (stranger,) = jane.stores.unknown_pages.places(group_with(jane, "1").id)
    items = [
        BatchItem("scene", "1", track, "accept"),
        BatchItem("scene", "1", stranger.track_id, "skip"),
        BatchItem("scene", "1", 999, "accept"),
    ]
    with jane.stores.transaction():
        batch_id = jane.stores.batches.add(BatchRecord(at="now", what="3 decisions"), items)
    batches(jane).carry_out(batch_id)
    assert jane.verdicts() == ["accepted", "unknown"]
    assert cast(jane) == {"1": {"Jane"}}
    assert shown(jane, batch_id)["failed"] == 1
    batches(jane).undo(batch_id)
    assert jane.verdicts() == ["suggested", "unknown"]
    assert cast(jane) == {"1": set()}


def test_what_does_not_exist_is_refused(world: World) -> None:
    for act in (batches(world).carry_out, batches(world).undo, batches(world).left_to_do):
        with pytest.raises(RequestError, match="no such batch"):
            act(99)
