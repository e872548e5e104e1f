"""Reference sites, wired: Stash's scrapers, the limiter, the models."""

from __future__ import annotations

import os

from stash_sense.adapters.stash.scrapers import StashScrapers
from stash_sense.adapters.stashbox.images import ImageFetcher
from stash_sense.adapters.stashbox.limiter import Limiter, limits_file
from stash_sense.core.catalogue.site_addresses import hosts_of
from stash_sense.entry.engine import Engine
from stash_sense.entry.model_packs import ModelPack
from stash_sense.entry.readers import ReaderRecipe
from stash_sense.entry.wiring import now
from stash_sense.entry.wiring_packs import RUNTIME_VARIABLE
from stash_sense.usecases.library_witnesses import LibraryWitnesses
from stash_sense.usecases.reference_sites import ReferenceSites
from stash_sense.usecases.site_pages import PageReader
from stash_sense.usecases.validate_sites import SiteCheck


def site_check(engine: Engine) -> SiteCheck:
    pack = engine.wanted
    return SiteCheck(engine.stores, _reader(engine, pack), LibraryWitnesses(engine.stores, pack.pack.space), now)


def reference_sites(engine: Engine) -> ReferenceSites:
    """To be made after the gallery has been updated: the people's own faces are read once."""
    pack = engine.wanted
    return ReferenceSites(
        stores=engine.stores,
        reader=_reader(engine, pack),
        witnesses=LibraryWitnesses(engine.stores, pack.pack.space),
        hosts=hosts_of(str(engine.settings["reference_sites"])),
        agree_from=pack.rules.reference_agree,
        clock=now,
    )


def _reader(engine: Engine, pack: ModelPack) -> PageReader:
    recipe = ReaderRecipe(pack.folder, ImageFetcher(), os.environ.get(RUNTIME_VARIABLE) or None)
    turns = Limiter(limits_file(engine.data_dir))
    return PageReader(StashScrapers(engine.stash), turns, recipe.harvester())
