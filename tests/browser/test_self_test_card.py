"""The block “Self-test” on our settings page."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.steps import send

pytestmark = pytest.mark.browser


def row(key: str, title: str, text: str, **changes: Any) -> Json:
    return {"key": key, "title": title, "level": "ok", "text": text, "fix": None, **changes}


def a_report(**changes: Any) -> Json:
    return {
        "at": "2026-01-31T12:00:00Z",
        "rows": [
            row("folder", "Data folder", "/root/.stash/stash-sense-data can be written"),
            row("disk", "Disk space", "Only 12 MB are free where the data folder lies. Make room there.", level="failed"),
            row("models", "Models", "compact, revision 1: files intact, both models run in onnxruntime"),
            row("performers", "Performers", "28 of 440 have no face. Give them an image.", level="warning", fix="update_gallery"),
        ],
        "speed": {
            "scenes": 8, "seconds": 2.84, "stages": {"decode": 0.31, "detect": 1.42, "embed": 1.22, "match": 0.01}, "frames": 320, "faces_per_frame": 1.4,
            "with_faces": 7, "people": 15, "named": 9,
        },
        "references": {
            "performers": 440, "measured": True, "expected_recall": 0.81,
            "groups": [
                {"references": "none", "people": 28, "recall": 0.0}, {"references": "1", "people": 212, "recall": 0.78},
                {"references": "2 to 3", "people": 100, "recall": 0.9}, {"references": "4 or more", "people": 100, "recall": 0.95},
            ],
        },
        "estimate": {"scenes": 12040, "low_h": 8.1, "high_h": 11.2, "text": "12,040 scenes to be analysed: about 8 to 11 hours."},
        **changes,
    }  # fmt: skip


def card(open_page: Any, stash: FakeStash, report: Any, **how: Any) -> Any:
    stash.operations |= {"status": answers.status(), "settings": answers.settings()}
    if report is not None:
        stash.operations["self_test_report"] = report
    page = open_page("/settings", **how)
    block = page.locator(".ss-block", has=page.get_by_role("heading", name="Self-test"))
    block.wait_for()
    return block


def test_before_the_first_test_it_says_what_it_would_do(open_page: Any, stash: FakeStash) -> None:
    block = card(open_page, stash, None)
    block.get_by_text("Not run yet: it tries every part").wait_for()
    assert block.locator("li").count() == 0
    block.get_by_role("button", name="Run self-test").wait_for()


def test_each_part_has_its_state_and_remedy(open_page: Any, stash: FakeStash) -> None:
    block = card(open_page, stash, a_report())
    block.get_by_text("2 parts need attention; tested 31 Jan 2026, 12:00.").wait_for()
    assert block.locator("li").nth(1).inner_text() == (
        "does not work:\nDisk space\nOnly 12 MB are free where the data folder lies. Make room there."
    )
    assert block.locator(".text-success").count() == 2
    assert block.locator("li .text-warning").count() == 2
    block.locator("li").nth(3).get_by_role("button", name="Update gallery").wait_for()
    block.get_by_text("12,040 scenes to be analysed: about 8 to 11 hours.").wait_for()
    block.get_by_text("2.8 s a scene (reading 0.31 s, finding faces 1.4 s").wait_for()
    assert block.locator("tbody tr").nth(1).inner_text().split("\t") == ["1", "212 (48 %)", "78 %"]
    block.get_by_text("over all your performers that makes 81 %").wait_for()


def test_what_was_not_measured_is_said(open_page: Any, stash: FakeStash) -> None:
    report = a_report(speed=None, estimate=None)
    report["references"] = {**report["references"], "measured": False, "expected_recall": None}
    report["references"]["groups"] = [{**one, "recall": None} for one in report["references"]["groups"]]
    block = card(open_page, stash, report)
    block.get_by_text("was not measured for this model pack").wait_for()
    assert block.get_by_text("not measured", exact=True).count() == 4
    assert block.get_by_role("heading", name="Speed").count() == 0


def test_a_new_test_replaces_the_old_result(open_page: Any, stash: FakeStash) -> None:
    block = card(open_page, stash, None)
    block.get_by_role("button", name="Run self-test").click()
    block.page.get_by_text("Self-test: waiting in Stash’s queue…").first.wait_for()
    assert stash.started[0]["name"] == "Self-test"
    stash.operations["self_test_report"] = a_report(rows=[row("models", "Models", "fine")])
    run = answers.a_run(run_id="31", kind="self_test", message="Everything works. A scene takes 2.8 s.")
    stash.operations["status"] = answers.status(runs=[run])
    send(block.page, "REMOVE", "FINISHED", description="Running plugin task: Self-test")
    block.get_by_text("Everything works; tested").wait_for()


def test_before_the_set_up_the_card_says_so(open_page: Any, stash: FakeStash) -> None:
    def refuse(_: Json) -> Json:
        raise RefusedError("Stash Sense has not been set up yet: run the task “Set up or repair”.")

    block = card(open_page, stash, refuse)
    block.get_by_text("has not been set up yet").wait_for()
    assert block.get_by_text("Not run yet").count() == 0, "nobody knows whether it was"


def test_it_fits_a_phone(open_page: Any, stash: FakeStash) -> None:
    block = card(open_page, stash, a_report(), width=420)
    assert block.page.evaluate("document.documentElement.scrollWidth") <= 420
