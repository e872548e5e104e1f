"""The main job on the demo library: set up, learn the people, identify, filter; everybody known is named and nobody wrongly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.journeys.shapes import HISTORY, PEOPLE, SCENE, SETTINGS, STATUS, mismatch
from tests.journeys.world import World, assert_gentle, assert_no_traceback, library_of, named_in, with_verdict
from tests.standin.client import Client
from tests.standin.library import NO_PHOTO, OBAMA, SCRIPTS, DemoLibrary
from tests.standin.stash import StandIn

pytestmark = pytest.mark.journey

SCENES_WITH_TAG = """
query($tags: [ID!]) {
  findScenes(scene_filter: {tags: {value: $tags, modifier: INCLUDES_ALL}}) { scenes { title } }
}"""
SCENES_BELOW_TAG = """
query($tags: [ID!]) {
  findScenes(scene_filter: {tags: {value: $tags, modifier: INCLUDES, depth: -1}}) { count }
}"""
OPERATION = 'mutation($args: Map) { runPluginOperation(plugin_id: "stash-sense", args: $args) }'
TITLES = sorted(SCRIPTS)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, demo_library: DemoLibrary) -> Iterator[World]:
    """A new installation on which the user has pressed the three buttons."""
    with StandIn(config_dir=tmp_path_factory.mktemp("demo-stash")) as stash:
        done = World(stash, demo_library.fill(stash))
        before = library_of(stash)
        for task in ("Set up or repair", "Update gallery", "Identify new scenes"):
            done.run(task)
        assert library_of(stash, ours=False) == before, "nothing of the user's has changed"
        yield done
        assert_no_traceback(stash)
        assert_gentle(stash)


def expected_tags(demo: DemoLibrary, title: str) -> list[str]:
    clip = demo.clip(title)
    tags = {f"Sense: maybe {name}" for name in clip.people}
    tags |= {"Sense: to review"} if clip.people else {"Sense: done"}
    tags |= {"Sense: unknown person"} if clip.strangers else set()
    tags |= set() if clip.people or clip.strangers else {"Sense: no faces"}
    return sorted(tags)


@pytest.mark.parametrize("title", TITLES)
def test_everybody_known_is_named_with_at_least_even_odds_and_nobody_else(
    world: World, demo_library: DemoLibrary, title: str
) -> None:
    view = world.scene(title)
    assert named_in(view) == demo_library.clip(title).people
    for person in with_verdict(view, "suggested"):
        assert person["candidates"][0]["probability"] >= 0.5
    others = [person for person in view["people"] if person["verdict"] != "suggested"]
    assert all(candidate["probability"] < 0.5 for person in others for candidate in person["candidates"])


@pytest.mark.parametrize("title", TITLES)
def test_a_stranger_is_unknown_and_an_empty_clip_has_no_faces(
    world: World, demo_library: DemoLibrary, title: str
) -> None:
    view, clip = world.scene(title), demo_library.clip(title)
    assert len(with_verdict(view, "unknown")) == len(clip.strangers), [p["why"] for p in view["people"]]
    assert view["state"] == ("analysed" if clip.people or clip.strangers else "no_faces")


@pytest.mark.parametrize("title", TITLES)
def test_a_scene_carries_exactly_the_tags_it_should(world: World, demo_library: DemoLibrary, title: str) -> None:
    assert world.tags(title) == expected_tags(demo_library, title)


def test_stash_finds_scenes_by_our_tags(world: World, demo_library: DemoLibrary) -> None:
    browser = Client(world.stash.url)
    ids = {tag.name: str(tag.id) for tag in world.stash.store.tags.values()}
    wanted = {clip.title for clip in demo_library.clips if OBAMA in clip.people}
    found = browser.data(SCENES_WITH_TAG, tags=[ids[f"Sense: maybe {OBAMA}"], ids["Sense: to review"]])
    assert {scene["title"] for scene in found["scenes"]} == wanted
    assert browser.data(SCENES_BELOW_TAG, tags=[ids["Stash Sense"]])["count"] == len(TITLES)


def test_the_performer_without_a_photo_is_counted_and_listed(world: World) -> None:
    gallery = world.stash.operation({"mode": "status"})["gallery"]
    assert (gallery["people"], gallery["performers"], gallery["performers_without"]) == (3, 4, 1)
    assert [person["name"] for person in gallery["without"]] == [NO_PHOTO]


def test_the_cast_says_who_was_seen_and_why_not(world: World) -> None:
    cast = {member["name"]: member for member in world.scene("Before the flight")["cast"]}
    assert cast["Eileen Collins"]["seen"] is True
    assert (cast[NO_PHOTO]["seen"], cast[NO_PHOTO]["reason"]) == (False, "no reference photo")


def test_times_lie_in_the_clip_where_the_person_is_seen(world: World) -> None:
    (stranger,) = with_verdict(world.scene("Visitors"), "unknown")
    first, last = stranger["segments"][0][0], stranger["segments"][-1][1]
    assert 3.0 <= first < last <= 14.0, "Grace Hopper enters after a quarter of 14 seconds"
    assert first <= stranger["best_time_s"] <= last


def test_a_second_run_of_every_task_analyses_nothing(world: World) -> None:
    notes = "SELECT kind, stash_id, id, analysed_at FROM media", "SELECT origin, origin_id, read_at FROM enrolment"
    before = [sorted(world.rows(sql)) for sql in notes]
    changes, library = len(world.stash.mutations), library_of(world.stash)
    assert world.run("Identify new scenes") == "Nothing new to analyse."
    gallery = world.run("Update gallery")
    world.run("Set up or repair")
    assert [sorted(world.rows(sql)) for sql in notes] == before
    assert "3 people" in gallery
    assert world.stash.mutations[changes:] == []
    assert library_of(world.stash) == library
    assert world.rows("SELECT done, failed FROM run WHERE kind = 'identify_new' ORDER BY id DESC LIMIT 1") == [(0, 0)]


# --- The operations, as the panel asks them (design §10) ---------------------------------------------------------------


@pytest.mark.parametrize("title", TITLES)
def test_scene_answers_as_agreed(world: World, title: str) -> None:
    view = world.scene(title)
    assert mismatch(SCENE, view) is None
    assert view["scene_id"] == str(world.ids[title])
    for person in view["people"]:
        assert person["crop"].startswith("data:image/jpeg;base64,")
        assert [c["probability"] for c in person["candidates"]] == sorted(
            (c["probability"] for c in person["candidates"]), reverse=True
        )


def test_status_answers_as_agreed_and_sees_no_problem(world: World) -> None:
    status = Client(world.stash.url).data(OPERATION, args={"mode": "status"})
    assert mismatch(STATUS, status) is None
    assert status["problems"] == []
    assert {run["kind"] for run in status["runs"]} >= {"set_up", "update_gallery", "identify_new"}
    assert {run["state"] for run in status["runs"]} == {"finished"}
    assert (status["dependencies"]["ok"], status["pack"]["ok"]) == (True, True)


def test_settings_answer_as_agreed(world: World) -> None:
    settings = world.stash.operation({"mode": "settings"})
    assert mismatch(SETTINGS, settings) is None
    values = {setting["key"]: (setting["value"], setting["bounds"]) for setting in settings}
    assert values["frames_per_scene"] == (40, [10, 200])
    assert values["identify_on_scan"] == (False, None)


def test_people_are_found_by_a_part_of_their_name(world: World) -> None:
    found = world.stash.operation({"mode": "search_people", "q": "bid"})
    assert mismatch(PEOPLE, found) is None
    assert [person["name"] for person in found] == ["Joe Biden"]
    assert world.stash.operation({"mode": "search_people", "q": "%"}) == []


def test_history_is_empty_before_anything_was_decided(world: World) -> None:
    history = world.stash.operation({"mode": "history"})
    assert mismatch(HISTORY, history) is None
    assert history == {"total": 0, "page": 1, "per_page": 25, "items": []}
