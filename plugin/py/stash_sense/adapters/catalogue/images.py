"""The pictures of the people: each is downloaded once, whatever came of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stash_sense.core.catalogue.records import KnownImage
from stash_sense.core.catalogue.values import BoxImage, ImageReading

_COLUMNS = "box_id, image_id, url, width, height, place, state, outcome, content_hash, size_bytes, failures, retry_at, pack, revision"
_KEY = "endpoint = ? AND box_id = ? AND image_id = ?"


@dataclass(frozen=True, slots=True)
class ImageStore:
    """usecases.catalogue_ports.ImageStore."""

    db: sqlite3.Connection

    def put_list(self, endpoint: str, box_id: str, images: Sequence[BoxImage]) -> bool:
        """The pictures the person has now; those it has no more are marked gone. True if any came, went or moved elsewhere."""
        before = {known.image.id: known for known in self.of(endpoint, box_id)}
        now = {image.id: image for image in images}
        changed = False
        for place, image in enumerate(now.values()):
            known = before.get(image.id)
            if known is None or known.state == "gone":
                self._add(endpoint, box_id, image, place)
                changed = True
            elif (known.image, known.place) != (image, place):
                self.db.execute(
                    f"UPDATE box_image SET url = ?, width = ?, height = ?, place = ? WHERE {_KEY}",
                    (image.url, image.width, image.height, place, endpoint, box_id, image.id),
                )
                changed |= known.image != image
        gone = [known.image.id for known in before.values() if known.state != "gone" and known.image.id not in now]
        self.db.executemany(
            f"UPDATE box_image SET state = 'gone' WHERE {_KEY}", [(endpoint, box_id, image_id) for image_id in gone]
        )
        if gone:  # a repetition of one of them now has to stand for itself
            self.db.execute(
                "UPDATE box_image SET state = 'listed' WHERE endpoint = ? AND box_id = ? AND state = 'read' AND outcome = 'same_bytes'",
                (endpoint, box_id),
            )
        return changed or bool(gone)

    def _add(self, endpoint: str, box_id: str, image: BoxImage, place: int) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO box_image (endpoint, box_id, image_id, url, width, height, place, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'listed')",
            (endpoint, box_id, image.id, image.url, image.width, image.height, place),
        )

    def of(self, endpoint: str, box_id: str) -> list[KnownImage]:
        rows = self.db.execute(
            f"SELECT {_COLUMNS} FROM box_image WHERE endpoint = ? AND box_id = ? ORDER BY place, image_id",
            (endpoint, box_id),
        )
        return [_image(row) for row in rows]

    def twin(self, endpoint: str, image_id: str, *, pack: str, revision: str) -> KnownImage | None:
        """The same picture as read for whomever on this box."""
        row = self.db.execute(
            f"SELECT {_COLUMNS} FROM box_image WHERE endpoint = ? AND image_id = ? AND pack = ? AND revision = ? "
            "AND state != 'listed' AND (outcome NOT IN ('face', 'several_faces', 'same_bytes') OR EXISTS (SELECT 1 FROM box_face "
            "WHERE box_face.endpoint = box_image.endpoint AND box_face.box_id = box_image.box_id AND box_face.image_id = box_image.image_id "
            "AND box_face.pack = box_image.pack AND box_face.revision = box_image.revision)) ORDER BY box_id LIMIT 1",
            (endpoint, image_id, pack, revision),
        ).fetchone()
        return _image(row) if row else None

    def put_reading(self, reading: ImageReading, *, outcome: str, pack: str, revision: str, now: str) -> None:
        task = reading.task
        self._read(
            (task.source, task.person, task.image_id),
            (outcome, reading.content_hash or None, reading.size_bytes, reading.message, pack, revision, now),
        )

    def put_outcome(
        self, endpoint: str, image: KnownImage, *, outcome: str, pack: str, revision: str, now: str
    ) -> None:
        """What is known without downloading it."""
        self._read(
            (endpoint, image.box_id, image.image.id),
            (outcome, image.content_hash, image.size_bytes, None, pack, revision, now),
        )

    def _read(self, key: tuple[str, str, str], values: tuple[Any, ...]) -> None:
        self.db.execute(
            "UPDATE box_image SET state = 'read', failures = 0, retry_at = NULL, outcome = ?, content_hash = ?, size_bytes = ?, message = ?, "
            f"pack = ?, revision = ?, read_at = ? WHERE {_KEY}",
            (*values, *key),
        )

    def failed(self, reading: ImageReading, retry_at: str) -> None:
        task = reading.task
        self.db.execute(
            f"UPDATE box_image SET failures = failures + 1, retry_at = ?, message = ? WHERE {_KEY}",
            (retry_at, reading.message, task.source, task.person, task.image_id),
        )

    def forget_person(self, endpoint: str, box_id: str) -> None:
        """All of the person's pictures are gone."""
        self.db.execute("UPDATE box_image SET state = 'gone' WHERE endpoint = ? AND box_id = ?", (endpoint, box_id))

    def read_count(self, endpoint: str) -> int:
        """Pictures that were read, whatever came of it."""
        row = self.db.execute(
            "SELECT COUNT(*) FROM box_image WHERE endpoint = ? AND state = 'read'", (endpoint,)
        ).fetchone()
        return int(row[0])

    def average(self, endpoint: str) -> tuple[float, float] | None:
        """Pictures a person, and bytes a picture, as far as known; None where nothing was read yet."""
        people, images = self.db.execute(
            "SELECT COUNT(DISTINCT box_id), COUNT(*) FROM box_image WHERE endpoint = ? AND state != 'gone'", (endpoint,)
        ).fetchone()
        size = self.db.execute(
            "SELECT AVG(size_bytes) FROM box_image WHERE endpoint = ? AND size_bytes > 0", (endpoint,)
        ).fetchone()[0]
        return (images / people, float(size)) if people and size else None


def _image(row: Sequence[Any]) -> KnownImage:
    box_id, image_id, url, width, height, place, *rest = row
    return KnownImage(box_id, BoxImage(image_id, url, width, height), place, *rest)
