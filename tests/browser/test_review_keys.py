"""The tab of people to review without a mouse, and read aloud."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.browser.fake_stash import FakeStash
from tests.browser.reviewing import Reviewed, an_item, decisions, focused, person, review_page, waiting
from tests.browser.site import ROOT

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def press(page: Any, keys: Iterable[str]) -> None:
    for key in keys:
        page.keyboard.press(key)


def until_focused(page: Any, start: str) -> None:
    page.wait_for_function(
        "(start) => (document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).startsWith(start)",
        arg=start,
    )


def test_ten_people_are_decided_and_one_taken_back_with_the_keyboard_alone(open_page: Any, stash: FakeStash) -> None:
    Reviewed(
        stash, *(an_item(number, waiting(2 * number), waiting(2 * number + 1)) for number in range(1, 7)), per_page=4
    )
    page = review_page(open_page)
    page.get_by_text("12 people to review").wait_for()
    press(page, "j")
    assert focused(page) == "Mary Roe, 97 %, in Clip 1"
    press(page, "aaxaxa")
    until_focused(page, "Jane Doe, 91 %")
    press(page, "u")
    until_focused(page, "Zoe Quinn, 92 %")
    press(page, "xxa")
    until_focused(page, "Show the next")
    assert person(page, "Zoe Quinn, ruled out, in Clip 3").count() == 1
    press(page, ["Enter"])
    until_focused(page, "Mary Roe, 89 %, in Clip 5")
    press(page, "ax")
    until_focused(page, "Jane Doe, 87 %")
    page.get_by_text("2 people to review in 1 scene or picture").wait_for()
    made = dict(decisions(stash))
    undone = [one for one in stash.asked if one["mode"] == "undo"]
    assert [one["decision_id"] for one in undone] == ["6"]
    assert len(made) == 10
    assert made["107"] == "reject"
    assert [track for track, action in made.items() if action == "reject"] == ["104", "106", "107", "108", "111"]


def test_j_and_k_walk_and_bring_the_row_into_view(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, *(an_item(number) for number in range(1, 9)))
    page = review_page(open_page, height=500)
    page.get_by_role("region", name="Clip 8").wait_for()
    press(page, "jjjj")
    assert focused(page) == "Jane Doe, 95 %, in Clip 4"
    row = page.locator(".ss-review__person--here")
    assert row.count() == 1
    box = page.get_by_role("region", name="Clip 4").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 500
    press(page, "k")
    assert focused(page) == "Zoe Quinn, 96 %, in Clip 3"
    press(page, "kkkk")
    assert focused(page) == "Anna B., 98 %, in Clip 1"
    assert page.get_by_role("group").and_(page.locator("[tabindex='0']")).count() == 1


def test_keys_are_not_taken_from_fields_dialogs_menus_and_stash(open_page: Any, stash: FakeStash) -> None:
    heard = "window.heard = []; document.addEventListener('keypress', (event) => window.heard.push(event.key));"
    Reviewed(stash, an_item(1), an_item(2))
    page = review_page(open_page, before=heard)
    page.get_by_text("2 people to review").wait_for()
    page.get_by_label("Performer", exact=True).focus()
    press(page, "xu")
    page.get_by_role("button", name="Keys").focus()
    press(page, "a")  # nobody has the focus
    press(page, "j")
    page.keyboard.press("Control+a")
    page.keyboard.press("Alt+x")
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    dialog.get_by_text("takes the last answer on this page back").wait_for()
    press(page, "ajx")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    until_focused(page, "Anna B., 98 %")
    more = page.get_by_role("button", name="More about Anna B.")
    more.click()
    press(page, "xa")
    page.keyboard.press("Escape")
    assert decisions(stash) == []
    person(page, "Anna B.").focus()
    press(page, "gx")  # a way of Stash's own: two keys
    assert decisions(stash) == []
    assert "?" not in page.evaluate("window.heard")
    press(page, "x")
    page.get_by_text("Not Anna B.").first.wait_for()
    assert decisions(stash) == [("101", "reject")]


def test_enter_opens_the_scene_and_only_from_the_row(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1))
    page = review_page(open_page)
    page.get_by_text("1 person to review").wait_for()
    press(page, "j")
    person(page, "Anna B.").get_by_role("button", name="Show the face of Anna B. large").focus()
    press(page, ["Enter"])
    page.get_by_role("dialog", name="Faces side by side").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    person(page, "Anna B.").focus()
    press(page, ["Enter"])
    page.wait_for_url("**/scenes/1")
    page.go_back()
    page.get_by_text("1 person to review").wait_for()


def test_a_failed_decision_keeps_the_focus_where_help_is_needed(open_page: Any, stash: FakeStash) -> None:
    plugin = Reviewed(stash, an_item(1))
    plugin.refused["101"] = "Stash does not answer."
    page = review_page(open_page)
    page.get_by_text("1 person to review").wait_for()
    press(page, "ja")
    page.get_by_role("alert").get_by_text("Stash does not answer.").wait_for()
    assert focused(page) == "Anna B., 98 %, in Clip 1"
    press(page, "u")
    page.get_by_role("status").get_by_text("Nothing on this page to take back.").wait_for()
    plugin.refused.clear()
    press(page, "a")
    until_focused(page, "Look again")


def test_what_happens_is_said(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1, waiting(1), waiting(2)))
    page = review_page(open_page)
    page.get_by_text("2 people to review").wait_for()
    said = page.locator(".ss-review > [role=status]")
    press(page, "a")
    assert said.inner_text() == "Press j to go to the first person."
    press(page, "ja")
    said.get_by_text("Added Anna B.").wait_for()
    row = person(page, "Mary Roe")
    hint = page.locator("#" + row.get_attribute("aria-describedby"))
    assert "a adds this person" in hint.inner_text()
    assert row.get_by_role("checkbox").get_attribute("aria-label") == "Select Mary Roe, 97 %, in Clip 1"


@pytest.mark.parametrize("state", ["list", "decided", "selected", "plan", "keys", "empty"])
def test_axe_finds_nothing_serious(open_page: Any, stash: FakeStash, state: str) -> None:
    Reviewed(stash, *([] if state == "empty" else [an_item(1, waiting(1), waiting(2)), an_item(3, decided=1)]))
    page = review_page(open_page)
    page.get_by_text("Nobody waits for review." if state == "empty" else "3 people to review").wait_for()
    if state == "decided":
        press(page, "ja")
        page.get_by_text("Added Anna B.").first.wait_for()
    if state == "selected":
        press(page, "js")
        page.get_by_text("1 selected").wait_for()
    if state == "plan":
        page.get_by_role("button", name="Accept all 3").click()
        page.get_by_role("dialog").get_by_text("3 performers will be added").wait_for()
    if state == "keys":
        press(page, "?")
        page.get_by_role("dialog", name="Keys").wait_for()
    assert serious(page, AXE) == []


def serious(page: Any, axe: Path) -> list[str]:
    """What axe calls serious or critical in our part of the page: rule and element."""
    page.add_script_tag(content=axe.read_text("utf-8"))
    return page.evaluate(
        """async () => (await axe.run(document.querySelector(".modal") || document.querySelector(".ss-page"))).violations
        .filter((one) => ["serious", "critical"].includes(one.impact)).flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html}`))"""
    )
