"""Many people at once: chosen ones or all of a list, with a preview, progress, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.reviewing import Reviewed, an_item, decisions, person, review_page, waiting
from tests.browser.steps import click_twice, send

pytestmark = pytest.mark.browser
DOING = "Running plugin task: Stash Sense: name 2 people in 2 scenes (batch 1)"


def sent(stash: FakeStash) -> list[Json]:
    return [one for one in stash.asked if one["mode"] == "review_many"]


def test_all_of_the_list_are_accepted_after_a_preview_and_taken_back(open_page: Any, stash: FakeStash) -> None:
    plugin = Reviewed(stash, an_item(1), an_item(2), an_item(3, waiting(3, 0.7)))
    page = review_page(open_page, "?tab=review&min=95&sort=newest")
    page.get_by_role("button", name="Accept all 2 at ≥ 95 %…").click()
    preview = page.get_by_role("dialog", name="What will change")
    preview.get_by_text("2 performers will be added to 2 scenes.").wait_for()
    assert preview.locator(".ss-plan__person").all_inner_texts() == ["Anna B.\n1 scene", "Mary Roe\n1 scene"]
    assert preview.get_by_text("about").count() == 0
    assert [one["verdict"] for item in plugin.items for one in item["people"]] == ["suggested"] * 3
    click_twice(preview.get_by_role("button", name="Accept 2"))
    page.get_by_text("Named 2 people in 2 scenes.").wait_for()
    page.get_by_text("Nobody here waits for review with these filters.").wait_for()
    items = [{"scene_id": str(one), "track_id": str(100 + one), "person_id": f"performer:{4 + one}"} for one in (1, 2)]
    assert sent(stash) == [
        {"mode": "review_many", "action": "accept", "where": {"min_probability": 0.95}, "dry_run": True},
        {"mode": "review_many", "action": "accept", "items": items},
    ]
    page.get_by_role("button", name="Undo: 2 people in 2 scenes").click()
    page.get_by_text("Taken back: 2 people in 2 scenes.").wait_for()
    person(page, "Anna B.").wait_for()


def test_low_bounds_come_with_a_warning(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1), an_item(2, waiting(2, 0.7)))
    page = review_page(open_page)
    page.get_by_role("button", name="Accept all 2 at ≥ 60 %…").click()
    page.get_by_role("dialog").get_by_text(
        "Of 100 names as sure as the least sure one here, about 40 are wrong."
    ).wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert len(sent(stash)) == 1


def test_selected_people_are_ruled_out_together(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1, waiting(1), waiting(2)), an_item(3, kind="image"))
    page = review_page(open_page)
    page.get_by_text("3 people to review").wait_for()
    tops = "(all) => all.map((one) => one.getBoundingClientRect().top)"
    before = page.locator(".ss-review__person").evaluate_all(tops)
    person(page, "Mary Roe").get_by_role("checkbox").click()
    page.keyboard.press("j")
    page.keyboard.press("Space")
    bar = page.get_by_role("region", name="Selection")
    assert bar.get_by_text("2 selected").count() == 1
    assert page.locator(".ss-review__person").evaluate_all(tops) == before
    bar.get_by_role("button", name="Not them 2…").click()
    preview = page.get_by_role("dialog", name="What will change")
    preview.get_by_text("2 names will be ruled out.").wait_for()
    preview.get_by_role("button", name="Not them: 2").click()
    page.get_by_text("2 people ruled out in 2 scenes.").wait_for()
    assert page.get_by_text("Named").count() == 0
    items = [
        {"scene_id": "1", "track_id": "102", "person_id": "performer:6"},
        {"image_id": "3", "track_id": "103", "person_id": "performer:7"},
    ]
    assert sent(stash)[-1] == {"mode": "review_many", "action": "reject", "items": items}
    person(page, "Mary Roe").wait_for(state="detached")
    assert bar.count() == 0
    assert person(page, "Anna B.").count() == 1


def test_a_decision_takes_the_person_out_of_the_selection(open_page: Any, stash: FakeStash) -> None:
    Reviewed(stash, an_item(1, waiting(1), waiting(2)))
    page = review_page(open_page)
    for name in ("Anna B.", "Mary Roe"):
        person(page, name).get_by_role("checkbox").click()
    page.get_by_text("2 selected").wait_for()
    page.get_by_role("button", name="Add Anna B.").click()
    page.get_by_text("1 selected").wait_for()
    assert person(page, "Anna B.").get_by_role("checkbox").is_disabled()
    page.get_by_role("button", name="Clear", exact=True).click()
    assert page.get_by_role("region", name="Selection").count() == 0
    assert not person(page, "Mary Roe").get_by_role("checkbox").is_checked()


def test_large_work_shows_its_progress_also_after_a_reload(open_page: Any, stash: FakeStash) -> None:
    plugin = Reviewed(stash, an_item(1), an_item(2), an_item(3, waiting(3, 0.7)), small=False)
    page = review_page(open_page, "?tab=review&min=95")
    page.get_by_role("button", name="Accept all 2 at ≥ 95 %…").click()
    page.get_by_role("button", name="Accept 2").click()
    page.get_by_text("Naming 2 people in 2 scenes").wait_for()
    assert [one["args"] for one in stash.started] == [{"mode": "decide_many", "batch_id": "1"}]
    send(page, "UPDATE", "RUNNING", progress=0.5, description=DOING)
    page.get_by_text("50 %").wait_for()
    assert page.url.endswith("tab=review&min=95&batch=1")
    page.reload()
    page.get_by_text("Naming 2 people in 2 scenes").wait_for()
    assert len(stash.started) == 1
    plugin.finish("1")
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", description=DOING)
    page.get_by_text("Named 2 people in 2 scenes.").wait_for()
    page.get_by_text("Nobody here waits for review with these filters.").wait_for()
    page.get_by_role("button", name="Hide this line").click()
    page.wait_for_url("**/stash-sense?tab=review&min=95")
    assert page.get_by_text("Named 2 people").count() == 0


def test_nothing_moves_under_whoever_decides_while_a_batch_ends(open_page: Any, stash: FakeStash) -> None:
    plugin = Reviewed(stash, an_item(1), an_item(2), an_item(3, waiting(3, 0.7)), small=False)
    page = review_page(open_page)
    for name in ("Anna B.", "Mary Roe"):
        person(page, name).get_by_role("checkbox").click()
    page.get_by_role("button", name="Accept 2…").click()
    page.get_by_role("button", name="Accept 2", exact=True).click()
    page.get_by_text("Naming 2 people in 2 scenes").wait_for()
    person(page, "Zoe Quinn").focus()
    plugin.finish("1")
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", description=DOING)
    page.get_by_text("Named 2 people in 2 scenes.").wait_for()
    assert page.locator(".ss-review__person").count() == 3
    page.get_by_role("button", name="The list has changed: show it").click()
    person(page, "Anna B.").wait_for(state="detached")
    assert page.locator(".ss-review__person").count() == 1


def test_a_plan_that_is_refused_and_a_batch_that_is_unknown(open_page: Any, stash: FakeStash) -> None:
    plugin = Reviewed(stash, an_item(1))

    def refuse(args: Json) -> Json:
        raise RefusedError("There is no such batch.")

    stash.operations |= {"review_many": refuse, "batch": refuse}
    page = review_page(open_page, "?tab=review&batch=7,x")
    page.get_by_text("There is no such batch.").wait_for()
    page.get_by_role("button", name="Hide this line").click()
    page.wait_for_url("**/stash-sense?tab=review")
    page.get_by_role("button", name="Accept all 1").click()
    preview = page.get_by_role("dialog", name="What will change")
    preview.get_by_role("alert").wait_for()
    assert preview.get_by_role("button", name="Accept …").is_disabled()
    assert (plugin.batches, decisions(stash)) == ({}, [])
