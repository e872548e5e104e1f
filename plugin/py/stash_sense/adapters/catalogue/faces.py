"""The faces made of the pictures."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from stash_sense.core.catalogue.records import KnownFace
from stash_sense.core.catalogue.values import ImageReading

_FACE = "id, endpoint, box_id, image_id, face, content_hash, state, reason, quality, vector"


@dataclass(frozen=True, slots=True)
class FaceStore:
    """usecases.catalogue_ports.FaceStore."""

    db: sqlite3.Connection

    def of(self, endpoint: str, box_id: str, *, pack: str, revision: str) -> list[KnownFace]:
        """In a fixed order."""
        rows = self.db.execute(
            f"SELECT {_FACE}, EXISTS (SELECT 1 FROM box_image WHERE box_image.endpoint = box_face.endpoint AND box_image.box_id = box_face.box_id "
            "AND box_image.image_id = box_face.image_id AND outcome = 'several_faces') "
            "FROM box_face WHERE endpoint = ? AND box_id = ? AND pack = ? AND revision = ? ORDER BY image_id, face",
            (endpoint, box_id, pack, revision),
        )
        return [KnownFace(*row) for row in rows]

    def add(self, reading: ImageReading, *, pack: str, revision: str) -> None:
        """The faces of one picture instead of those it had, with their crops; spare until they are admitted."""
        task = reading.task
        self.db.execute(
            "DELETE FROM box_face WHERE endpoint = ? AND box_id = ? AND image_id = ? AND pack = ? AND revision = ?",
            (task.source, task.person, task.image_id, pack, revision),
        )
        self.db.executemany(
            "INSERT INTO box_face (endpoint, box_id, image_id, face, content_hash, pack, revision, state, quality, vector, crop) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'spare', ?, ?, ?)",
            [
                (
                    task.source, task.person, task.image_id, place, reading.content_hash, pack, revision,
                    face.quality, face.vector, face.crop,
                )
                for place, face in enumerate(reading.faces)
            ],
        )  # fmt: skip

    def copy(self, endpoint: str, image_id: str, *, from_id: str, to_id: str, pack: str, revision: str) -> None:
        """The faces of a picture that another person has, too."""
        self.db.execute(
            "INSERT OR REPLACE INTO box_face (endpoint, box_id, image_id, face, content_hash, pack, revision, state, quality, vector, crop) "
            "SELECT endpoint, ?, image_id, face, content_hash, pack, revision, 'spare', quality, vector, crop FROM box_face "
            "WHERE endpoint = ? AND box_id = ? AND image_id = ? AND pack = ? AND revision = ?",
            (to_id, endpoint, from_id, image_id, pack, revision),
        )

    def set_state(self, face_id: int, state: str, reason: str | None) -> None:
        self.db.execute("UPDATE box_face SET state = ?, reason = ? WHERE id = ?", (state, reason, face_id))

    def keep_crops(self, endpoint: str, box_id: str, best: int | None, fresh: Collection[str]) -> None:
        """Of the pictures `fresh` only the face `best` keeps its crop."""
        self.db.executemany(
            "UPDATE box_face SET crop = NULL WHERE endpoint = ? AND box_id = ? AND image_id = ? AND id IS NOT ?",
            [(endpoint, box_id, image_id, best) for image_id in fresh],
        )

    def crop(self, face_id: int) -> bytes | None:
        row = self.db.execute("SELECT crop FROM box_face WHERE id = ?", (face_id,)).fetchone()
        return row[0] if row else None

    def drop_gone(self, endpoint: str, box_id: str) -> bool:
        """Faces of pictures the person has no more; True if there were any."""
        return bool(
            self.db.execute(
                "DELETE FROM box_face WHERE endpoint = :endpoint AND box_id = :box_id AND image_id IN "
                "(SELECT image_id FROM box_image WHERE endpoint = :endpoint AND box_id = :box_id AND state = 'gone')",
                {"endpoint": endpoint, "box_id": box_id},
            ).rowcount
        )

    def drop_retired(self) -> None:
        """Faces of people who were merged or deleted."""
        self.db.execute(
            "DELETE FROM box_face WHERE EXISTS (SELECT 1 FROM box_person WHERE box_person.endpoint = box_face.endpoint "
            "AND box_person.box_id = box_face.box_id AND box_person.state IN ('merged', 'deleted'))"
        )

    def drop_other_packs(self, *, pack: str, revision: str) -> None:
        self.db.execute("DELETE FROM box_face WHERE pack != ? OR revision != ?", (pack, revision))

    def counts(self, endpoint: str, *, pack: str, revision: str) -> tuple[int, int]:
        """Live people with a face in use, and faces in use."""
        row = self.db.execute(
            "SELECT COUNT(DISTINCT box_face.box_id), COUNT(*) FROM box_face JOIN box_person USING (endpoint, box_id) "
            "WHERE endpoint = ? AND pack = ? AND revision = ? AND box_face.state = 'used' AND box_person.state = 'live'",
            (endpoint, pack, revision),
        ).fetchone()
        return int(row[0]), int(row[1])
