"""Faces from stash-boxes: people without an image of their own are recognised, strangers get a name, everybody is counted."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.boxes import LEARN, Boxes, content, in_use, show, status
from tests.journeys.shapes import SCENE, STATUS, mismatch
from tests.journeys.small import CORRIDOR, MAYBE, PLATFORM, SPEECH
from tests.journeys.world import World, assert_plain_words, library_of, named_in, person_called, with_verdict
from tests.standin.library import BIDEN, COLLINS, NO_PHOTO, OBAMA, STRANGER
from tests.stashbox.building import a_performer

pytestmark = pytest.mark.journey


def decide(world: World, title: str, name: str, action: str = "accept") -> dict[str, Any]:
    track = person_called(world.scene(title), name)["track_id"]
    args = {"mode": "decide", "scene_id": str(world.ids[title]), "track_id": track, "action": action}
    answer: dict[str, Any] = world.stash.operation(args)
    return answer


def test_performers_without_an_image_become_recognisable(linked: World, boxes: Boxes) -> None:
    planned = linked.run("build_gallery", {"dry_run": "true"})
    assert planned.startswith("3 people on 2 stash-boxes: at most ")
    assert boxes.asked() == 0, "what the library names has not to be asked for"
    assert status(linked)["sources"] == []

    said = linked.run(LEARN)
    assert said == "The gallery from stash-boxes knows 3 people by 4 faces."
    assert linked.last_run()["message"] == said
    shown = status(linked)
    assert mismatch(STATUS, shown) is None
    assert [(one["name"], one["people"], one["faces"], one["waiting"]) for one in shown["sources"]] == [
        ("First", 2, 3, 0),
        ("Second", 1, 1, 0),
    ]
    assert shown["sources"][0]["rejected"] == {"no_face": 1}
    assert shown["sources"][0]["next_step"] == "Up to date; the next build reads only what has changed."
    (package,) = shown["packages"]
    assert (package["name"], package["people"], package["faces"], package["problem"]) == ("boxes", 3, 4, None)
    assert [(one["name"], one["reason"]) for one in shown["gallery"]["without"]] == [(NO_PHOTO, "no image of its own")]
    (outdated,) = shown["outdated"]
    assert (outdated["name"], outdated["stash_id"]) == (COLLINS, boxes.ids.old[COLLINS])
    assert (outdated["new_stash_id"], "merged into" in outdated["reason"]) == (boxes.ids.first[COLLINS], True)
    assert shown["problems"] == []

    linked.run("Identify new scenes")
    assert {title: named_in(linked.scene(title)) for title in (SPEECH, PLATFORM, CORRIDOR)} == {
        SPEECH: {OBAMA},
        PLATFORM: {COLLINS},
        CORRIDOR: set(),
    }
    (candidate,) = person_called(linked.scene(PLATFORM), COLLINS)["candidates"]
    assert candidate["performer_id"] == str(linked.ids[COLLINS]), "also by an id that was merged away"
    assert MAYBE.format(OBAMA) in linked.tags(SPEECH)
    performers = set(linked.stash.store.performers)
    decide(linked, SPEECH, OBAMA)
    assert linked.performers(SPEECH) == {OBAMA}
    assert set(linked.stash.store.performers) == performers


def test_costars_get_a_name_and_become_performers(met: World, boxes: Boxes) -> None:
    before, view = library_of(met.stash, ours=False), met.scene(PLATFORM)
    assert mismatch(SCENE, view) is None
    assert named_in(view) == {COLLINS, STRANGER}
    (stranger,) = person_called(view, STRANGER)["candidates"]
    host = boxes.first.endpoint.split("/")[2]
    assert (stranger["person_id"], stranger["performer_id"]) == (f"box:{host}:{boxes.ids.first[STRANGER]}", None)
    (found,) = met.stash.operation({"mode": "search_people", "q": "hopper"})
    assert (found["name"], found["performer_id"]) == (STRANGER, None)

    made = decide(met, PLATFORM, STRANGER)
    (performer,) = [row for row in met.stash.store.performers.values() if row.name == STRANGER]
    assert [(one["endpoint"], one["stash_id"]) for one in performer.stash_ids] == [
        (boxes.first.endpoint, boxes.ids.first[STRANGER])
    ], "the id that was merged away is not given to her"
    assert STRANGER in met.performers(PLATFORM)
    (accepted,) = with_verdict(made["scene"], "accepted")
    assert accepted["person"]["performer_id"] == str(performer.id)

    undone = met.stash.operation({"mode": "undo", "decision_id": made["decision_id"]})
    assert_plain_words(undone["message"])
    assert library_of(met.stash, ours=False) == before
    assert met.scene(PLATFORM) == view


def test_somebody_added_since_is_not_made_twice(met: World, boxes: Boxes) -> None:
    link = {"endpoint": boxes.first.endpoint, "stash_id": boxes.ids.first[STRANGER]}
    added = met.stash.add_performer("Amazing Grace", stash_ids=[link])
    decide(met, PLATFORM, STRANGER)
    assert added.name in met.performers(PLATFORM)
    assert STRANGER not in {row.name for row in met.stash.store.performers.values()}


def test_everybody_is_counted_and_a_refresh_reads_what_has_changed(met: World, boxes: Boxes) -> None:
    said = met.run("build_gallery", {"scope": "all"})
    assert "First: complete, 4 of 4 at " in said
    assert "Second: complete, 1 of 1 at " in said
    first, second = status(met)["sources"]
    assert first["statement"].startswith("Everybody there: complete, 4 of 4 at ")
    assert (first["scope"], second["scope"]) == ("all", "all")
    assert boxes.pictures_asked() == 0, "nothing is downloaded twice"

    before = content(met)
    boxes.first.world.merge(boxes.ids.first[STRANGER], newcomer := a_performer(boxes.first.world, "G. Hopper", 0))
    show(boxes.first.world, newcomer, "hopper-1984")
    boxes.second.world.rename(boxes.ids.second[BIDEN], "Joseph Biden")
    assert "First: complete, 4 of 4" in met.run("build_gallery", {"scope": "all"})
    assert content(met) != before
    assert boxes.pictures_asked() == 1
    met.run("Re-match all scenes")
    assert named_in(met.scene(PLATFORM)) == {COLLINS, "G. Hopper"}


def test_a_scope_or_box_that_is_none_is_said(linked: World, boxes: Boxes) -> None:
    assert linked.fail("build_gallery", {"scope": "mine"}) == ("There is no scope mine: use linked, costars or all.")
    linked.stash.operation({"mode": "settings", "values": {"stash_box_endpoints": "StashDB"}})
    assert "Your stash-boxes (First, Second) are not named" in linked.fail(LEARN)
    linked.stash.operation({"mode": "settings", "values": {"stash_box_endpoints": "second"}})
    assert linked.run(LEARN) == "The gallery from stash-boxes knows 1 person by 1 face."
    linked.stash.stash_boxes.clear()
    kept = in_use(linked)
    assert "Stash has no stash-box yet" in linked.fail(LEARN)
    assert in_use(linked) == kept
