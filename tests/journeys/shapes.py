"""The contract of the operations (design §10) as data, and a comparison that names the first place that differs."""

from __future__ import annotations

from typing import Any

TEXT, NUMBER, WHOLE, YES = str, (int, float), int, bool


class Maybe:
    """The shape or null."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape


class OneOf:
    """One of these values."""

    def __init__(self, *values: Any) -> None:
        self.values = values


ANY = object()  # whatever
LINK = {"endpoint": TEXT, "stash_id": TEXT}
IDENTITY = {
    "person_id": TEXT,
    "name": TEXT,
    "disambiguation": Maybe(TEXT),
    "performer_id": Maybe(TEXT),
    "stash_ids": [LINK],
    "crop": Maybe(TEXT),
}
CANDIDATE = {**IDENTITY, "probability": NUMBER, "score": NUMBER, "references": WHOLE}
PERSON = {
    "track_id": TEXT,
    "verdict": OneOf("suggested", "accepted", "rejected", "unknown", "insufficient"),
    "why": TEXT,
    "crop": TEXT,
    "faces": WHOLE,
    "frames": WHOLE,
    "best_time_s": Maybe(NUMBER),
    "segments": [[NUMBER]],
    "quality": NUMBER,
    "person": Maybe(IDENTITY),
    "decision_id": Maybe(TEXT),
    "decided_by": Maybe(OneOf("user", "auto")),
    "elsewhere": Maybe({"group_id": TEXT, "scenes": WHOLE, "images": WHOLE}),
    "candidates": [CANDIDATE],
}
SCENE = {
    "scene_id": TEXT,
    "state": OneOf("not_analysed", "queued", "running", "analysed", "no_faces", "failed"),
    "message": Maybe(TEXT),
    "analysed_at": Maybe(TEXT),
    "sampled": Maybe({"frames": WHOLE, "faces": WHOLE, "unusable": WHOLE}),
    "people": [PERSON],
    "cast": [{"performer_id": TEXT, "name": TEXT, "seen": YES, "reason": Maybe(TEXT)}],
}
IMAGE = {("image_id" if key == "scene_id" else key): shape for key, shape in SCENE.items()}
PEOPLE = [IDENTITY]
DECISION = {
    "decision_id": TEXT,
    "at": TEXT,
    "what": OneOf("accept", "reject", "assign", "skip", "undo"),
    "by": OneOf("user", "auto"),
    "scene_id": TEXT,
    "changes": TEXT,
    "can_undo": YES,
    "undone": YES,
    "name": Maybe(TEXT),
    "performer_id": Maybe(TEXT),
}
HISTORY = {"total": WHOLE, "page": WHOLE, "per_page": WHOLE, "items": [DECISION]}
PERFORMER = {
    "performer_id": TEXT,
    "references": WHOLE,
    "elsewhere": WHOLE,
    "set_aside": WHOLE,
    "waiting_scenes": WHOLE,
    "waiting_images": WHOLE,
}
SETTINGS = [
    {
        "key": TEXT,
        "title": TEXT,
        "kind": OneOf("BOOLEAN", "NUMBER", "STRING"),
        "value": ANY,
        "default": ANY,
        "bounds": Maybe([WHOLE]),
        "choices": [TEXT],
        "help": TEXT,
    }
]
STATUS = {
    "version": TEXT,
    "python": {"version": TEXT, "executable": TEXT, "start_ms": Maybe(WHOLE)},
    "dependencies": {"ok": YES, "runtime": TEXT, "packages": ANY, "origin": Maybe(TEXT), "message": Maybe(TEXT)},
    "pack": {"name": TEXT, "revision": Maybe(TEXT), "ok": YES, "message": Maybe(TEXT), "provisional": YES},
    "packs": [
        {
            "name": TEXT,
            "revision": TEXT,
            "licence": TEXT,
            "terms": Maybe(TEXT),
            "terms_url": Maybe(TEXT),
            "provisional": YES,
            "size_bytes": WHOLE,
            "ready": YES,
            "runs_here": YES,
            "chosen": YES,
            "in_use": YES,
        }
    ],
    "gallery": {
        "people": WHOLE,
        "references": WHOLE,
        "set_aside": WHOLE,
        "performers": WHOLE,
        "performers_without": WHOLE,
        "build": WHOLE,
        "updated_at": Maybe(TEXT),
        "without": [{"performer_id": TEXT, "name": TEXT, "reason": TEXT}],
    },
    "queue": {"waiting": WHOLE, "job_id": Maybe(TEXT)},
    "runs": [
        {
            "run_id": TEXT,
            "kind": TEXT,
            "state": OneOf("running", "finished", "failed"),
            "started_at": TEXT,
            "heartbeat_at": TEXT,
            "finished_at": Maybe(TEXT),
            "done": WHOLE,
            "total": WHOLE,
            "failed": WHOLE,
            "message": Maybe(TEXT),
        }
    ],
    "sources": [
        {
            "endpoint": TEXT,
            "host": TEXT,
            "name": TEXT,
            "people": WHOLE,
            "faces": WHOLE,
            "waiting": WHOLE,
            "errors": WHOLE,
            "rejected": ANY,
            "statement": Maybe(TEXT),
            "swept_at": Maybe(TEXT),
            "built_at": Maybe(TEXT),
            "scope": Maybe(OneOf("linked", "costars", "all")),
            "message": Maybe(TEXT),
            "next_step": Maybe(TEXT),
        }
    ],
    "packages": [
        {
            "name": TEXT,
            "build_id": TEXT,
            "people": WHOLE,
            "faces": WHOLE,
            "activated_at": TEXT,
            "can_roll_back": YES,
            "sources": [{"name": TEXT, "host": TEXT}],
            "problem": Maybe(TEXT),
        }
    ],
    "outdated": [
        {
            "performer_id": TEXT,
            "name": TEXT,
            "reason": TEXT,
            "endpoint": TEXT,
            "stash_id": TEXT,
            "new_stash_id": Maybe(TEXT),
        }
    ],
    "data_folder": TEXT,
    "problems": [{"code": TEXT, "message": TEXT, "fix": Maybe(TEXT)}],
}


def mismatch(shape: Any, value: Any, where: str = "answer") -> str | None:
    """Where and how `value` differs from `shape`; None if it fits. Objects have exactly the keys of their shape."""
    if shape is ANY or (isinstance(shape, Maybe) and value is None):
        return None
    if isinstance(shape, Maybe):
        return mismatch(shape.shape, value, where)
    if isinstance(shape, OneOf):
        return None if value in shape.values else f"{where} is {value!r}"
    if isinstance(shape, dict):
        if not isinstance(value, dict) or set(value) != set(shape):
            return f"{where} has {sorted(value) if isinstance(value, dict) else value!r}, needs {sorted(shape)}"
        found = (mismatch(part, value[key], f"{where}.{key}") for key, part in shape.items())
        return next((one for one in found if one), None)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{where} is {value!r}, needs a list"
        found = (mismatch(shape[0], one, f"{where}[{at}]") for at, one in enumerate(value))
        return next((one for one in found if one), None)
    fits = isinstance(value, shape) and (shape is YES or not isinstance(value, bool))
    return None if fits else f"{where} is {value!r}"
