"""The stash-boxes the builder knows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stash_sense.core.catalogue.records import Source
from stash_sense.core.catalogue.values import Shortfall, Statement

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

    def begin(self, endpoint: str, now: str) -> str:
        """Opens a build, or goes on with the one that was cut short; returns when it began."""
        self.db.execute("UPDATE source SET begun_at = COALESCE(begun_at, ?) WHERE endpoint = ?", (now, endpoint))
        return str(self.db.execute("SELECT begun_at FROM source WHERE endpoint = ?", (endpoint,)).fetchone()[0])

    def finish(self, endpoint: str, now: str, scope: str) -> None:
        self.db.execute(
            "UPDATE source SET begun_at = NULL, built_at = ?, scope = ?, message = NULL WHERE endpoint = ?",
            (now, scope, endpoint),
        )

    def swept(self, endpoint: str, statement: Statement) -> None:
        self.db.execute(
            "UPDATE source SET statement = ?, swept_at = ? WHERE endpoint = ?",
            (json.dumps(asdict(statement)), statement.at, endpoint),
        )

    def note(self, endpoint: str, message: str | None) -> None:
        self.db.execute("UPDATE source SET message = ? WHERE endpoint = ?", (message, endpoint))


def decode_statement(text: str | None) -> Statement | None:
    if text is None:
        return None
    body: dict[str, Any] = json.loads(text)
    return Statement(**{**body, "short": tuple(Shortfall(**part) for part in body["short"])})


def _source(row: Sequence[Any]) -> Source:
    endpoint, host, name, kind, trust, statement, *rest = row
    return Source(endpoint, host, name, kind, trust, decode_statement(statement), *rest)
