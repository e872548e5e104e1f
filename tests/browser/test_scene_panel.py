"""The Faces tab of a scene in every state, against scripted answers."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.scripted import Scripted
from tests.browser.steps import card, faces_tab

pytestmark = pytest.mark.browser


def test_suggestion_shows_name_probability_faces_times_and_both_crops(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    jane = card(page, "Jane Doe")
    assert page.locator(".ss-head__title").inner_text() == "3 people in 40 frames"
    assert page.locator(".ss-head__small").inner_text() == "63 faces found, 9 too small or unclear"
    assert jane.locator(".ss-person__share").inner_text() == "97 %"
    assert jane.locator(".ss-person__facts").inner_text() == "12 faces · 0:12–1:35"
    assert jane.get_by_role("link", name="Jane Doe").get_attribute("href") == "/performers/4"
    assert [image.get_attribute("src") for image in jane.locator(".ss-pair img").all()] == [answers.SEEN, answers.KNOWN]
    assert page.locator(".ss-cast").inner_text() == "On this scene, not seen: Mary Roe (no reference photo)"
    assert [asked["mode"] for asked in stash.asked] == ["scene"], "an analysed scene costs one operation"


def test_a_time_seeks_to_its_moment(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    card(page, "Jane Doe").get_by_role("button", name="Play from 0:12, seen 0:12–1:35").click()
    assert page.evaluate("seeks") == [["page", 12]]


def test_many_times_fold(open_page: Any, stash: FakeStash) -> None:
    segments = [[60 * n, 60 * n + 5] for n in range(9)]
    Scripted(stash, answers.scene(people=[answers.a_person(segments=segments)]))
    page = faces_tab(open_page)
    assert page.locator(".ss-time").count() == 5
    page.get_by_role("button", name="+5 more").click()
    assert page.locator(".ss-time").count() == 9


def test_accept_and_undo_update_the_page_without_a_reload(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    unknown_at = card(page, "Unknown person").bounding_box()
    button = card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe")
    assert button.get_attribute("title") == "Adds Jane Doe to this scene"
    button.click()
    card(page, "Jane Doe").get_by_text("Added Jane Doe.").wait_for()
    page.locator(".performers", has_text="Jane Doe").wait_for()
    assert stash.asked[-1] == {
        "mode": "decide",
        "scene_id": "12",
        "track_id": "7",
        "action": "accept",
        "person_id": "performer:4",
    }
    assert card(page, "Unknown person").bounding_box() == unknown_at, "nothing moves after a decision"
    assert page.locator("[role=status].sr-only").last.inner_text() == "Added Jane Doe."
    card(page, "Jane Doe").get_by_role("button", name="Undo: Added Jane Doe.").click()
    button.wait_for()
    page.locator(".performers", has_text="no performers").wait_for()
    assert stash.asked[-1] == {"mode": "undo", "scene_id": "12", "decision_id": "1"}
    assert page.evaluate("toasts") == [["success", "Jane Doe is off the scene again."]]
    assert card(page, "Unknown person").bounding_box() == unknown_at


def test_reject_and_undo(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    card(page, "Jane Doe").get_by_role("button", name="This person is not Jane Doe").click()
    card(page, "Jane Doe").get_by_text("Not Jane Doe.").wait_for()
    assert stash.asked[-1]["action"] == "reject"
    assert stash.asked[-1]["person_id"] == "performer:4"
    assert card(page, "Jane Doe").get_by_role("button", name="Name…").is_visible()
    card(page, "Jane Doe").get_by_role("button", name="Undo: Not Jane Doe.").click()
    card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").wait_for()


def test_a_rejected_person_stays_in_view_until_the_page_is_read_again(open_page: Any, stash: FakeStash) -> None:
    close = answers.a_candidate(person_id="performer:6", performer_id="6", name="Next Best", probability=0.7)
    Scripted(
        stash, answers.scene(people=[answers.a_person(candidates=[answers.a_candidate(), close]), answers.UNKNOWN])
    )
    page = faces_tab(open_page)
    below = card(page, "Unknown person").bounding_box()
    card(page, "Jane Doe").get_by_role("button", name="This person is not Jane Doe").dblclick()
    card(page, "Jane Doe").get_by_text("Not Jane Doe.").wait_for()
    assert [asked["mode"] for asked in stash.asked] == ["scene", "decide"]
    assert card(page, "Unknown person").bounding_box() == below
    assert page.get_by_role("button", name="1 other candidate: Next Best 70 %").is_visible()
    page.reload()
    page.get_by_role("tab", name="Faces").click()
    again = card(page, "Next Best")
    again.get_by_role("button", name="Add Next Best").wait_for()
    again.get_by_role("button", name="Undo: The next best after Jane Doe, whom you ruled out.").click()
    card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").wait_for()


def test_a_rejection_without_a_next_best_is_told_after_a_reload(open_page: Any, stash: FakeStash) -> None:
    person = answers.a_person(
        verdict="rejected", candidates=[], decision_id="1", why="you said that this is not Jane Doe"
    )
    Scripted(stash, answers.scene(people=[person]))
    page = faces_tab(open_page)
    assert (
        card(page, "Unknown person").locator(".ss-actions__done").inner_text().strip()
        == "You said that this is not Jane Doe."
    )
    assert card(page, "Unknown person").get_by_role("button", name="Undo").is_visible()


def test_an_automatic_addition_says_so(open_page: Any, stash: FakeStash) -> None:
    person = answers.a_person(verdict="accepted", person=answers.a_candidate(), decision_id="1", decided_by="auto")
    Scripted(stash, answers.scene(people=[person]))
    page = faces_tab(open_page)
    card(page, "Jane Doe").get_by_text("Added Jane Doe automatically.").wait_for()
    page.get_by_role("button", name="More about Jane Doe").click()
    assert page.get_by_role("button", name="Somebody else…").is_disabled(), "a name is undone before another is given"


def test_somebody_without_any_picture_is_found_and_somebody_new_is_made(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    jane = {
        "person_id": "performer:4",
        "name": "Jane Doe",
        "disambiguation": None,
        "performer_id": "4",
        "crop": answers.KNOWN,
    }
    stash.operations["search_people"] = [jane]
    stash.library = [{"id": "4", "name": "Jane Doe"}, {"id": "9", "name": "Jane Roe", "disambiguation": "UK"}]
    page = faces_tab(open_page)
    card(page, "Unknown person").get_by_role("button", name="Name…").click()
    page.get_by_role("searchbox").fill("jane")
    page.locator(".ss-found").first.wait_for()
    assert page.locator(".ss-found__name").all_inner_texts() == ["Jane Doe", "Jane Roe (UK)", "jane"]
    page.get_by_role("button", name="Jane Roe (UK)").click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")
    assert stash.asked[-1] == {
        "mode": "decide",
        "scene_id": "12",
        "track_id": "8",
        "action": "assign",
        "performer_id": "9",
    }
    page.get_by_role("button", name="More about Jane Doe").click()
    page.get_by_role("button", name="Somebody else…").click()
    page.get_by_role("searchbox").fill("New Star")
    page.get_by_role("button", name="New Star").click()
    page.locator(".performers", has_text="New Star").wait_for()
    assert stash.asked[-1] == {
        "mode": "decide",
        "scene_id": "12",
        "track_id": "7",
        "action": "assign",
        "name": "New Star",
    }


def test_a_double_click_decides_once(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").dblclick()
    card(page, "Jane Doe").get_by_text("Added Jane Doe.").wait_for()
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")
    assert [asked["mode"] for asked in stash.asked] == ["scene", "decide"]


def test_another_candidate_can_be_added(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    fold = page.get_by_role("button", name="1 other candidate: Anna B. 31 %")
    assert fold.get_attribute("aria-expanded") == "false"
    fold.click()
    page.get_by_role("button", name="This is Anna B.: add").click()
    card(page, "Anna B.").get_by_text("Added Anna B..").wait_for()
    assert stash.asked[-1]["person_id"] == "performer:5"


def test_an_unknown_person_is_named_by_search(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    zoe = {
        "person_id": "box:stashdb.org:u1",
        "name": "Zoe Quinn",
        "disambiguation": "US",
        "performer_id": None,
        "stash_ids": [{"endpoint": "https://stashdb.org/graphql", "stash_id": "u1"}],
        "crop": None,
    }
    stash.boxes = [{"name": "StashDB", "endpoint": "https://stashdb.org/graphql"}]
    stash.operations["search_people"] = lambda args: [zoe] if args["q"] == "zoe" else []
    page = faces_tab(open_page)
    card(page, "Unknown person").get_by_role("button", name="Name…").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator(".ss-founds__words").inner_text() == "Type a name or an alias."
    page.wait_for_function("document.activeElement.type === 'search'")
    page.keyboard.type("qq")
    dialog.get_by_text("Nobody called “qq” in your library or gallery.").wait_for()
    dialog.get_by_role("searchbox").fill("zoe")
    found = dialog.get_by_role("button", name="Zoe Quinn (US)")
    found.get_by_text("from StashDB", exact=True).wait_for()
    assert (
        found.get_attribute("title")
        == "Creates the performer Zoe Quinn with the stash id from StashDB and adds them to this scene"
    )
    assert dialog.locator(".ss-found").last.inner_text() == "zoe\nnew performer"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    card(page, "Zoe Quinn").get_by_text("Added Zoe Quinn.").wait_for()
    assert stash.asked[-1] == {
        "mode": "decide",
        "scene_id": "12",
        "track_id": "8",
        "action": "assign",
        "person_id": "box:stashdb.org:u1",
    }


def test_not_enough_evidence_is_folded_with_its_reasons(open_page: Any, stash: FakeStash) -> None:
    weak = [answers.WEAK, {**answers.WEAK, "track_id": "10", "why": "one blurred face"}]
    Scripted(stash, answers.scene(people=[answers.a_person(), *weak]))
    page = faces_tab(open_page)
    assert page.locator(".ss-weak").inner_text().split("\n")[-1] == "faces under 36 px; one blurred face"
    assert page.locator(".ss-person").count() == 1
    page.get_by_role("button", name="Not enough evidence: 2 people").click()
    assert page.locator(".ss-person").count() == 3


def test_why_gives_the_evidence_in_words(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    page.get_by_role("button", name="More about Jane Doe").click()
    page.get_by_role("button", name="Why?").click()
    assert page.locator(".ss-evidence li").all_inner_texts() == [
        "12 good faces in 9 frames, clear margin",
        "12 faces in this scene, good quality (83 %)",
        "compared with 4 reference pictures of Jane Doe: similarity 0.71 of 1",
        "of 100 suggestions as sure as this one, about 97 are right",
        "next best: Anna B. with 31 %",
    ]


def test_a_click_shows_both_faces_large_and_escape_closes(open_page: Any, stash: FakeStash) -> None:
    Scripted(stash, answers.scene())
    page = faces_tab(open_page)
    page.get_by_role("button", name="Show the face of Jane Doe large").click()
    page.get_by_role("dialog").wait_for()
    assert page.locator("figcaption").all_inner_texts() == ["Seen here at 0:31", "Jane Doe: best of 4 references"]
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Show the face of Jane Doe large"


def test_a_refused_decision_is_said_in_the_card(open_page: Any, stash: FakeStash) -> None:
    scripted = Scripted(stash, answers.scene())

    def refuse(_: Json) -> Json:
        raise RefusedError("Stash refused to add the performer; the scene is gone.")

    stash.operations["decide"] = refuse
    page = faces_tab(open_page)
    card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").click()
    assert (
        card(page, "Jane Doe").get_by_role("alert").inner_text()
        == "Stash refused to add the performer; the scene is gone."
    )
    stash.operations["decide"] = scripted.decide
    card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").click()
    card(page, "Jane Doe").get_by_text("Added Jane Doe.").wait_for()
    assert card(page, "Jane Doe").get_by_role("alert").count() == 0


def test_names_are_text_and_pictures_stay_on_the_machine(open_page: Any, stash: FakeStash) -> None:
    evil = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
    who = answers.a_candidate(name=evil, disambiguation=evil, crop="https://elsewhere.test/track.jpg")
    cast = [{"performer_id": "9", "name": evil, "seen": False, "reason": evil}]
    Scripted(
        stash,
        answers.scene(people=[answers.a_person(candidates=[who], why=evil, crop="javascript:alert(1)")], cast=cast),
    )
    page = faces_tab(open_page)
    assert page.locator(".ss-name").first.inner_text() == f"{evil} ({evil})"
    assert page.evaluate("window.hacked") is None
    assert page.locator(".ss-panel img").count() == 0
