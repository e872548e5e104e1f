"""Our block on Settings › Plugins: set-up card, settings, tasks, last runs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.steps import send

pytestmark = pytest.mark.browser


class Plugin:
    """Keeps settings the way the plugin does: checked against its own table."""

    def __init__(self, stash: FakeStash) -> None:
        self.values: Json = {}
        stash.operations |= {"status": answers.status(), "settings": self.settings}

    def settings(self, args: Json) -> list[Json]:
        if args.get("values", {}).get("excluded_tags") == "refused":
            raise RefusedError("Excluded tags takes names.")
        self.values |= args.get("values", {})
        return answers.settings(**self.values)


def settings_page(open_page: Any, **how: Any) -> Any:
    page = open_page("/settings", **how)
    page.locator(".ss-setup, .ss-settings .ss-notice").first.wait_for()
    return page


def test_everything_ready(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash)
    page = settings_page(open_page)
    assert page.locator(".ss-setup .sub-heading").inner_text() == "Everything is ready."
    assert page.locator(".ss-setup__row").all_inner_texts() == [
        "ready:\nPython 3.12.3\n/usr/bin/python3 (starts in 43 ms)",
        "ready:\nDependencies\nnumpy 2.3.4, onnxruntime 1.23.2",
        "ready:\nModel pack compact\nrevision 1",
        "ready:\nGallery of your library\n412 people, 1,650 reference pictures; 28 performers without a usable picture; updated 30 Jan 2026, 10:00"
        "\nPerformers without a usable picture",
    ]
    page.get_by_role("button", name="Performers without a usable picture").click()
    assert page.locator(".ss-without li").all_inner_texts() == ["Mary Roe: the picture shows no face"]
    assert page.locator(".ss-setup .ss-task").count() == 0, "nothing to repair"


def test_each_missing_part_has_the_button_that_repairs_it(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash)
    bare = answers.status(
        python={"version": "3.11.2", "executable": "/root/.pyenv/shims/python", "start_ms": 713},
        dependencies={"ok": False, "runtime": None, "packages": {}, "message": None},
        pack={"name": "compact", "revision": None, "ok": False, "message": "detector.onnx is damaged."},
        gallery={
            "people": 0,
            "references": 0,
            "performers": None,
            "performers_without": None,
            "build": 0,
            "updated_at": None,
        },
        queue={"waiting": 3, "job_id": None},
        runs=[],
        problems=[
            {"code": "slow_python", "message": "Python takes 713 ms to start.", "fix": None},
            answers.NO_DEPENDENCIES,
            {"code": "hook_off", "message": "New scenes are not identified by themselves.", "fix": None},
        ],
    )
    stash.operations["status"] = bare
    page = settings_page(open_page)
    assert (
        page.locator(".ss-setup .sub-heading").inner_text()
        == "Not everything is ready yet. 3 scenes waiting for the background job."
    )
    assert page.locator(".ss-setup__row").all_inner_texts() == [
        "needs attention:\nPython 3.11.2\nPython takes 713 ms to start.",
        "needs attention:\nDependencies\nStash Sense is not set up yet. Run the task “Set up or repair”.\nSet up or repair",
        "needs attention:\nModel pack compact\ndetector.onnx is damaged.\nSet up or repair",
        "needs attention:\nGallery of your library\nempty: nobody can be recognised yet\nUpdate gallery",
    ]
    assert page.locator(".ss-setup .ss-notice").inner_text() == "New scenes are not identified by themselves."
    page.locator(".ss-setup__row").nth(3).get_by_role("button", name="Update gallery").click()
    page.get_by_text("Update gallery: waiting in Stash’s queue…").first.wait_for()
    assert stash.started[0]["name"] == "Update gallery"
    words = "No performer has a picture: add some, then run “Update gallery” again."
    run = answers.a_run(kind="update_gallery", state="failed", message=words)
    stash.operations["status"] = {**bare, "runs": [run]}
    send(page, "REMOVE", "FINISHED", description="Running plugin task: Update gallery")
    page.locator(".ss-setup__row").nth(3).get_by_role("alert").get_by_text(words).wait_for()
    page.locator(".ss-setup__row").nth(3).get_by_role("button", name="Update gallery").click()
    page.get_by_text("Update gallery: waiting in Stash’s queue…").first.wait_for()
    stash.operations["status"] = answers.status()
    send(page, "REMOVE", "FINISHED", job="2", description="Running plugin task: Update gallery")
    page.get_by_text("Everything is ready.").wait_for()


def test_our_settings_stand_in_for_the_stock_ones(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash)
    page = settings_page(open_page)
    page.get_by_label("Frames per scene", exact=True).wait_for()
    assert page.get_by_text("stock", exact=True).count() == 1, "only the other plugin keeps Stash's own inputs"
    assert page.locator(".ss-setting").count() == len(answers.settings())
    assert (
        page.locator(".ss-setting").nth(1).locator(".sub-heading").inner_text()
        == "Frames read from each video, spread over its length. (10 to 200, default: 40)"
    )


def test_a_number_is_saved_in_range_and_refused_outside(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash)
    page = settings_page(open_page)
    field = page.get_by_label("Frames per scene", exact=True)
    for wrong in ("5", "201", "40.5", ""):
        field.fill(wrong)
        field.press("Enter")
        assert page.locator("#stash-sense-frames_per_scene-words").inner_text() == "Give a whole number from 10 to 200."
    assert plugin.values == {}
    field.fill("80")
    field.press("Enter")
    page.get_by_text("Saved", exact=True).wait_for()
    assert plugin.values == {"frames_per_scene": 80}
    # The page's own copy follows, or the next change of any plugin would write the old value back.
    assert page.evaluate("savedSettings") == [["stash-sense", {"frames_per_scene": 80}]]
    page.get_by_role("button", name="Frames per scene: back to the default").click()
    page.wait_for_function("document.getElementById('stash-sense-frames_per_scene').value === '40'")
    assert plugin.values == {"frames_per_scene": 40}


def test_switches_and_text_are_saved_at_once(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash)
    page = settings_page(open_page)
    page.get_by_label("Tags per person", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_text("Saved", exact=True).wait_for()
    page.get_by_label("Excluded tags", exact=True).fill(" a, b ")
    page.get_by_label("Excluded tags", exact=True).blur()
    page.wait_for_function("savedSettings.length === 2")
    assert plugin.values == {"person_tags": False, "excluded_tags": "a, b"}
    assert page.evaluate("savedSettings[1][1]") == {
        "frames_per_scene": 40,
        "person_tags": False,
        "excluded_tags": "a, b",
    }


def test_what_the_plugin_refuses_is_said_beside_the_field(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash)
    page = settings_page(open_page)
    field = page.get_by_label("Excluded tags", exact=True)
    field.fill("refused")
    field.press("Enter")
    page.get_by_text("Excluded tags takes names.").wait_for()
    assert page.evaluate("savedSettings") == []


def test_without_python_the_stock_settings_stay_and_the_reason_is_said(open_page: Any, stash: FakeStash) -> None:
    def no_python(_: Json) -> Json:
        raise RefusedError('exec: "python": executable file not found in $PATH')

    stash.operations |= {"status": no_python, "settings": no_python}
    page = settings_page(open_page)
    page.get_by_text(
        "Stash could not start Python. Install Python 3.10 or newer, or set its path in Settings › System."
    ).wait_for()
    assert page.locator(".ss-stock h3").all_inner_texts() == ["frames_per_scene", "auto_accept"]
    Plugin(stash)
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Everything is ready.").wait_for()


def test_last_runs_say_what_came_of_them(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash)
    page = settings_page(open_page)
    assert [" | ".join(row.split("\n")) for row in page.locator(".ss-run").all_inner_texts()] == [
        "Identify new scenes | 120 of 120, 2 failed | 31 Jan 2026, 12:00 | 2 scenes could not be read; they carry the tag “Sense: failed”.",
        "Update gallery | failed, 12 of 440 | 30 Jan 2026, 10:00 | Stash did not answer for a minute, so the run stopped; start it again to go on.",
        "Set up or repair | finished | 30 Jan 2026, 09:00",
    ]


def test_removing_all_tags_asks_first(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash)
    page = settings_page(open_page)
    page.get_by_role("button", name="Remove all Stash Sense tags").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep them").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert stash.started == []
    page.get_by_role("button", name="Remove all Stash Sense tags").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("Remove all Stash Sense tags: waiting in Stash’s queue…").first.wait_for()
    assert stash.started[0]["name"] == "Remove all Stash Sense tags"


@pytest.mark.parametrize("width", [360, 780])
def test_the_settings_fit_the_screen(open_page: Any, stash: FakeStash, width: int) -> None:
    Plugin(stash)
    page = settings_page(open_page, width=width)
    page.locator(".ss-setting").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
