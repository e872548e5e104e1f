"""All stores of catalogue.db over one connection; the use case decides where a transaction begins and ends."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass

from stash_sense.adapters.catalogue.faces import FaceStore
from stash_sense.adapters.catalogue.images import ImageStore
from stash_sense.adapters.catalogue.people import PeopleStore
from stash_sense.adapters.catalogue.sources import SourceStore
from stash_sense.adapters.catalogue.status import count_source, source_status
from stash_sense.adapters.store.database import transaction
from stash_sense.core.catalogue.records import SourceStatus


@dataclass(frozen=True, slots=True)
class GalleryState:
    """usecases.catalogue_ports.GalleryState."""

    db: sqlite3.Connection

    def changes(self) -> int:
        return int(self.db.execute("SELECT changes FROM gallery_state").fetchone()[0])

    def bump(self) -> None:
        self.db.execute("UPDATE gallery_state SET changes = changes + 1")

    def is_published(self) -> bool:
        """Whether the last package shows everything."""
        return bool(
            self.db.execute("SELECT changes = published AND build_id IS NOT NULL FROM gallery_state").fetchone()[0]
        )

    def build_id(self) -> str | None:
        build_id: str | None = self.db.execute("SELECT build_id FROM gallery_state").fetchone()[0]
        return build_id

    def put_published(self, changes: int, build_id: str) -> None:
        self.db.execute("UPDATE gallery_state SET published = ?, build_id = ?", (changes, build_id))

    def decided_by(self) -> str | None:
        """What all faces were last decided by: rules, caps and who belongs together, as a hash."""
        text: str | None = self.db.execute("SELECT decided_by FROM gallery_state").fetchone()[0]
        return text

    def put_decided_by(self, text: str) -> None:
        self.db.execute("UPDATE gallery_state SET decided_by = ?", (text,))


@dataclass(frozen=True, slots=True)
class SqliteCatalogue:
    """usecases.catalogue_ports.Catalogue."""

    db: sqlite3.Connection

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing for everything written inside."""
        return transaction(self.db)

    def status(self, *, pack: str, revision: str) -> list[SourceStatus]:
        return source_status(self.db, pack=pack, revision=revision)

    def count(self, endpoint: str, *, pack: str, revision: str) -> None:
        """Counts anew what `status` tells of a source."""
        count_source(self.db, endpoint, pack=pack, revision=revision)

    @property
    def sources(self) -> SourceStore:
        return SourceStore(self.db)

    @property
    def people(self) -> PeopleStore:
        return PeopleStore(self.db)

    @property
    def images(self) -> ImageStore:
        return ImageStore(self.db)

    @property
    def faces(self) -> FaceStore:
        return FaceStore(self.db)

    @property
    def gallery(self) -> GalleryState:
        return GalleryState(self.db)
