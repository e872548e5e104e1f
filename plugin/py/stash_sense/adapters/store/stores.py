"""All stores over one connection; the use case decides where a transaction begins and ends.

Each is imported where it is asked for: an operation needs two or three of them, and every one costs it a millisecond or two.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stash_sense.adapters.store.database import transaction

if TYPE_CHECKING:
    from stash_sense.adapters.store.batches import BatchStore
    from stash_sense.adapters.store.calibrations import CalibrationStore
    from stash_sense.adapters.store.decisions import DecisionStore
    from stash_sense.adapters.store.findings import FindingStore
    from stash_sense.adapters.store.galleries import PackageStore
    from stash_sense.adapters.store.gallery import GalleryStore
    from stash_sense.adapters.store.history import HistoryStore
    from stash_sense.adapters.store.library import LibraryStore
    from stash_sense.adapters.store.media import MediaStore
    from stash_sense.adapters.store.queue import QueueStore
    from stash_sense.adapters.store.references import ReferenceStore
    from stash_sense.adapters.store.review import ReviewStore
    from stash_sense.adapters.store.runs import RunStore
    from stash_sense.adapters.store.self_tests import SelfTestStore
    from stash_sense.adapters.store.settings import SettingStore
    from stash_sense.adapters.store.sites import SiteStore
    from stash_sense.adapters.store.spaces import SpaceStore
    from stash_sense.adapters.store.tags import TagStore
    from stash_sense.adapters.store.unknown import UnknownStore
    from stash_sense.adapters.store.unknown_pages import UnknownPageStore


@dataclass(frozen=True, slots=True)
class SqliteStores:
    db: sqlite3.Connection

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing for everything written inside."""
        return transaction(self.db)

    @property
    def media(self) -> MediaStore:
        from stash_sense.adapters.store.media import MediaStore

        return MediaStore(self.db)

    @property
    def gallery(self) -> GalleryStore:
        from stash_sense.adapters.store.gallery import GalleryStore

        return GalleryStore(self.db)

    @property
    def packages(self) -> PackageStore:
        from stash_sense.adapters.store.galleries import PackageStore

        return PackageStore(self.db)

    @property
    def spaces(self) -> SpaceStore:
        from stash_sense.adapters.store.spaces import SpaceStore

        return SpaceStore(self.db)

    @property
    def decisions(self) -> DecisionStore:
        from stash_sense.adapters.store.decisions import DecisionStore

        return DecisionStore(self.db)

    @property
    def queue(self) -> QueueStore:
        from stash_sense.adapters.store.queue import QueueStore

        return QueueStore(self.db)

    @property
    def runs(self) -> RunStore:
        from stash_sense.adapters.store.runs import RunStore

        return RunStore(self.db)

    @property
    def settings(self) -> SettingStore:
        from stash_sense.adapters.store.settings import SettingStore

        return SettingStore(self.db)

    @property
    def tags(self) -> TagStore:
        from stash_sense.adapters.store.tags import TagStore

        return TagStore(self.db)

    @property
    def sites(self) -> SiteStore:
        from stash_sense.adapters.store.sites import SiteStore

        return SiteStore(self.db)

    @property
    def references(self) -> ReferenceStore:
        from stash_sense.adapters.store.references import ReferenceStore

        return ReferenceStore(self.db)

    @property
    def self_tests(self) -> SelfTestStore:
        from stash_sense.adapters.store.self_tests import SelfTestStore

        return SelfTestStore(self.db)

    @property
    def calibrations(self) -> CalibrationStore:
        from stash_sense.adapters.store.calibrations import CalibrationStore

        return CalibrationStore(self.db)

    @property
    def unknown(self) -> UnknownStore:
        from stash_sense.adapters.store.unknown import UnknownStore

        return UnknownStore(self.db)

    @property
    def unknown_pages(self) -> UnknownPageStore:
        from stash_sense.adapters.store.unknown_pages import UnknownPageStore

        return UnknownPageStore(self.db)

    @property
    def batches(self) -> BatchStore:
        from stash_sense.adapters.store.batches import BatchStore

        return BatchStore(self.db)

    @property
    def review(self) -> ReviewStore:
        from stash_sense.adapters.store.review import ReviewStore

        return ReviewStore(self.db)

    @property
    def history(self) -> HistoryStore:
        from stash_sense.adapters.store.history import HistoryStore

        return HistoryStore(self.db)

    @property
    def findings(self) -> FindingStore:
        from stash_sense.adapters.store.findings import FindingStore

        return FindingStore(self.db)

    @property
    def library(self) -> LibraryStore:
        from stash_sense.adapters.store.library import LibraryStore

        return LibraryStore(self.db)
