"""People to review over the library: listed, filtered, accepted and rejected many at once, killed in the middle, taken back."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from tests.builders import looks
from tests.journeys.review_shapes import PLAN_MANY, REVIEW, REVIEW_PICTURES
from tests.journeys.shapes import mismatch
from tests.journeys.test_kill import assert_whole
from tests.journeys.test_unknown_people import a_track, batch, killed
from tests.journeys.unknown_shapes import BATCH
from tests.journeys.world import World, assert_plain_words, library_of
from tests.packages import REVISION
from tests.standin.library import BIDEN, COLLINS, OBAMA
from tests.standin.rows import ImageRow
from tests.standin.store import StashError

from stash_sense.adapters.locks import held
from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.records import MediaRecord
from stash_sense.entry.batches import LOCK

pytestmark = pytest.mark.journey

SCENES = 12
NAME = "<img src=x onerror=alert(1)>"  # what Collins is called here
BOX = "https://stashdb.example/graphql"
UMA = "box:stashdb.example:u1"


@pytest.fixture
def crowd(enrolled: World) -> World:
    """Obama in twelve scenes, Collins in the even ones too, Biden in a picture: all suggested, as an analysis and a match leave them."""
    enrolled.stash.store.performers[enrolled.ids[COLLINS]].name = NAME
    enrolled.run("Update gallery")
    with closing(open_database(enrolled.data)) as db:
        stores = SqliteStores(db)
        seen = {name: around(stores, enrolled, name) for name in (OBAMA, COLLINS, BIDEN)}
        for number in range(SCENES):
            enrolled.ids[f"Crowd {number}"] = enrolled.stash.add_scene(None, title=f"Crowd {number}").id
            rows = [seen[OBAMA][number], *seen[COLLINS][number : number + 1 - number % 2]]
            store(stores, "scene", enrolled.ids[f"Crowd {number}"], rows)
        picture = enrolled.stash.store.insert("image", ImageRow, title="Portrait")
        enrolled.ids["Portrait"] = picture.id
        store(stores, "image", picture.id, [seen[BIDEN][0]])
    assert enrolled.run("Re-match all scenes") == f"{SCENES + 1} scenes and images matched again."
    return enrolled


def around(stores: SqliteStores, world: World, name: str) -> np.ndarray:
    """Vectors of the person, as unlike each other as those of different scenes."""
    (reference, *_) = stores.gallery.references(f"performer:{world.ids[name]}", pack="compact", revision=REVISION)
    return looks(np.frombuffer(reference.vector, np.float16).astype(np.float32), SCENES, spread=0.4)


def store(stores: SqliteStores, kind: Any, stash_id: int, vectors: list[np.ndarray]) -> None:
    instant = "2026-01-01T00:00:00Z"
    media = MediaRecord(kind, str(stash_id), "f", "analysed", "compact", REVISION, "frames=10", instant, 60.0, 10, 12)
    with stores.transaction():
        stores.media.save(media, [a_track(vector) for vector in vectors])


def review(world: World, **args: Any) -> dict[str, Any]:
    found: dict[str, Any] = world.stash.operation({"mode": "review", **args})
    assert mismatch(REVIEW_PICTURES if args.get("kind") == "image" else REVIEW, found) is None
    return found


def scenes(answer: dict[str, Any]) -> set[str]:
    return {item["scene_id"] for item in answer["items"]}


def many(world: World, action: str = "accept", **args: Any) -> dict[str, Any]:
    answer: dict[str, Any] = world.stash.operation({"mode": "review_many", "action": action, **args})
    return answer


def preview(world: World, action: str = "accept", **args: Any) -> dict[str, Any]:
    """The plan; looking at it changes nothing."""
    before, batches = len(world.stash.mutations), world.rows("SELECT COUNT(*) FROM batch")
    plan: dict[str, Any] = many(world, action, dry_run=True, **args)["plan"]
    assert mismatch(PLAN_MANY, plan) is None
    assert (len(world.stash.mutations), world.rows("SELECT COUNT(*) FROM batch")) == (before, batches)
    return plan


def begin(world: World, action: str = "accept") -> str:
    """Stores the batch about every person in a scene; returns its id."""
    items = preview(world, action, where={"min_probability": 0.6, "kind": "scene"})["items"]
    answer = many(world, action, items=items)
    assert mismatch(BATCH, answer["batch"]) is None
    assert answer["start"] == "decide_many"
    batch_id: str = answer["batch"]["batch_id"]
    return batch_id


def on(world: World, name: str) -> int:
    """On how many scenes the performer is."""
    return sum(name in world.performers(f"Crowd {number}") for number in range(SCENES))


def state(world: World) -> tuple[Any, dict[str, list[str]]]:
    """The library and the names of our tags on it: a tag per person goes with its last scene and comes back as another one."""
    titles = [f"Crowd {number}" for number in range(SCENES)]
    return library_of(world.stash, ours=False), {title: sorted(world.tags(title)) for title in titles}


# --- The page --------------------------------------------------------------------------------------------------------


def test_who_waits_is_listed_as_in_the_scene(crowd: World) -> None:
    answer = review(crowd, kind="scene", sort="people")
    assert (answer["total"], answer["people"], answer["page"], answer["per_page"], answer["from"]) == (
        12,
        18,
        1,
        24,
        0.6,
    )
    assert [len(item["people"]) for item in answer["items"]] == [2] * 6 + [1] * 6
    for item in answer["items"]:
        view = crowd.stash.operation({"mode": "scene", "scene_id": item["scene_id"], "cast": []})
        assert item["people"] == [{**one, "candidates": one["candidates"][:3]} for one in view["people"]]
    rows = [(one["name"], one["tracks"]) for one in answer["performers"]]
    assert rows == [(OBAMA, 12), (NAME, 6), (BIDEN, 1)], "a name passes through as it is"
    everything = crowd.stash.operation({"mode": "review"})
    assert (everything["total"], everything["people"]) == (13, 19)


def test_pages_filters_and_orders(crowd: World) -> None:
    pages = [scenes(review(crowd, kind="scene", page=page, per_page=5)) for page in (1, 2, 3, 4)]
    assert [len(one) for one in pages] == [5, 5, 2, 0]
    assert set.union(*pages) == {str(crowd.ids[f"Crowd {number}"]) for number in range(SCENES)}
    collins = str(crowd.ids[COLLINS])
    answer = review(crowd, performer_id=collins)
    assert (answer["total"], answer["people"]) == (6, 6)
    assert {one["candidates"][0]["name"] for item in answer["items"] for one in item["people"]} == {NAME}
    assert {item["unsure"] for item in answer["items"]} == {1}, "Obama is not asked for, and not decided"
    assert review(crowd, person_id=f"performer:{collins}")["items"] == answer["items"]
    (portrait,) = review(crowd, kind="image")["items"]
    assert portrait["image_id"] == str(crowd.ids["Portrait"])
    best = [item["people"][0]["candidates"][0]["probability"] for item in review(crowd, kind="scene")["items"]]
    assert best[0] == max(best)
    assert review(crowd, min_probability=1)["total"] == 0
    assert scenes(review(crowd, kind="scene", sort="newest", per_page=1)) == {str(crowd.ids["Crowd 11"])}


def test_of_a_studio(crowd: World) -> None:
    for number in (2, 3):
        crowd.stash.store.scenes[crowd.ids[f"Crowd {number}"]].studio_id = 9
    crowd.stash.store.images[crowd.ids["Portrait"]].studio_id = 9
    answer = review(crowd, studio_id="9", kind="scene")
    assert (answer["total"], answer["people"]) == (2, 3)
    assert scenes(answer) == {str(crowd.ids["Crowd 2"]), str(crowd.ids["Crowd 3"])}
    assert crowd.stash.operation({"mode": "review", "studio_id": "9"})["total"] == 3
    assert review(crowd, studio_id="8")["total"] == 0
    plan = preview(crowd, where={"min_probability": 0.6, "studio_id": "9", "kind": "scene"})
    assert plan["sentence"] == "3 performers (2 different ones) will be added to 2 scenes."


# --- Many at once ----------------------------------------------------------------------------------------------------


def test_many_are_accepted_and_taken_back(crowd: World) -> None:
    before, waiting = state(crowd), review(crowd, kind="scene")
    plan = preview(crowd, where={"min_probability": 0.6, "kind": "scene"})
    assert plan["sentence"] == "18 performers (2 different ones) will be added to 12 scenes."
    assert (plan["counts"]["add"], len(plan["items"])) == (18, 18)
    assert [(one["name"], one["scenes"], one["creates"]) for one in plan["people"]] == [
        (OBAMA, 12, False),
        (NAME, 6, False),
    ]
    batch_id = begin(crowd)
    assert on(crowd, OBAMA) == 0, "storing the batch changes nothing"
    assert crowd.run("decide_many", {"batch_id": batch_id}) == "Done: 18 people (2 different ones) in 12 scenes."
    assert (on(crowd, OBAMA), on(crowd, NAME)) == (12, 6)
    assert review(crowd, kind="scene")["total"] == 0
    confirmed = (
        "SELECT person_id, COUNT(DISTINCT origin_id) FROM reference WHERE origin = 'confirmed' GROUP BY person_id"
    )
    assert {person: count > 1 for person, count in crowd.rows(confirmed)} == {
        f"performer:{crowd.ids[name]}": True for name in (OBAMA, COLLINS)
    }
    assert crowd.run("undo_many", {"batch_id": batch_id}) == "Taken back: 18 people (2 different ones) in 12 scenes."
    assert state(crowd) == before
    assert review(crowd, kind="scene")["items"] == waiting["items"]
    assert crowd.rows(confirmed) == []


def test_many_are_ruled_out_and_come_back(crowd: World) -> None:
    before = state(crowd)
    where = {"min_probability": 0.6, "performer_id": str(crowd.ids[COLLINS])}
    assert preview(crowd, "reject", where=where)["sentence"] == f"{NAME} will be ruled out in 6 scenes."
    answer = many(crowd, "reject", where=where)
    assert (answer["start"], answer["batch"]["what"]) == ("decide_many", f"{NAME} ruled out in 6 scenes")
    batch_id = answer["batch"]["batch_id"]
    assert crowd.run("decide_many", {"batch_id": batch_id}) == f"Done: {NAME} ruled out in 6 scenes."
    assert review(crowd, performer_id=str(crowd.ids[COLLINS]))["total"] == 0
    assert crowd.run("undo_many", {"batch_id": batch_id}) == f"Taken back: {NAME} ruled out in 6 scenes."
    assert state(crowd) == before
    assert review(crowd, performer_id=str(crowd.ids[COLLINS]))["total"] == 6


def test_a_few_are_accepted_at_once(crowd: World) -> None:
    before = state(crowd)
    items = preview(crowd, where={"min_probability": 0.6, "kind": "scene"})["items"][:3]
    answer = many(crowd, items=items)
    assert (answer["start"], answer["batch"]["state"], answer["batch"]["done"]) == (None, "done", 3)
    answer = crowd.stash.operation({"mode": "undo_batch", "batch_id": answer["batch"]["batch_id"]})
    assert (answer["start"], answer["batch"]["state"]) == (None, "undone")
    assert state(crowd) == before


def test_while_another_batch_is_at_work_a_small_one_waits_its_turn(crowd: World) -> None:
    items = preview(crowd, where={"min_probability": 0.6, "kind": "scene"})["items"][:2]
    with held(crowd.data / LOCK) as mine:
        assert mine
        answer = many(crowd, items=items)
        assert (answer["start"], answer["batch"]["state"], answer["batch"]["done"]) == ("decide_many", "waiting", 0)
    crowd.run("decide_many", {"batch_id": answer["batch"]["batch_id"]})
    assert batch(crowd, answer["batch"]["batch_id"])["done"] == 2


def test_somebody_from_a_gallery_becomes_one_performer(crowd: World) -> None:
    """Uma, whom only a package knows, is suggested in place of Collins."""
    before = library_of(crowd.stash, ours=False)
    links = json.dumps([{"endpoint": BOX, "stash_id": "u1"}])
    crowd.write("INSERT INTO person (id, name, links, updated_at) VALUES (?, 'Uma', ?, 'now')", UMA, links)
    crowd.write("UPDATE candidate SET person_id = ? WHERE person_id = ?", UMA, f"performer:{crowd.ids[COLLINS]}")
    plan = preview(crowd, where={"person_id": UMA})
    assert plan["sentence"] == "Uma will be added to 6 scenes. 1 performer will be created."
    assert [(one["performer_id"], one["creates"]) for one in plan["people"]] == [(None, True)]
    batch_id = many(crowd, where={"person_id": UMA})["batch"]["batch_id"]
    killed(crowd, "decide_many", batch_id, "StashSense_CreatePerformer", 1)
    crowd.run("decide_many", {"batch_id": batch_id})
    assert on(crowd, "Uma") == 6
    (made,) = [row for row in crowd.stash.store.performers.values() if row.name == "Uma"]
    assert [(one["endpoint"], one["stash_id"]) for one in made.stash_ids] == [(BOX, "u1")]
    crowd.run("undo_many", {"batch_id": batch_id})
    assert library_of(crowd.stash, ours=False) == before


def test_what_has_changed_meanwhile_is_left_out_and_said(crowd: World) -> None:
    obama = {"min_probability": 0.6, "performer_id": str(crowd.ids[OBAMA])}
    items = preview(crowd, where=obama)["items"]
    crowd.stash.store.scenes[crowd.ids["Crowd 1"]].performer_ids = [crowd.ids[OBAMA]]
    del crowd.stash.store.scenes[crowd.ids["Crowd 3"]]
    with closing(open_database(crowd.data)) as db:  # analysed anew, so the face goes by another id
        store(SqliteStores(db), "scene", crowd.ids["Crowd 5"], [around(SqliteStores(db), crowd, OBAMA)[5]])
    track = next(one for one in items if one["scene_id"] == str(crowd.ids["Crowd 7"]))
    crowd.stash.operation({"mode": "decide", "action": "skip", **track})
    plan = preview(crowd, items=items)
    assert plan["counts"] == {"add": 8, "has": 1, "ruled_out": 0, "gone": 1, "decided": 2, "still": 0}
    assert plan["sentence"] == (
        f"{OBAMA} will be added to 8 scenes. 1 scene has the performer already. 1 scene is not in Stash any more. "
        "2 people have been decided meanwhile."
    )


@pytest.mark.parametrize("nth", [1, 9])
def test_killed_in_the_middle_it_goes_on_and_is_taken_back(crowd: World, nth: int) -> None:
    before = state(crowd)
    batch_id = begin(crowd)
    killed(crowd, "decide_many", batch_id, "StashSense_UpdateScenes", nth)
    assert_whole(crowd)
    assert batch(crowd, batch_id)["state"] == "waiting"
    crowd.run("decide_many", {"batch_id": batch_id})
    assert (on(crowd, OBAMA), on(crowd, NAME)) == (12, 6)
    found = batch(crowd, batch_id)
    assert (found["done"], found["failed"], found["notes"]) == (18, 0, [])
    killed(crowd, "undo_many", batch_id, "StashSense_UpdateScenes", nth)
    assert batch(crowd, batch_id)["state"] == "undoing"
    crowd.run("undo_many", {"batch_id": batch_id})
    assert batch(crowd, batch_id)["notes"] == []
    assert state(crowd) == before
    assert review(crowd, kind="scene")["people"] == 18


def test_killed_in_the_middle_it_can_be_taken_back_as_well(crowd: World) -> None:
    before = state(crowd)
    batch_id = begin(crowd)
    killed(crowd, "decide_many", batch_id, "StashSense_UpdateScenes", 8)
    crowd.run("undo_many", {"batch_id": batch_id})
    assert state(crowd) == before


# --- Bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        {"mode": "review", "page": "x"},
        {"mode": "review", "min_probability": 80},
        {"mode": "review", "min_probability": "nan"},
        {"mode": "review", "sort": "luck"},
        {"mode": "review", "kind": "gallery"},
        {"mode": "review", "studio_id": "x"},
        {"mode": "review_many", "where": {}},
        {"mode": "review_many", "action": "marry", "where": {}},
        {"mode": "review_many", "action": "accept"},
        {"mode": "review_many", "action": "accept", "where": {}, "items": []},
        {"mode": "review_many", "action": "accept", "where": []},
        {"mode": "review_many", "action": "accept", "items": []},
        {"mode": "review_many", "action": "accept", "items": "x"},
        {"mode": "review_many", "action": "accept", "items": [{"scene_id": "1"}]},
        {"mode": "review_many", "action": "accept", "items": [{"scene_id": "4711", "track_id": "{first}"}]},
        {"mode": "review_many", "action": "accept", "items": [{"scene_id": "1", "track_id": "99999"}]},
        {"mode": "review_many", "action": "accept", "where": {"performer_id": "4711"}},
        {"mode": "review_many", "action": "accept", "where": {"min_probability": 1}},
        {"mode": "review_many", "action": "accept", "where": {"min_probability": 2}, "dry_run": True},
    ],
    ids=str,
)  # fmt: skip
def test_an_impossible_wish_is_answered_with_a_sentence_and_changes_nothing(crowd: World, args: dict[str, Any]) -> None:
    (first,) = crowd.rows("SELECT MIN(id) FROM track")[0]
    before = library_of(crowd.stash)
    with pytest.raises(StashError) as refused:
        crowd.stash.operation(json.loads(json.dumps(args).replace("{first}", str(first))))
    assert_plain_words(str(refused.value))
    assert library_of(crowd.stash) == before
    assert crowd.rows("SELECT * FROM batch") == []
