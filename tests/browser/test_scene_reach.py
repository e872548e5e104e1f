"""The Faces tab by keyboard, on a phone, beside other plugins, and when Stash does not answer."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, UnreachableError
from tests.browser.scripted import Scripted
from tests.browser.steps import card, faces_tab

pytestmark = pytest.mark.browser


def test_keyboard_alone_decides_and_stays_in_the_card(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").focus()
    page.keyboard.press("Enter")
    card(page, "Jane Doe").get_by_text("Added Jane Doe.").wait_for()
    page.wait_for_function("document.activeElement.className === 'ss-actions'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Undo"
    page.keyboard.press("Space")
    card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").wait_for()


def test_every_control_is_reached_with_tab_in_reading_order(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    page.get_by_role("button", name="Identify again").focus()
    labels = []
    for _ in range(8):
        page.keyboard.press("Tab")
        labels.append(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText.trim()"
            )
        )
    assert labels == [
        "Show the face of Jane Doe large", "Jane Doe", "More about Jane Doe", "Play from 0:12, seen 0:12–1:35",
        "Add Jane Doe", "This person is not Jane Doe", "1 other candidate: Anna B. 31 %", "Show the face of unknown person large",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [320, 360, 440])
def test_nothing_is_wider_than_a_phone(open_page: Any, stash: FakeStash, width: int) -> None:
    long = answers.a_candidate(
        name="Maximiliana-Alexandrina Featherstonehaugh-Cholmondeley",
        disambiguation="the one from the north",
        probability=0.99,
    )
    people = [
        answers.a_person(candidates=[long, answers.ANNA], segments=[[3600 * n, 3600 * n + 65] for n in range(9)]),
        answers.UNKNOWN,
        answers.WEAK,
    ]
    Scripted(stash, answers.scene(people=people))
    page = faces_tab(open_page, width=width)
    page.get_by_role("button", name="other candidate").click()
    page.get_by_role("button", name="+5 more").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "[...document.querySelectorAll('.ss-panel *:not(.sr-only)')].every((e) => e.getBoundingClientRect().right <= innerWidth)"
    )


def test_another_plugin_that_drops_the_scene_does_not_stop_us(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    strip = "for (const n of ['ScenePage.Tabs', 'ScenePage.TabContent']) PluginApi.patch.before(n, (p) => [{ children: p.children }]);"
    page = faces_tab(open_page, before=strip)
    card(page, "Jane Doe").get_by_role("button", name="Play from 0:12").click()
    assert page.evaluate("seeks") == [["player", 12]]
    assert stash.asked == [{"mode": "scene", "scene_id": "12"}]


def test_a_plugin_after_us_still_gets_every_prop(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(
        open_page,
        after="PluginApi.patch.before('ScenePage.Tabs', (p, ...r) => { window.later = Object.keys(p).sort(); return [p, ...r]; })",
    )
    assert page.evaluate("later") == ["children", "collapsed", "onDelete", "scene", "setTimestamp"]


def test_nothing_is_asked_before_the_tab_is_opened(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = open_page("/scenes/12")
    page.get_by_role("tab", name="Faces").wait_for()
    assert stash.asked == []


def test_an_unreadable_answer_and_a_silent_stash_are_said_and_can_be_retried(open_page: Any, stash: FakeStash) -> None:
    scripted = Scripted(stash, answers.scene())

    def gone(_: Json) -> Json:
        raise UnreachableError("Failed to fetch")

    stash.operations["scene"] = gone
    page = faces_tab(open_page)
    assert (
        page.get_by_role("alert").locator("div").nth(1).inner_text()
        == "Stash does not answer. Check that it is running, then try again."
    )
    stash.operations["scene"] = "Traceback (most recent call last)"
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Stash Sense gave no usable answer. Settings › Logs says why.").first.wait_for()
    stash.operations["scene"] = lambda _: scripted.scene
    page.get_by_role("button", name="Try again").click()
    card(page, "Jane Doe").wait_for()
