"""Decisions made together: what is to be done, what has been, and what an undo had to leave."""

from __future__ import annotations

import json
from collections.abc import Sequence

from stash_sense.adapters.store.base import Store
from stash_sense.core.batch_records import BatchItem, BatchRecord

_BATCH = "at, what, state, name, person_id, group_id, faces, id"
_ITEM = "kind, CAST(stash_id AS TEXT), track_id, action, person_id, state, message, id, faces"


class BatchStore(Store):
    def add(self, batch: BatchRecord, items: Sequence[BatchItem]) -> int:
        row = self.db.execute(
            "INSERT INTO batch (at, what, state, name, person_id, group_id, faces) VALUES (?, ?, 'waiting', ?, ?, ?, ?) RETURNING id",
            (batch.at, batch.what, batch.name, batch.person_id, batch.group_id, batch.faces),
        ).fetchone()
        self.db.executemany(
            "INSERT INTO batch_item (batch_id, kind, stash_id, track_id, action, person_id, faces, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')",
            [
                (row[0], one.kind, int(one.stash_id), one.track_id, one.action, one.person_id, one.faces)
                for one in items
            ],
        )
        return int(row[0])

    def get(self, batch_id: int) -> BatchRecord | None:
        row = self.db.execute(f"SELECT {_BATCH} FROM batch WHERE id = ?", (batch_id,)).fetchone()
        return BatchRecord(*row) if row else None

    def of_groups(self, count: int) -> list[BatchRecord]:
        """Those that named an unknown person, newest first."""
        rows = self.db.execute(
            f"SELECT {_BATCH} FROM batch WHERE group_id IS NOT NULL ORDER BY id DESC LIMIT ?", (count,)
        )
        return [BatchRecord(*row) for row in rows]

    def counts(self, batch_id: int) -> dict[str, int]:
        """How many items are in which state."""
        rows = self.db.execute("SELECT state, COUNT(*) FROM batch_item WHERE batch_id = ? GROUP BY state", (batch_id,))
        return dict(rows.fetchall())

    def item(self, item_id: int) -> BatchItem:
        """One that is there: items are never deleted."""
        return BatchItem(*self.db.execute(f"SELECT {_ITEM} FROM batch_item WHERE id = ?", (item_id,)).fetchone())

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

    def set_person_of_items(self, batch_id: int, old_person: str, new_person: str) -> None:
        """The same of items that say themselves who it is: somebody from a package is a performer now."""
        self.db.execute(
            "UPDATE batch_item SET person_id = ? WHERE batch_id = ? AND person_id = ? AND state = 'waiting'",
            (new_person, batch_id, old_person),
        )

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

    def is_overruled(self, item_id: int) -> bool:
        """Whether the user has said since the batch was made that the face is somebody else or has no name."""
        row = self.db.execute(
            "SELECT 1 FROM batch_item JOIN batch ON batch.id = batch_item.batch_id JOIN decision ON decision.track_id = batch_item.track_id "
            "LEFT JOIN batch_item AS own ON own.id = decision.batch_item WHERE batch_item.id = ? AND decision.action IN ('reject', 'skip') "
            "AND decision.state = 'done' AND decision.undone_by IS NULL AND decision.at > batch.at AND own.batch_id IS NOT batch.id LIMIT 1",
            (item_id,),
        ).fetchone()
        return row is not None

    def people(self, batch_id: int) -> list[tuple[str, str | None, str | None]]:
        """Whom its items gave a name to, each once, with pack and revision of one of the faces."""
        rows = self.db.execute(
            "SELECT decision.person_id, MAX(pack), MAX(revision) FROM decision JOIN batch_item ON batch_item.id = decision.batch_item "
            "WHERE batch_id = ? AND decision.action IN ('accept', 'assign') AND decision.person_id IS NOT NULL GROUP BY decision.person_id",
            (batch_id,),
        )
        return [(person_id, pack, revision) for person_id, pack, revision in rows]

    def performers_made(self, batch_id: int) -> list[tuple[str, str | None]]:
        """The performers created for its items, each with the person that was chosen, as far as every decision about them has been taken back."""
        rows = self.db.execute(
            "SELECT decision.person_id, decision.before, decision.after, decision.undone_by FROM decision "
            "JOIN batch_item ON batch_item.id = decision.batch_item WHERE batch_id = ? AND decision.state = 'done' ORDER BY decision.id",
            (batch_id,),
        ).fetchall()
        standing = {person_id for person_id, _, _, undone_by in rows if undone_by is None}
        made = []
        for person_id, before, after in ((row[0], json.loads(row[1]), json.loads(row[2])) for row in rows):
            if after.get("created") and person_id not in standing:
                made.append((str(after["performer_id"]), before.get("person_id")))
        return made

    def mark(self, decision_id: int, item_id: int) -> None:
        """The decision is made for this item."""
        self.db.execute("UPDATE decision SET batch_item = ? WHERE id = ?", (item_id, decision_id))
