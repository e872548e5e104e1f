"""The stash-boxes the builder knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stash_sense.core.catalogue.position import statement_of
from stash_sense.core.catalogue.records import Source

_COLUMNS = "endpoint, host, name, kind, trust, statement, swept_at, begun_at, built_at, scope, message"


@dataclass(frozen=True, slots=True)
class SourceStore:
    db: sqlite3.Connection

    def all(self) -> list[Source]:
        """In the order in which they were first seen."""
        return [_source(row) for row in self.db.execute(f"SELECT {_COLUMNS} FROM source ORDER BY rowid")]

    def get(self, endpoint: str) -> Source | None:
        row = self.db.execute(f"SELECT {_COLUMNS} FROM source WHERE endpoint = ?", (endpoint,)).fetchone()
        return _source(row) if row else None

    def put(self, source: Source) -> None:
        """Adds it, or brings host, name, kind and trust up to date."""
        self.db.execute(
            "INSERT INTO source (endpoint, host, name, kind, trust) VALUES (?, ?, ?, ?, ?) ON CONFLICT (endpoint) DO UPDATE SET "
            "host = excluded.host, name = excluded.name, kind = excluded.kind, trust = excluded.trust",
            (source.endpoint, source.host, source.name, source.kind, source.trust),
        )

    def begin(self, endpoint: str, now: str, *, oldest: str) -> None:
        """Opens a build, or goes on with one that was cut short and was begun at `oldest` or later."""
        self.db.execute(
            "UPDATE source SET begun_at = :now WHERE endpoint = :endpoint AND (begun_at IS NULL OR begun_at < :oldest)",
            {"now": now, "endpoint": endpoint, "oldest": oldest},
        )

    def finish(self, endpoint: str, now: str, scope: str) -> None:
        self.db.execute(
            "UPDATE source SET begun_at = NULL, built_at = ?, scope = ?, message = NULL WHERE endpoint = ?",
            (now, scope, endpoint),
        )

    def note(self, endpoint: str, message: str | None) -> None:
        self.db.execute("UPDATE source SET message = ? WHERE endpoint = ?", (message, endpoint))


def _source(row: Sequence[Any]) -> Source:
    endpoint, host, name, kind, trust, statement, *rest = row
    return Source(endpoint, host, name, kind, trust, None if statement is None else statement_of(statement), *rest)
