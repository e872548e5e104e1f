"""The pages on reference sites that performers of the library have, and reading one of them."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stash_sense.core.catalogue.scraped import PageOutcome
from stash_sense.core.catalogue.site_addresses import is_covered, pages_on
from stash_sense.core.catalogue.values import ReadFace
from stash_sense.core.identity.urls import identify
from stash_sense.usecases.harvest import Harvester
from stash_sense.usecases.site_ports import Scrapers, Turns

log = logging.getLogger(__name__)

PER_MINUTE = 20  # pages of one site; each is also a picture or more, and the sites are small


@dataclass(frozen=True, slots=True)
class Page:
    """A performer's page on a site."""

    host: str
    person_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Listing:
    """pages: by host, one a performer, those that an installed scraper reads. urls: all pages there; none that two performers have."""

    pages: Mapping[str, list[Page]]
    urls: frozenset[str]


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A usable face on a page. content_hash: of its picture."""

    face: ReadFace
    content_hash: str
    picture: int
    in_company: bool


@dataclass(frozen=True, slots=True)
class PageFaces:
    """What a page came to. outcomes: of its pictures, by name."""

    outcome: PageOutcome
    faces: tuple[FoundFace, ...] = ()
    pictures: int = 0
    outcomes: Mapping[str, int] | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads pages through Stash's scrapers, each in its turn."""

    scrapers: Scrapers
    turns: Turns
    harvester: Harvester

    def listing(self, hosts: Sequence[str]) -> Listing:
        """The performers' pages on these hosts."""
        readable = self.scrapers.readable()
        owners: dict[str, set[str]] = defaultdict(set)
        found: dict[str, list[Page]] = {host: [] for host in hosts}
        for performer_id, urls in self.scrapers.addresses():
            for host in hosts:
                mine = [url for url in pages_on(host, urls) if identify(url) is not None]
                for url in mine:
                    owners[str(identify(url))].add(performer_id)
                found[host] += [Page(host, f"performer:{performer_id}", url) for url in mine]
        alone = {
            host: [page for page in pages if len(owners[str(identify(page.url))]) == 1] for host, pages in found.items()
        }
        readers = {host: [page for page in pages if is_covered(page.url, readable)] for host, pages in alone.items()}
        return Listing(
            {
                host: list({page.person_id: page for page in reversed(pages)}.values())[::-1]
                for host, pages in readers.items()
            },
            frozenset(page.url for pages in alone.values() for page in pages),
        )

    def read(self, page: Page) -> PageFaces:
        self.turns.turn(page.host, PER_MINUTE)
        scraped = self.scrapers.read(page.url)
        if scraped.outcome != "read":
            return PageFaces(scraped.outcome, message=scraped.message)
        if scraped.named:
            log.debug("%d pictures of a page are only named by address", scraped.named)
        faces: list[FoundFace] = []
        outcomes: Counter[str] = Counter({"only_named": scraped.named} if scraped.named else {})
        for number, data in enumerate(scraped.pictures):
            examined = self.harvester.examine(data)
            outcomes[examined.outcome] += 1
            content_hash = hashlib.sha256(data).hexdigest()
            company = examined.outcome == "several_faces"
            faces += [FoundFace(face, content_hash, number, company) for face in examined.faces]
        return PageFaces("read", tuple(faces), len(scraped.pictures), dict(outcomes))
