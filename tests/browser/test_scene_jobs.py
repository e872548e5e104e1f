"""Identifying from the Faces tab: queue, progress, cancel, failures, set-up."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json
from tests.browser.steps import DESCRIPTION, card, faces_tab, send

pytestmark = pytest.mark.browser


def test_identify_shows_queue_progress_and_the_result(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {"scene": answers.empty("not_analysed"), "status": answers.status()}
    page = faces_tab(open_page)
    page.get_by_role("button", name="Identify").click()
    page.get_by_text("Identifying this scene: waiting in Stash’s queue…").first.wait_for()
    assert stash.started == [{
        "id": "stash-sense", "name": None, "description": "Stash Sense: identify scene 12",
        "args": {"mode": "identify", "scene_ids": ["12"], "force": True},
    }]  # fmt: skip
    send(page, "UPDATE", "RUNNING", progress=0.4)
    page.get_by_text("Identifying this scene: 40 %").first.wait_for()
    assert page.get_by_role("progressbar").get_attribute("aria-valuenow") == "40"
    stash.operations["scene"] = answers.scene()
    reads = stash.reads
    send(page, "REMOVE", "FINISHED", progress=1)
    card(page, "Jane Doe").wait_for()
    page.wait_for_function(
        "document.querySelector('.sr-only[aria-live]').innerText === 'Finished: 3 people in 40 frames.'"
    )
    assert stash.reads == reads + 1, "the page around reads its scene again"


def test_events_before_the_answer_with_the_id_are_not_lost(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {"scene": answers.empty("not_analysed"), "status": answers.status()}
    page = faces_tab(open_page)
    page.get_by_role("button", name="Identify").wait_for()
    send(page, "ADD", "READY")
    page.get_by_text("waiting in Stash’s queue…").first.wait_for()
    stash.operations["scene"] = answers.scene()
    send(page, "REMOVE", "FINISHED")
    card(page, "Jane Doe").wait_for()
    send(page, "UPDATE", "RUNNING", progress=0.9)  # late and out of order
    assert page.get_by_role("progressbar").count() == 0


def test_a_reloaded_page_finds_its_job_and_can_cancel_it(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {"scene": answers.scene(), "status": answers.status()}
    stash.jobs["31"] = {"id": "31", "status": "RUNNING", "description": DESCRIPTION, "progress": 0.25}
    page = faces_tab(open_page)
    page.get_by_text("Identifying this scene: 25 %").first.wait_for()
    assert card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").is_disabled()
    page.get_by_role("button", name="Cancel").click()
    send(page, "UPDATE", "STOPPING", job="31", progress=0.25)
    send(page, "REMOVE", "CANCELLED", job="31")
    page.get_by_text("Stopped before it was finished.").first.wait_for()
    assert stash.stopped == ["31"]
    assert card(page, "Jane Doe").get_by_role("button", name="Add Jane Doe").is_enabled()


def test_a_job_that_ended_at_once_is_noticed_without_any_event(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {"scene": answers.empty("not_analysed"), "status": answers.status(runs=[])}
    page = faces_tab(open_page)
    stash_task = stash._task

    def at_once(variables: Json) -> Json:
        answer = stash_task(variables)
        stash.jobs["1"] |= {"status": "FAILED", "error": "Error creating plugin task: no task"}
        return answer

    stash._task = at_once  # type: ignore[method-assign]  # the one place where the queue misbehaves
    page.get_by_role("button", name="Identify").click()
    page.get_by_text("Error creating plugin task: no task").first.wait_for()


def test_a_failed_task_that_stash_calls_finished_gives_its_own_reason(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {"scene": answers.empty("not_analysed"), "status": answers.status()}
    page = faces_tab(open_page)
    page.get_by_role("button", name="Identify").click()
    page.get_by_text("waiting in Stash’s queue…").first.wait_for()
    failed = {
        **answers.status()["runs"][1],
        "kind": "identify",
        "message": "The gallery is empty. Run the task “Update gallery”.",
    }
    stash.operations["status"] = answers.status(runs=[failed])
    send(page, "REMOVE", "FINISHED")
    page.get_by_text("The gallery is empty. Run the task “Update gallery”.").first.wait_for()
    page.get_by_role("button", name="Update gallery").wait_for()


def test_a_task_that_stash_refuses_is_said(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {"scene": answers.empty("not_analysed"), "status": answers.status()}
    stash.refuse_tasks = "plugin is disabled"
    page = faces_tab(open_page)
    page.get_by_role("button", name="Identify").click()
    page.get_by_text("plugin is disabled").first.wait_for()
    assert page.get_by_role("button", name="Identify").is_enabled()


def test_missing_dependencies_offer_set_up_and_go_away_after_it(open_page: Any, stash: FakeStash) -> None:
    bare = {key: value for key, value in answers.empty("not_analysed").items() if key != "problems"}
    stash.operations |= {"scene": bare, "status": answers.status(problems=[answers.NO_DEPENDENCIES])}
    page = faces_tab(open_page)
    page.get_by_text("Stash Sense is not set up yet.").first.wait_for()
    assert page.get_by_role("button", name="Identify").is_disabled()
    page.get_by_role("button", name="Set up or repair").click()
    page.get_by_text("Set up or repair: waiting in Stash’s queue…").first.wait_for()
    assert stash.started[0]["name"] == "Set up or repair"
    stash.operations["status"] = answers.status()
    send(page, "REMOVE", "FINISHED", description="Running plugin task: Set up or repair")
    page.get_by_text("Stash Sense is not set up yet.").first.wait_for(state="detached")
    assert page.get_by_role("button", name="Identify").is_enabled()


@pytest.mark.parametrize(
    ("answer", "shown", "button"),
    [
        (
            answers.empty("not_analysed", cast=answers.scene()["cast"]),
            "Nobody has looked for faces in this scene yet.",
            "Identify",
        ),
        (answers.empty("queued"), "This scene waits for the background job.", "Identify now"),
        (
            answers.empty("no_faces", sampled={"frames": 40, "faces": 0, "unusable": 0}),
            "No face found in 40 frames.",
            "Look again",
        ),
        (answers.empty("failed", message="The file is not a video."), "The file is not a video.", "Try again"),
        (answers.empty("running", progress=0.5), "Identifying this scene: 50 %", None),
    ],
)
def test_states_without_people(open_page: Any, stash: FakeStash, answer: Json, shown: str, button: str | None) -> None:
    stash.operations |= {"scene": answer, "status": answers.status()}
    page = faces_tab(open_page)
    page.get_by_text(shown).first.wait_for()
    names = [one.strip() for one in page.locator(".ss-panel").get_by_role("button").all_inner_texts()]
    assert names == ([button] if button else [])
    assert page.locator(".ss-cast").count() == 0, "nobody is missing where nobody has looked"


def test_a_failure_names_its_remedy(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {
        "scene": answers.empty("failed", message="The model pack is damaged. Run “Set up or repair”."),
        "status": answers.status(),
    }
    page = faces_tab(open_page)
    assert [one.strip() for one in page.get_by_role("alert").get_by_role("button").all_inner_texts()] == [
        "Set up or repair",
        "Try again",
    ]


def test_a_queued_scene_is_read_again_when_the_background_job_ends(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {"scene": answers.empty("queued"), "status": answers.status()}
    page = faces_tab(open_page)
    page.get_by_text("waits for the background job").first.wait_for()
    stash.operations["scene"] = answers.scene()
    send(page, "REMOVE", "FINISHED", job="5", description="Running plugin task: Stash Sense: process queue")
    card(page, "Jane Doe").wait_for()


def test_leaving_the_page_ends_the_subscription(open_page: Any, stash: FakeStash) -> None:
    stash.operations |= {"scene": answers.scene(), "status": answers.status()}
    page = faces_tab(open_page)
    card(page, "Jane Doe").wait_for()
    assert page.evaluate("jobListeners()") == 1
    card(page, "Jane Doe").get_by_role("link", name="Jane Doe").click()
    page.get_by_role("heading", name="Performer 4").wait_for()
    assert page.evaluate("jobListeners()") == 0
