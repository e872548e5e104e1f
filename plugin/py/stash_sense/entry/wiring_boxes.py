"""Builds the gallery builder: for the tasks inside Stash and for scripts/build-gallery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.adapters.catalogue.database import open_catalogue
from stash_sense.adapters.catalogue.sweeps import SweepStore
from stash_sense.adapters.galleries.folders import GalleryFolders
from stash_sense.adapters.galleries.package_writer import write_package
from stash_sense.adapters.locks import held
from stash_sense.adapters.models.packs import Pack, load_pack
from stash_sense.adapters.stash.config import StashBoxConfig
from stash_sense.adapters.stashbox.box import open_box
from stash_sense.adapters.stashbox.features import is_theporndb
from stash_sense.adapters.stashbox.images import ImageFetcher
from stash_sense.adapters.stashbox.limiter import Limiter, limits_file
from stash_sense.adapters.stashbox.pace import LimiterPace
from stash_sense.adapters.store.findings import FindingStore
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.adapters.workers.dask_workers import DaskReaders
from stash_sense.adapters.workers.inline import InlineReaders
from stash_sense.adapters.workers.pool import PoolReaders
from stash_sense.core.catalogue.admit import AdmissionRules
from stash_sense.core.catalogue.package import PackageHeader
from stash_sense.core.catalogue.records import SourceKind
from stash_sense.core.catalogue.values import PackagePerson
from stash_sense.core.curation.values import Finding
from stash_sense.entry.readers import ReaderRecipe
from stash_sense.entry.wiring import now
from stash_sense.entry.wiring_galleries import GALLERIES
from stash_sense.errors import SetupError
from stash_sense.usecases.box_ports import Server
from stash_sense.usecases.build_gallery import GalleryBuilder, Options, Vision
from stash_sense.usecases.enumerate import Enumeration
from stash_sense.usecases.own_faces import LibraryFaces
from stash_sense.usecases.packages import Packages
from stash_sense.usecases.publish_gallery import Publisher
from stash_sense.usecases.wanted import LinkedLibrary

LOCK = "catalogue.lock"


@dataclass(frozen=True, slots=True)
class BuildSetup:
    """What a build is made of. pack: folder of the model pack. workers: processes that read pictures, 0: this one.

    scheduler: address of a Dask scheduler, whose workers read instead. library: None where there is no Stash.
    """

    data_dir: Path
    boxes: Sequence[StashBoxConfig]
    pack: Path
    workers: int = 0
    scheduler: str | None = None
    runtime: str | None = None
    options: Options = field(default_factory=Options)
    library: LinkedLibrary | None = None


@contextmanager
def only_build(data_dir: Path) -> Iterator[None]:
    """Nobody else builds meanwhile, neither a task nor the command line. Raises SetupError if somebody does."""
    with held(data_dir / LOCK) as free:
        if not free:
            raise SetupError("Another build of the gallery is at work: wait until it has finished, or stop it.")
        yield


@contextmanager
def open_builder(setup: BuildSetup, stores: SqliteStores) -> Iterator[tuple[GalleryBuilder, str | None]]:
    """The builder, and a sentence if the catalogue had to be begun anew. Raises SetupError, also while another build is at work."""
    pack = load_pack(setup.pack)
    with ExitStack() as opened:
        opened.enter_context(only_build(setup.data_dir))
        db, notice = open_catalogue(setup.data_dir)
        opened.enter_context(closing(db))
        catalogue = SqliteCatalogue(db)
        limiter = Limiter(limits_file(setup.data_dir))
        readers = opened.enter_context(closing(_readers(setup)))
        desk = _Desk(setup.data_dir / GALLERIES, stores)
        builder = GalleryBuilder(
            catalogue=catalogue,
            servers=[opened.enter_context(_server(config, limiter)) for config in setup.boxes],
            vision=Vision(pack.space, _rules(pack), readers, LibraryFaces(stores, pack.space)),
            publisher=Publisher(catalogue, desk, pack.space, now),
            sweeping=lambda box, progress: Enumeration(box, SweepStore(db), now).run(progress),
            pace=LimiterPace(limiter),
            clock=now,
            library=setup.library,
            findings=_Findings(stores),
            options=setup.options,
        )
        yield builder, notice


@contextmanager
def _server(config: StashBoxConfig, limiter: Limiter) -> Iterator[Server]:
    with closing(open_box(config, limiter=limiter)) as box:
        kind: SourceKind = "theporndb" if is_theporndb(box.host) else "stash-box"
        yield Server(box, config.name, kind=kind, trust="high", per_minute=config.per_minute)


def _readers(setup: BuildSetup) -> InlineReaders | PoolReaders | DaskReaders:
    recipe = ReaderRecipe(setup.pack, ImageFetcher(), setup.runtime)
    if setup.scheduler is not None:
        return DaskReaders(setup.scheduler, recipe)
    return PoolReaders(recipe, setup.workers) if setup.workers > 0 else InlineReaders(recipe)


def _rules(pack: Pack) -> AdmissionRules:
    if not pack.admission:
        raise SetupError(f"The model pack “{pack.name}” cannot build galleries: choose the pack “compact”.")
    return AdmissionRules.from_pack(pack.admission)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Implements usecases.publish_gallery.PackageDesk."""

    root: Path
    stores: SqliteStores

    def current(self, name: str) -> str | None:
        """None also if its folder is gone."""
        gallery = self.stores.packages.get(name)
        return gallery.build_id if gallery and (self.root / name / gallery.build_id).is_dir() else None

    def publish(self, header: PackageHeader, people: Iterable[PackagePerson]) -> str:
        folder = write_package(self.root, header, people)
        return Packages(self.stores, GalleryFolders(self.root), now).activate(header.name, folder.name).build_id


@dataclass(frozen=True, slots=True)
class _Findings:
    """sense.db's findings in a transaction of their own, since the builder's are of catalogue.db."""

    stores: SqliteStores

    def replace(self, rule: str, found: Sequence[Finding], now: str) -> int:
        with self.stores.transaction():
            return FindingStore(self.stores.db).replace(rule, found, now)
