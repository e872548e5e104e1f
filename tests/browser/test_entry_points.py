"""Where the page of Stash Sense and what it knows are reached from in Stash's own pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.past import MARKED_UP, Past
from tests.browser.unknown import Plugin

pytestmark = pytest.mark.browser

WAITS, MAYBE = {"id": "30", "name": "Sense: to review"}, {"id": "31", "name": "Sense: maybe Jane Doe"}
OTHER = {"id": "5", "name": "Outdoor"}
OLD = "delete window.PluginApi.components.Setting; delete window.PluginApi.libraries.FontAwesomeSolid.faUserCheck;"


def a_scene(number: int, *tags: Json, **changes: Any) -> Json:
    return {"id": str(number), "title": f"Clip {number}", "tags": list(tags), **changes}


def with_scenes(*scenes: Json) -> str:
    return f"window.scenes = {json.dumps(scenes)};"


def list_of(open_page: Any, *scenes: Json, query: str = "", **how: Any) -> Any:
    page = open_page(f"/scenes{query}", before=with_scenes(*scenes), **how)
    page.get_by_text("Clip 1", exact=True).wait_for()
    return page


# --- top bar


@pytest.mark.parametrize("width", [420, 700, 1280])
def test_the_top_bar_leads_to_the_page_once(open_page: Any, stash: FakeStash, width: int) -> None:
    Plugin(stash)
    page = open_page("/scenes", width=width)
    links = page.get_by_role("link", name="Stash Sense")
    if width < 576:
        page.locator(".navbar-toggler").click()
    links.first.wait_for()
    assert links.count() == 1, "of the two in the page one is hidden"
    links.focus()
    page.keyboard.press("Enter")
    page.locator(".ss-page").wait_for()
    assert page.url.endswith("/plugins/stash-sense")
    if width < 576:
        page.locator(".navbar-collapse.show").wait_for(state="detached")
    else:
        assert links.get_attribute("aria-current") == "page"


def test_the_top_bar_keeps_what_was_there(open_page: Any, stash: FakeStash) -> None:
    page = open_page("/scenes", width=1280)
    names = (
        page.locator(".navbar-buttons")
        .get_by_role("link")
        .evaluate_all("(all) => all.map((one) => one.title || one.firstChild.title)")
    )
    assert names == ["Stash Sense", "Statistics", "Settings"]


# --- cards


def test_cards_of_scenes_that_wait_have_a_sign(open_page: Any, stash: FakeStash) -> None:
    anna = {"id": "32", "name": "Sense: maybe Anna B."}
    page = list_of(open_page, a_scene(1, WAITS, MAYBE, anna), a_scene(2, WAITS), a_scene(3, OTHER), a_scene(4))
    sign = page.get_by_role("link", name="Faces to review: Jane Doe and Anna B.")
    sign.wait_for()
    assert sign.inner_text().strip() == "2"
    assert sign.get_attribute("href") == "/scenes/1"
    assert page.locator(".card-popovers .ss-card").count() == 2
    assert page.get_by_role("link", name="Faces to review", exact=True).get_attribute("href") == "/scenes/2"
    assert page.locator(".card-popovers").first.locator("> *").count() == 2, "Stash's own icons stay"


def test_a_renamed_tag_is_known_by_its_id_which_is_asked_for_once(open_page: Any, stash: FakeStash) -> None:
    stash.operations["tags"] = {"parent": "29", "to_review": "30"}
    scenes = [a_scene(number, {"id": "30", "name": "Who is it?"}) for number in range(1, 9)]
    page = list_of(open_page, *scenes)
    page.locator(".ss-card").nth(3).wait_for()
    page.get_by_role("button", name="List page 2").click()
    page.get_by_text("Clip 5").wait_for()
    assert page.locator(".ss-card").count() == 4
    assert [one["mode"] for one in stash.asked] == ["tags"]


def test_without_an_answer_the_name_of_the_tag_does(open_page: Any, stash: FakeStash) -> None:
    def refuse(args: Json) -> Json:
        raise RefusedError("Stash could not start Python.")

    stash.operations["tags"] = refuse
    page = list_of(open_page, a_scene(1, WAITS))
    page.locator(".ss-card").wait_for()


def test_nothing_is_asked_where_no_card_has_a_tag(open_page: Any, stash: FakeStash) -> None:
    page = list_of(open_page, a_scene(1), a_scene(2))
    assert page.locator(".ss-card").count() == 0
    assert stash.asked == []


def test_a_name_on_a_card_is_text(open_page: Any, stash: FakeStash) -> None:
    page = list_of(open_page, a_scene(1, WAITS, {"id": "33", "name": f"Sense: maybe {MARKED_UP}"}))
    page.get_by_role("link", name=f"Faces to review: {MARKED_UP}").wait_for()
    assert page.locator(".card-popovers img").count() == 0


def test_while_scenes_are_being_selected_a_click_on_the_sign_selects(open_page: Any, stash: FakeStash) -> None:
    page = list_of(open_page, a_scene(1, WAITS), a_scene(2, WAITS))
    page.get_by_role("checkbox").nth(1).check()
    page.locator(".ss-card a").first.click()
    assert page.get_by_role("checkbox").first.is_checked()
    assert page.url.endswith("/scenes")


# --- performer


def performer(stash: FakeStash, **counts: int) -> None:
    nothing = {"references": 0, "elsewhere": 0, "set_aside": 0, "waiting_scenes": 0, "waiting_images": 0}
    stash.operations["performer"] = lambda args: {"performer_id": args["performer_id"], **nothing, **counts}


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"references": 7, "waiting_scenes": 3}, "7 references, 3 scenes waiting"),
        ({"references": 1, "set_aside": 2}, "1 reference, 2 set aside"),
        ({"elsewhere": 12, "waiting_images": 1}, "12 faces from galleries, 1 picture waiting"),
        ({"references": 2, "elsewhere": 1}, "2 references, 1 face from galleries"),
        ({}, "no reference"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_performer_says_by_how_many_faces_they_are_known(
    open_page: Any, stash: FakeStash, counts: dict[str, int], words: str
) -> None:
    performer(stash, **counts)
    page = open_page("/performers/4")
    page.locator(".ss-performer").get_by_text(words.partition(",")[0]).wait_for()
    assert page.locator(".ss-performer .detail-item-title").inner_text() == "Faces:"
    assert page.locator(".ss-performer .detail-item-value").inner_text() == words


def test_what_waits_for_a_performer_is_one_click_away_and_asked_for_once(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash)
    performer(stash, references=7, waiting_scenes=3)
    page = open_page("/performers/4")
    link = page.get_by_role("link", name="3 scenes waiting")
    link.wait_for()
    page.get_by_role("button", name="Expand or collapse").click()
    assert page.locator(".ss-performer .detail-item-title").inner_text() == "Faces"
    assert stash.asked == [{"mode": "performer", "performer_id": "4"}]
    link.click()
    page.locator(".ss-page").wait_for()
    assert page.url.endswith("/plugins/stash-sense?tab=review&performer=4")


def test_a_performer_page_stands_without_an_answer(open_page: Any, stash: FakeStash) -> None:
    def refuse(args: Json) -> Json:
        raise RefusedError("Stash Sense has not been set up yet: run the task “Set up or repair”.")

    stash.operations["performer"] = refuse
    page = open_page("/performers/4")
    page.locator(".ss-performer").get_by_text("not known").wait_for()
    assert "has not been set up yet" in str(page.get_by_text("not known").get_attribute("title"))
    assert page.get_by_text("Norway").count() == 1


# --- tools


def test_the_tools_have_one_entry(open_page: Any, stash: FakeStash) -> None:
    Past(stash)
    Plugin(stash)
    page = open_page("/settings?tab=tools")
    entry = page.get_by_role("link", name="Stash Sense: people to review")
    entry.wait_for()
    assert entry.count() == 1
    assert page.locator(".setting").count() == 4
    entry.click()
    page.locator(".ss-page").wait_for()


# --- an older Stash, and plugins that drop props


def test_what_an_older_stash_lacks_is_left_out(open_page: Any, stash: FakeStash) -> None:
    page = open_page("/settings?tab=tools", before=OLD)
    page.get_by_text("Scene Duplicate Checker").wait_for()
    assert page.get_by_text("people to review").count() == 0


def test_without_a_page_of_our_own_nothing_leads_there(open_page: Any, stash: FakeStash) -> None:
    page = open_page("/settings?tab=tools", width=1280, before="delete window.PluginApi.register;")
    page.get_by_text("Scene Duplicate Checker").wait_for()
    assert page.get_by_role("link", name="Stash Sense").count() == 0
    assert page.get_by_role("link", name="people to review").count() == 0


def test_props_dropped_by_others_break_nothing(open_page: Any, stash: FakeStash) -> None:
    strip = "PluginApi.patch.before('PerformerDetailsPanel.DetailGroup', (props) => [{children: props.children}]);"
    page = open_page("/performers/4", before=strip)
    page.get_by_text("Norway").wait_for()
    assert page.locator(".ss-performer").count() == 0
    assert stash.asked == []


def test_tools_wrapped_by_another_plugin_show_ours_at_most_once(open_page: Any, stash: FakeStash) -> None:
    wrap = "PluginApi.patch.before('SettingsToolsSection', (props) => [{...props, children: PluginApi.React.createElement('div', null, props.children)}]);"
    page = open_page("/settings?tab=tools", before=wrap)
    page.get_by_text("Scene Duplicate Checker").wait_for()
    assert page.get_by_text("people to review").count() == 0
