"""Which builds of which packages are in use."""

from __future__ import annotations

from stash_sense.adapters.store.base import Store
from stash_sense.core.gallery_records import GalleryRecord

_COLUMNS = "name, build_id, previous, pack, revision, people, faces, activated_at"


class PackageStore(Store):
    def all(self) -> list[GalleryRecord]:
        """By name."""
        return [GalleryRecord(*row) for row in self.db.execute(f"SELECT {_COLUMNS} FROM gallery ORDER BY name")]

    def get(self, name: str) -> GalleryRecord | None:
        row = self.db.execute(f"SELECT {_COLUMNS} FROM gallery WHERE name = ?", (name,)).fetchone()
        return GalleryRecord(*row) if row else None

    def put(self, gallery: GalleryRecord) -> None:
        """Takes the place of the row of that name."""
        self.db.execute(
            f"INSERT OR REPLACE INTO gallery ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                gallery.name, gallery.build_id, gallery.previous, gallery.pack, gallery.revision, gallery.people, gallery.faces,
                gallery.activated_at,
            ),
        )  # fmt: skip

    def forget(self, name: str) -> None:
        self.db.execute("DELETE FROM gallery WHERE name = ?", (name,))
