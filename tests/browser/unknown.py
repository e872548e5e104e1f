"""A plugin behind the page of unknown people, and the way there."""

from __future__ import annotations

import copy
from typing import Any

from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError

PAGE = "/plugins/stash-sense"
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
    """Keeps groups and batches as the plugin does, in pages of two groups. small: batches are done at once. per_page: of one person's faces."""

    def __init__(self, stash: FakeStash, *groups: Json, small: bool = False, per_page: int = 100) -> None:
        self.stash, self.small, self.per_page = stash, small, per_page
        self.groups = list(groups)
        self.batches: list[Json] = []
        self.notes: list[Json] = []
        self.status = answers.status(runs=[])
        self.members = [a_face(number) for number in range(5)]
        stash.library = [{"id": "4", "name": "Jane Doe"}]
        stash.operations |= {
            "unknown_people": self.people,
            "unknown_person": self.person,
            "name_group": self.name,
            "batch": lambda args: copy.deepcopy(self.batch(args)),
            "status": lambda _: self.status,
            "undo_batch": self.undo,
            "part_group": lambda args: {"group_ids": ["9"]},
            "rejoin_group": lambda args: {"group_id": "1"},
            "ignore_group": self.ignore,
            "search_people": [],
        }

    def people(self, args: Json) -> Json:
        start = (args["page"] - 1) * 2
        shown = [group for group in self.groups if group["ignored"] == args["ignored"]]
        ignored = sum(group["ignored"] for group in self.groups)
        return {
            "total": len(shown), "page": args["page"], "per_page": 2, "ignored": ignored, "items": shown[start : start + 2],
            "batches": copy.deepcopy(self.batches[::-1]),
        }  # fmt: skip

    def person(self, args: Json) -> Json:
        group = next((one for one in self.groups if one["group_id"] == args["group_id"]), None)
        if group is None:
            raise RefusedError("This unknown person is not in the list any more.")
        start = (args["page"] - 1) * self.per_page
        jane = {key: value for key, value in answers.a_candidate().items() if key != "references"}
        suggestion = {**jane, "probability": 0.31, "tracks": 4}
        return {
            **group,
            "tracks": len(self.members),
            "page": args["page"],
            "per_page": self.per_page,
            "members": self.members[start : start + self.per_page],
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
            "batch_id": str(3 + len(self.batches)), "at": "2026-01-31T12:00:00Z", "what": f"{name} in 23 scenes",
            "state": "done" if self.small else "waiting", "total": 23,
            "done": 23 if self.small else 0, "failed": 0, "person_id": None, "group_id": args["group_id"], "notes": [],
        })  # fmt: skip
        return {"batch": self.batches[-1], "start": None if self.small else "decide_many"}

    def undo(self, args: Json) -> Json:
        batch = self.batch(args)
        if self.small:
            batch |= {"state": "undone", "notes": self.notes}
        return {"batch": copy.deepcopy(batch), "start": None if self.small else "undo_many"}

    def batch(self, args: Json) -> Json:
        return next(one for one in self.batches if one["batch_id"] == args["batch_id"])

    def ignore(self, args: Json) -> Json:
        group = next(one for one in self.groups if one["group_id"] == args["group_id"])
        self.groups[self.groups.index(group)] = {**group, "ignored": args["ignored"]}
        return {"group_id": args["group_id"], "ignored": args["ignored"]}


def unknown_page(open_page: Any, query: str = "?tab=unknown", **how: Any) -> Any:
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


def doing(batch: str, what: str = "Jane Doe in 23 scenes", *, undo: bool = False) -> str:
    """How Stash's queue calls the task of a batch."""
    return f"Running plugin task: Stash Sense: {'take back' if undo else 'name'} {what} (batch {batch})"
