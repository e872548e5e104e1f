"""The tab of people to review: the list, its filters and pages, single decisions, and what can be in the way."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError, UnreachableError
from tests.browser.reviewing import Reviewed, an_item, decisions, person, review_page, waiting
from tests.browser.steps import answered, click_twice, send
from tests.browser.unknown import PAGE

pytestmark = pytest.mark.browser


def asked(stash: FakeStash) -> list[Json]:
    """Every question for the list, without what never changes."""
    rest = [
        {key: value for key, value in one.items() if key not in {"mode", "per_page"}}
        for one in stash.asked
        if one["mode"] == "review"
    ]
    return [{key: value for key, value in one.items() if (key, value) != ("page", 1)} for one in rest]


def test_the_first_tab_shows_who_waits_beside_the_scene(open_page: Any, stash: FakeStash) -> None:
    stash.places["scene:1"] = {"title": "A clip", "date": "2024-05-01", "paths": {"screenshot": answers.SEEN}}
    stash.places["image:2"] = {"title": "", "date": None, "studio": None, "visual_files": [{"basename": "beach.jpg"}]}
    Reviewed(stash, an_item(1, waiting(1), waiting(2), decided=1, unsure=2), an_item(2, waiting(3), kind="image"))
    page = review_page(open_page)
    assert page.get_by_role("tab").all_inner_texts()[:2] == ["People to review", "Unknown people"]
    assert page.get_by_role("tab", name="People to review").get_attribute("aria-selected") == "true"
    scene = page.get_by_role("region", name="A clip")
    scene.wait_for()
    assert page.get_by_text("3 people to review in 2 scenes and pictures").count() == 1
    assert scene.locator(".ss-review__words").inner_text().split("\n") == [
        "A clip",
        "2024-05-01 · Studio Two",
        "1 person decided, 2 without a sure name",
    ]
    assert scene.locator(".ss-review__image").get_attribute("src") == answers.SEEN
    names = scene.get_by_role("group").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('aria-label')).filter(Boolean)"
    )
    assert names == ["Anna B., 98 %, in A clip", "Mary Roe, 97 %, in A clip"]
    assert (
        page.get_by_role("region", name="beach.jpg").get_by_role("link", name="beach.jpg").get_attribute("href")
        == "/images/2"
    )
    scene.get_by_role("link", name="A clip").click()
    page.get_by_role("heading", name="A clip").wait_for()
    assert page.url.endswith("/scenes/1")


def test_a_decision_says_what_was_done_and_moves_nothing(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1, waiting(1), waiting(2)), an_item(3))
    page = review_page(open_page)
    first, second = person(page, "Anna B."), person(page, "Mary Roe")
    page.get_by_text("3 people to review in 2").wait_for()
    places = "(all) => all.map((one) => one.getBoundingClientRect().top)"
    before = page.locator(".ss-review__person").evaluate_all(places)
    click_twice(first.get_by_role("button", name="Add Anna B."))
    first.get_by_text("Added Anna B.").wait_for()
    second.get_by_role("button", name="This person is not Mary Roe").click()
    second.get_by_text("Not Mary Roe.").wait_for()
    assert page.locator(".ss-review__person").evaluate_all(places) == before
    assert decisions(stash) == [("101", "accept"), ("102", "reject")]
    assert page.get_by_text("1 person to review in 1 scene or picture").count() == 1
    assert asked(stash) == [{}]
    first.get_by_role("button", name="Undo: Added Anna B.").click()
    first.get_by_role("button", name="Add Anna B.").wait_for()
    assert page.get_by_text("2 people to review in 2 scenes and pictures").count() == 1


def test_somebody_else_is_named_out_of_the_menu(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1, kind="image"))
    page = review_page(open_page)
    row = person(page, "Anna B.")
    row.get_by_role("button", name="More about Anna B.").click()
    row.get_by_role("button", name="Somebody else…").click()
    dialog = page.get_by_role("dialog", name="Who is this?")
    dialog.get_by_label("Name", exact=True).fill("Eve Poe")
    dialog.locator(".ss-found").first.click()
    person(page, "Eve Poe, added, in Clip 1").get_by_text("Added Eve Poe.").wait_for()
    sent = next(one for one in stash.asked if one["mode"] == "decide")
    assert sent == {"mode": "decide", "track_id": "101", "action": "assign", "name": "Eve Poe", "image_id": "1"}


def test_filters_are_in_the_address_and_survive_reload_and_back(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1), an_item(2, waiting(2, 0.7)))
    page = review_page(open_page)
    page.get_by_text("2 people to review").wait_for()
    assert page.get_by_label("Lowest probability", exact=True).locator("option").first.inner_text() == "60 %, as set"
    page.get_by_label("Lowest probability", exact=True).select_option("95")
    page.get_by_text("1 person to review").wait_for()
    page.get_by_label("Performer", exact=True).select_option(label="Anna B. (1)")
    page.get_by_label("Show", exact=True).select_option("scene")
    page.get_by_label("Order", exact=True).select_option("unsure")
    page.wait_for_url("**/stash-sense?tab=review&min=95&performer=5&kind=scene&sort=unsure")
    last = {"min_probability": 0.95, "performer_id": "5", "kind": "scene", "sort": "unsure"}
    assert asked(stash)[-1] == last
    page.reload()
    page.get_by_text("1 person to review in 1 scene").wait_for()
    assert asked(stash)[-1] == last
    assert page.get_by_label("Performer", exact=True).evaluate("(one) => one.selectedOptions[0].text") == "Anna B. (1)"
    for _ in range(4):
        page.go_back()
    page.get_by_text("2 people to review").wait_for()


def test_the_studio_is_chosen_with_stashs_own_field(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1))
    page = review_page(open_page)
    page.get_by_text("1 person to review").wait_for()
    assert page.get_by_label("Studio", exact=True).count() == 0
    lend = """
      PluginApi.loadableComponents = { Studios: () => Promise.resolve() };
      const Field = ({ ids, onSelect, ...rest }) => PluginApi.React.createElement("select", {
        value: ids[0] || "", "aria-label": rest["aria-label"],
        onChange: ({ target }) => onSelect(target.value ? [{ id: target.value }] : []),
      }, ["", "2"].map((id) => PluginApi.React.createElement("option", { key: id, value: id }, id)));
      PluginApi.utils.loadComponents = async () => { PluginApi.components.StudioIDSelect = Field; };"""
    page = review_page(open_page, "?studio=2", before=lend)
    field = page.get_by_label("Studio", exact=True)
    field.wait_for()
    assert (field.input_value(), asked(stash)[-1]) == ("2", {"studio_id": "2"})
    field.select_option("")
    page.wait_for_url("**/stash-sense?tab=review")


def test_what_is_decided_leaves_the_list_and_nobody_is_skipped(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, *(an_item(number) for number in range(1, 6)), per_page=2)
    page = review_page(open_page)
    page.get_by_text("Page 1 of 3").wait_for()
    for name in ("Anna B.", "Mary Roe"):
        page.get_by_role("button", name=f"Add {name}").click()
    page.get_by_text("Everybody on this page is decided.").wait_for()
    page.get_by_role("button", name="Show the next").click()
    page.get_by_role("region", name="Clip 3").wait_for()
    assert page.get_by_role("region", name="Clip 4").count() == 1
    page.get_by_role("button", name="Next").click()
    page.get_by_role("region", name="Clip 5").wait_for()
    assert page.url.endswith("tab=review&page=2")
    page.get_by_role("button", name="Add Anna B.").click()
    page.get_by_role("button", name="Show the next").click()
    page.get_by_role("region", name="Clip 3").wait_for()
    assert page.url.endswith("tab=review")


def test_nobody_left_on_a_page_and_nobody_with_these_filters(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1))
    page = review_page(open_page, "?tab=review&page=9")
    page.get_by_text("Nobody is left on this page.").wait_for()
    page.get_by_role("button", name="First page").click()
    page.get_by_role("region", name="Clip 1").wait_for()
    page = review_page(open_page, "?tab=review&performer=77&sort=newest")
    page.get_by_text("with these filters").wait_for()
    assert page.get_by_label("Performer", exact=True).evaluate("(one) => one.selectedOptions[0].text") == "Performer 77"
    page.get_by_role("button", name="Show everybody").click()
    page.wait_for_url("**/stash-sense?tab=review&sort=newest")
    page.get_by_role("region", name="Clip 1").wait_for()


def test_an_empty_list_says_what_to_do(open_page: Any, stash: FakeStash) -> None:
    plugin = Reviewed(stash)
    page = review_page(open_page)
    page.get_by_text("Nobody waits for review.").wait_for()
    page.get_by_role("button", name="Identify new scenes").click()
    page.get_by_text("Identify new scenes: waiting").wait_for()
    plugin.items.append(an_item(1))
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", description="Running plugin task: Identify new scenes")
    page.get_by_role("region", name="Clip 1").wait_for()


def test_a_list_that_cannot_be_read_and_a_row_that_fails(open_page: Any, stash: FakeStash) -> None:
    plugin = Reviewed(stash, an_item(1, waiting(1), waiting(2)))

    def refuse(args: Json) -> Json:
        raise RefusedError("Stash Sense has not been set up yet: run the task “Set up or repair”.")

    stash.operations["review"] = refuse
    page = review_page(open_page)
    page.get_by_role("alert").get_by_text("has not been set up yet").wait_for()
    assert page.get_by_role("button", name="Set up or repair").count() == 1
    stash.operations["review"] = plugin.review
    page.get_by_role("button", name="Try again").click()
    first, second = person(page, "Anna B."), person(page, "Mary Roe")
    first.wait_for()
    plugin.refused["101"] = "Somebody has deleted this performer: look for them by name."
    first.get_by_role("button", name="Add Anna B.").click()
    first.get_by_role("alert").get_by_text("look for them by name").wait_for()
    second.get_by_role("button", name="Add Mary Roe").click()
    second.get_by_text("Added Mary Roe.").wait_for()
    assert first.get_by_role("button", name="Add Anna B.").is_enabled()


def test_a_scene_that_is_gone_can_only_be_looked_at(open_page: Any, stash: FakeStash) -> None:
    stash.places["scene:1"] = None
    Reviewed(stash, an_item(1), an_item(2))
    page = review_page(open_page)
    gone = page.get_by_role("region", name="Scene 1")
    gone.get_by_text("This scene is not in Stash any more.").wait_for()
    assert gone.get_by_role("button", name="Add Anna B.").is_disabled()
    assert gone.get_by_role("checkbox").is_disabled()
    assert gone.get_by_role("link", name="Scene 1").count() == 0
    assert page.get_by_role("button", name="Add Mary Roe").is_enabled()


def test_without_titles_the_numbers_do(open_page: Any, stash: FakeStash) -> None:
    class NoTitles(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            raise UnreachableError("Failed to fetch")

    stash.places = NoTitles()
    Reviewed(stash, an_item(1))
    page = review_page(open_page)
    page.get_by_role("region", name="Scene 1").get_by_role("button", name="Add Anna B.").click()
    page.get_by_role("status").get_by_text("Added Anna B.").wait_for()


def test_names_and_titles_are_text(open_page: Any, stash: FakeStash) -> None:
    evil = "<img src=x onerror=alert(1)>"
    stash.places["scene:1"] = {"title": evil, "studio": {"id": "2", "name": evil}}
    named = waiting(1)
    named["candidates"][0]["name"] = evil
    Reviewed(stash, an_item(1, named))
    page = review_page(open_page)
    page.get_by_role("region", name=evil).first.wait_for()
    page.get_by_role("button", name="Accept all 1").click()
    page.get_by_role("dialog", name="What will change").get_by_text(evil).wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name=f"Add {evil}").click()
    page.get_by_text(f"Added {evil}.").first.wait_for()
    assert page.locator("img[src='x']").count() == 0
    assert page.get_by_label("Performer", exact=True).locator("option").last.inner_text() == f"{evil} (1)"


def test_one_question_for_all_titles(open_page: Any, stash: FakeStash) -> None:
    names: list[str] = []
    answer = stash.answer
    stash.answer = lambda name, variables: (names.append(name), answer(name, variables))[1]  # type: ignore[method-assign]
    Reviewed(stash, *(an_item(number, kind="image" if number % 3 else "scene") for number in range(1, 25)))
    page = review_page(open_page)
    page.get_by_role("region", name="Clip 24").wait_for()
    assert names.count("StashSense_Places") == 1
    assert names.count("StashSense_Operation") == 1


@pytest.mark.parametrize("width", [420, 1280, 3840])
def test_nothing_is_wider_than_the_page(open_page: Any, stash: FakeStash, width: int) -> None:
    stash.places["scene:1"] = {"title": "T" * 200}
    long = waiting(1)
    long["candidates"][0]["name"] = "N" * 200
    Reviewed(stash, an_item(1, long, waiting(2)), an_item(3))
    page = review_page(open_page, width=width)
    page.get_by_role("region", name="T" * 200).wait_for()
    page.get_by_role("checkbox").first.click()
    page.get_by_text("1 selected").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_address_without_a_tab_is_this_one_and_the_other_tab_is_kept(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1))
    page = open_page(PAGE + "?tab=unknown")
    answered(page, stash, "unknown_people")
    page.get_by_role("tab", name="People to review").click()
    page.get_by_role("region", name="Clip 1").wait_for()
    page.go_back()
    page.get_by_text("Nobody without a name is seen").wait_for()
