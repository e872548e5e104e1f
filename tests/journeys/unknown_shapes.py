"""The answers about unknown people and batches as data; see shapes.py."""

from __future__ import annotations

from tests.journeys.shapes import IDENTITY, NUMBER, TEXT, WHOLE, YES, Maybe, OneOf

FACE = {
    "track_id": TEXT,
    "scene_id": TEXT,
    "crop": TEXT,
    "faces": WHOLE,
    "quality": NUMBER,
    "best_time_s": Maybe(NUMBER),
}
COUNTS = {"group_id": TEXT, "ignored": YES, "scenes": WHOLE, "images": WHOLE, "tracks": WHOLE, "faces": WHOLE}
BATCH = {
    "batch_id": TEXT,
    "at": TEXT,
    "what": TEXT,
    "state": OneOf("waiting", "done", "undoing", "undone"),
    "total": WHOLE,
    "done": WHOLE,
    "failed": WHOLE,
    "person_id": Maybe(TEXT),
    "group_id": Maybe(TEXT),
    "notes": [{"scene_id": TEXT, "state": TEXT, "message": TEXT}],
}
UNKNOWN_PEOPLE = {
    "total": WHOLE,
    "page": WHOLE,
    "per_page": WHOLE,
    "ignored": WHOLE,
    "items": [{**COUNTS, "crops": [FACE], "scene_ids": [TEXT], "image_ids": [TEXT]}],
    "batches": [BATCH],
}
UNKNOWN_PERSON = {
    **COUNTS,
    "page": WHOLE,
    "per_page": WHOLE,
    "members": [FACE],
    "suggestions": [{**IDENTITY, "probability": Maybe(NUMBER), "score": Maybe(NUMBER), "tracks": WHOLE}],
}
PLAN = {
    "who": TEXT,
    "person_id": Maybe(TEXT),
    "performer_id": Maybe(TEXT),
    "creates": YES,
    "sentence": TEXT,
    "counts": {"add": WHOLE, "has": WHOLE, "ruled_out": WHOLE, "gone": WHOLE},
    "changes": [{"scene_id": TEXT, "change": OneOf("add", "has", "ruled_out", "gone")}],
    "track_ids": [TEXT],
}
