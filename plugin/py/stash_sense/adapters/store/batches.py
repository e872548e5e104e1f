"""Decisions made together: what is to be done, what has been, and what an undo had to leave."""

from __future__ import annotations

import json
from collections.abc import Sequence

from stash_sense.adapters.store.base import Store
from stash_sense.core.batch_records import BatchItem, BatchRecord

_BATCH = "at, what, state, name, person_id, group_id, faces, id"
_ITEM = "kind, CAST(stash_id AS TEXT), track_id, action, person_id, state, message, id"


class BatchStore(Store):
    def add(self, batch: BatchRecord, items: Sequence[BatchItem]) -> int:
        row = self.db.execute(
            "INSERT INTO batch (at, what, state, name, person_id, group_id, faces) VALUES (?, ?, 'waiting', ?, ?, ?, ?) RETURNING id",
            (batch.at, batch.what, batch.name, batch.person_id, batch.group_id, batch.faces),
        ).fetchone()
        self.db.executemany(
            "INSERT INTO batch_item (batch_id, kind, stash_id, track_id, action, person_id, state) VALUES (?, ?, ?, ?, ?, ?, 'waiting')",
            [(row[0], one.kind, int(one.stash_id), one.track_id, one.action, one.person_id) for one in items],
        )
        return int(row[0])

    def get(self, batch_id: int) -> BatchRecord | None:
        row = self.db.execute(f"SELECT {_BATCH} FROM batch WHERE id = ?", (batch_id,)).fetchone()
        return BatchRecord(*row) if row else None

    def recent(self, count: int) -> list[BatchRecord]:
        """Newest first."""
        rows = self.db.execute(f"SELECT {_BATCH} FROM batch ORDER BY id DESC LIMIT ?", (count,))
        return [BatchRecord(*row) for row in rows]

    def counts(self, batch_id: int) -> dict[str, int]:
        """How many items are in which state."""
        rows = self.db.execute("SELECT state, COUNT(*) FROM batch_item WHERE batch_id = ? GROUP BY state", (batch_id,))
        return dict(rows.fetchall())

    def items(self, batch_id: int, *states: str) -> list[BatchItem]:
        """Those in one of the states, in the order of the batch."""
        marks = ", ".join("?" * len(states))
        rows = self.db.execute(
            f"SELECT {_ITEM} FROM batch_item WHERE batch_id = ? AND state IN ({marks}) ORDER BY id", (batch_id, *states)
        )
        return [BatchItem(*row) for row in rows]

    def with_message(self, batch_id: int) -> list[BatchItem]:
        """Those that something is to be said about."""
        rows = self.db.execute(
            f"SELECT {_ITEM} FROM batch_item WHERE batch_id = ? AND message IS NOT NULL ORDER BY id", (batch_id,)
        )
        return [BatchItem(*row) for row in rows]

    def set_state(self, batch_id: int, state: str) -> None:
        self.db.execute("UPDATE batch SET state = ? WHERE id = ?", (state, batch_id))

    def set_person(self, batch_id: int, person_id: str) -> None:
        """The performer is there: nobody has to be created for the items to come."""
        self.db.execute("UPDATE batch SET person_id = ?, name = NULL WHERE id = ?", (person_id, batch_id))

    def set_item(self, item_id: int, state: str, message: str | None = None) -> None:
        self.db.execute("UPDATE batch_item SET state = ?, message = ? WHERE id = ?", (state, message, item_id))

    def decision_of(self, item_id: int) -> tuple[int, str | None, bool] | None:
        """The decision that was carried out for an item: its id, whom it named, and whether it still stands."""
        row = self.db.execute(
            "SELECT id, person_id, undone_by IS NULL FROM decision WHERE batch_item = ? AND state = 'done' ORDER BY id DESC LIMIT 1",
            (item_id,),
        ).fetchone()
        return (int(row[0]), row[1], bool(row[2])) if row else None

    def is_begun(self, item_id: int) -> bool:
        """Whether Stash has perhaps been told: there is a decision, finished or cut short by a kill."""
        row = self.db.execute("SELECT 1 FROM decision WHERE batch_item = ? LIMIT 1", (item_id,)).fetchone()
        return row is not None

    def people(self, batch_id: int) -> list[tuple[str, str | None, str | None]]:
        """Whom its items gave a name to, each once, with pack and revision of one of the faces."""
        rows = self.db.execute(
            "SELECT decision.person_id, MAX(pack), MAX(revision) FROM decision JOIN batch_item ON batch_item.id = decision.batch_item "
            "WHERE batch_id = ? AND decision.action IN ('accept', 'assign') AND decision.person_id IS NOT NULL GROUP BY decision.person_id",
            (batch_id,),
        )
        return [(person_id, pack, revision) for person_id, pack, revision in rows]

    def performer_made(self, batch_id: int) -> tuple[str, str | None] | None:
        """The performer created for one of its items, if every decision of the batch has been taken back; and whom that was chosen as."""
        rows = self.db.execute(
            "SELECT decision.before, decision.after, decision.undone_by FROM decision JOIN batch_item ON batch_item.id = decision.batch_item "
            "WHERE batch_id = ? AND decision.state = 'done'",
            (batch_id,),
        ).fetchall()
        if any(undone_by is None for _, _, undone_by in rows):
            return None
        for before, after in ((json.loads(before), json.loads(after)) for before, after, _ in rows):
            if after.get("created"):
                return str(after["performer_id"]), before.get("person_id")
        return None

    def mark(self, decision_id: int, item_id: int) -> None:
        """The decision is made for this item."""
        self.db.execute("UPDATE decision SET batch_item = ? WHERE id = ?", (item_id, decision_id))
