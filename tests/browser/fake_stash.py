"""The server behind the test page: answers what the panel's Apollo client sends, and keeps a record of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.browser import answers

Json = dict[str, Any]


class RefusedError(Exception):
    """The operation ends with this error text."""


class UnreachableError(Exception):
    """The request does not get through; the text is the browser's."""


def nothing_to_tell() -> Json:
    """What the settings page and Stash's own pages ask for, as it is after a first set-up."""
    untested = {"at": None, "rows": [], "speed": None, "references": None, "estimate": None}
    nobody = {"references": 0, "elsewhere": 0, "set_aside": 0, "waiting_scenes": 0, "waiting_images": 0}
    return {
        "references": [],
        "self_test_report": untested,
        "calibration": answers.calibration(),
        "tags": {},
        "review": {"total": 0, "people": 0, "page": 1, "per_page": 24, "from": 0.6, "items": [], "performers": []},
        "performer": lambda args: {"performer_id": args["performer_id"], **nobody},
    }


@dataclass
class FakeStash:
    """operations: mode → answer, or a function of the args; nothing is calibrated by default.
    library: performers that a search finds. jobs: what Stash's queue holds.
    boxes: the stash-boxes in Stash's settings. places: what differs of a scene or image ("scene:12"); None: it is gone.

    asked: every operation's args in order.
    """

    operations: dict[str, Any] = field(default_factory=nothing_to_tell)
    jobs: dict[str, Json] = field(default_factory=dict)
    performers: list[Json] = field(default_factory=list)
    library: list[Json] = field(default_factory=list)
    boxes: list[Json] = field(default_factory=list)
    places: dict[str, Json | None] = field(default_factory=dict)
    places_asked: int = 0
    asked: list[Json] = field(default_factory=list)
    started: list[Json] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    reads: int = 0
    refuse_tasks: str | None = None

    def answer(self, name: str, variables_json: str) -> Json:
        variables = json.loads(variables_json)
        handlers: dict[str, Callable[[Json], Json]] = {
            "StashSense_Operation": self._operation,
            "StashSense_Task": self._task,
            "StashSense_JobQueue": lambda _: {"jobQueue": [_job(job) for job in self.jobs.values()]},
            "StashSense_FindJob": lambda given: {
                "findJob": _job(self.jobs[given["id"]]) if given["id"] in self.jobs else None
            },
            "StashSense_StopJob": self._stop,
            "StashSense_FindPerformers": self._find_performers,
            "StashSense_Places": self._details,
            "StashSense_StashBoxNames": lambda _: {"configuration": {"general": {"stashBoxes": self.boxes}}},
            "FindScene": lambda given: {"findScene": self._page("Scene", given)},
            "FindImage": lambda given: {"findImage": self._page("Image", given)},
        }
        try:
            return {"data": handlers[name](variables)}
        except RefusedError as refused:
            return {"error": str(refused)}
        except UnreachableError as gone:
            return {"network": str(gone)}

    def _operation(self, variables: Json) -> Json:
        args = variables["args"]
        assert variables["id"] == "stash-sense"
        self.asked.append(args)
        reply = self.operations[args["mode"]]
        return {"runPluginOperation": reply(args) if callable(reply) else reply}

    def _task(self, variables: Json) -> Json:
        if self.refuse_tasks:
            raise RefusedError(self.refuse_tasks)
        self.started.append(variables)
        number = str(len(self.started))
        self.jobs[number] = {
            "id": number,
            "status": "READY",
            "description": "Running plugin task: " + variables["description"],
            "progress": None,
        }
        return {"runPluginTask": number}

    def _stop(self, variables: Json) -> Json:
        self.stopped.append(variables["id"])
        return {"stopJob": True}

    def _find_performers(self, variables: Json) -> Json:
        hits = [one for one in self.library if variables["name"].lower() in one["name"].lower()]
        performers = [{"__typename": "Performer", "disambiguation": None, **one} for one in hits]
        return {"findPerformers": {"__typename": "FindPerformersResultType", "performers": performers}}

    def _details(self, given: Json) -> Json:
        """As Stash: the first 25 rows where no page is asked for, and nothing of a field that is left out."""
        self.places_asked += 1
        most = given["page"]["per_page"]
        found = {}
        if given["anyScenes"]:
            found["findScenes"] = {"__typename": "FindScenesResultType", "scenes": self._found("scene", given, most)}
        if given["anyImages"]:
            found["findImages"] = {"__typename": "FindImagesResultType", "images": self._found("image", given, most)}
        return found

    def _found(self, kind: str, given: Json, most: int) -> list[Json]:
        rows = [self._detail(kind, number) for number in _wanted(given[f"{kind}s"])]
        return [row for row in rows if row is not None][:most]

    def _detail(self, kind: str, number: str) -> Json | None:
        changes = self.places.get(f"{kind}:{number}", {})
        if changes is None:
            return None
        files: Json = {"files": [], "paths": {"screenshot": None}}
        if kind == "image":
            files = {"visual_files": [], "paths": {"thumbnail": None}}
        studio = {"id": "2", "name": "Studio Two"}
        known = {"id": number, "title": f"Clip {number}", "date": "2024-05-01", "studio": studio, **files, **changes}
        for one in known.get("visual_files", []):
            one["__typename"] = "ImageFile"
        return known

    def _page(self, kind: str, given: Json) -> Json:
        self.reads += 1
        tags = {"tags": []} if kind == "Scene" else {}
        people = [{"__typename": "Performer", **one} for one in self.performers]
        return {"__typename": kind, "id": given["id"], "title": "A clip", "performers": people, **tags}


def _job(job: Json) -> Json:
    return {"__typename": "Job", "error": None, **job}


def _wanted(chain: Json | None) -> list[str]:
    """The ids that a filter of the form {id, OR: {id, OR: …}} fits."""
    if chain is None:
        return []
    assert chain["id"]["modifier"] == "EQUALS"
    return [str(chain["id"]["value"]), *_wanted(chain.get("OR"))]
