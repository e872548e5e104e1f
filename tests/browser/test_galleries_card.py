"""The block “Galleries” on our settings page: stash-boxes, packages, import and export."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json
from tests.browser.steps import send

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
        "scope": "linked",
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
        "StashDB stashdb.org\n1,204 people, 3,902 faces; 12 pictures to go; read 31 Jan 2026, 12:00\n"
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


def finish(block: Any, stash: FakeStash, description: str, run: Json, status: str = "FINISHED", job: str = "1") -> None:
    """The job ends, having left `run` behind."""
    before = stash.operations["status"]
    stash.operations["status"] = {**before, "runs": [run, *before["runs"]]}
    stash.jobs.pop(job, None)
    send(block.page, "REMOVE", status, job=job, description=f"Running plugin task: {description}")


def test_an_estimate_belongs_to_its_scope(open_page: Any, stash: FakeStash) -> None:
    stash.boxes = [STASHDB]
    old = answers.a_run(run_id="7", message="of an unknown scope")
    block = card(open_page, stash, runs=[old])
    estimate, outcome = (
        block.get_by_role("button", name="Estimate"),
        block.locator(".ss-build .ss-task__outcome:visible"),
    )
    estimate.click()
    block.get_by_text("Estimate: performers of my library: waiting").wait_for()
    assert outcome.count() == 0, "whose estimate the last run was is not known"
    finish(block, stash, "Estimate: performers of my library", answers.a_run(run_id="8", message="300 people."))
    block.get_by_text("300 people.").first.wait_for()
    block.get_by_role("combobox").select_option("costars")
    assert outcome.count() == 0
    estimate.click()
    words = "Estimate: them and their co-stars in my scenes"
    block.get_by_text(f"{words}: waiting").wait_for()
    block.get_by_role("combobox").select_option("linked")
    assert outcome.all_inner_texts() == ["300 people."]
    assert block.get_by_text(f"{words}: waiting").is_visible(), "what runs is to be seen whatever is chosen"
    finish(block, stash, words, answers.a_run(run_id="10", message="900 people."), job="2")
    block.get_by_text(f"{words}: waiting").wait_for(state="detached")
    block.get_by_role("combobox").select_option("costars")
    block.page.wait_for_function("document.querySelectorAll('.ss-build .ss-task__outcome').length === 2")
    assert outcome.all_inner_texts() == ["900 people."]
    assert [started["args"]["scope"] for started in stash.started] == ["linked", "costars"]
    assert all(started["args"]["dry_run"] for started in stash.started)


def test_the_work_says_what_came_of_it(open_page: Any, stash: FakeStash) -> None:
    stash.boxes = [STASHDB]
    block = card(open_page, stash)
    block.get_by_role("combobox").select_option("all")
    block.get_by_role("button", name="Learn").click()
    block.get_by_text("Learn faces from stash-boxes: waiting").wait_for()
    assert stash.started[0]["args"] == {"mode": "build_gallery", "scope": "all"}
    words = "StashDB refuses the key: put the right one into Settings > Metadata Providers."
    run = answers.a_run(kind="build_gallery", state="failed", message=words)
    finish(block, stash, "Learn faces from stash-boxes", run)
    block.get_by_role("alert").get_by_text(words).wait_for()


def test_a_cancelled_job_claims_no_result(open_page: Any, stash: FakeStash) -> None:
    stash.boxes = [STASHDB]
    block = card(open_page, stash)
    block.get_by_role("button", name="Learn").click()
    block.get_by_text("Learn faces from stash-boxes: waiting").wait_for()
    finish(block, stash, "Learn faces from stash-boxes", answers.a_run(kind="build_gallery", message="x"), "CANCELLED")
    block.get_by_role("button", name="Learn").wait_for()
    block.page.locator(".ss-runs").get_by_text("Learn faces from stash-boxes").wait_for()
    assert block.locator(".ss-task__outcome").count() == 0


def test_the_widest_scope_learned_so_far_is_offered_again(open_page: Any, stash: FakeStash) -> None:
    stash.boxes = [STASHDB, FANSDB]
    fans = source(endpoint=FANSDB["endpoint"], host="fansdb.cc", name="FansDB", scope="costars")
    block = card(open_page, stash, sources=[source(), fans])
    block.get_by_role("button", name="Learn").wait_for()
    assert block.get_by_role("combobox").input_value() == "costars", "a narrower one would leave people out"


def test_jobs_under_way_are_found_again_after_a_reload(open_page: Any, stash: FakeStash) -> None:
    stash.boxes = [STASHDB]
    for number, words in enumerate(("Estimate: everybody", "Learn faces from stash-boxes", "Export the gallery")):
        description = f"Running plugin task: {words}"
        progress = 0.25 * number
        stash.jobs[str(number)] = {
            "id": str(number),
            "status": "RUNNING",
            "description": description,
            "progress": progress,
        }
    block = card(open_page, stash)
    for words in ("Estimate: everybody: 0 %", "Learn faces from stash-boxes: 25 %", "Export the gallery: 50 %"):
        block.get_by_text(words).wait_for()


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
    assert page.locator(".modal-body").inner_text().startswith("Take the gallery “friend” out of use")
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
    words = "/data/friend.zip cannot be read (No such file or directory): check the path."
    finish(block, stash, "Import a gallery", answers.a_run(kind="import_gallery", state="failed", message=words))
    block.get_by_role("alert").get_by_text(words).wait_for()
    assert block.get_by_label("Import a gallery: Folder or zip").input_value() == " /data/friend.zip ", (
        "to be put right"
    )


def test_outdated_stash_ids_are_listed_with_their_performer(open_page: Any, stash: FakeStash) -> None:
    people = [{"performer_id": "9", "name": "Mary <b>Roe</b>", "reason": "merged into Mary Major on StashDB"}]
    block = card(open_page, stash, outdated=people)
    block.get_by_role("button", name="1 performer with an outdated stash id").click()
    assert block.locator(".ss-without li").all_inner_texts() == ["Mary <b>Roe</b>: merged into Mary Major on StashDB"]


@pytest.mark.parametrize("width", [420, 1280])
def test_many_boxes_and_galleries_fit_the_screen(open_page: Any, stash: FakeStash, width: int) -> None:
    name = "A<i>very</i>LongNameWithoutAnySpaces" * 3
    boxes = [
        source(
            endpoint=f"https://box{n}.example/graphql",
            host=f"box{n}.example",
            name=name,
            message=(n % 2 and "Refused.") or None,
        )
        for n in range(10)
    ]
    packages = [
        package(
            name=f"{name}{n}",
            problem="people.db is damaged: import it again.",
            sources=[{"name": name, "host": "x"}] * 4,
        )
        for n in range(5)
    ]
    block = card(lambda path: open_page(path, width=width), stash, sources=boxes, packages=packages)
    assert block.locator(".ss-source").count() == 15
    assert block.locator("i").count() == 0, "names are text"
    assert f"from {name}, {name} and 2 more" in block.locator(".ss-source").last.inner_text()
    assert block.page.evaluate("document.documentElement.scrollWidth") <= width


def test_unusable_galleries_are_told_once_in_the_set_up(open_page: Any, stash: FakeStash) -> None:
    words = "The gallery “{}” is of the model pack opencv and waits for that pack, or to be built again."
    names = ["boxes", "friend"]
    problems = [{"code": "gallery", "message": words.format(name), "fix": None} for name in names]
    packages = [package(name=name, problem=words.format(name)) for name in names]
    block = card(open_page, stash, problems=problems, packages=packages)
    setup = block.page.locator(".ss-setup")
    assert setup.locator(".sub-heading").inner_text() == "Not everything is ready yet."
    assert setup.locator(".ss-notice").all_inner_texts() == [
        "2 galleries cannot be used; the reason stands under Galleries."
    ]
    assert block.locator(".text-warning", has_text="waits for that pack").count() == 2
