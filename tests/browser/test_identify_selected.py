"""“Identify faces…” in the menu of a list of scenes: exactly what is selected there, on all pages of the list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.browser.fake_stash import FakeStash, Json
from tests.browser.steps import click_twice

pytestmark = pytest.mark.browser

SCENES = [{"id": str(number), "title": f"Clip {number}", "tags": []} for number in range(1, 11)]
TABLE = "?disp=1"


def a_list(open_page: Any, query: str = "", **how: Any) -> Any:
    page = open_page(f"/scenes{query}", before=f"window.scenes = {json.dumps(SCENES)};", **how)
    page.get_by_text("Clip 1", exact=True).wait_for()
    return page


def tick(page: Any, *places: int, list_page: int = 1) -> None:
    page.get_by_role("button", name=f"List page {list_page}").click()
    page.get_by_text(f"Clip {1 + 4 * (list_page - 1)}", exact=True).wait_for()
    for place in places:
        page.get_by_role("checkbox").nth(place).click()


def menu(page: Any, item: str) -> Any:
    page.locator("#more-menu").click()
    return page.locator(".dropdown-item").filter(has_text=item)


def identify(page: Any) -> Any:
    menu(page, "Identify faces…").click()
    dialog = page.get_by_role("dialog", name="Identify faces")
    dialog.wait_for()
    return dialog


def started(stash: FakeStash) -> list[Json]:
    return [one["args"] for one in stash.started]


def test_the_item_is_there_while_something_is_selected(open_page: Any, stash: FakeStash) -> None:
    page = a_list(open_page)
    assert menu(page, "Play").count() == 1
    assert page.locator(".dropdown-item").filter(has_text="Identify faces…").count() == 0
    page.keyboard.press("Escape")
    tick(page, 0)
    assert menu(page, "Identify faces…").count() == 1


def test_the_selected_scenes_are_identified(open_page: Any, stash: FakeStash) -> None:
    page = a_list(open_page)
    tick(page, 0, 2)
    dialog = identify(page)
    assert "Looks for faces in 2 scenes" in dialog.inner_text()
    assert stash.started == [], "first it is said what will be done"
    click_twice(dialog.get_by_role("button", name="Identify 2 scenes"))
    dialog.wait_for(state="detached")
    assert stash.started == [
        {
            "id": "stash-sense",
            "name": None,
            "description": "Stash Sense: identify 2 scenes",
            "args": {"mode": "identify", "scene_ids": ["1", "3"]},
        }
    ]
    assert page.evaluate("toasts") == [["success", "Identifying 2 scenes in the background."]]


def test_those_up_to_date_too_if_that_is_wanted(open_page: Any, stash: FakeStash) -> None:
    page = a_list(open_page)
    tick(page, 1)
    dialog = identify(page)
    dialog.get_by_label("Also scenes that are up to date").click()
    dialog.get_by_role("button", name="Identify 1 scene").click()
    dialog.wait_for(state="detached")
    assert started(stash) == [{"mode": "identify", "scene_ids": ["2"], "force": True}]


@pytest.mark.parametrize("query", ["", TABLE], ids=["cards", "table"])
def test_what_was_selected_on_another_page_of_the_list_belongs_to_it(
    open_page: Any, stash: FakeStash, query: str
) -> None:
    page = a_list(open_page, query)
    tick(page, 0, 1)
    tick(page, 3, list_page=2)
    tick(page, 1)  # back on the first page: not that one after all
    tick(page, list_page=3)
    dialog = identify(page)
    assert dialog.get_by_text("Stash shows plugins only").count() == 0
    dialog.get_by_role("button", name="Identify 2 scenes").click()
    dialog.wait_for(state="detached")
    assert sorted(started(stash)[0]["scene_ids"]) == ["1", "8"]


def test_select_all_puts_this_page_in_place_of_the_others(open_page: Any, stash: FakeStash) -> None:
    page = a_list(open_page)
    tick(page, 0)
    tick(page, list_page=2)
    menu(page, "Select All").click()
    dialog = identify(page)
    dialog.get_by_role("button", name="Identify 4 scenes").click()
    dialog.wait_for(state="detached")
    assert sorted(started(stash)[0]["scene_ids"]) == ["5", "6", "7", "8"]


def test_select_none_forgets_all_of_it(open_page: Any, stash: FakeStash) -> None:
    page = a_list(open_page)
    tick(page, 0, 1)
    tick(page, list_page=2)
    menu(page, "Select None").click()
    tick(page, 2, list_page=2)
    dialog = identify(page)
    dialog.get_by_role("button", name="Identify 1 scene").click()
    dialog.wait_for(state="detached")
    assert started(stash)[0]["scene_ids"] == ["7"]


def test_what_cannot_be_read_is_said(open_page: Any, stash: FakeStash) -> None:
    page = a_list(open_page)
    tick(page, 0, 1)
    page.evaluate("document.querySelector('.selected-count').textContent = '30'")
    dialog = identify(page)
    dialog.get_by_text("30 scenes are selected, but Stash shows plugins only 2 of them.").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    dialog.wait_for(state="detached")
    assert stash.started == []


def test_a_job_that_stash_refuses_is_told(open_page: Any, stash: FakeStash) -> None:
    stash.refuse_tasks = "Stash is shutting down."
    page = a_list(open_page)
    tick(page, 0)
    dialog = identify(page)
    button = dialog.get_by_role("button", name="Identify 1 scene")
    button.click()
    page.wait_for_function("toasts.length > 0")
    assert page.evaluate("toasts") == [["error", "Stash is shutting down."]]
    assert button.is_enabled()
