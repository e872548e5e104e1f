"""The page of unknown people: list, faces of one person taken out and put back, people ignored."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.steps import card, click_twice, faces_tab, send
from tests.browser.unknown import Plugin, a_group, unknown_page

pytestmark = pytest.mark.browser


def test_people_come_with_faces_and_where_they_are_seen(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group(), a_group("2", 1, images=1), a_group("3", 2))
    page = unknown_page(open_page)
    assert page.get_by_role("tab", name="Unknown people").get_attribute("aria-selected") == "true"
    cards = page.locator(".ss-unknown")
    cards.first.wait_for()
    assert cards.locator(".ss-unknown__where").all_inner_texts() == ["in 23 scenes", "in 1 scene and 1 picture"]
    assert page.get_by_text("3 people without a name").count() == 1
    page.get_by_role("button", name="Next").click()
    page.get_by_text("in 2 scenes").wait_for()
    assert page.url.endswith("?tab=unknown&page=2")
    page.go_back()
    page.get_by_text("in 23 scenes").wait_for()


def test_faces_are_taken_out_and_put_back_and_only_the_ticked_ones_named(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group())
    page = unknown_page(open_page, "?tab=unknown&group=1")
    dialog = page.get_by_role("dialog", name="Unknown person")
    dialog.get_by_text("Perhaps:").wait_for()
    assert dialog.locator(".ss-leanings .ss-found").all_inner_texts() == ["Jane Doe\nat most 31 %"]
    boxes = dialog.get_by_role("checkbox")
    assert boxes.count() == 5
    boxes.nth(1).click()
    boxes.nth(2).click()
    dialog.get_by_role("button", name="One other person").click()
    dialog.get_by_text("2 faces taken out.").wait_for()
    parts = [one for one in stash.asked if one["mode"] == "part_group"]
    assert parts == [{"mode": "part_group", "group_id": "1", "track_ids": ["1", "2"], "as_one": True}]
    dialog.get_by_role("button", name="Undo").click()
    dialog.get_by_text("2 faces taken out.").wait_for(state="detached")
    assert [one["track_ids"] for one in stash.asked if one["mode"] == "rejoin_group"] == [["1", "2"]]
    boxes.nth(0).click()
    dialog.get_by_role("button", name="Jane Doe").click()
    page.get_by_role("dialog", name="What will change").get_by_text("22 scenes").first.wait_for()
    dry = [one for one in stash.asked if one["mode"] == "name_group"]
    assert dry[-1] == {
        "mode": "name_group",
        "group_id": "1",
        "person_id": "performer:4",
        "track_ids": ["1", "2", "3", "4"],
        "dry_run": True,
    }
    assert "group" not in page.url


def test_the_faces_come_in_pages_each_once(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group(), per_page=2)
    page = unknown_page(open_page, "?tab=unknown&group=1")
    dialog = page.get_by_role("dialog", name="Unknown person")
    more = dialog.get_by_role("button", name="Show more (3)")
    more.wait_for()
    click_twice(more)
    dialog.get_by_role("button", name="Show more (1)").click()
    dialog.get_by_label("Face in scene 104").wait_for()
    assert dialog.get_by_role("checkbox").count() == 5
    assert dialog.get_by_role("button", name="Show more").count() == 0
    assert [one["page"] for one in stash.asked if one["mode"] == "unknown_person"] == [1, 2, 3]


def test_two_clicks_part_once_and_put_back_once(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group())
    page = unknown_page(open_page, "?tab=unknown&group=1")
    dialog = page.get_by_role("dialog", name="Unknown person")
    dialog.get_by_role("checkbox").nth(1).click()
    click_twice(dialog.get_by_role("button", name="Not this person: 1 face"))
    dialog.get_by_text("1 face taken out.").wait_for()
    click_twice(dialog.get_by_role("button", name="Undo"))
    dialog.get_by_text("1 face taken out.").wait_for(state="detached")
    assert [one["mode"] for one in stash.asked if one["mode"] in {"part_group", "rejoin_group"}] == [
        "part_group",
        "rejoin_group",
    ]


def test_dialogs_leave_no_steps_to_go_back_through(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group())
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 23 scenes")
    first.wait_for()
    before = page.evaluate("history.length")
    first.get_by_role("button", name="Name…").click()
    page.get_by_role("dialog", name="Who is this?").get_by_role("button", name="Close").last.click()
    page.get_by_role("dialog", name="Who is this?").wait_for(state="detached")
    assert page.evaluate("history.length") == before
    first.get_by_role("button", name="All faces", exact=True).click()
    page.get_by_role("dialog", name="Unknown person").get_by_role("button", name="Close").last.click()
    page.get_by_role("dialog", name="Unknown person").wait_for(state="detached")
    assert page.evaluate("history.length") == before + 1
    assert "group" not in page.url
    page.go_back()
    first.wait_for()
    assert page.get_by_role("dialog").count() == 0


def test_somebody_is_ignored_and_restored(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group(), a_group("2", 4, ignored=True))
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 23 scenes")
    first.get_by_role("button", name="Ignore").click()
    first.get_by_text("Ignored.").wait_for()
    first.get_by_role("button", name="Undo").click()
    first.get_by_role("button", name="Name…").wait_for()
    assert [one["ignored"] for one in stash.asked if one["mode"] == "ignore_group"] == [True, False]
    page.get_by_role("button", name="Ignored: 1").click()
    card(page, "Unknown person in 4 scenes").get_by_role("button", name="Restore").click()
    page.get_by_text("Back in the list.").first.wait_for()
    assert "show=ignored" in page.url


def test_nobody_and_errors_are_said(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash)
    page = unknown_page(open_page)
    page.get_by_text("Nobody without a name is seen in more than one scene.").wait_for()
    page.get_by_role("button", name="Re-match all scenes").click()
    page.get_by_text("Re-match all scenes: waiting").wait_for()
    plugin.groups.append(a_group("1", 3))
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", description="Running plugin task: Re-match all scenes")
    page.get_by_text("in 3 scenes").wait_for()
    plugin.groups.clear()

    def refuse(args: Json) -> Json:
        raise RefusedError("Stash Sense has not been set up yet: run the task “Set up or repair”.")

    stash.operations["unknown_people"] = refuse
    page = unknown_page(open_page)
    page.get_by_role("alert").get_by_text("has not been set up yet").wait_for()
    stash.operations["unknown_people"] = plugin.people
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Nobody without a name").wait_for()


def test_a_group_that_is_gone_and_a_name_that_is_refused_are_said(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group())
    page = unknown_page(open_page, "?tab=unknown&group=77")
    dialog = page.get_by_role("dialog", name="Unknown person")
    dialog.get_by_text("not in the list any more").wait_for()
    dialog.get_by_role("button", name="Close").last.click()

    def refuse(args: Json) -> Json:
        raise RefusedError("There is a performer called Jane Doe already: choose them from the list.")

    stash.operations["name_group"] = refuse
    card(page, "Unknown person in 23 scenes").get_by_role("button", name="Name…").click()
    page.get_by_label("Name", exact=True).fill("Jane")
    page.locator(".ss-found").first.click()
    preview = page.get_by_role("dialog", name="What will change")
    preview.get_by_role("alert").get_by_text("already: choose them").wait_for()
    assert preview.get_by_role("button", name="Name Jane Doe").is_disabled()
    assert plugin.batches == []


def test_the_scene_panel_and_the_settings_lead_there(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group())
    stranger = answers.a_person(verdict="unknown", candidates=[], elsewhere={"group_id": "1", "scenes": 3, "images": 0})
    stash.operations |= {
        "scene": answers.scene(people=[stranger]),
        "status": answers.status(),
        "settings": answers.settings(),
    }
    page = faces_tab(open_page)
    card(page, "Unknown person").get_by_role("link", name="also in 3 scenes").click()
    page.get_by_role("dialog", name="Unknown person").wait_for()
    assert page.url.endswith("/plugins/stash-sense?tab=unknown&group=1")
    page = open_page("/settings")
    page.locator(".ss-settings").get_by_role("link", name="Open").click()
    page.get_by_text("in 23 scenes").wait_for()


@pytest.mark.parametrize("width", [420, 1280])
def test_nothing_is_wider_than_the_page(open_page: Any, stash: FakeStash, width: int) -> None:
    plugin = Plugin(stash, a_group(), a_group("2", 4))
    plugin.name({"group_id": "8", "name": "N" * 200})
    page = unknown_page(open_page, width=width)
    page.locator(".ss-unknown").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
