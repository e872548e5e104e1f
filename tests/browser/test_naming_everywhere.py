"""One name everywhere: preview, progress, undo, what could not be done, and what becomes of a batch that was cut off."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.steps import card, faces_tab, send
from tests.browser.unknown import Plugin, a_group, choose, doing, unknown_page

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=alert(1)>"


def named(stash: FakeStash) -> list[Json]:
    """The names that were given, previews left out."""
    return [one for one in stash.asked if one["mode"] == "name_group" and not one.get("dry_run")]


def give(page: Any, group: Any, name: str = "Jane Doe") -> None:
    """Names a group out of its card or dialog."""
    group.get_by_role("button", name="Name…").click()
    choose(page, name).get_by_role("button", name=f"Name {name}").click()


def test_one_name_everywhere_after_a_preview_with_progress_and_undo(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group(), a_group("2", 4))
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 23 scenes")
    first.get_by_role("button", name="Name…").click()
    preview = choose(page, "Jane Doe")
    assert "added to 22 scenes. 1 scene has this performer already." in preview.inner_text()
    preview.get_by_text("Clip 2 (there already)").wait_for()
    assert "and 15 more scenes" in preview.inner_text()
    assert named(stash) == [], "nothing yet"
    preview.get_by_role("button", name="Name Jane Doe").click()
    first.get_by_text("waiting in Stash’s queue").wait_for()
    assert stash.started[-1]["args"] == {"mode": "decide_many", "batch_id": "3"}
    assert named(stash) == [{"mode": "name_group", "group_id": "1", "performer_id": "4", "track_ids": ["1", "2"]}]
    description = doing("3")
    send(page, "UPDATE", "RUNNING", progress=0.4, description=description)
    first.get_by_text("40 %").wait_for()
    plugin.batches[-1] |= {"state": "done", "done": 23}
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", progress=1.0, description=description)
    first.get_by_text("Named Jane Doe in 23 scenes.").wait_for()
    assert card(page, "Unknown person in 4 scenes").is_visible(), "nothing moves"
    first.get_by_role("button", name="Undo").click()
    first.get_by_text("waiting in Stash’s queue").wait_for()
    assert stash.started[-1]["args"] == {"mode": "undo_many", "batch_id": "3"}
    plugin.batches[-1] |= {
        "state": "undone",
        "done": 22,
        "notes": [{"scene_id": "7", "message": "Jane Doe had been taken off the scene meanwhile."}],
    }
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", job="2", progress=1.0, description=doing("3", undo=True))
    first.get_by_text("1 item left as it is now.").wait_for()
    assert first.get_by_role("link", name="Scene 7").get_attribute("href") == "/scenes/7"
    assert first.get_by_role("button", name="Name…").is_visible()


def test_a_few_scenes_are_named_at_once_and_a_name_is_shown_as_it_is(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group("1", 3), small=True)
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 3 scenes")
    first.get_by_role("button", name="Name…").click()
    preview = choose(page, EVIL, new=True)
    assert preview.locator("p").first.inner_text().startswith(f"{EVIL} will be created")
    preview.get_by_role("button", name=f"Name {EVIL}").click()
    first.get_by_text(f"Named {EVIL} in 23 scenes.").wait_for()
    assert stash.started == []
    assert page.locator("img[src='x']").count() == 0
    first.get_by_role("button", name="Undo").click()
    first.get_by_text(f"Taken back: {EVIL} in 23 scenes.").wait_for()
    assert plugin.batches[-1]["state"] == "undone"


def test_a_batch_that_was_cut_off_can_go_on_or_be_taken_back(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group())
    plugin.name({"group_id": "8", "name": "Zoe"})
    plugin.batches[-1] |= {"done": 12}
    page = unknown_page(open_page)
    line = page.locator(".ss-batches .ss-batch")
    line.get_by_text("Not finished: Zoe in 23 scenes, 12 of 23 done.").wait_for()
    assert line.get_by_role("button", name="Undo").is_enabled()
    line.get_by_role("button", name="Go on").click()
    page.get_by_text("waiting in Stash’s queue").wait_for()
    assert stash.started[-1]["args"] == {"mode": "decide_many", "batch_id": "3"}


def test_somebody_who_is_on_another_page_is_named_at_once_and_only_once(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group("1", 9), a_group("2", 4), a_group("3", 23))
    page = unknown_page(open_page, "?tab=unknown&group=3")
    page.locator(".ss-unknown").first.wait_for()
    give(page, page.get_by_role("dialog", name="Unknown person"))
    lines = page.locator(".ss-batches")
    lines.get_by_text("waiting in Stash’s queue").wait_for()
    assert [one["args"] for one in stash.started] == [{"mode": "decide_many", "batch_id": "3"}]
    page.get_by_role("button", name="Next").click()
    page.get_by_text("in 23 scenes", exact=True).wait_for()
    lines.get_by_text("waiting in Stash’s queue").wait_for()
    assert len(stash.started) == 1


def test_a_card_can_be_named_again_after_an_undo(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group())
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 23 scenes")
    give(page, first)
    first.get_by_text("waiting in Stash’s queue").wait_for()
    plugin.batches[-1] |= {"state": "done", "done": 23}
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", description=doing("3"))
    first.get_by_role("button", name="Undo").click()
    first.get_by_text("waiting in Stash’s queue").wait_for()
    plugin.batches[-1] |= {"state": "undone"}
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", job="2", description=doing("3", undo=True))
    first.get_by_text("Taken back").wait_for()
    give(page, first)
    first.get_by_text("Naming Jane Doe in 23 scenes: waiting in Stash’s queue").wait_for()
    assert stash.started[-1]["args"] == {"mode": "decide_many", "batch_id": "4"}


def test_a_batch_of_nobody_in_particular_is_shown_and_taken_back_where_it_stands(
    open_page: Any, stash: FakeStash
) -> None:
    plugin = Plugin(stash, a_group(), small=True)
    plugin.name({"group_id": None, "name": "Zoe"})
    plugin.batches[-1] |= {
        "done": 22,
        "failed": 1,
        "notes": [{"scene_id": "7", "message": "It is not in Stash any more."}],
    }
    plugin.notes = [{"image_id": "8", "message": "Zoe had been taken off the picture meanwhile."}]
    page = unknown_page(open_page)
    line = page.locator(".ss-batches .ss-batch")
    line.get_by_text("Named Zoe in 23 scenes. 1 item could not be done.").wait_for()
    assert line.get_by_role("link", name="Scene 7").get_attribute("href") == "/scenes/7"
    line.get_by_role("button", name="Undo").click()
    line.get_by_text("Taken back: Zoe in 23 scenes. 1 item left as it is now.").wait_for()
    assert line.get_by_role("link", name="Picture 8").get_attribute("href") == "/images/8"
    assert len([one for one in stash.asked if one["mode"] == "unknown_people"]) == 2, "read again behind it"
    assert line.is_visible()


def test_a_task_that_failed_says_why(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group())
    plugin.name({"group_id": "8"})
    page = unknown_page(open_page)
    line = page.locator(".ss-batches")
    line.get_by_role("button", name="Go on").click()
    line.get_by_text("waiting in Stash’s queue").wait_for()
    runs = [answers.a_run(), answers.a_run(kind="decide_many", state="failed", message="The disk is full: make room.")]
    plugin.status = answers.status(runs=runs)
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", description=doing("3"))
    line.get_by_role("alert").get_by_text("The disk is full: make room.").wait_for()
    line.get_by_role("button", name="Go on").click()
    line.get_by_text("waiting in Stash’s queue").wait_for()


def test_a_scene_seen_before_shows_the_name_afterwards(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group(), small=True)
    stranger = answers.a_person(
        verdict="unknown", candidates=[], elsewhere={"group_id": "1", "scenes": 23, "images": 0}
    )
    stash.operations["scene"] = answers.scene(people=[stranger])
    page = faces_tab(open_page)
    page.get_by_text("no performers").wait_for()
    card(page, "Unknown person").get_by_role("link", name="also in 23 scenes").click()
    give(page, page.get_by_role("dialog", name="Unknown person"))
    card(page, "Unknown person in 23 scenes").get_by_text("Named Jane Doe").wait_for()
    stash.performers.append({"id": "4", "name": "Jane Doe"})
    page.go_back()
    page.locator(".performers", has_text="Jane Doe").wait_for()


def test_the_cards_stay_when_they_cannot_be_read_again(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group(), a_group("2", 4), small=True)
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 23 scenes")
    first.get_by_role("button", name="Name…").click()
    preview = choose(page, "Jane Doe")

    def refuse(args: Json) -> Json:
        raise RefusedError("The database is busy. Try again in a moment.")

    stash.operations["unknown_people"] = refuse
    preview.get_by_role("button", name="Name Jane Doe").click()
    page.get_by_role("alert").get_by_text("The database is busy.").wait_for()
    assert first.get_by_text("Named Jane Doe").is_visible()
    assert card(page, "Unknown person in 4 scenes").is_visible()
    stash.operations["unknown_people"] = plugin.people
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("alert").wait_for(state="detached")
