"""What the settings page shows of the sources; standard library only."""

from __future__ import annotations

import sqlite3

from stash_sense.adapters.catalogue.sources import SourceStore
from stash_sense.core.catalogue.records import Source, SourceStatus

_PEOPLE = """
SELECT COALESCE(SUM(state IN ('listed', 'live')), 0), COALESCE(SUM(state = 'live'), 0), COALESCE(SUM(state IN ('merged', 'deleted')), 0),
  COALESCE(SUM(wanted IS NOT NULL AND state IN ('listed', 'live') AND (read_at IS NULL OR state = 'listed' OR updated IS NOT read_updated)), 0),
  COALESCE(SUM(failures > 0), 0)
FROM box_person WHERE endpoint = ?"""
_IMAGES = """
SELECT COALESCE(SUM(state = 'read'), 0), COALESCE(SUM(state = 'listed'), 0), COALESCE(SUM(state = 'listed' AND failures > 0), 0)
FROM box_image WHERE endpoint = ?"""
_REJECTED_IMAGES = """
SELECT outcome, COUNT(*) FROM box_image WHERE endpoint = ? AND state = 'read' AND outcome NOT IN ('face', 'several_faces') GROUP BY outcome"""
_REJECTED_FACES = """
SELECT reason, COUNT(*) FROM box_face WHERE endpoint = ? AND pack = ? AND revision = ? AND state != 'used' AND reason IS NOT NULL GROUP BY reason"""
_FACES = """
SELECT COUNT(DISTINCT box_face.box_id), COUNT(*) FROM box_face JOIN box_person USING (endpoint, box_id)
WHERE endpoint = ? AND pack = ? AND revision = ? AND box_face.state = 'used' AND box_person.state = 'live'"""


def source_status(db: sqlite3.Connection, *, pack: str, revision: str) -> list[SourceStatus]:
    """Every source with its counts, in the order in which they were first seen."""
    return [_status(db, source, pack, revision) for source in SourceStore(db).all()]


def _status(db: sqlite3.Connection, source: Source, pack: str, revision: str) -> SourceStatus:
    here = (source.endpoint,)
    listed, people, retired, waiting_people, failing_people = db.execute(_PEOPLE, here).fetchone()
    images, waiting_images, failing_images = db.execute(_IMAGES, here).fetchone()
    with_faces, faces = db.execute(_FACES, (*here, pack, revision)).fetchone()
    rejected = dict(db.execute(_REJECTED_IMAGES, here).fetchall())
    rejected.update(db.execute(_REJECTED_FACES, (*here, pack, revision)).fetchall())
    return SourceStatus(
        source=source,
        listed=listed,
        people=people,
        retired=retired,
        with_faces=with_faces,
        images=images,
        faces=faces,
        waiting_people=waiting_people,
        waiting_images=waiting_images,
        errors=failing_people + failing_images,
        rejected=rejected,
        next_step=_next_step(source, failing_people + failing_images),
    )


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
