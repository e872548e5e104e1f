"""The answers of the review page as data; see shapes.py."""

from __future__ import annotations

from tests.journeys.shapes import NUMBER, PERSON, TEXT, WHOLE, YES, Maybe

_COMMON = {"analysed_at": TEXT, "people": [PERSON], "decided": WHOLE, "unsure": WHOLE}
REVIEW = {
    "total": WHOLE,
    "people": WHOLE,
    "page": WHOLE,
    "per_page": WHOLE,
    "from": NUMBER,
    "items": [{"scene_id": TEXT, **_COMMON}],
    "performers": [{"person_id": TEXT, "name": TEXT, "performer_id": Maybe(TEXT), "tracks": WHOLE}],
}
REVIEW_PICTURES = {**REVIEW, "items": [{"image_id": TEXT, **_COMMON}]}
COUNTS = {"add": WHOLE, "has": WHOLE, "ruled_out": WHOLE, "gone": WHOLE, "decided": WHOLE, "still": WHOLE}
PLAN_MANY = {
    "sentence": TEXT,
    "counts": COUNTS,
    "people": [
        {
            "person_id": TEXT,
            "name": TEXT,
            "performer_id": Maybe(TEXT),
            "creates": YES,
            "scenes": WHOLE,
            "crop": Maybe(TEXT),
        }
    ],
    "items": [{"scene_id": TEXT, "track_id": TEXT, "person_id": TEXT}],
}
