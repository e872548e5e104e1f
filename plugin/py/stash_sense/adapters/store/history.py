"""What was decided, as one list: decisions made by themselves, and each batch in place of its own."""

from __future__ import annotations

from stash_sense.adapters.store.base import Store
from stash_sense.core.batch_records import HistoryEntry

_BY_ITSELF = "FROM decision WHERE state = 'done' AND batch_item IS NULL"
# Taking a batch back undoes its decisions one by one: the batch's own row tells that.
_BY_BATCH = (
    "FROM decision AS taken JOIN batch_item ON batch_item.id = taken.batch_item JOIN batch ON batch.id = batch_item.batch_id "
    "WHERE taken.undone_by IS NOT NULL AND taken.batch_item IS NOT NULL AND batch.state IN ('undoing', 'undone')"
)


class HistoryStore(Store):
    """usecases.stores.HistoryStore."""

    def count(self) -> int:
        """How many entries there are."""
        row = self.db.execute(
            f"SELECT (SELECT COUNT(*) {_BY_ITSELF}) + (SELECT COUNT(*) FROM batch) - (SELECT COUNT(*) {_BY_BATCH})"
        ).fetchone()
        return int(row[0])

    def page(self, *, offset: int, count: int) -> list[HistoryEntry]:
        """Newest first."""
        rows = self.db.execute(
            f"SELECT 'decision', id, at {_BY_ITSELF} AND (action <> 'undo' OR NOT EXISTS (SELECT 1 {_BY_BATCH} AND taken.undone_by = decision.id)) "
            "UNION ALL SELECT 'batch', id, at FROM batch ORDER BY 3 DESC, 2 DESC LIMIT ? OFFSET ?",
            (count, offset),
        )
        return [HistoryEntry(what, number) for what, number, _ in rows]
