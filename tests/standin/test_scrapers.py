"""Our reading of scraped pages, over HTTP from a Stash with scrapers."""

from __future__ import annotations

from contextlib import closing

from tests.standin.scrapers import ScraperRow
from tests.standin.stash import StandIn

from stash_sense.adapters.stash.client import Access
from stash_sense.adapters.stash.interface import StashInterface
from stash_sense.adapters.stash.scrapers import StashScrapers

PAGE = "https://www.babepedia.com/babe/Jane_Doe"


def test_pages_are_read_by_the_scraper_that_knows_the_address(standin: StandIn) -> None:
    standin.scrapers.append(
        ScraperRow(
            "babepedia", ["babepedia.com/babe"], {PAGE: [b"one", b"two"], PAGE + "2": "http error 403:Forbidden"}
        )
    )
    jane = standin.add_performer("Jane", urls=[PAGE])
    with closing(StashInterface(Access(standin.url))) as stash:
        scrapers = StashScrapers(stash)
        assert scrapers.readable() == {"babepedia.com/babe"}
        assert (str(jane.id), (PAGE,)) in list(scrapers.addresses())
        assert scrapers.read(PAGE).pictures == (b"one", b"two")
        assert scrapers.read(PAGE + "2").outcome == "refused"
        assert scrapers.read(PAGE + "3").outcome == "gone"
        assert scrapers.read("https://example.org/").outcome == "failed"
    assert standin.scrapers[0].asked == [PAGE, PAGE + "2", PAGE + "3"]
