"""The scrapers that the user has installed in Stash."""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stash_sense.adapters.stash.answers import SaidError
from stash_sense.adapters.stash.client import GraphQL
from stash_sense.adapters.stash.paging import by_ids
from stash_sense.adapters.stash.performers import PERFORMER_IDS
from stash_sense.core.catalogue.scraped import ScrapedPage
from stash_sense.core.identity.address import parse_address
from stash_sense.errors import NotFoundError, UncertainError

log = logging.getLogger(__name__)

LIST_SCRAPERS = """
query StashSense_PerformerScrapers {
  listScrapers(types: [PERFORMER]) { id performer { urls supported_scrapes } }
}"""

PERFORMER_URLS = """
query StashSense_PerformerUrls($ids: [ID!]) {
  findPerformers(ids: $ids) { performers { id urls } }
}"""

SCRAPE_PERFORMER = """
query StashSense_ScrapePerformer($url: String!) {
  scrapePerformerURL(url: $url) { image images }
}"""

DATA_URL = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;[\w=.-]+)*;base64,", re.I)
LARGEST_TEXT = 54 * 1024 * 1024  # base64 of 40 MB
TURNED_AWAY = re.compile(
    r"\b(?:401|403|407|429|451|503|520|521|522|523|524|525|526)\b|cloudflare|captcha|forbidden", re.I
)
GONE = re.compile(r"\b(?:404|410)\b")


@dataclass(frozen=True, slots=True)
class StashScrapers:
    """usecases.site_ports.Scrapers over GraphQL."""

    graphql: GraphQL

    def readable(self) -> Collection[str]:
        rows = self.graphql.call(LIST_SCRAPERS)["listScrapers"]
        specs = [row["performer"] for row in rows if row["performer"]]
        return {url for spec in specs if "URL" in spec["supported_scrapes"] for url in spec["urls"] or () if url}

    def addresses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        def listed(some: Sequence[str]) -> Sequence[Any]:
            rows: Sequence[Any] = self.graphql.call(PERFORMER_URLS, {"ids": list(some)})["findPerformers"]["performers"]
            return rows

        ids = [str(row["id"]) for row in self.graphql.call(PERFORMER_IDS)["findPerformers"]["performers"]]
        for row in by_ids(listed, ids):
            if row["urls"]:
                yield str(row["id"]), tuple(row["urls"])

    def read(self, url: str) -> ScrapedPage:
        """Asked once: what a scraper could not read, it will not read a second later, and the site would only be asked more."""
        host = address.host if (address := parse_address(url)) is not None else "The site"
        try:
            found = self.graphql.call(SCRAPE_PERFORMER, {"url": url}, once=True)["scrapePerformerURL"]
        except NotFoundError:  # the scraper's own words; that the page is gone has a number
            return ScrapedPage("failed", message=f"Stash's scraper for {host} found nothing; look into Stash's log.")
        except UncertainError:
            return ScrapedPage("failed", message=f"{host} did not answer Stash's scraper in time; try again later.")
        except SaidError as err:
            return _refusal(host, str(err))
        if found is None:
            return ScrapedPage(
                "failed",
                message=f"No scraper in Stash reads the page on {host}; look at Settings > Metadata providers.",
            )
        return _page(found)


def _page(found: dict[str, Any]) -> ScrapedPage:
    """Stash embeds a picture that a scraper gives as an address; of several it hands on the addresses, which are not ours to fetch."""
    texts = dict.fromkeys(text for text in (*(found["images"] or ()), found["image"]) if text)
    pictures = [data for text in texts if (data := _embedded(text))]
    return ScrapedPage("read", tuple(pictures), sum(not DATA_URL.match(text) for text in texts))


def _embedded(text: str) -> bytes | None:
    """The bytes of a data URL; None for anything else."""
    start = DATA_URL.match(text)
    if start is None or len(text) > LARGEST_TEXT:
        return None
    try:
        return base64.b64decode(text[start.end() :], validate=False)
    except binascii.Error:
        log.debug("a picture of a page is no base64")
        return None


def _refusal(host: str, words: str) -> ScrapedPage:
    if TURNED_AWAY.search(words):
        return ScrapedPage("refused", message=f"{host} does not let Stash's scraper in, so it is left alone.")
    if GONE.search(words):
        return ScrapedPage("gone", message=f"{host} has the page no more.")
    return ScrapedPage(
        "failed", message=f"Stash's scraper for {host} failed; look into Stash's log, or update the scraper."
    )
