"""The block “Model packs” on our settings page: choosing one, consent to its terms, and what is left to do afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json
from tests.browser.steps import send

pytestmark = pytest.mark.browser

COMPACT = answers.a_pack(
    name="compact",
    licence="detector Apache-2.0, embedder MIT",
    provisional=False,
    size_bytes=0,
    ready=True,
    chosen=True,
    in_use=True,
)
BUFFALO = answers.a_pack(
    name="buffalo_l",
    licence="non-commercial research only",
    terms="Available for <b>non-commercial</b> research purposes only.",
    terms_url="https://example.org/terms",
    size_bytes=288621354,
)
CHANGE = {
    "code": "pack_change",
    "message": "The gallery is of the model pack “compact”, which stays in use until “Update gallery” has learned every face with “opencv”.",
    "fix": "update_gallery",
}


def packs_card(open_page: Any, stash: FakeStash, packs: list[Json], **status: Any) -> Any:
    stash.operations |= {"status": answers.status(packs=packs, **status), "settings": answers.settings()}
    page = open_page("/settings")
    block = page.locator(".ss-block", has=page.get_by_role("heading", name="Model packs"))
    block.wait_for()
    return block


def test_each_pack_says_its_licence_size_and_standing(open_page: Any, stash: FakeStash) -> None:
    packs = [
        COMPACT,
        answers.a_pack(),
        BUFFALO,
        answers.a_pack(name="/own/pack", provisional=False, ready=True),
        answers.a_pack(name="elsewhere", runs_here=False),
    ]
    block = packs_card(open_page, stash, [packs[1], packs[2], COMPACT, *packs[3:]])  # what is in use comes first
    unmeasured = "thresholds not measured yet: never states more than 90 %"
    assert block.locator(".ss-source").all_inner_texts() == [
        "compact\ndetector Apache-2.0, embedder MIT; in use",
        f"opencv\ndetector MIT, embedder Apache-2.0; 39 MB to download; {unmeasured}\nUse this pack",
        f"buffalo_l\nnon-commercial research only; 289 MB to download; {unmeasured}\nUse this pack",
        "/own/pack\ndetector MIT, embedder Apache-2.0; ready\nUse this pack",
        f"elsewhere\ndetector MIT, embedder Apache-2.0; does not run on this machine; {unmeasured}",
    ]


def test_terms_are_accepted_before_anything_is_sent(open_page: Any, stash: FakeStash) -> None:
    block = packs_card(open_page, stash, [COMPACT, BUFFALO])
    block.get_by_role("button", name="Use this pack").click()
    dialog = block.page.get_by_role("dialog")
    assert dialog.locator(".ss-terms").inner_text() == "Available for <b>non-commercial</b> research purposes only."
    link = dialog.get_by_role("link", name="Read the terms")
    assert [link.get_attribute(name) for name in ("href", "rel")] == [
        "https://example.org/terms",
        "noopener noreferrer",
    ]
    dialog.get_by_text("289 MB are downloaded.").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    dialog.wait_for(state="detached")
    assert stash.started == []
    block.get_by_role("button", name="Use this pack").click()
    dialog.get_by_role("button", name="I accept these terms").click()
    block.get_by_text("Set up model pack buffalo_l: waiting").wait_for()
    assert stash.started[0]["args"] == {"mode": "set_up_pack", "pack": "buffalo_l", "accept_licence": True}
    description = "Running plugin task: Set up model pack buffalo_l"
    send(block.page, "UPDATE", "RUNNING", progress=0.4, description=description)
    block.get_by_text("Set up model pack buffalo_l: 40 %").wait_for()


def test_where_terms_have_to_be_accepted_no_repair_is_offered(open_page: Any, stash: FakeStash) -> None:
    words = "For research only. If you accept that, press the button of buffalo_l under “Model packs”."
    pack = {"name": "buffalo_l", "revision": "1", "ok": False, "message": "not there yet", "provisional": True}
    problem = {"code": "pack", "message": words, "fix": None}
    block = packs_card(open_page, stash, [{**BUFFALO, "chosen": True}], pack=pack, problems=[problem])
    row = block.page.locator(".ss-setup__row", has_text="Model pack buffalo_l")
    row.get_by_text(words).wait_for()
    assert row.get_by_role("button").count() == 0


def test_a_pack_without_terms_is_accepted_from_nobody(open_page: Any, stash: FakeStash) -> None:
    block = packs_card(open_page, stash, [COMPACT, answers.a_pack()])
    block.get_by_role("button", name="Use this pack").click()
    dialog = block.page.get_by_role("dialog")
    assert dialog.locator(".ss-terms, a").count() == 0
    dialog.get_by_role("button", name="Use this pack").click()
    block.get_by_text("Set up model pack opencv: waiting").wait_for()
    assert stash.started[0]["args"] == {"mode": "set_up_pack", "pack": "opencv"}


def test_after_the_set_up_the_remedy_is_offered_and_the_settings_follow(open_page: Any, stash: FakeStash) -> None:
    block = packs_card(open_page, stash, [COMPACT, answers.a_pack()])
    page = block.page
    page.get_by_label("Model pack", exact=True).wait_for()
    block.get_by_role("button", name="Use this pack").click()
    page.get_by_role("dialog").get_by_role("button", name="Use this pack").click()
    block.get_by_text("Set up model pack opencv: waiting").wait_for()
    said = "The model pack “opencv” is ready."
    stash.operations["status"] = answers.status(
        packs=[{**COMPACT, "chosen": False}, answers.a_pack(chosen=True, ready=True)],
        problems=[CHANGE],
        runs=[answers.a_run(kind="set_up_pack", message=said)],
    )
    stash.operations["settings"] = answers.settings(model_pack="opencv")
    send(page, "REMOVE", "FINISHED", description="Running plugin task: Set up model pack opencv")
    notice = page.locator(".ss-setup .ss-notice")
    assert notice.inner_text() == f"{CHANGE['message']}\nUpdate gallery"
    rows = block.locator(".ss-source")
    assert "in use until “Update gallery” has finished" in rows.nth(0).inner_text()
    assert "chosen, in use after “Update gallery”" in rows.nth(1).inner_text()
    page.wait_for_function("document.getElementById('stash-sense-model_pack').value === 'opencv'")
    # Without this the next change of any plugin's setting would write the old pack back.
    assert page.evaluate("savedSettings") == [["stash-sense", {"frames_per_scene": 40, "model_pack": "opencv"}]]
    notice.get_by_role("button", name="Update gallery").click()
    page.get_by_text("Update gallery: waiting").first.wait_for()
    rows.nth(0).get_by_role("button", name="Use this pack").click()
    block.get_by_text("Set up model pack compact: waiting").wait_for()
    assert [started["args"] for started in stash.started[1:]] == [None, {"mode": "set_up_pack", "pack": "compact"}]


def test_a_failed_set_up_says_why_beside_the_pack(open_page: Any, stash: FakeStash) -> None:
    packs = [COMPACT, answers.a_pack()]
    block = packs_card(open_page, stash, packs)
    block.get_by_role("button", name="Use this pack").click()
    block.page.get_by_role("dialog").get_by_role("button", name="Use this pack").click()
    block.get_by_text("Set up model pack opencv: waiting").wait_for()
    words = "github.com cannot be reached: check the network, then try again."
    run = answers.a_run(kind="set_up_pack", state="failed", message=words)
    stash.operations["status"] = answers.status(packs=packs, runs=[run])
    send(block.page, "REMOVE", "FINISHED", description="Running plugin task: Set up model pack opencv")
    block.get_by_role("alert").get_by_text(words).wait_for()
