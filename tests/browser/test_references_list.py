"""The block “References that disagree” on our settings page."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.steps import answered

pytestmark = pytest.mark.browser

HEADING = "References that disagree"


def reference(**changes: Any) -> Json:
    return {
        "reference_id": "31",
        "person_id": "performer:4",
        "performer_id": "4",
        "name": "Jane Doe",
        "origin": "confirmed",
        "title": "A day at the lake",
        "scene_id": "12",
        "image_id": None,
        "address": None,
        "decision_id": "5",
        "state": "set_aside",
        "said": False,
        "why": "not like the performer's own image",
        "quality": 0.91,
        "added_at": "2026-01-31T12:00:00Z",
        "crop": answers.SEEN,
        "beside": answers.KNOWN,
        **changes,
    }


class Plugin:
    """Keeps what the user says about each reference."""

    def __init__(self, stash: FakeStash, *rows: Json) -> None:
        self.rows = {row["reference_id"]: row for row in rows}
        self.refuse: str | None = None
        stash.operations |= {
            "status": answers.status(), "settings": answers.settings(), "references": lambda _: list(self.rows.values()), "reference": self.say,
        }  # fmt: skip

    def say(self, args: Json) -> Json:
        if self.refuse:
            raise RefusedError(self.refuse)
        row = self.rows[args["reference_id"]]
        said = {
            "use": {"state": "used", "said": True, "why": "in use, as you said"},
            "set_aside": {"state": "set_aside", "said": True, "why": "set aside by you"},
            "restore": {"state": "set_aside", "said": False, "why": "not like the performer's own image"},
        }[args["action"]]
        self.rows[args["reference_id"]] = {**row, **said}
        return {"references": list(self.rows.values())}


def card(open_page: Any, **how: Any) -> Any:
    page = open_page("/settings", **how)
    block = page.locator(".ss-block", has=page.get_by_role("heading", name=HEADING))
    block.wait_for()
    return block


def test_without_a_disagreement_there_is_no_block(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash)
    page = open_page("/settings")
    answered(page, stash, "references")
    assert page.get_by_role("heading", name=HEADING).count() == 0


def test_both_faces_stand_side_by_side_with_where_the_one_comes_from(open_page: Any, stash: FakeStash) -> None:
    Plugin(
        stash,
        reference(),
        reference(
            reference_id="32",
            origin="performer",
            scene_id=None,
            title=None,
            why="not like this person in 2 other places",
        ),
    )
    block = card(open_page)
    block.get_by_text("2 faces are not like the others of the same person, so nobody is recognised by them.").wait_for()
    rows = block.locator(".ss-reference")
    assert rows.first.locator("img").count() == 2
    assert rows.first.get_by_role("link", name="A day at the lake").get_attribute("href") == "/scenes/12"
    rows.first.get_by_text("Not like the performer's own image.").wait_for()
    assert rows.nth(1).get_by_role("link", name="the performer’s own image").get_attribute("href") == "/performers/4"
    rows.first.get_by_role("button", name="Show the face kept for Jane Doe large").click()
    block.page.get_by_role("dialog", name="Faces side by side").get_by_text("Jane Doe: best reference").wait_for()


def test_the_users_word_is_kept_and_can_be_taken_back_without_anything_moving(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, reference(), reference(reference_id="32", name="Zoe", performer_id="7", person_id="performer:7"))
    block = card(open_page)
    block.get_by_role("button", name="Use: Jane Doe").click()
    block.get_by_text("In use, as you said.").wait_for()
    assert stash.asked[-1] == {"mode": "reference", "reference_id": "31", "action": "use"}
    block.get_by_text("1 face is not like the others").wait_for()
    block.get_by_role("button", name="Not this person: Zoe").click()
    block.get_by_text("Set aside by you.").wait_for()
    block.get_by_text("is so because you said it").wait_for()
    assert block.locator(".ss-reference").count() == 2
    block.get_by_role("button", name="Take that back: Jane Doe").click()
    block.get_by_role("button", name="Use: Jane Doe").wait_for()


def test_a_refusal_stands_in_its_row(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, reference())
    plugin.refuse = "This reference is not there any more: reload the page."
    block = card(open_page)
    block.get_by_role("button", name="Use: Jane Doe").click()
    block.get_by_role("alert").get_by_text("not there any more").wait_for()
    assert block.get_by_role("button", name="Use: Jane Doe").is_enabled()


def test_a_picture_a_page_and_a_scene_that_is_gone(open_page: Any, stash: FakeStash) -> None:
    Plugin(
        stash,
        reference(origin="image", scene_id=None, image_id="9", title="Portrait"),
        reference(reference_id="32", origin="site", scene_id=None, title=None, address="https://site.example/jane"),
        reference(reference_id="33", scene_id=None, title=None),
    )  # fmt: skip
    block = card(open_page)
    assert block.get_by_role("link", name="Portrait").get_attribute("href") == "/images/9"
    block.get_by_text("From site.example.").wait_for()
    block.get_by_text("From a scene that is gone.").wait_for()


def test_it_fits_a_phone(open_page: Any, stash: FakeStash) -> None:
    Plugin(
        stash, reference(name="Somebody with a very long name who is on every phone", title="A very long title " * 6)
    )
    block = card(open_page, width=420)
    assert block.page.evaluate("document.documentElement.scrollWidth") <= 420
