"""The tab History: what was decided, page by page, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.past import MARKED_UP, Past, a_batch, a_decision, history_tab
from tests.browser.steps import answered, click_twice

pytestmark = pytest.mark.browser


def row(page: Any, text: str) -> Any:
    return page.locator(".ss-history__row").filter(has_text=text)


def test_each_row_says_what_where_and_by_whom(open_page: Any, stash: FakeStash) -> None:
    picture = a_decision(3, what="reject", changes="Anna B. was ruled out.", name="Anna B.", performer_id="5")
    del picture["scene_id"]
    stash.places["image:3"] = {"title": "", "visual_files": [{"basename": "picture-3.jpg"}]}
    Past(stash, a_decision(12, by="auto"), {**picture, "image_id": "3"})
    page = history_tab(open_page)
    page.get_by_role("link", name="Clip 12").wait_for()
    assert page.get_by_role("tab", name="History").get_attribute("aria-selected") == "true"
    first = row(page, "Clip 12")
    assert "Jane Doe was added to the scene." in first.inner_text()
    assert "by itself" in first.inner_text()
    assert first.get_by_role("link", name="Clip 12").get_attribute("href") == "/scenes/12"
    assert first.get_by_role("link", name="Jane Doe").get_attribute("href") == "/performers/4"
    second = row(page, "Anna B. was ruled out.")
    assert second.get_by_role("link", name="picture-3.jpg").get_attribute("href") == "/images/3"
    assert "by you" in second.inner_text()
    assert page.get_by_text("2 entries, the newest first").count() == 1


def test_titles_of_a_page_are_asked_for_at_once(open_page: Any, stash: FakeStash) -> None:
    Past(stash, *(a_decision(number) for number in range(1, 26)))
    stash.places["scene:7"] = None
    page = history_tab(open_page)
    row(page, "Scene 7 (not in Stash any more)").wait_for()
    assert page.locator(".ss-history__row a").filter(has_text="Clip").count() == 24
    assert row(page, "Scene 7").get_by_role("link").all_inner_texts() == ["Jane Doe"]
    assert stash.places_asked == 1


def test_without_titles_the_numbers_do(open_page: Any, stash: FakeStash, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(given: Json) -> Json:
        raise RefusedError("field date is not defined by type Scene")

    monkeypatch.setattr(stash, "_details", refuse)
    Past(stash, a_decision(12))
    page = history_tab(open_page)
    page.get_by_role("link", name="Scene 12").wait_for()


def test_an_undo_is_told_in_its_row_and_nothing_moves(open_page: Any, stash: FakeStash) -> None:
    Past(stash, a_decision(12), a_decision(11), a_decision(10))
    page = history_tab(open_page)
    row(page, "Clip 12").wait_for()
    places = [one.bounding_box() for one in page.locator(".ss-history__row").all()]
    button = row(page, "Clip 12").get_by_role("button", name="Undo: Jane Doe was added to the scene.")
    button.focus()
    page.keyboard.press("Enter")
    row(page, "Clip 12").get_by_text("Jane Doe was taken off the scene.").wait_for()
    assert [one.bounding_box() for one in page.locator(".ss-history__row").all()] == places
    assert row(page, "Clip 12").get_by_text("Undone", exact=True).count() == 1
    assert row(page, "Clip 12").get_by_role("button").count() == 0
    assert page.evaluate("document.activeElement.className") == "ss-history__row", "the keyboard goes on from there"
    assert [one["decision_id"] for one in stash.asked if one["mode"] == "undo"] == ["12"]
    page.reload()
    row(page, "Jane Doe was taken off the scene.").wait_for()
    assert page.locator(".ss-history__row").count() == 4
    assert row(page, "was added").first.get_by_text("Undone", exact=True).count() == 1


def test_what_could_not_be_restored_is_said(open_page: Any, stash: FakeStash) -> None:
    past = Past(stash, a_decision(12))
    past.message = "Jane Doe had been taken off the scene meanwhile; only our own notes were put back."
    page = history_tab(open_page)
    click_twice(page.get_by_role("button", name="Undo: "))
    page.get_by_role("status").get_by_text(past.message).wait_for()
    assert sum(one["mode"] == "undo" for one in stash.asked) == 1


def test_a_refusal_is_said_and_can_be_tried_again(open_page: Any, stash: FakeStash) -> None:
    past = Past(stash, a_decision(12))

    def refuse(args: Json) -> Json:
        raise RefusedError("Stash does not answer. Check that it is running, then try again.")

    stash.operations["undo"] = refuse
    page = history_tab(open_page)
    button = page.get_by_role("button", name="Undo: ")
    button.click()
    page.get_by_role("alert").get_by_text("Stash does not answer.").wait_for()
    stash.operations["undo"] = past.undo
    button.click()
    page.get_by_text("Undone", exact=True).wait_for()
    assert page.get_by_role("alert").count() == 0


def test_what_cannot_be_undone_offers_nothing(open_page: Any, stash: FakeStash) -> None:
    told = {"can_undo": False, "what": "undo", "changes": "Jane Doe was taken off the scene."}
    Past(stash, a_decision(99, **told), a_decision(12, can_undo=False, undone=True))
    page = history_tab(open_page)
    row(page, "was taken off").wait_for()
    assert page.get_by_role("button", name="Undo").count() == 0
    assert page.get_by_text("Undone", exact=True).count() == 1


def test_a_batch_is_one_row_with_one_way_back(open_page: Any, stash: FakeStash) -> None:
    notes = [{"scene_id": "7", "state": "failed", "message": "The scene is not in Stash any more."}]
    Past(stash, a_batch(failed=1, notes=notes), a_decision(12))
    page = history_tab(open_page)
    batch = row(page, "Jane Doe in 23 scenes")
    batch.get_by_text("1 item could not be done.").wait_for()
    assert batch.get_by_role("link", name="Scene 7").get_attribute("href") == "/scenes/7"
    batch.get_by_role("button", name="Undo: Jane Doe in 23 scenes").click()
    batch.get_by_text("Taken back: Jane Doe in 23 scenes.").wait_for()
    assert batch.get_by_role("button").count() == 0
    assert sum(one["mode"] == "history" for one in stash.asked) == 1, "the list stays as it is"


def test_a_batch_that_waits_is_not_begun_by_looking_at_it(open_page: Any, stash: FakeStash) -> None:
    Past(stash, a_batch(state="waiting", done=4))
    page = history_tab(open_page)
    page.get_by_text("4 of 23 done").wait_for()
    assert stash.started == []
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("Naming Jane Doe in 23 scenes").wait_for()
    assert stash.started[0]["args"] == {"mode": "decide_many", "batch_id": "3"}


def test_many_batches_listen_to_jobs_together(open_page: Any, stash: FakeStash) -> None:
    Past(stash, *(a_batch(batch_id=str(number)) for number in range(20)))
    page = history_tab(open_page)
    page.locator(".ss-batch").nth(19).wait_for()
    assert page.evaluate("jobListeners()") == 1


def test_names_are_text(open_page: Any, stash: FakeStash) -> None:
    changes = f"{MARKED_UP} was added to the scene. The performer was created."
    Past(stash, a_decision(12, name=MARKED_UP, changes=changes), a_batch(what=f"{MARKED_UP} in 2 scenes"))
    page = history_tab(open_page)
    page.get_by_role("link", name=MARKED_UP).wait_for()
    page.get_by_text(f"{MARKED_UP} in 2 scenes").wait_for()
    assert page.locator(".ss-history img").count() == 0


def test_pages_have_addresses_and_a_way_back(open_page: Any, stash: FakeStash) -> None:
    Past(stash, *(a_decision(number) for number in range(9, 0, -1)), per_page=4)
    page = history_tab(open_page)
    row(page, "Clip 9").wait_for()
    assert page.get_by_role("button", name="Back").is_disabled()
    page.get_by_role("button", name="Next").click()
    row(page, "Clip 5").wait_for()
    assert page.url.endswith("?tab=history&page=2")
    page.reload()
    row(page, "Clip 5").wait_for()
    page.go_back()
    row(page, "Clip 9").wait_for()
    page = history_tab(open_page, "&page=3")
    row(page, "Clip 1").wait_for()
    assert page.locator(".ss-history__row").count() == 1
    assert page.get_by_role("button", name="Next").is_disabled()
    page = history_tab(open_page, "&page=70000000000000000000")
    page.get_by_text("The history does not go back that far.").wait_for()
    page.get_by_role("button", name="First page").click()
    row(page, "Clip 9").wait_for()
    page = history_tab(open_page, "&page=x")
    row(page, "Clip 9").wait_for()


def test_nothing_and_errors_are_said(open_page: Any, stash: FakeStash) -> None:
    past = Past(stash)
    page = history_tab(open_page)
    page.get_by_text("Nothing has been decided yet.").wait_for()

    def refuse(args: Json) -> Json:
        raise RefusedError("Stash Sense has not been set up yet: run the task “Set up or repair”.")

    stash.operations["history"] = refuse
    page = history_tab(open_page)
    page.get_by_role("alert").get_by_text("has not been set up yet").wait_for()
    assert page.get_by_role("button", name="Set up or repair").count() == 1
    stash.operations["history"] = past.page
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Nothing has been decided yet.").wait_for()


@pytest.mark.parametrize("width", [420, 1280])
def test_nothing_is_wider_than_the_page_and_nothing_moves(open_page: Any, stash: FakeStash, width: int) -> None:
    past = Past(stash, a_decision(12, name="N" * 200, changes="N" * 200 + " was ruled out."), a_decision(11), a_batch())
    past.message = "Jane Doe was taken off the scene, and the performer made for it was deleted."
    page = history_tab(open_page, width=width)
    row(page, "Clip 11").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    below = row(page, "23 scenes").bounding_box()
    row(page, "Clip 11").get_by_role("button").click()
    row(page, "Clip 11").get_by_text("was deleted.").wait_for()
    answered(page, stash, "undo")
    assert row(page, "23 scenes").bounding_box() == below
