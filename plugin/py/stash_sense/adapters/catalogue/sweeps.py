"""Enumerations of boxes and whom they have seen (catalogue.db: sweep, sweep_person)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from stash_sense.adapters.store.database import transaction
from stash_sense.core.catalogue.heirs import Fate
from stash_sense.core.catalogue.values import Listed


@dataclass(frozen=True, slots=True)
class SweepStore:
    db: sqlite3.Connection

    def transaction(self) -> AbstractContextManager[None]:
        return transaction(self.db)

    # The sweep itself

    def running(self, endpoint: str) -> tuple[int, str] | None:
        """Id and position of the endpoint's sweep that is not finished."""
        return self.db.execute(  # type: ignore[no-any-return] # a row of the two columns named
            "SELECT id, position FROM sweep WHERE endpoint = ? AND state = 'running'", (endpoint,)
        ).fetchone()

    def finished(self, endpoint: str) -> tuple[int, str] | None:
        """Id and statement (JSON) of the endpoint's finished sweep, if no newer one has been begun."""
        return self.db.execute(  # type: ignore[no-any-return] # a row of the two columns named
            "SELECT id, statement FROM sweep WHERE endpoint = ? AND state = 'finished' ORDER BY id DESC LIMIT 1",
            (endpoint,),
        ).fetchone()

    def start(self, endpoint: str, now: str, position: str) -> int:
        """A new sweep; older ones of the endpoint and whom they saw are forgotten."""
        self.db.execute("DELETE FROM sweep WHERE endpoint = ?", (endpoint,))
        row = self.db.execute(
            "INSERT INTO sweep (endpoint, state, started_at, position) VALUES (?, 'running', ?, ?) RETURNING id",
            (endpoint, now, position),
        ).fetchone()
        return int(row[0])

    def save(self, sweep_id: int, position: str, requests: int) -> None:
        self.db.execute("UPDATE sweep SET position = ?, requests = ? WHERE id = ?", (position, requests, sweep_id))

    def finish(self, sweep_id: int, now: str, statement: str) -> None:
        self.db.execute(
            "UPDATE sweep SET state = 'finished', finished_at = ?, statement = ? WHERE id = ?",
            (now, statement, sweep_id),
        )
        self.db.execute(
            "UPDATE source SET statement = ?, swept_at = ? WHERE endpoint = (SELECT endpoint FROM sweep WHERE id = ?)",
            (statement, now, sweep_id),
        )

    # Whom it has seen

    def see(self, sweep_id: int, rows: Sequence[Listed], request: int) -> None:
        """These people are live, as request number `request` showed."""
        self.db.executemany(
            "INSERT INTO sweep_person (sweep_id, box_id, name, updated, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (sweep_id, box_id) DO UPDATE SET name = excluded.name, updated = excluded.updated, last_seen = excluded.last_seen, "
            "state = 'live', heir = NULL",
            [(sweep_id, row.box_id, row.name, row.updated, request, request) for row in rows],
        )

    def retire(self, sweep_id: int, box_id: str, fate: Fate) -> None:
        self.db.execute(
            "UPDATE sweep_person SET state = ?, heir = ? WHERE sweep_id = ? AND box_id = ?",
            (fate.state, fate.heir, sweep_id, box_id),
        )

    def unseen(self, sweep_id: int, since: int, *, after: str, count: int) -> list[str]:
        """Up to `count` people thought live whom no request after number `since` has shown; in the order of their ids, from the one after `after`."""
        rows = self.db.execute(
            "SELECT box_id FROM sweep_person WHERE sweep_id = ? AND state = 'live' AND last_seen <= ? AND box_id > ? "
            "ORDER BY box_id LIMIT ?",
            (sweep_id, since, after, count),
        )
        return [box_id for (box_id,) in rows]

    def witnessed(self, sweep_id: int, hinge: int) -> int:
        """How many people were seen both before and after request number `hinge`."""
        return self._count("first_seen < ? AND last_seen > ?", sweep_id, hinge, hinge)

    def live(self, sweep_id: int) -> int:
        return self._count("state = 'live'", sweep_id)

    def seen_since(self, sweep_id: int, request: int) -> int:
        """How many live people request number `request` or a later one has shown."""
        return self._count("state = 'live' AND last_seen >= ?", sweep_id, request)

    def people(self, sweep_id: int) -> Iterator[Listed]:
        """Everybody live, by id."""
        rows = self.db.execute(
            "SELECT box_id, name, updated FROM sweep_person WHERE sweep_id = ? AND state = 'live' ORDER BY box_id",
            (sweep_id,),
        )
        return (Listed(*row) for row in rows)

    def vanished(self, sweep_id: int) -> dict[str, Fate]:
        """Those who were seen and then were gone, with what became of them."""
        rows = self.db.execute(
            "SELECT box_id, state, heir FROM sweep_person WHERE sweep_id = ? AND state <> 'live'", (sweep_id,)
        )
        return {box_id: Fate(state, heir) for box_id, state, heir in rows}

    def _count(self, condition: str, *parameters: int) -> int:
        sql = f"SELECT COUNT(*) FROM sweep_person WHERE sweep_id = ? AND {condition}"
        return int(self.db.execute(sql, parameters).fetchone()[0])
