"""A library whose performers have pages on reference sites."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from tests.builders import DIMS, a_face, a_person, unit
from tests.fake_stash import TableEncoder, jpeg
from tests.unit.usecases.worlds import World

from stash_sense.core.catalogue.admit import AdmissionRules
from stash_sense.core.catalogue.scraped import ScrapedPage
from stash_sense.core.catalogue.site_report import SiteReport
from stash_sense.core.gallery_records import ReferenceRecord
from stash_sense.core.values import Detection, Face, Frame
from stash_sense.usecases.harvest import Harvester
from stash_sense.usecases.library_witnesses import LibraryWitnesses
from stash_sense.usecases.reference_sites import ReferenceSites
from stash_sense.usecases.site_pages import PageReader
from stash_sense.usecases.validate_sites import SiteCheck

SITE = "babepedia.com"
RULES = AdmissionRules.from_pack(
    {
        "image_px": 1, "face_px": 40, "confidence": 0.5, "pose": 0.05, "quality": 0.3, "same": 0.3, "copy": 0.97,
        "agree": {"1": 0.5, "2": 0.45, "4": 0.4}, "dominant": 0.45,
    }
)  # fmt: skip


def look(person: int, number: int = 0) -> int:
    """A pixel that shows a person (1 to 39) in one of five ways."""
    return person + 40 * number


class LooksEncoder(TableEncoder):
    """A TableEncoder that sees `look` as faces of `person` that differ."""

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        faces = []
        for detection in detections:
            shown = int(frame.image[0, round(detection.box.left), 0])
            noise = np.random.default_rng(shown).normal(size=DIMS) / np.sqrt(DIMS)
            faces.append(a_face(unit(a_person(shown % 40) + 0.4 * noise), kind=frame.kind))
        return faces


@dataclass
class FakeScrapers:
    """Implements site_ports.Scrapers. urls: by performer id. pages: by address; others fail."""

    urls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pages: dict[str, ScrapedPage] = field(default_factory=dict)
    parts: Collection[str] = (f"{SITE}/babe",)
    asked: list[str] = field(default_factory=list)

    def readable(self) -> Collection[str]:
        return self.parts

    def addresses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield from sorted(self.urls.items())

    def read(self, url: str) -> ScrapedPage:
        self.asked.append(url)
        return self.pages.get(url, ScrapedPage("failed", message="The scraper failed; look into Stash's log."))


@dataclass
class FakeTurns:
    taken: list[tuple[str, int]] = field(default_factory=list)

    def turn(self, host: str, per_minute: int) -> float:
        self.taken.append((host, per_minute))
        return 0.0


@dataclass
class Sites:
    """A world, and what reads its reference sites."""

    world: World
    scrapers: FakeScrapers = field(default_factory=FakeScrapers)
    turns: FakeTurns = field(default_factory=FakeTurns)

    def performer(self, person: int, *shown: int, url: str | None = None) -> str:
        """A performer whose own image shows `person`, with a page that has one picture for each of `shown`; the page's address."""
        performer = self.world.stash.add_performer(f"Person {person}", image=jpeg(look(person)))
        url = url or f"https://www.{SITE}/babe/Person_{person}"
        self.scrapers.urls[performer.id] = (url,)
        self.scrapers.pages[url] = ScrapedPage("read", tuple(jpeg(one) for one in shown))
        return url

    def reader(self) -> PageReader:
        harvester = Harvester(self.world.pictures, self.world.encoder, RULES, 0.7)
        return PageReader(self.scrapers, self.turns, harvester)

    def witnesses(self) -> LibraryWitnesses:
        return LibraryWitnesses(self.world.stores, self.world.encoder.space)

    def check(self, *hosts: str) -> str:
        check = SiteCheck(self.world.stores, self.reader(), self.witnesses(), self.world.clock)
        return check.run(hosts or (SITE,), self.world.report("validate_sites"))

    def update(self, *hosts: str) -> str:
        self.world.update_gallery()
        sites = ReferenceSites(
            stores=self.world.stores,
            reader=self.reader(),
            witnesses=self.witnesses(),
            hosts=hosts,
            agree_from=0.25,
            clock=self.world.clock,
        )
        return sites.update(self.world.report("update_gallery"))

    def trust(self, **changes: object) -> None:
        """As if a check had found the site right."""
        values = {"people": 10, "pages": 10, "pictures": 10, "faces": 10, "matching": 10, **changes}
        space = self.world.encoder.space
        with self.world.stores.transaction():
            self.world.stores.sites.put(SiteReport(SITE, "now", space.pack, space.revision, **values))

    def learned(self) -> list[ReferenceRecord]:
        space = self.world.encoder.space
        return [
            reference
            for person in self.world.stores.gallery.people()
            for reference in self.world.stores.gallery.references(person.id, pack=space.pack, revision=space.revision)
            if reference.origin == "site"
        ]

    def outcome(self, url: str) -> str | None:
        enrolment = self.world.stores.gallery.enrolment("site", url)
        return enrolment.outcome if enrolment else None
