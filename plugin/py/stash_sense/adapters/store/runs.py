"""Task runs: what runs, how far it is, how it ended."""

from __future__ import annotations

from stash_sense.adapters.store.base import Store
from stash_sense.core.run_records import RunRecord

KEPT = 200

_COLUMNS = "id, kind, state, started_at, heartbeat_at, finished_at, done, total, failed, message"


class RunStore(Store):
    def start(self, kind: str, now: str) -> int:
        """Opens a run and closes those that a kill left open; returns its id. Stash runs one task at a time."""
        self.db.execute(
            "UPDATE run SET state = 'failed', finished_at = heartbeat_at, message = 'Stopped before it was finished; nothing is lost, start it again.' "
            "WHERE state = 'running'"
        )
        cursor = self.db.execute(
            "INSERT INTO run (kind, state, started_at, heartbeat_at) VALUES (?, 'running', ?, ?) RETURNING id",
            (kind, now, now),
        )
        run_id = int(cursor.fetchone()[0])
        self.db.execute("DELETE FROM run WHERE id <= ?", (run_id - KEPT,))
        return run_id

    def beat(self, run_id: int, now: str, *, done: int, total: int, failed: int, message: str | None = None) -> None:
        self.db.execute(
            "UPDATE run SET heartbeat_at = ?, done = ?, total = ?, failed = ?, message = ? WHERE id = ?",
            (now, done, total, failed, message, run_id),
        )

    def finish(self, run_id: int, now: str, *, ok: bool, message: str) -> None:
        self.db.execute(
            "UPDATE run SET state = ?, heartbeat_at = ?, finished_at = ?, message = ? WHERE id = ?",
            ("finished" if ok else "failed", now, now, message, run_id),
        )

    def running(self) -> RunRecord | None:
        row = self.db.execute(f"SELECT {_COLUMNS} FROM run WHERE state = 'running' ORDER BY id DESC LIMIT 1").fetchone()
        return RunRecord(*row) if row else None

    def recent(self, count: int = 10) -> list[RunRecord]:
        rows = self.db.execute(f"SELECT {_COLUMNS} FROM run ORDER BY id DESC LIMIT ?", (count,))
        return [RunRecord(*row) for row in rows]
