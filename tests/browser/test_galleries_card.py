"""The block “Galleries” on our settings page: stash-boxes, packages, import and export."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json

pytestmark = pytest.mark.browser

STASHDB = {"name": "StashDB", "endpoint": "https://stashdb.org/graphql"}
FANSDB = {"name": "FansDB", "endpoint": "https://fansdb.cc/graphql"}


def source(**changes: Any) -> Json:
    return {
        "endpoint": STASHDB["endpoint"],
        "host": "stashdb.org",
        "name": "StashDB",
        "people": 1204,
        "faces": 3902,
        "waiting": 12,
        "rejected": {"no_face": 40, "several_faces": 1002},
        "statement": "Complete: 95,000 of 95,000 people on 23 November 2026.",
        "built_at": "2026-01-31T12:00:00Z",
        "message": None,
        "next_step": None,
        **changes,
    }


def package(**changes: Any) -> Json:
    return {
        "name": "boxes",
        "build_id": "20260131T120000Z-ab12",
        "people": 1204,
        "faces": 3902,
        "activated_at": "2026-01-31T12:00:00Z",
        "can_roll_back": True,
        "sources": [{"name": "StashDB", "host": "stashdb.org"}],
        "problem": None,
        **changes,
    }


def card(open_page: Any, stash: FakeStash, **status: Any) -> Any:
    stash.operations |= {"status": answers.status(**status), "settings": answers.settings()}
    page = open_page("/settings")
    block = page.locator(".ss-block", has=page.get_by_role("heading", name="Galleries"))
    block.wait_for()
    return block


def test_without_a_stash_box_it_says_where_to_add_one(open_page: Any, stash: FakeStash) -> None:
    block = card(open_page, stash)
    block.get_by_text("Add a stash-box with your key under Settings › Metadata Providers").wait_for()
    assert block.get_by_role("button", name="Learn").count() == 0


def test_each_source_says_what_was_learned_and_what_was_not_used(open_page: Any, stash: FakeStash) -> None:
    stash.boxes = [STASHDB, FANSDB]
    block = card(open_page, stash, sources=[source()])
    block.get_by_text("FansDB").wait_for()
    assert block.locator(".ss-source__words").all_inner_texts() == [
        "StashDB stashdb.org\n1,204 people, 3,902 faces; 12 pictures to go; learned 31 Jan 2026, 12:00\n"
        "Complete: 95,000 of 95,000 people on 23 November 2026.",
        "FansDB fansdb.cc\nnothing learned yet",
    ]
    block.get_by_role("button", name="1,042 pictures not used").click()
    assert block.locator(".ss-without li").all_inner_texts() == [
        "several people in the picture: 1,002",
        "no face found: 40",
    ]


def test_a_problem_of_a_source_is_shown_with_its_remedy(open_page: Any, stash: FakeStash) -> None:
    words = "StashDB refuses the key: put the right one into Settings > Metadata Providers."
    block = card(open_page, stash, sources=[source(message=words)])
    assert block.locator(".text-warning", has_text=words).count() == 1


def test_the_estimate_and_the_work_are_tasks_with_the_chosen_scope(open_page: Any, stash: FakeStash) -> None:
    stash.boxes = [STASHDB]
    run = {
        **answers.status()["runs"][0],
        "kind": "plan_gallery",
        "message": "300 people: 4 requests, 780 pictures, about 3 minutes.",
    }
    block = card(open_page, stash, runs=[run])
    block.get_by_text("300 people: 4 requests, 780 pictures, about 3 minutes.").first.wait_for()
    block.get_by_role("combobox").select_option("costars")
    block.get_by_role("button", name="Estimate").click()
    block.get_by_text("Estimate: them and their co-stars in my scenes: waiting").wait_for()
    block.get_by_role("button", name="Learn").click()
    block.get_by_text("Learn faces from stash-boxes: waiting").wait_for()
    assert [started["args"] for started in stash.started] == [
        {"mode": "build_gallery", "scope": "costars", "dry_run": True},
        {"mode": "build_gallery", "scope": "costars"},
    ]


def test_a_gallery_can_go_back_and_be_removed_after_asking(open_page: Any, stash: FakeStash) -> None:
    block = card(
        open_page,
        stash,
        packages=[package(), package(name="friend", can_roll_back=False, problem="people.db is damaged.")],
    )
    rows = block.locator(".ss-source")
    assert "1,204 people, 3,902 faces from StashDB; in use since 31 Jan 2026, 12:00" in rows.nth(0).inner_text()
    assert "people.db is damaged." in rows.nth(1).inner_text()
    assert rows.nth(1).get_by_role("button", name="Go back").count() == 0
    rows.nth(0).get_by_role("button", name="Go back").click()
    rows.nth(1).get_by_role("button", name="Remove").click()
    page = block.page
    assert page.locator(".modal-body").inner_text().startswith("Take the gallery friend out of use")
    assert len(stash.started) == 1
    page.locator(".modal-footer").get_by_role("button", name="Remove").click()
    rows.nth(1).get_by_text("Remove gallery friend: waiting").wait_for()
    assert [started["args"] for started in stash.started] == [
        {"mode": "roll_back_gallery", "name": "boxes"},
        {"mode": "remove_gallery", "name": "friend"},
    ]


def test_import_needs_a_place_and_hands_it_over(open_page: Any, stash: FakeStash) -> None:
    block = card(open_page, stash)
    block.get_by_role("button", name="Import, export, back up").click()
    button = block.get_by_role("button", name="Import a gallery")
    assert button.is_disabled()
    block.get_by_label("Import a gallery: Folder or zip").fill(" /data/friend.zip ")
    button.click()
    block.get_by_text("Import a gallery: waiting").wait_for()
    assert stash.started[0]["args"] == {"mode": "import_gallery", "path": "/data/friend.zip"}


def test_outdated_stash_ids_are_listed_with_their_performer(open_page: Any, stash: FakeStash) -> None:
    people = [{"performer_id": "9", "name": "Mary <b>Roe</b>", "reason": "merged into Mary Major on StashDB"}]
    block = card(open_page, stash, outdated=people)
    block.get_by_role("button", name="1 performer with an outdated stash id").click()
    assert block.locator(".ss-without li").all_inner_texts() == ["Mary <b>Roe</b>: merged into Mary Major on StashDB"]
