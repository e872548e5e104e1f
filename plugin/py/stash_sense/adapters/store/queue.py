"""Scenes waiting to be identified, and the one job that will take them."""

from __future__ import annotations

from collections.abc import Sequence

from stash_sense.adapters.store.base import Store


class QueueStore(Store):
    def add(self, scene_ids: Sequence[str], *, reason: str, now: str) -> None:
        rows = [(int(scene_id), reason, now) for scene_id in scene_ids]
        self.db.executemany("INSERT OR IGNORE INTO queue (scene_id, reason, queued_at) VALUES (?, ?, ?)", rows)

    def first(self, count: int) -> list[str]:
        rows = self.db.execute("SELECT scene_id FROM queue ORDER BY queued_at, scene_id LIMIT ?", (count,))
        return [str(scene_id) for (scene_id,) in rows]

    def remove(self, scene_id: str) -> None:
        self.db.execute("DELETE FROM queue WHERE scene_id = ?", (int(scene_id),))

    def holds(self, scene_id: str) -> bool:
        return self.db.execute("SELECT 1 FROM queue WHERE scene_id = ?", (int(scene_id),)).fetchone() is not None

    def count(self) -> int:
        return int(self.db.execute("SELECT COUNT(*) FROM queue").fetchone()[0])

    def job(self) -> tuple[str | None, str] | None:
        """Job id (None while it is being asked for) and since when; None if there is no job."""
        row = self.db.execute("SELECT job_id, asked_at FROM queue_job").fetchone()
        return (row[0], row[1]) if row else None

    def claim_job(self, now: str) -> None:
        """Says that the job is running now, so that hooks leave it alone."""
        self.db.execute(
            "INSERT INTO queue_job (only_row, asked_at) VALUES (1, ?) ON CONFLICT (only_row) DO UPDATE SET asked_at = excluded.asked_at",
            (now,),
        )

    def release_job(self) -> None:
        """The job ends: the next hook asks for a new one."""
        self.db.execute("DELETE FROM queue_job")
