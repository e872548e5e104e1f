"""A plugin behind the tab History."""

from __future__ import annotations

import copy
from typing import Any

from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.unknown import PAGE

MARKED_UP = "Zoe <img src=x onerror=alert(1)>"


def a_decision(number: int, **changes: Any) -> Json:
    """Number n: Jane Doe added to scene n."""
    return {
        "decision_id": str(number),
        "at": "2026-01-31T12:00:00Z",
        "what": "accept",
        "by": "user",
        "scene_id": str(number),
        "changes": "Jane Doe was added to the scene.",
        "can_undo": True,
        "undone": False,
        "name": "Jane Doe",
        "performer_id": "4",
        **changes,
    }


def a_batch(**changes: Any) -> Json:
    return {
        "batch_id": "3",
        "at": "2026-01-31T12:00:00Z",
        "what": "Jane Doe in 23 scenes",
        "state": "done",
        "total": 23,
        "done": 23,
        "failed": 0,
        "can_undo": True,
        "notes": [],
        "person_id": "performer:4",
        "group_id": "8",
        **changes,
    }


class Past:
    """Keeps decisions and batches as the plugin does, newest first, in pages of `per_page`."""

    def __init__(self, stash: FakeStash, *entries: Json, per_page: int = 25) -> None:
        self.entries, self.per_page = list(entries), per_page
        self.message = "Jane Doe was taken off the scene."
        stash.operations |= {"history": self.page, "undo": self.undo, "undo_batch": self.undo_batch}

    def page(self, args: Json) -> Json:
        start = (args["page"] - 1) * self.per_page
        return {
            "total": len(self.entries),
            "page": args["page"],
            "per_page": self.per_page,
            "items": copy.deepcopy(self.entries[start : start + self.per_page]),
        }

    def undo(self, args: Json) -> Json:
        entry = next(one for one in self.entries if one.get("decision_id") == args["decision_id"])
        if entry["undone"]:
            raise RefusedError("This decision has been undone already.")
        entry |= {"can_undo": False, "undone": True}
        told = {"what": "undo", "changes": self.message, "can_undo": False, "undone": False}
        self.entries.insert(0, {**entry, **told, "decision_id": "99"})
        return {"scene": {}, "message": self.message}

    def undo_batch(self, args: Json) -> Json:
        batch = next(one for one in self.entries if one.get("batch_id") == args["batch_id"])
        batch |= {"state": "undone", "can_undo": False}
        return {"batch": copy.deepcopy(batch), "start": None}


def history_tab(open_page: Any, query: str = "", **how: Any) -> Any:
    page = open_page(f"{PAGE}?tab=history{query}", **how)
    page.locator(".ss-panel--page").wait_for()
    return page
