"""A plugin behind the page of people to review: it decides, takes back and pages as the real one does."""

from __future__ import annotations

import copy
from typing import Any

from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.unknown import PAGE, SHADES

NAMES = ["Jane Doe", "Anna B.", "Mary Roe", "Zoe Quinn"]


def waiting(number: int, probability: float | None = None, **changes: Any) -> Json:
    """A suggested person: track 100 + number, called after the number."""
    who = number % len(NAMES)
    candidate = answers.a_candidate(
        person_id=f"performer:{4 + who}", performer_id=str(4 + who), name=NAMES[who],
        probability=0.99 - number / 100 if probability is None else probability,
        crop=answers.a_picture(*SHADES[who]),
    )  # fmt: skip
    crop = answers.a_picture(*SHADES[(number + 1) % len(SHADES)])
    return answers.a_person(track_id=str(100 + number), candidates=[candidate], crop=crop, **changes)


def an_item(number: int, *people: Json, kind: str = "scene", **changes: Any) -> Json:
    return {
        f"{kind}_id": str(number), "analysed_at": "2026-01-31T12:00:00Z", "people": list(people) or [waiting(number)],
        "decided": 0, "unsure": 0, **changes,
    }  # fmt: skip


class Reviewed:
    """Keeps the items; small: batches are done at once; refused: tracks about which nothing can be decided."""

    def __init__(
        self, stash: FakeStash, *items: Json, small: bool = True, per_page: int = 24, bound: float = 0.6
    ) -> None:
        self.items, self.small, self.per_page, self.bound = list(items), small, per_page, bound
        self.refused: dict[str, str] = {}
        self.before: dict[str, tuple[str, Json]] = {}
        self.batches: dict[str, Json] = {}
        self.taken: dict[str, list[Json]] = {}
        self.stash = stash
        stash.operations |= {
            "review": self.review, "decide": self.decide, "undo": self.undo, "review_many": self.many,
            "batch": lambda args: copy.deepcopy(self.batches[args["batch_id"]]), "undo_batch": self.undo_batch,
            "status": answers.status(runs=[]), "unknown_people": self.strangers, "search_people": [],
        }  # fmt: skip

    def strangers(self, args: Json) -> Json:
        return {"total": 0, "page": args["page"], "per_page": 24, "ignored": 0, "items": [], "batches": []}

    def wait(self, args: Json) -> list[Json]:
        """The items as the list has them: only who waits and reaches the bound."""
        bound, who = args.get("min_probability", self.bound), args.get("performer_id")
        found = []
        for item in self.items:
            people = [
                one for one in item["people"]
                if one["verdict"] == "suggested" and one["candidates"][0]["probability"] >= bound
                and who in (None, one["candidates"][0]["performer_id"])
            ]  # fmt: skip
            if people and f"{args.get('kind', 'scene' if 'scene_id' in item else 'image')}_id" in item:
                found.append({**item, "people": people})
        return found

    def review(self, args: Json) -> Json:
        found, start = self.wait(args), (args["page"] - 1) * self.per_page
        first = [one["candidates"][0] for item in self.wait({}) for one in item["people"]]
        known = {one["person_id"]: one for one in first}
        return copy.deepcopy({
            "total": len(found), "people": sum(len(item["people"]) for item in found), "page": args["page"], "per_page": self.per_page,
            "from": args.get("min_probability", self.bound), "items": found[start : start + self.per_page],
            "performers": [
                {"person_id": key, "name": one["name"], "performer_id": one["performer_id"], "tracks": sum(other["person_id"] == key for other in first)}
                for key, one in known.items()
            ],
        })  # fmt: skip

    def find(self, args: Json) -> tuple[Json, Json]:
        for item in self.items:
            for person in item["people"]:
                if person["track_id"] == args["track_id"] and all(
                    args.get(key) == item.get(key) for key in ("scene_id", "image_id")
                ):
                    return item, person
        raise RefusedError("This face is not known any more: identify the scene again.")

    def decide(self, args: Json) -> Json:
        item, person = self.find(args)
        if args["track_id"] in self.refused:
            raise RefusedError(self.refused[args["track_id"]])
        number = str(len(self.before) + 1)
        self.before[number] = (args["track_id"], copy.deepcopy(person))
        self.settle(person, args, number)
        return {"decision_id": number, **self.faces(item)}

    def settle(self, person: Json, args: Json, number: str | None) -> None:
        person |= {"decision_id": number, "decided_by": "user"}
        if args["action"] == "reject":
            person["candidates"] = [one for one in person["candidates"] if one["person_id"] != args["person_id"]]
            person |= {"verdict": "rejected", "why": "you said who this is not"}
            return
        name = {
            "person_id": "performer:70",
            "performer_id": "70",
            "name": args.get("name", "?"),
            "disambiguation": None,
            "crop": None,
        }
        who = next((one for one in person["candidates"] if one["person_id"] == args.get("person_id")), name)
        person |= {"verdict": "accepted", "why": "confirmed by you", "person": {key: who[key] for key in name}}

    def faces(self, item: Json) -> Json:
        kind = "scene" if "scene_id" in item else "image"
        key = f"{kind}_id"
        return {
            kind: copy.deepcopy(answers.scene(**{"scene_id": None, key: item[key]}, people=item["people"], cast=[]))
        }

    def undo(self, args: Json) -> Json:
        track, before = self.before[args["decision_id"]]
        item = next(one for one in self.items if any(person["track_id"] == track for person in one["people"]))
        item["people"] = [before if one["track_id"] == track else one for one in item["people"]]
        return {**self.faces(item), "message": "Taken back."}

    def plan(self, args: Json) -> Json:
        items = args.get("items") or [
            {key: item[key] for key in ("scene_id", "image_id") if key in item}
            | {"track_id": one["track_id"], "person_id": one["candidates"][0]["person_id"]}
            for item in self.wait(args["where"])
            for one in item["people"]
        ]
        who = {one["person_id"]: self.find(one)[1]["candidates"][0] for one in items}
        seen = [one["person_id"] for one in items]
        people = [
            {key: one[key] for key in ("person_id", "name", "performer_id", "crop")}
            | {"creates": False, "scenes": seen.count(person_id)}
            for person_id, one in who.items()
        ]
        added = f"{len(items)} performers will be added to {len(items)} scenes."
        sentence = added if args["action"] == "accept" else f"{len(items)} names will be ruled out."
        return {"sentence": sentence, "counts": {"add": len(items)}, "people": people, "items": items}

    def many(self, args: Json) -> Json:
        if args.get("dry_run"):
            return {"plan": self.plan(args)}
        accept = args["action"] == "accept"
        number = str(len(self.batches) + 1)
        count = len(args["items"])
        what = f"{count} people in {count} scenes" if accept else f"{count} people ruled out in {count} scenes"
        self.taken[number] = args["items"]
        self.batches[number] = {
            "batch_id": number, "at": "2026-01-31T12:00:00Z", "what": what, "state": "waiting", "total": count, "done": 0, "failed": 0,
            "person_id": None, "group_id": None, "notes": [],
        }  # fmt: skip
        if self.small:
            self.finish(number, args["action"])
        return {"batch": copy.deepcopy(self.batches[number]), "start": None if self.small else "decide_many"}

    def finish(self, number: str, action: str = "accept") -> None:
        batch = self.batches[number]
        for one in self.taken[number]:
            self.settle(self.find(one)[1], {**one, "action": action}, None)
        batch |= {"state": "done", "done": batch["total"]}

    def undo_batch(self, args: Json) -> Json:
        for one in self.taken[args["batch_id"]]:
            person = self.find(one)[1]
            person |= {"verdict": "suggested", "decision_id": None, "person": None}
            person["candidates"] = person["candidates"] or [waiting(int(one["track_id"]) - 100)["candidates"][0]]
        self.batches[args["batch_id"]] |= {"state": "undone"}
        return {"batch": copy.deepcopy(self.batches[args["batch_id"]]), "start": None}


def review_page(open_page: Any, query: str = "", **how: Any) -> Any:
    page = open_page(PAGE + query, **how)
    page.locator(".ss-review").wait_for()
    return page


def focused(page: Any) -> str | None:
    """The name of what has the focus, as a screen reader says it."""
    label: str | None = page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )
    return label


def person(page: Any, name: str) -> Any:
    """A row by the beginning of its name: "Jane Doe, 95 %"."""
    return page.locator(f'.ss-review__person[aria-label^="{name}"]')


def decisions(stash: FakeStash) -> list[tuple[str, str]]:
    """(track, action) of every decision that was asked for."""
    return [(one["track_id"], one["action"]) for one in stash.asked if one["mode"] == "decide"]
