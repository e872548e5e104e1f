"""The page of unknown people: list, one name everywhere with preview, progress and undo, faces taken out, people set aside."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.steps import card, faces_tab, send

pytestmark = pytest.mark.browser

PAGE = "/plugins/stash-sense"
EVIL = "<img src=x onerror=alert(1)>"
SHADES = [(150, 110, 90), (180, 140, 120), (110, 80, 70), (200, 160, 140)]


def a_face(number: int, **changes: Any) -> Json:
    crop = answers.a_picture(*SHADES[number % len(SHADES)])
    return {
        "track_id": str(number),
        "scene_id": str(100 + number),
        "crop": crop,
        "faces": 5,
        "quality": 0.8,
        "best_time_s": 12.0,
        **changes,
    }


def a_group(group_id: str = "1", scenes: int = 23, **changes: Any) -> Json:
    return {
        "group_id": group_id,
        "ignored": False,
        "scenes": scenes,
        "images": 0,
        "tracks": scenes,
        "faces": 5 * scenes,
        "crops": [a_face(number) for number in range(min(scenes, 4))],
        "scene_ids": [],
        "image_ids": [],
        **changes,
    }


class Plugin:
    """Keeps groups and batches as the plugin does."""

    def __init__(self, stash: FakeStash, *groups: Json, small: bool = False) -> None:
        self.stash, self.small = stash, small
        self.groups = list(groups)
        self.batches: list[Json] = []
        self.notes: list[Json] = []
        self.members = [a_face(number) for number in range(5)]
        stash.library = [{"id": "4", "name": "Jane Doe"}]
        stash.operations |= {
            "unknown_people": self.people,
            "unknown_person": self.person,
            "name_group": self.name,
            "batch": lambda _: copy.deepcopy(self.batches[-1]),
            "undo_batch": self.undo,
            "part_group": lambda args: {"group_ids": ["9"]},
            "rejoin_group": lambda args: {"group_id": "1"},
            "ignore_group": lambda args: {"group_id": args["group_id"], "ignored": args["ignored"]},
            "search_people": [],
        }

    def people(self, args: Json) -> Json:
        start = (args["page"] - 1) * 2
        shown = [group for group in self.groups if group["ignored"] == args["ignored"]]
        aside = sum(group["ignored"] for group in self.groups)
        return {
            "total": len(shown), "page": args["page"], "per_page": 2, "set_aside": aside, "items": shown[start : start + 2],
            "batches": copy.deepcopy(self.batches[::-1]),
        }  # fmt: skip

    def person(self, args: Json) -> Json:
        group = next((one for one in self.groups if one["group_id"] == args["group_id"]), None)
        if group is None:
            raise RefusedError("This unknown person is not in the list any more.")
        jane = {key: value for key, value in answers.a_candidate().items() if key != "references"}
        suggestion = {**jane, "probability": 0.31, "tracks": 4}
        return {
            **group,
            "tracks": len(self.members),
            "page": 1,
            "per_page": 100,
            "members": self.members,
            "suggestions": [suggestion],
        }

    def name(self, args: Json) -> Json:
        name = args.get("name", "Jane Doe")
        if args.get("dry_run"):
            changes = [{"scene_id": str(number), "change": "has" if number == 2 else "add"} for number in range(23)]
            sentence = (
                f"{name} will be created as a performer and added to 22 scenes. 1 scene has this performer already."
            )
            return {"plan": {
                "who": name, "person_id": None, "performer_id": None, "creates": True, "sentence": sentence, "counts": {}, "changes": changes,
                "track_ids": ["1", "2"],
            }}  # fmt: skip
        self.batches.append({
            "batch_id": "3", "at": "2026-01-31T12:00:00Z", "what": f"{name} in 23 scenes", "state": "done" if self.small else "waiting", "total": 23,
            "done": 23 if self.small else 0, "failed": 0, "person_id": None, "group_id": args["group_id"], "notes": [],
        })  # fmt: skip
        return {"batch": self.batches[-1], "start": None if self.small else "decide_many"}

    def undo(self, args: Json) -> Json:
        if self.small:
            self.batches[-1] |= {"state": "undone", "notes": self.notes}
        return {"batch": copy.deepcopy(self.batches[-1]), "start": None if self.small else "undo_many"}


def unknown_page(open_page: Any, query: str = "", **how: Any) -> Any:
    page = open_page(PAGE + query, **how)
    page.locator(".ss-panel--page").wait_for()
    return page


def choose(page: Any, name: str, *, new: bool = False) -> Any:
    """Types the name into the search and picks the result; returns the preview."""
    page.get_by_label("Name", exact=True).fill(name)
    results = page.locator(".ss-found")
    (results.filter(has_text="new performer") if new else results.first).click()
    preview = page.get_by_role("dialog", name="What will change")
    preview.locator(".ss-plan p").first.wait_for()
    return preview


def test_people_come_with_faces_and_where_they_are_seen(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group(), a_group("2", 1, images=1), a_group("3", 2))
    page = unknown_page(open_page)
    assert page.get_by_role("tab", name="Unknown people").get_attribute("aria-selected") == "true"
    cards = page.locator(".ss-unknown")
    cards.first.wait_for()
    assert cards.locator(".ss-unknown__where").all_inner_texts() == ["in 23 scenes", "in 1 scene and 1 picture"]
    assert page.get_by_text("3 people without a name").count() == 1
    page.get_by_role("button", name="Next").click()
    page.get_by_text("in 2 scenes").wait_for()
    assert page.url.endswith("?tab=unknown&page=2")
    page.go_back()
    page.get_by_text("in 23 scenes").wait_for()


def test_one_name_everywhere_after_a_preview_with_progress_and_undo(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group(), a_group("2", 4))
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 23 scenes")
    first.get_by_role("button", name="Name…").click()
    preview = choose(page, "Jane Doe")
    assert "added to 22 scenes. 1 scene has this performer already." in preview.inner_text()
    preview.get_by_text("Clip 2 (there already)").wait_for()
    assert "and 15 more scenes" in preview.inner_text()
    assert [one["mode"] for one in stash.asked if one["mode"] == "name_group" and not one.get("dry_run")] == [], (
        "nothing yet"
    )
    preview.get_by_role("button", name="Name Jane Doe").click()
    first.get_by_text("waiting in Stash’s queue").wait_for()
    assert stash.started[-1]["args"] == {"mode": "decide_many", "batch_id": "3"}
    assert stash.asked[-2 if stash.asked[-1]["mode"] == "unknown_people" else -1] == {
        "mode": "name_group", "group_id": "1", "performer_id": "4", "track_ids": ["1", "2"],
    }  # fmt: skip
    description = "Running plugin task: Stash Sense: name Jane Doe in 23 scenes (batch 3)"
    send(page, "UPDATE", "RUNNING", progress=0.4, description=description)
    first.get_by_text("40 %").wait_for()
    plugin.batches[-1] |= {"state": "done", "done": 23}
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", progress=1.0, description=description)
    first.get_by_text("Named Jane Doe in 23 scenes.").wait_for()
    assert card(page, "Unknown person in 4 scenes").is_visible(), "nothing moves"
    first.get_by_role("button", name="Undo").click()
    first.get_by_text("waiting in Stash’s queue").wait_for()
    assert stash.started[-1]["args"] == {"mode": "undo_many", "batch_id": "3"}
    plugin.batches[-1] |= {
        "state": "undone",
        "done": 22,
        "notes": [{"scene_id": "7", "message": "Jane Doe had been taken off the scene meanwhile."}],
    }
    stash.jobs.clear()
    undoing = "Running plugin task: Stash Sense: take back Jane Doe in 23 scenes (batch 3)"
    send(page, "REMOVE", "FINISHED", job="2", progress=1.0, description=undoing)
    first.get_by_text("1 item left as it is now.").wait_for()
    assert first.get_by_role("link", name="Scene 7").get_attribute("href") == "/scenes/7"
    assert first.get_by_role("button", name="Name…").is_visible()


def test_a_few_scenes_are_named_at_once_and_a_name_is_shown_as_it_is(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group("1", 3), small=True)
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 3 scenes")
    first.get_by_role("button", name="Name…").click()
    preview = choose(page, EVIL, new=True)
    assert preview.locator("p").first.inner_text().startswith(f"{EVIL} will be created")
    preview.get_by_role("button", name=f"Name {EVIL}").click()
    first.get_by_text(f"Named {EVIL} in 23 scenes.").wait_for()
    assert stash.started == []
    assert page.locator("img[src='x']").count() == 0
    first.get_by_role("button", name="Undo").click()
    first.get_by_text(f"Taken back: {EVIL} in 23 scenes.").wait_for()
    assert plugin.batches[-1]["state"] == "undone"


def test_a_batch_that_was_cut_off_can_go_on_or_be_taken_back(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group())
    plugin.name({"group_id": "8", "name": "Zoe"})
    plugin.batches[-1] |= {"done": 12}
    page = unknown_page(open_page)
    line = page.locator(".ss-batches .ss-batch")
    line.get_by_text("Not finished: Zoe in 23 scenes, 12 of 23 done.").wait_for()
    assert line.get_by_role("button", name="Undo").is_enabled()
    line.get_by_role("button", name="Go on").click()
    page.get_by_text("waiting in Stash’s queue").wait_for()
    assert stash.started[-1]["args"] == {"mode": "decide_many", "batch_id": "3"}


def test_faces_are_taken_out_and_put_back_and_only_the_ticked_ones_named(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group())
    page = unknown_page(open_page, "?tab=unknown&group=1")
    dialog = page.get_by_role("dialog", name="Unknown person")
    dialog.get_by_text("Perhaps:").wait_for()
    assert dialog.locator(".ss-leanings .ss-found").all_inner_texts() == ["Jane Doe\nat most 31 %"]
    boxes = dialog.get_by_role("checkbox")
    assert boxes.count() == 5
    boxes.nth(1).click()
    boxes.nth(2).click()
    dialog.get_by_role("button", name="One other person").click()
    dialog.get_by_text("2 faces taken out.").wait_for()
    parts = [one for one in stash.asked if one["mode"] == "part_group"]
    assert parts == [{"mode": "part_group", "group_id": "1", "track_ids": ["1", "2"], "as_one": True}]
    dialog.get_by_role("button", name="Undo").click()
    dialog.get_by_text("2 faces taken out.").wait_for(state="detached")
    assert [one["track_ids"] for one in stash.asked if one["mode"] == "rejoin_group"] == [["1", "2"]]
    boxes.nth(0).click()
    dialog.get_by_role("button", name="Jane Doe").click()
    page.get_by_role("dialog", name="What will change").get_by_text("22 scenes").first.wait_for()
    dry = [one for one in stash.asked if one["mode"] == "name_group"]
    assert dry[-1] == {
        "mode": "name_group",
        "group_id": "1",
        "person_id": "performer:4",
        "track_ids": ["1", "2", "3", "4"],
        "dry_run": True,
    }
    assert "group" not in page.url


def test_somebody_is_set_aside_and_restored(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group(), a_group("2", 4, ignored=True))
    page = unknown_page(open_page)
    first = card(page, "Unknown person in 23 scenes")
    first.get_by_role("button", name="Ignore").click()
    first.get_by_text("Set aside.").wait_for()
    first.get_by_role("button", name="Undo").click()
    first.get_by_role("button", name="Name…").wait_for()
    assert [one["ignored"] for one in stash.asked if one["mode"] == "ignore_group"] == [True, False]
    page.get_by_role("button", name="Set aside: 1").click()
    card(page, "Unknown person in 4 scenes").get_by_role("button", name="Restore").click()
    page.get_by_text("Back in the list.").first.wait_for()
    assert "show=ignored" in page.url


def test_nobody_and_errors_are_said(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash)
    page = unknown_page(open_page)
    page.get_by_text("Nobody without a name is seen in more than one scene.").wait_for()
    assert page.get_by_role("button", name="Re-match all scenes").is_visible()

    def refuse(args: Json) -> Json:
        raise RefusedError("Stash Sense has not been set up yet: run the task “Set up or repair”.")

    stash.operations["unknown_people"] = refuse
    page = unknown_page(open_page)
    page.get_by_role("alert").get_by_text("has not been set up yet").wait_for()
    stash.operations["unknown_people"] = plugin.people
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Nobody without a name").wait_for()


def test_a_group_that_is_gone_and_a_name_that_is_refused_are_said(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_group())
    page = unknown_page(open_page, "?tab=unknown&group=77")
    dialog = page.get_by_role("dialog", name="Unknown person")
    dialog.get_by_text("not in the list any more").wait_for()
    dialog.get_by_role("button", name="Close").last.click()

    def refuse(args: Json) -> Json:
        raise RefusedError("There is a performer called Jane Doe already: choose them from the list.")

    stash.operations["name_group"] = refuse
    card(page, "Unknown person in 23 scenes").get_by_role("button", name="Name…").click()
    page.get_by_label("Name", exact=True).fill("Jane")
    page.locator(".ss-found").first.click()
    preview = page.get_by_role("dialog", name="What will change")
    preview.get_by_role("alert").get_by_text("already: choose them").wait_for()
    assert preview.get_by_role("button", name="Name Jane Doe").is_disabled()
    assert plugin.batches == []


def test_the_scene_panel_and_the_settings_lead_there(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_group())
    stranger = answers.a_person(verdict="unknown", candidates=[], elsewhere={"group_id": "1", "scenes": 3, "images": 0})
    stash.operations |= {
        "scene": answers.scene(people=[stranger]),
        "status": answers.status(),
        "settings": answers.settings(),
    }
    page = faces_tab(open_page)
    card(page, "Unknown person").get_by_role("link", name="also in 3 scenes").click()
    page.get_by_role("dialog", name="Unknown person").wait_for()
    assert page.url.endswith("/plugins/stash-sense?tab=unknown&group=1")
    page = open_page("/settings")
    page.locator(".ss-settings").get_by_role("link", name="Open").click()
    page.get_by_text("in 23 scenes").wait_for()


@pytest.mark.parametrize("width", [420, 1280])
def test_nothing_is_wider_than_the_page(open_page: Any, stash: FakeStash, width: int) -> None:
    plugin = Plugin(stash, a_group(), a_group("2", 4))
    plugin.name({"group_id": "8", "name": "N" * 200})
    page = unknown_page(open_page, width=width)
    page.locator(".ss-unknown").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
