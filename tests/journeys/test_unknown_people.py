"""Unknown people across the library: grouped by the real tasks, named everywhere, killed in the middle, taken back."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from tests.builders import a_person, looks
from tests.journeys.shapes import mismatch
from tests.journeys.test_kill import assert_whole
from tests.journeys.unknown_shapes import BATCH, PLAN, UNKNOWN_PEOPLE, UNKNOWN_PERSON
from tests.journeys.world import World, assert_plain_words, library_of, wait_until
from tests.packages import REVISION
from tests.standin.store import StashError

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.codec import to_blob
from stash_sense.core.records import FaceRecord, MediaRecord, TrackRecord

pytestmark = pytest.mark.journey

SCENES = 12
NAME = "Zoe <img src=x onerror=alert(1)>"
DIMS = 512
CROP = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


@pytest.fixture
def crowd(enrolled: World) -> World:
    """Twelve scenes with the same unknown person, the even ones with another one too, as an analysis would have left them."""
    zoe, yan = looks(a_person(1, DIMS), SCENES, spread=0.4), looks(a_person(2, DIMS), SCENES, spread=0.4)
    with closing(open_database(enrolled.data)) as db:
        stores = SqliteStores(db)
        for number in range(SCENES):
            scene = enrolled.stash.add_scene(None, title=f"Crowd {number}")
            enrolled.ids[f"Crowd {number}"] = scene.id
            media = MediaRecord(
                "scene", str(scene.id), f"oshash:{number}", "analysed", "compact", REVISION, "frames=10", "2026-01-01T00:00:00Z", 60.0, 10, 12
            )  # fmt: skip
            with stores.transaction():
                stores.media.save(
                    media, [a_track(one) for one in (zoe[number], *yan[number : number + 1 - number % 2])]
                )
    said = enrolled.run("Re-match all scenes")
    assert said == f"{SCENES} scenes and images matched again."
    return enrolled


def a_track(vector: np.ndarray) -> TrackRecord:
    blob = to_blob(vector)
    face = FaceRecord(1000, 1.0, "frame", (0.0, 0.0, 90.0, 90.0), (), 0.9, 0.9, {}, blob, CROP)
    number = int.from_bytes(blob[:2], "little")  # no two tracks share a frame
    evidence = {"size_px": 120.0, "confidence": 0.95, "weakest": "size", "frame_numbers": [number], "kind": "frame"}
    return TrackRecord(
        blob, 6, 6, 0.9, 1.0, CROP, ((1.0, 5.0),), 4.0, evidence, "unknown", None, "seen well", kept=(face,)
    )


def people(world: World, **args: Any) -> dict[str, Any]:
    found: dict[str, Any] = world.stash.operation({"mode": "unknown_people", **args})
    assert mismatch(UNKNOWN_PEOPLE, found) is None
    return found


def group(world: World) -> str:
    found: str = people(world)["items"][0]["group_id"]
    return found


def begin(world: World, **args: Any) -> str:
    """Stores the batch that names the first group; returns its id."""
    answer = world.stash.operation({"mode": "name_group", "group_id": group(world), "name": NAME, **args})
    assert mismatch(BATCH, answer["batch"]) is None
    assert answer["start"] == "decide_many"
    batch: str = answer["batch"]["batch_id"]
    return batch


def batch(world: World, batch_id: str) -> dict[str, Any]:
    found: dict[str, Any] = world.stash.operation({"mode": "batch", "batch_id": batch_id})
    assert mismatch(BATCH, found) is None
    return found


def named(world: World) -> int:
    """On how many scenes she is."""
    return sum(NAME in world.performers(f"Crowd {number}") for number in range(SCENES))


def made(world: World) -> int:
    return sum(row.name == NAME for row in world.stash.store.performers.values())


def test_who_appears_without_a_name_is_listed_with_the_scenes(crowd: World) -> None:
    found = people(crowd)
    assert [(one["scenes"], one["tracks"]) for one in found["items"]] == [(12, 12), (6, 6)]
    person = crowd.stash.operation({"mode": "unknown_person", "group_id": group(crowd)})
    assert mismatch(UNKNOWN_PERSON, person) is None
    assert len(person["members"]) == SCENES
    view = crowd.scene("Crowd 0")
    assert sorted(one["elsewhere"]["scenes"] for one in view["people"]) == [5, 11]


def test_one_name_goes_everywhere_and_is_taken_back(crowd: World) -> None:
    before, changes = library_of(crowd.stash), len(crowd.stash.mutations)
    plan = crowd.stash.operation({"mode": "name_group", "group_id": group(crowd), "name": NAME, "dry_run": True})[
        "plan"
    ]
    assert mismatch(PLAN, plan) is None
    assert plan["sentence"] == f"{NAME} will be created as a performer and added to 12 scenes."
    assert len(crowd.stash.mutations) == changes, "the preview writes nothing"
    batch_id = begin(crowd, track_ids=plan["track_ids"])
    assert len(crowd.stash.mutations) == changes, "nor does storing the batch"
    assert crowd.run("decide_many", {"batch_id": batch_id}) == f"Done: {NAME} in 12 scenes."
    assert (named(crowd), made(crowd)) == (12, 1)
    run = crowd.last_run()
    assert (run["kind"], run["done"], run["total"], run["failed"]) == ("decide_many", 12, 12, 0)
    assert [one["scenes"] for one in people(crowd)["items"]] == [6]
    assert crowd.rows("SELECT COUNT(*) FROM reference WHERE origin = 'confirmed' AND state = 'used'") == [(12,)]
    assert crowd.run("undo_many", {"batch_id": batch_id}) == f"Taken back: {NAME} in 12 scenes."
    assert library_of(crowd.stash) == before
    assert [one["scenes"] for one in people(crowd)["items"]] == [12, 6]
    assert_plain_words(crowd.fail("decide_many", {"batch_id": batch_id}))


def test_after_a_new_analysis_a_name_given_stands(crowd: World) -> None:
    crowd.run("decide_many", {"batch_id": begin(crowd)})
    crowd.run("Re-match all scenes")
    assert named(crowd) == 12
    assert [one["scenes"] for one in people(crowd)["items"]] == [6]


def test_what_was_changed_meanwhile_is_left_and_told(crowd: World) -> None:
    batch_id = begin(crowd)
    crowd.run("decide_many", {"batch_id": batch_id})
    crowd.stash.store.scenes[crowd.ids["Crowd 3"]].performer_ids = []
    said = crowd.run("undo_many", {"batch_id": batch_id})
    assert said == f"Taken back: {NAME} in 12 scenes. 1 item was left as it is now: the page says why."
    (note,) = batch(crowd, batch_id)["notes"]
    assert note["scene_id"] == str(crowd.ids["Crowd 3"])
    assert "meanwhile" in note["message"]
    assert (named(crowd), made(crowd)) == (0, 0)


def test_a_few_faces_are_named_at_once(crowd: World) -> None:
    person = crowd.stash.operation({"mode": "unknown_person", "group_id": group(crowd)})
    ticked = [one["track_id"] for one in person["members"][:3]]
    answer = crowd.stash.operation({"mode": "name_group", "group_id": group(crowd), "name": NAME, "track_ids": ticked})
    assert (answer["start"], answer["batch"]["state"], answer["batch"]["done"]) == (None, "done", 3)
    assert named(crowd) == 3
    answer = crowd.stash.operation({"mode": "undo_batch", "batch_id": answer["batch"]["batch_id"]})
    assert (answer["start"], answer["batch"]["state"]) == (None, "undone")
    assert (named(crowd), made(crowd)) == (0, 0)


def killed(world: World, mode: str, batch_id: str, operation: str, nth: int) -> None:
    """Kills the task when Stash has received the nth request of that name and has not answered it yet."""
    count, seen = len(world.stash.processes), world.stash.requests.count(operation)
    world.stash.faults.add("slow", value=0.15, operation=operation)
    job = world.stash.start_task(mode, {"batch_id": batch_id})
    wait_until(lambda: len(world.stash.processes) > count, job.over.wait)
    assert wait_until(lambda: world.stash.requests.count(operation) >= seen + nth, job.over.wait), "it was over before"
    os.kill(world.stash.processes[-1].pid, signal.SIGKILL)
    job.over.wait(60)
    world.stash.processes[-1].done.wait(60)
    world.stash.faults.clear()


@pytest.mark.parametrize(
    ("operation", "nth"),
    [("StashSense_CreatePerformer", 1), ("StashSense_UpdateScenes", 1), ("StashSense_UpdateScenes", 7)],
    ids=str,
)
def test_killed_in_the_middle_it_goes_on_with_one_performer(crowd: World, operation: str, nth: int) -> None:
    before = library_of(crowd.stash)
    batch_id = begin(crowd)
    killed(crowd, "decide_many", batch_id, operation, nth)
    assert_whole(crowd)
    assert batch(crowd, batch_id)["state"] == "waiting"
    assert people(crowd)["batches"][0]["batch_id"] == batch_id, "the page offers to go on"
    crowd.run("decide_many", {"batch_id": batch_id})
    assert (named(crowd), made(crowd)) == (12, 1)
    assert batch(crowd, batch_id)["done"] == 12
    killed(crowd, "undo_many", batch_id, "StashSense_UpdateScenes", nth)
    assert batch(crowd, batch_id)["state"] == "undoing"
    crowd.run("undo_many", {"batch_id": batch_id})
    assert batch(crowd, batch_id)["notes"] == []
    assert library_of(crowd.stash) == before


def test_killed_in_the_middle_it_can_be_taken_back_as_well(crowd: World) -> None:
    before = library_of(crowd.stash)
    batch_id = begin(crowd)
    killed(crowd, "decide_many", batch_id, "StashSense_UpdateScenes", 6)
    crowd.run("undo_many", {"batch_id": batch_id})
    assert library_of(crowd.stash) == before


def test_decisions_of_any_kind_are_carried_out_as_one(crowd: World) -> None:
    members = crowd.stash.operation({"mode": "unknown_person", "group_id": group(crowd)})["members"]
    items = [
        {"scene_id": members[0]["scene_id"], "track_id": members[0]["track_id"], "action": "skip"},
        {"scene_id": members[1]["scene_id"], "track_id": "99999", "action": "skip"},
    ]
    assert (
        crowd.run("decide_many", {"items": items}) == "Done: 2 decisions. 1 item could not be done: the page says why."
    )
    assert people(crowd)["batches"] == [], "nobody of this list was named"
    (latest, *_) = crowd.stash.operation({"mode": "history"})["items"]
    assert (latest["done"], latest["failed"], len(latest["notes"])) == (1, 1, 1)
    assert_plain_words(latest["notes"][0]["message"])
    undone = crowd.run("undo_many", {"batch_id": latest["batch_id"]})
    assert undone == "Taken back: 2 decisions.", "what could not be done was not left as it is by the undo"


def test_faces_taken_apart_stay_apart(crowd: World) -> None:
    first = group(crowd)
    members = crowd.stash.operation({"mode": "unknown_person", "group_id": first})["members"]
    out = [members[0]["track_id"]]
    crowd.stash.operation({"mode": "part_group", "group_id": first, "track_ids": out})
    crowd.run("Re-match all scenes")
    assert [one["scenes"] for one in people(crowd, min_scenes=1)["items"]] == [11, 6, 1]
    alone = people(crowd, min_scenes=1)["items"][-1]["group_id"]
    crowd.stash.operation({"mode": "ignore_group", "group_id": alone})
    ignored = people(crowd, ignored=True)
    assert ([one["group_id"] for one in ignored["items"]], ignored["ignored"]) == ([alone], 1), (
        "counted and listed alike"
    )
    crowd.stash.operation({"mode": "ignore_group", "group_id": alone, "ignored": False})
    crowd.stash.operation({"mode": "rejoin_group", "group_id": first, "track_ids": out})
    crowd.stash.operation({"mode": "ignore_group", "group_id": first})
    crowd.run("Re-match all scenes")
    found = people(crowd)
    assert ([one["scenes"] for one in found["items"]], found["ignored"]) == ([6], 1)
    assert [one["scenes"] for one in people(crowd, ignored=True)["items"]] == [12]


@pytest.mark.parametrize(
    "args",
    [
        {"mode": "unknown_person", "group_id": "4711"},
        {"mode": "unknown_person"},
        {"mode": "unknown_people", "page": "x"},
        {"mode": "name_group", "group_id": "1"},
        {"mode": "name_group", "group_id": "1", "name": "  "},
        {"mode": "name_group", "group_id": "1", "performer_id": "4711", "dry_run": True},
        {"mode": "name_group", "group_id": "1", "name": "X", "track_ids": "7"},
        {"mode": "name_group", "group_id": "1", "name": "X", "track_ids": ["y"]},
        {"mode": "part_group", "group_id": "1", "track_ids": []},
        {"mode": "part_group", "group_id": "1"},
        {"mode": "rejoin_group", "group_id": "1", "track_ids": ["99999"]},
        {"mode": "ignore_group", "group_id": "4711"},
        {"mode": "undo_batch", "batch_id": "4711"},
        {"mode": "batch", "batch_id": "4711"},
    ],
    ids=str,
)
def test_an_impossible_wish_is_answered_with_a_sentence_and_changes_nothing(crowd: World, args: dict[str, Any]) -> None:
    before = library_of(crowd.stash)
    with pytest.raises(StashError) as refused:
        crowd.stash.operation(args)
    assert_plain_words(str(refused.value))
    assert library_of(crowd.stash) == before
    assert crowd.rows("SELECT * FROM batch") == []


@pytest.mark.parametrize(
    "args",
    [{}, {"items": []}, {"items": [{"scene_id": "1", "track_id": "1", "action": "marry"}]}, {"items": "x"}],
    ids=str,
)
def test_tasks_without_a_batch_say_so(crowd: World, args: dict[str, Any]) -> None:
    assert_plain_words(crowd.fail("decide_many", args))
    assert_plain_words(crowd.fail("undo_many", {"batch_id": "4711"}))
