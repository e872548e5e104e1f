"""People of gallery packages who are not in the library: the panel says where they are known from and what adding them does."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json
from tests.browser.scripted import Scripted
from tests.browser.steps import card, faces_tab

pytestmark = pytest.mark.browser

BOXES = [
    {"name": "StashDB", "endpoint": "https://stashdb.org/graphql"},
    {"name": "FansDB", "endpoint": "https://fansdb.cc/graphql"},
]


def stranger(*endpoints: str, **changes: Any) -> Json:
    links = [{"endpoint": endpoint, "stash_id": "u1"} for endpoint in endpoints]
    return answers.a_candidate(
        **{
            "person_id": "box:stashdb.org:u1",
            "performer_id": None,
            "name": "Eve <b>Poe</b>",
            "stash_ids": links,
            **changes,
        }
    )


def test_a_suggested_stranger_says_where_from_and_becomes_a_performer(open_page: Any, stash: FakeStash) -> None:
    stash.boxes = BOXES
    eve = stranger(BOXES[0]["endpoint"], BOXES[0]["endpoint"], BOXES[1]["endpoint"])
    Scripted(stash, answers.scene(people=[answers.a_person(candidates=[eve, answers.ANNA])]))
    page = faces_tab(open_page)
    shown = card(page, "Eve <b>Poe</b>")
    shown.get_by_text("from StashDB and FansDB").wait_for()
    assert shown.locator(".ss-name").inner_text() == "Eve <b>Poe</b> from StashDB and FansDB"
    assert shown.get_by_role("link").count() == 0, "there is no performer to open yet"
    add = shown.get_by_role("button", name="Add Eve")
    assert (
        add.get_attribute("title")
        == "Creates the performer Eve <b>Poe</b> with the stash id from StashDB and FansDB and adds them to this scene"
    )
    add.click()
    shown.get_by_text("Added Eve <b>Poe</b>.").wait_for()
    assert stash.asked[-1] == {
        "mode": "decide",
        "scene_id": "12",
        "track_id": "7",
        "action": "accept",
        "person_id": "box:stashdb.org:u1",
    }
    assert shown.locator(".ss-name").inner_text() == "Eve <b>Poe</b>", "a performer of the library from now on"
    assert shown.get_by_role("link").get_attribute("href") == "/performers/71"
    shown.get_by_role("button", name="Undo").click()
    shown.get_by_text("from StashDB and FansDB").wait_for()


def test_other_candidates_say_where_from_too(open_page: Any, stash: FakeStash) -> None:
    others = [stranger("https://old.example:8443/graphql", probability=0.2), answers.ANNA]
    Scripted(stash, answers.scene(people=[answers.a_person(candidates=[answers.a_candidate(), *others])]))
    page = faces_tab(open_page)
    page.get_by_role("button", name="2 other candidates").click()
    rows = page.locator(".ss-other")
    assert rows.locator(".ss-name").all_inner_texts() == ["Eve <b>Poe</b> from old.example:8443", "Anna B."]
    assert [button.get_attribute("title") for button in rows.get_by_role("button").all()] == [
        "Creates the performer Eve <b>Poe</b> with the stash id from old.example:8443 and adds them to this scene",
        "Adds Anna B. to this scene",
    ]


def test_a_stranger_without_stash_id_is_just_new(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene(people=[answers.a_person(candidates=[stranger()])]))
    page = faces_tab(open_page)
    shown = card(page, "Eve <b>Poe</b>")
    assert shown.locator(".ss-name").inner_text() == "Eve <b>Poe</b>"
    title = shown.get_by_role("button", name="Add Eve").get_attribute("title")
    assert title == "Creates the performer Eve <b>Poe</b> and adds them to this scene"
