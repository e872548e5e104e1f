"""What the settings page shows of the sources; standard library only."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from stash_sense.adapters.catalogue.faces import FaceStore
from stash_sense.adapters.catalogue.sources import SourceStore
from stash_sense.core.catalogue.records import Source, SourceStatus

_PEOPLE = """
SELECT COALESCE(SUM(state IN ('listed', 'live')), 0), COALESCE(SUM(state = 'live'), 0), COALESCE(SUM(state IN ('merged', 'deleted')), 0),
  COALESCE(SUM(wanted IS NOT NULL AND state IN ('listed', 'live') AND (read_at IS NULL OR state = 'listed' OR updated IS NOT read_updated)), 0),
  COALESCE(SUM(failures > 0), 0)
FROM box_person WHERE endpoint = ?"""
_IMAGES = "SELECT state, outcome, COUNT(*) FROM box_image WHERE endpoint = ? GROUP BY state, outcome"
_FAILING_IMAGES = "SELECT COUNT(*) FROM box_image WHERE endpoint = ? AND state = 'listed' AND failures > 0"
_REJECTED_FACES = """
SELECT reason, COUNT(*) FROM box_face WHERE endpoint = ? AND pack = ? AND revision = ? AND state != 'used' AND reason IS NOT NULL GROUP BY reason"""

_NUMBERS = (
    "listed", "people", "retired", "with_faces", "images", "faces", "waiting_people", "waiting_images", "errors",
)  # fmt: skip


def source_status(db: sqlite3.Connection, *, pack: str, revision: str) -> list[SourceStatus]:
    """Every source as counted last, in the order in which they were first seen. Faces of another pack do not count."""
    rows = dict(db.execute("SELECT endpoint, counts FROM source").fetchall())
    return [
        _status(source, json.loads(rows[source.endpoint] or "{}"), [pack, revision]) for source in SourceStore(db).all()
    ]


def count_source(db: sqlite3.Connection, endpoint: str, *, pack: str, revision: str) -> None:
    """Counts anew what `source_status` tells."""
    here = (endpoint,)
    listed, people, retired, waiting_people, failing_people = db.execute(_PEOPLE, here).fetchone()
    images = db.execute(_IMAGES, here).fetchall()
    (failing_images,) = db.execute(_FAILING_IMAGES, here).fetchone()
    with_faces, faces = FaceStore(db).counts(endpoint, pack=pack, revision=revision)
    rejected = {
        outcome: count
        for state, outcome, count in images
        if state == "read" and outcome not in ("face", "several_faces")
    }
    rejected.update(db.execute(_REJECTED_FACES, (endpoint, pack, revision)).fetchall())
    counts = {
        "space": [pack, revision],
        "listed": listed,
        "people": people,
        "retired": retired,
        "with_faces": with_faces,
        "images": sum(count for state, _, count in images if state == "read"),
        "faces": faces,
        "waiting_people": waiting_people,
        "waiting_images": sum(count for state, _, count in images if state == "listed"),
        "errors": failing_people + failing_images,
        "rejected": rejected,
    }
    db.execute("UPDATE source SET counts = ? WHERE endpoint = ?", (json.dumps(counts), endpoint))


def _status(source: Source, counts: dict[str, Any], space: list[str]) -> SourceStatus:
    same = counts.pop("space", space) == space
    numbers = dict.fromkeys(_NUMBERS, 0) | counts
    if not same:
        numbers |= {"with_faces": 0, "faces": 0}
    return SourceStatus(source, **numbers, next_step=_next_step(source, numbers["errors"]))


def _next_step(source: Source, errors: int) -> str:
    if source.message:
        return source.message
    if source.begun_at is not None:
        return "The build was cut short: start it again, it goes on where it was."
    if source.built_at is None:
        return "Nothing has been read yet: start a build."
    if errors:
        return "Some people or pictures could not be read: the next build tries them again."
    return "Up to date; the next build reads only what has changed."
