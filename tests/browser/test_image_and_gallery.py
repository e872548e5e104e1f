"""The block on the image page and the entry in a gallery's menu."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash
from tests.browser.steps import card, send

pytestmark = pytest.mark.browser


def an_image(**changes: Any) -> dict[str, Any]:
    person = answers.a_person(best_time_s=None, segments=[], faces=1, why="one good face, clear margin")
    return {
        **answers.scene(people=[person], cast=[], sampled={"frames": 1, "faces": 1, "unusable": 0}),
        "scene_id": None,
        "image_id": "5",
        **changes,
    }


def test_the_image_page_shows_people_without_times(open_page: Any, stash: FakeStash) -> None:
    stash.operations["image"] = an_image()
    page = open_page("/images/5")
    card(page, "Jane Doe").wait_for()
    assert page.locator(".ss-head__title").inner_text() == "1 person in this picture"
    assert page.locator(".ss-person__facts").inner_text() == "1 face"
    assert stash.asked == [{"mode": "image", "image_id": "5", "cast": []}]
    assert page.locator(".performers").inner_text() == "no performers", "the stock panel stays"


def test_where_else_an_unknown_person_is_seen_stands_apart_from_the_faces(open_page: Any, stash: FakeStash) -> None:
    elsewhere = {"group_id": "1", "scenes": 2, "images": 0}
    stranger = answers.a_person(
        verdict="unknown", candidates=[], best_time_s=None, segments=[], faces=1, elsewhere=elsewhere
    )
    stash.operations["image"] = an_image(people=[stranger])
    page = open_page("/images/5")
    assert card(page, "Unknown person").locator(".ss-person__facts").inner_text() == "1 face · also in 2 scenes"


def test_accepting_on_an_image_names_the_image(open_page: Any, stash: FakeStash) -> None:
    done = answers.a_person(
        best_time_s=None, segments=[], verdict="accepted", decision_id="1", person=answers.a_candidate()
    )
    stash.operations |= {"image": an_image(), "decide": {"decision_id": "1", "scene": an_image(people=[done])}}
    page = open_page("/images/5")
    add = card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe")
    assert add.get_attribute("title") == "Adds Jane Doe to this picture"
    stash.performers.append({"id": "4", "name": "Jane Doe"})
    add.click()
    page.locator(".performers", has_text="Jane Doe").wait_for()
    assert stash.asked[-1] == {
        "mode": "decide",
        "image_id": "5",
        "track_id": "7",
        "action": "accept",
        "person_id": "performer:4",
    }


def test_an_image_is_identified_through_its_own_task(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {
        "image": answers.empty("not_analysed", scene_id=None, image_id="5"),
        "status": answers.status(),
    }
    page = open_page("/images/5")
    page.get_by_text("Nobody has looked for faces in this picture yet.").wait_for()
    page.get_by_role("button", name="Identify").click()
    page.get_by_text("Identifying this picture: waiting in Stash’s queue…").wait_for()
    assert stash.started[0]["args"] == {"mode": "identify_images", "image_ids": ["5"], "force": True}
    stash.operations["image"] = an_image()
    send(page, "REMOVE", "FINISHED", description="Running plugin task: Stash Sense: identify image 5")
    card(page, "Jane Doe").wait_for()


def test_a_gallery_identifies_all_its_pictures_or_the_selected_ones(open_page: Any, stash: FakeStash) -> None:
    page = open_page("/galleries/3")
    page.get_by_role("button", name="Identify faces").click()
    page.wait_for_function("toasts.length === 1")
    page.evaluate("window.selectedImages = ['7', '8']")
    page.get_by_role("button", name="Identify faces").click()
    page.wait_for_function("toasts.length === 2")
    assert [one["args"] for one in stash.started] == [
        {"mode": "identify_images", "gallery_id": "3"},
        {"mode": "identify_images", "image_ids": ["7", "8"]},
    ]
    assert page.evaluate("toasts") == [
        ["success", "Identifying this gallery in the background."],
        ["success", "Identifying 2 pictures in the background."],
    ]
    stash.refuse_tasks = "plugin is disabled"
    page.get_by_role("button", name="Identify faces").click()
    page.wait_for_function("toasts.length === 3")
    assert page.evaluate("toasts[2]") == ["error", "plugin is disabled"]
