"""A plugin behind the page that keeps one scene."""

from __future__ import annotations

import copy

from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json


class Scripted:
    """A plugin that keeps one scene and answers decisions the way the real one does."""

    def __init__(self, stash: FakeStash, scene: Json) -> None:
        self.stash, self.scene, self.decisions = stash, scene, 0
        self.before: dict[str, Json] = {}
        stash.operations |= {
            "scene": lambda _: self.scene,
            "decide": self.decide,
            "undo": self.undo,
            "status": answers.status(),
        }

    def decide(self, args: Json) -> Json:
        self.decisions += 1
        number = str(self.decisions)
        self.before[number] = copy.deepcopy(self.scene)
        self.scene = copy.deepcopy(self.scene)
        person = next(one for one in self.scene["people"] if one["track_id"] == args["track_id"])
        person["decision_id"], person["decided_by"] = number, "user"
        if args["action"] == "reject":
            person["candidates"] = [one for one in person["candidates"] if one["person_id"] != args["person_id"]]
            again = bool(person["candidates"]) and person["candidates"][0]["probability"] >= 0.5
            person["verdict"] = "suggested" if again else "rejected"
            person["why"] = (
                "the next best after Jane Doe, whom you ruled out" if again else "you said that this is not Jane Doe"
            )
        else:
            known = {one["person_id"]: one for one in person["candidates"]}
            chosen = known.get(args.get("person_id"))
            name = args.get("name", chosen["name"] if chosen else "Zoe Quinn")
            newcomer = {
                "person_id": f"performer:{70 + self.decisions}",
                "name": name,
                "disambiguation": None,
                "performer_id": str(70 + self.decisions),
                "crop": None,
            }
            who = (
                chosen if chosen and chosen["performer_id"] else newcomer
            )  # somebody from a gallery package becomes a performer
            person["verdict"], person["why"] = "accepted", "confirmed by you"
            person["person"] = {
                key: who[key] for key in ("person_id", "name", "disambiguation", "performer_id", "crop")
            }
            self.stash.performers.append({"id": who["performer_id"], "name": who["name"]})
        self.scene["people"].reverse()  # the order of the answer must not move anything
        return {"decision_id": number, "scene": self.scene}

    def undo(self, args: Json) -> Json:
        self.scene = self.before[args["decision_id"]]
        self.stash.performers.clear()
        return {"scene": self.scene, "message": "Jane Doe is off the scene again."}
