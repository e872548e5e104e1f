"""Which model pack the gallery is of, and what to do with the references of others."""

from __future__ import annotations

from stash_sense.adapters.store.base import Store
from stash_sense.adapters.store.gallery import REFERENCE
from stash_sense.core.gallery_records import PackRecord, ReferenceRecord


class SpaceStore(Store):
    def in_use(self) -> PackRecord | None:
        """None: there is no gallery yet."""
        row = self.db.execute("SELECT choice, pack, revision FROM gallery_state WHERE pack IS NOT NULL").fetchone()
        return PackRecord(*row) if row else None

    def use(self, pack: PackRecord) -> None:
        self.db.execute(
            "UPDATE gallery_state SET choice = ?, pack = ?, revision = ?", (pack.choice, pack.pack, pack.revision)
        )

    def left_behind(self, pack: PackRecord) -> list[ReferenceRecord]:
        """References that no picture in Stash stands behind and that `pack` does not have: only their crops can be read again."""
        rows = self.db.execute(
            f"SELECT {REFERENCE} FROM reference WHERE origin NOT IN ('performer', 'image') AND (pack <> ? OR revision <> ?) "
            "AND NOT EXISTS (SELECT 1 FROM reference AS same WHERE same.person_id = reference.person_id AND same.origin = reference.origin "
            "AND same.origin_id = reference.origin_id AND same.content_hash = reference.content_hash AND same.pack = ? AND same.revision = ?) "
            "ORDER BY id",
            (pack.pack, pack.revision, pack.pack, pack.revision),
        )
        return [ReferenceRecord(*row) for row in rows]

    def drop_others(self, pack: PackRecord) -> None:
        """Forgets what other packs have made of pictures in Stash; faces of scenes stay, since their vectors cannot be made again so well."""
        self.db.execute(
            "DELETE FROM reference WHERE origin IN ('performer', 'image') AND (pack <> ? OR revision <> ?)",
            (pack.pack, pack.revision),
        )

    def drop_outdated(self, origin: str, origin_id: str, person_id: str, content_hash: str, pack: PackRecord) -> None:
        """Forgets what `pack` has made of a picture, and what any pack has if the picture was another one or another person's."""
        self.db.execute(
            "DELETE FROM reference WHERE origin = ? AND origin_id = ? AND ((pack = ? AND revision = ?) OR content_hash <> ? OR person_id <> ?)",
            (origin, origin_id, pack.pack, pack.revision, content_hash, person_id),
        )
