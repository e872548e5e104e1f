from __future__ import annotations

import json

from tests.unit.usecases.worlds import World

from stash_sense.usecases.ports import Named
from stash_sense.usecases.view import media_view, search_people


def test_the_scene_object_has_everything_the_panel_shows(jane: World) -> None:
    view = media_view(jane.stores, "scene", "1", [])
    assert json.loads(json.dumps(view, allow_nan=False)) == view
    assert (view["scene_id"], view["state"], view["sampled"]) == (
        "1",
        "analysed",
        {"frames": 10, "faces": 20, "unusable": 0},
    )
    (person,) = [person for person in view["people"] if person["verdict"] == "suggested"]
    assert person["crop"].startswith("data:image/jpeg;base64,")
    assert person["segments"] == [[5.0, 95.0]]
    (candidate,) = person["candidates"]
    assert (candidate["name"], candidate["references"]) == ("Jane", 1)
    assert 0.5 <= candidate["probability"] <= 1


def test_a_scene_never_seen_says_so(world: World) -> None:
    view = media_view(world.stores, "scene", "5", [])
    assert (view["state"], view["people"], view["sampled"]) == ("not_analysed", [], None)
    with world.stores.transaction():
        world.stores.queue.add(["5"], reason="scan", now="now")
    assert media_view(world.stores, "scene", "5", [])["state"] == "queued"


def test_the_cast_says_who_was_not_seen_and_why(jane: World) -> None:
    people = {row.name: Named(row.id, row.name) for row in jane.stash.performer_rows.values()}
    cast = media_view(jane.stores, "scene", "1", [people["Jane"], people["Mary"], Named("77", "Roe")])["cast"]
    assert [(member["name"], member["seen"], member["reason"]) for member in cast] == [
        ("Jane", True, None),
        ("Mary", False, "not recognised in the frames looked at"),
        ("Roe", False, "no reference photo"),
    ]


def test_an_accepted_person_shows_who_it_is_and_what_to_undo(jane: World) -> None:
    decision = jane.choose(jane.track_of("Jane"), "accept")
    (person,) = [one for one in media_view(jane.stores, "scene", "1", [])["people"] if one["verdict"] == "accepted"]
    assert (person["decision_id"], person["person"]["name"], person["decided_by"]) == (str(decision), "Jane", "user")


def test_people_are_found_by_part_of_the_name(jane: World) -> None:
    assert [person["name"] for person in search_people(jane.stores, " AN ")] == ["Jane"]
    assert search_people(jane.stores, "%") == []
    assert search_people(jane.stores, "") == []
