"""Builds what tasks need: models, index, stashapi's client; each part only when a task asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from stash_sense.adapters.galleries.package import Package
from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.adapters.media.frames import open_frames
from stash_sense.adapters.media.images import StillPictures
from stash_sense.adapters.models.encoder import PackEncoder
from stash_sense.adapters.models.packs import Pack
from stash_sense.adapters.stash.config import plugin_settings
from stash_sense.adapters.stash.editor import StashEditor
from stash_sense.adapters.stash.interface import StashInterface
from stash_sense.adapters.stash.library import StashLibrary
from stash_sense.adapters.store.database import open_or_replace
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.matching.adjust import Adjustment
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.entry import model_packs
from stash_sense.entry.model_packs import ModelPack
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import now, settings_of
from stash_sense.entry.wiring_galleries import open_packages
from stash_sense.entry.wiring_stash import access
from stash_sense.errors import SetupError
from stash_sense.settings import PLUGIN_ID, Value, effective
from stash_sense.usecases.elsewhere import note_elsewhere
from stash_sense.usecases.identify import Identifier
from stash_sense.usecases.library_people import follow_performers
from stash_sense.usecases.matching import Matcher, policy_of
from stash_sense.usecases.observe import Observer
from stash_sense.usecases.rematch import Rematcher
from stash_sense.usecases.unknown_groups import UnknownGroups


@dataclass
class Engine:
    """Everything behind one task. notices: what the user should know beside the result (a damaged database was replaced)."""

    stores: SqliteStores
    stash: StashInterface
    data_dir: Path
    notices: list[str] = field(default_factory=list)
    settings: dict[str, Value] = field(default_factory=dict)

    def load_settings(self) -> None:
        """Asks Stash and keeps the answer for hooks and operations."""
        self.settings = effective(plugin_settings(self.stash, PLUGIN_ID))
        with self.stores.transaction():
            self.stores.settings.save(self.settings)

    @cached_property
    def library(self) -> StashLibrary:
        return StashLibrary(self.stash)

    @cached_property
    def editor(self) -> StashEditor:
        return StashEditor(self.stash)

    @cached_property
    def pictures(self) -> StillPictures:
        return StillPictures()

    @cached_property
    def in_use(self) -> ModelPack:
        """The model pack that scenes are looked at with."""
        return model_packs.in_use(self.stores, self.settings, self.data_dir)

    @cached_property
    def wanted(self) -> ModelPack:
        """The model pack that “Update gallery” learns faces with; another one than `in_use` until it has learned them all."""
        return model_packs.wanted(self.settings, self.data_dir)

    @property
    def pack(self) -> Pack:
        return self.in_use.pack

    @property
    def rules(self) -> ClusterRules:
        return self.in_use.rules

    @property
    def calibration(self) -> Calibration:
        """The pack's, adjusted to this library if that was done for this very model."""
        pack = self.in_use
        record = self.stores.calibrations.in_force()
        if record is None or not record.belongs_to(pack.pack.name, pack.pack.revision, pack.fingerprint):
            return pack.calibration
        return pack.calibration.adjusted(Adjustment(record.slope, record.offset))

    @property
    def threads(self) -> int:
        """Pictures looked at at once."""
        return model_packs.threads_of(self.settings)

    def encoder(self) -> PackEncoder:
        return self.in_use.encoder(self.settings)

    def matcher(self) -> Matcher:
        return Matcher(
            stores=self.stores,
            space=self.pack.space,
            rules=self.rules,
            calibration=self.calibration,
            policy=policy_of(self.settings),
            make_index=ExactIndex,
            open_packages=self._packages,
        )

    def _packages(self) -> list[Package]:
        packages, problems = open_packages(self.stores, self.data_dir, self.pack.space)
        self.notices.extend(problem for problem in problems if problem not in self.notices)
        return packages

    def follow_library(self) -> None:
        """Notes who the library's performers are, so that people of packages are known as them."""
        follow_performers(self.stores, list(self.library.performers()), now)

    def note_packages(self) -> None:
        """For whenever the packages in use or the performers' stash ids may have changed."""
        packages = self._packages()
        note_elsewhere(self.stores, packages)
        for package in packages:
            package.close()

    def check_packages(self) -> str:
        """What is in use. Raises SetupError with the first package that cannot be used."""
        packages, problems = open_packages(self.stores, self.data_dir, self.pack.space)
        for package in packages:
            package.close()
        if problems:
            raise SetupError(problems[0])
        return f"{len(packages)} in use" if packages else "none beside your library's own"

    def identifier(self, observer: Observer | None = None) -> Identifier:
        sure_face = self.calibration.bands.sure_face
        observer = observer or Observer(open_frames(), self.pictures, self.library, self.encoder(), sure_face)
        matcher = self.matcher()
        return Identifier(
            self.stores, self.library, self.editor, observer, matcher, self.settings, now, self.unknown_groups()
        )

    def rematcher(self) -> Rematcher:
        matcher = self.matcher()
        return Rematcher(self.stores, self.library, self.editor, matcher, self.settings, now, self.unknown_groups())

    def unknown_groups(self) -> UnknownGroups:
        return UnknownGroups(self.stores, self.pack.space, self.rules)


@contextmanager
def open_engine(request: Request) -> Iterator[Engine]:
    """The engine for one task; a damaged database is replaced on the way. Raises SetupError."""
    db, notice = open_or_replace(request.data_dir)
    with closing(db):
        stores = SqliteStores(db)
        stash = StashInterface(access(request))
        try:
            yield Engine(stores, stash, request.data_dir, [notice] if notice else [], settings_of(stores))
        finally:
            stash.close()
