"""The block “Calibration” on our settings page: never done, too few, done, failed; proposals, and casts to check."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.calibrated import calibrated
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.steps import click_twice, send

pytestmark = pytest.mark.browser

TASK = "Calibrate on my library"
RUNNING = f"Running plugin task: {TASK}"


class Plugin:
    """Keeps settings and the calibration."""

    def __init__(self, stash: FakeStash, found: Json, **status: Any) -> None:
        self.values: Json = {}
        self.found, self.status = found, answers.status(**status)
        self.refusal: str | None = None
        stash.operations |= {
            "status": lambda _: self.status,
            "settings": self.settings,
            "calibration": lambda _: self.calibration(),
        }

    def settings(self, args: Json) -> list[Json]:
        if args.get("values") and self.refusal:
            raise RefusedError(self.refusal)
        self.values |= args.get("values", {})
        return answers.settings(**self.values)

    def calibration(self) -> Json:
        proposals = [{**one, "current": self.values.get(one["key"], one["current"])} for one in self.found["proposals"]]
        return {**self.found, "proposals": proposals}


def card(open_page: Any, **how: Any) -> Any:
    page = open_page("/settings", **how)
    block = page.locator(".ss-block", has=page.get_by_role("heading", name="Calibration", exact=True))
    block.locator(".ss-source").first.wait_for()
    return block


def test_never_done(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, answers.calibration())
    block = card(open_page)
    assert (
        block.locator(".ss-source__words").first.inner_text()
        == "Not calibrated yet: the model pack’s own calibration is in use."
    )
    assert block.get_by_role("button").all_inner_texts() == [TASK]
    assert block.get_by_role("img").count() == 0


def test_nobody_to_name_nothing_to_calibrate(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, answers.calibration(), gallery={**answers.a_gallery(), "people": 0, "references": 0})
    page = open_page("/settings")
    page.locator(".ss-setup").wait_for()
    assert page.get_by_role("heading", name="Calibration", exact=True).count() == 0


def test_too_few_says_what_is_there_and_what_is_needed(open_page: Any, stash: FakeStash) -> None:
    needed = {"scenes": 30, "right": 20, "wrong": 20}
    found = answers.calibration(state="too_few", at="2026-01-31T12:00:00Z", scenes=12, right=15, wrong=3, needed=needed)
    Plugin(stash, found)
    block = card(open_page)
    assert block.locator(".ss-source__words").first.inner_text() == (
        "Too little to calibrate on: 12 of 30 scenes, 15 of 20 right names, 3 of 20 wrong ones. "
        "Nothing was changed; the model pack’s own is in use."
    )
    assert block.get_by_role("img").count() == 0
    assert block.get_by_role("button", name="Back to the model pack’s own").count() == 0


def test_done_shows_what_it_rests_on_and_both_plots(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, calibrated())
    block = card(open_page)
    assert block.locator(".ss-source__words").first.inner_text() == (
        "Adjusted to your library; rests on 540 scenes: 948 right names, 677 wrong, 106 left out; 31 Jan 2026, 12:00."
    )
    plots = block.get_by_role("img")
    assert [plots.nth(place).get_attribute("aria-label") for place in range(plots.count())] == [
        "Does a stated probability hold?: right, % against stated, %",
        "What does a bound cost?: shown names right, % against right names still shown, %",
    ]
    assert plots.nth(0).locator("circle").count() == 20
    assert plots.nth(0).locator("circle[fill=none] title").first.text_content() == "stated 4 %: 1 % of 420 names right"
    assert plots.nth(1).locator("circle").count() == 11
    assert (
        "off by 1.4 points on average, 6.1 by the model pack alone; measured on scenes left out" in block.inner_text()
    )
    assert block.get_by_role("button", name="Re-match 612 scenes and images").is_visible()


def test_the_plots_stay_within_the_page_of_a_phone(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, calibrated())
    block = card(open_page, width=420)
    assert block.page.evaluate("document.documentElement.scrollWidth") <= 420
    for place in range(2):
        box = block.get_by_role("img").nth(place).bounding_box()
        assert box["width"] > 250
        assert box["x"] + box["width"] <= 420


def test_without_an_adjustment_there_is_nothing_to_go_back_from(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, calibrated(state="pack", in_use=False, to_rematch=0, proposals=[]))
    block = card(open_page)
    assert "The model pack’s own calibration holds here, nothing better was found" in block.inner_text()
    assert block.get_by_role("img").nth(0).locator("circle").count() == 10
    assert block.get_by_role("button").all_inner_texts()[:1] == [TASK]
    assert block.get_by_role("button", name="Back to").count() == 0
    assert "None: no bound keeps what was wanted with confidence." in block.inner_text()


def test_a_proposal_is_taken_by_its_button_only_and_shows_in_the_settings(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, calibrated())
    block = card(open_page)
    field = block.page.get_by_role("spinbutton", name="Suggest from (%)")
    assert (plugin.values, field.input_value()) == ({}, "60")
    offer = block.locator("li", has_text="Suggest from 88 %")
    assert (
        "Of 812 names stated from there on 98.7 % were right, with confidence at least 98.0 %. Now: 60 %."
        in offer.inner_text()
    )
    block.get_by_role("button", name="Use 88 %").click()
    offer.get_by_text("In use.").wait_for()
    assert plugin.values == {"review_from": 88}
    block.page.wait_for_function("document.querySelector('#stash-sense-review_from').value === '88'")
    assert offer.get_by_role("button").count() == 0
    assert "Now: off." in block.locator("li", has_text="Add by itself from 99 %").inner_text()


def test_a_setting_that_cannot_be_stored_says_why(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, calibrated())
    block = card(open_page)
    plugin.refusal = "The disk is full."
    block.get_by_role("button", name="Use 99 %").click()
    block.get_by_role("alert").get_by_text("The disk is full.").wait_for()


def test_a_bound_changed_in_the_form_is_what_the_proposal_starts_from(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, calibrated())
    block = card(open_page)
    offer = block.locator("li", has_text="Suggest from 88 %")
    offer.get_by_text("Now: 60 %.").wait_for()
    field = block.page.get_by_role("spinbutton", name="Suggest from (%)")
    field.fill("70")
    field.press("Enter")
    offer.get_by_text("Now: 70 %.").wait_for()
    assert plugin.values == {"review_from": 70}


def test_proposals_are_taken_one_after_the_other(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, calibrated())
    block = card(open_page)
    click_twice(block.get_by_role("button", name="Use 88 %"))
    block.locator("li", has_text="Suggest from 88 %").get_by_text("In use.").wait_for()
    block.get_by_role("button", name="Use 99 %").click()
    block.locator("li", has_text="Add by itself from 99 %").get_by_text("In use.").wait_for()
    block.page.wait_for_function("document.querySelector('#stash-sense-auto_accept').value === '99'")
    assert plugin.values == {"review_from": 88, "auto_accept": 99}
    stored = [one["values"] for one in stash.asked if one["mode"] == "settings" and "values" in one]
    assert stored == [{"review_from": 88}, {"auto_accept": 99}]


def test_the_casts_to_check_lead_to_their_scenes(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, calibrated())
    block = card(open_page)
    block.get_by_role("button", name="Check cast: 3 performers who may be missing or wrongly tagged").click()
    assert block.locator(".ss-check").all_inner_texts() == [
        "A day at the beach (perhaps one was tagged for the other)\nJane Doe seen in 14 frames (99 %), not on the scene\n"
        "Mary Roe is on the scene, and everybody seen there is somebody else",
        "Scene 31\nAnna B. seen in 1 frame (97 %), not on the scene",
    ]
    assert block.get_by_role("link", name="A day at the beach").get_attribute("href").endswith("/scenes/12")


def test_running_and_done(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, answers.calibration())
    block = card(open_page)
    block.get_by_role("button", name=TASK).click()
    block.get_by_text(f"{TASK}: waiting").wait_for()
    assert stash.started[0]["name"] == TASK
    send(block.page, "UPDATE", "RUNNING", progress=0.4, description=RUNNING)
    block.get_by_text(f"{TASK}: 40 %").wait_for()
    plugin.found = calibrated()
    stash.jobs.pop("1")
    send(block.page, "REMOVE", "FINISHED", description=RUNNING)
    block.get_by_text("Adjusted to your library").wait_for()


@pytest.mark.parametrize("kind", ["calibrate", "reset_calibration"])
def test_a_run_that_failed_says_why_and_the_old_figures_stay(open_page: Any, stash: FakeStash, kind: str) -> None:
    run = answers.a_run(kind=kind, state="failed", message="Stash did not answer for a minute; start it again.")
    Plugin(stash, calibrated(), runs=[run])
    block = card(open_page)
    block.get_by_text("Stash did not answer for a minute; start it again.").wait_for()
    assert block.get_by_role("img").count() == 2


def test_back_to_the_packs_own_asks_first(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, calibrated())
    block = card(open_page)
    block.get_by_role("button", name="Back to the model pack’s own").click()
    dialog = block.page.get_by_role("dialog")
    dialog.get_by_text("your tags and decisions stay").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    assert stash.started == []
    block.get_by_role("button", name="Back to the model pack’s own").click()
    block.page.get_by_role("button", name="Forget it").click()
    block.get_by_text("Back to the model pack’s calibration: waiting").wait_for()
    assert stash.started[0]["args"] == {"mode": "calibrate", "reset": True}


def test_made_for_another_model_it_says_so(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, calibrated(in_use=False, note="It was made for another model."))
    block = card(open_page)
    assert block.locator(".ss-source__words").first.inner_text().startswith("Not in use; rests on 540 scenes")
    block.get_by_text("It was made for another model.").wait_for()
    assert "Proposed settings" not in block.inner_text()
