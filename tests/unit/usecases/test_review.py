from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.usecases.batch_worlds import batches
from tests.unit.usecases.review_worlds import JANE, MARY, UMA, face, person, started, waiting, wish
from tests.unit.usecases.worlds import World

from stash_sense.core.review_records import Wanted
from stash_sense.usecases.review import review_page
from stash_sense.usecases.view import media_view


@pytest.fixture
def many(world: World) -> World:
    return waiting(world)


def review(world: World, wanted: Wanted | None = None, **more: Any) -> dict[str, Any]:
    return review_page(world.stores, wanted or Wanted(0.6), **{"sort": "newest", "page": 1, "per_page": 24, **more})


def scenes(answer: dict[str, Any]) -> list[str]:
    return [item["scene_id"] for item in answer["items"]]


def test_people_look_as_in_their_scene(many: World) -> None:
    answer = review(many)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert scenes(answer) == ["6", "5", "4", "3", "2", "1"]
    assert (answer["total"], answer["people"], answer["page"], answer["per_page"], answer["from"]) == (6, 7, 1, 24, 0.6)
    for item in answer["items"]:
        view = media_view(many.stores, "scene", item["scene_id"], [])
        shown = [one for one in view["people"] if one["verdict"] == "suggested"]
        assert item["people"] == [{**one, "candidates": one["candidates"][:3]} for one in shown]
        assert item["analysed_at"] == view["analysed_at"]
        assert (item["decided"], item["unsure"]) == (0, 1 if item["scene_id"] == "6" else 0)


def test_a_name_passes_through_as_it_is(many: World) -> None:
    jane = person(many, JANE)
    (first, *_) = review(many, Wanted(0.6, jane))["items"][0]["people"][0]["candidates"]
    assert first["name"] == JANE
    assert first["crop"].startswith("data:image/jpeg;base64,")


def test_who_can_be_asked_for_is_told_with_every_page(many: World) -> None:
    rows = review(many, Wanted(0.6, person(many, MARY)), page=9)["performers"]
    assert [(row["name"], row["tracks"]) for row in rows] == [(JANE, 3), (f"name of {UMA}", 2), (MARY, 2)]
    assert [(row["person_id"], row["performer_id"]) for row in rows[1:2]] == [(UMA, None)]


def test_beyond_the_last_page_is_nothing(many: World) -> None:
    assert scenes(review(many, page=2, per_page=4)) == ["2", "1"]
    beyond = review(many, page=3, per_page=4)
    assert (beyond["items"], beyond["total"], beyond["page"]) == ([], 6, 3)


def test_a_decision_takes_it_off_and_an_undo_brings_it_back(many: World) -> None:
    before = review(many)
    batch_id = started(many, wish(person_id=person(many, JANE)))
    batches(many).carry_out(batch_id)
    answer = review(many)
    assert scenes(answer) == ["6", "5", "3", "2"]
    assert next(item for item in answer["items"] if item["scene_id"] == "2")["decided"] == 1
    batches(many).undo(batch_id)
    assert review(many) == before


def test_after_a_rejection_the_next_best_shows_with_what_was_decided(many: World) -> None:
    jane, mary = person(many, JANE), person(many, MARY)
    track = face(many, "1", jane)
    first = many.stores.media.track(track.track_id).candidates[0]
    second = type(first)(mary, first.score, first.z, first.margin, 0.8, 1, 2)
    with many.stores.transaction():
        many.stores.media.set_candidates(track.track_id, [first, second])
    decision_id = many.choose(track.track_id, "reject")
    (item,) = [one for one in review(many)["items"] if one["scene_id"] == "1"]
    (shown,) = media_view(many.stores, "scene", "1", [])["people"]
    assert item["people"] == [shown]
    assert (shown["candidates"][0]["person_id"], shown["decision_id"], shown["decided_by"]) == (
        mary,
        str(decision_id),
        "user",
    )
    many.choose(track.track_id, "reject")
    assert "1" not in scenes(review(many)), "nobody is left to suggest"


def test_a_page_takes_as_many_questions_however_long_it_is(many: World) -> None:
    def asked(count: int) -> int:
        questions: list[str] = []
        many.stores.db.set_trace_callback(questions.append)
        assert len(review(many, per_page=count)["items"]) == count
        many.stores.db.set_trace_callback(None)
        return len(questions)

    assert asked(1) == asked(6) <= 12
