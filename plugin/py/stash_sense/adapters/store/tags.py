"""Our own tags in Stash, by role."""

from __future__ import annotations

import json
from collections.abc import Collection

from stash_sense.adapters.store.base import Store
from stash_sense.core.records import TagRecord


class TagStore(Store):
    def all(self) -> list[TagRecord]:
        rows = self.db.execute("SELECT role, tag_id, name, ours FROM tag ORDER BY role")
        return [TagRecord(role, str(tag_id), name, bool(ours)) for role, tag_id, name, ours in rows]

    def of_roles(self, roles: Collection[str]) -> list[TagRecord]:
        """Those of these roles, without a look at the tags per person, which may be thousands."""
        return [tag for role in roles if (tag := self.get(role)) is not None]

    def get(self, role: str) -> TagRecord | None:
        row = self.db.execute("SELECT role, tag_id, name, ours FROM tag WHERE role = ?", (role,)).fetchone()
        return TagRecord(row[0], str(row[1]), row[2], bool(row[3])) if row else None

    def roles(self, tag_ids: Collection[str]) -> dict[str, str]:
        """Tag id → role of those that are ours; there may be a tag for each person, so not all of them are read."""
        rows = self.db.execute(
            "SELECT tag_id, role FROM tag WHERE tag_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
            (json.dumps(sorted(tag_ids)),),
        )
        return {str(tag_id): role for tag_id, role in rows}

    def put(self, tag: TagRecord) -> None:
        self.db.execute(
            "INSERT INTO tag (role, tag_id, name, ours) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (role) DO UPDATE SET tag_id = excluded.tag_id, name = excluded.name, ours = excluded.ours",
            (tag.role, int(tag.tag_id), tag.name, int(tag.ours)),
        )

    def forget(self, role: str) -> None:
        self.db.execute("DELETE FROM tag WHERE role = ?", (role,))
