"""Our own tags in Stash, by role."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from stash_sense.core.records import TagRecord


@dataclass(frozen=True, slots=True)
class TagStore:
    db: sqlite3.Connection

    def all(self) -> list[TagRecord]:
        rows = self.db.execute("SELECT role, tag_id, name, ours FROM tag ORDER BY role")
        return [TagRecord(role, str(tag_id), name, bool(ours)) for role, tag_id, name, ours in rows]

    def of_roles(self, roles: Collection[str]) -> list[TagRecord]:
        """Those of these roles, without a look at the tags per person, which may be thousands."""
        return [tag for role in roles if (tag := self.get(role)) is not None]

    def get(self, role: str) -> TagRecord | None:
        row = self.db.execute("SELECT role, tag_id, name, ours FROM tag WHERE role = ?", (role,)).fetchone()
        return TagRecord(row[0], str(row[1]), row[2], bool(row[3])) if row else None

    def put(self, tag: TagRecord) -> None:
        self.db.execute(
            "INSERT INTO tag (role, tag_id, name, ours) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (role) DO UPDATE SET tag_id = excluded.tag_id, name = excluded.name, ours = excluded.ours",
            (tag.role, int(tag.tag_id), tag.name, int(tag.ours)),
        )

    def forget(self, role: str) -> None:
        self.db.execute("DELETE FROM tag WHERE role = ?", (role,))
