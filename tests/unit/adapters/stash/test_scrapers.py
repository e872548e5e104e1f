from __future__ import annotations

import base64
from typing import Any

import pytest
from tests.fakes import FakeTransport

from stash_sense.adapters.stash.answers import SaidError
from stash_sense.adapters.stash.scrapers import StashScrapers
from stash_sense.errors import NotFoundError, ServerError, UncertainError

PAGE = "https://www.babepedia.com/babe/Jane_Doe"
PICTURE = "data:image/jpeg;base64," + base64.b64encode(b"picture").decode()


def scrapers(**replies: Any) -> StashScrapers:
    return StashScrapers(FakeTransport({f"StashSense_{name}": reply for name, reply in replies.items()}))


def scraped(image: str | None = None, images: list[str] | None = None) -> dict[str, Any]:
    return {"scrapePerformerURL": {"image": image, "images": images}}


def test_only_scrapers_of_performers_by_address_count() -> None:
    rows = [
        {"id": "a", "performer": {"urls": ["babepedia.com/babe", ""], "supported_scrapes": ["NAME", "URL"]}},
        {"id": "b", "performer": {"urls": ["iafd.com"], "supported_scrapes": ["NAME"]}},
        {"id": "c", "performer": {"urls": None, "supported_scrapes": ["URL"]}},
        {"id": "d", "performer": None},
    ]
    assert scrapers(PerformerScrapers={"listScrapers": rows}).readable() == {"babepedia.com/babe"}


def test_addresses_of_performers_that_have_any() -> None:
    rows = [{"id": "1", "urls": [PAGE]}, {"id": "2", "urls": []}, {"id": "3", "urls": None}]
    found = scrapers(
        PerformerIds={"findPerformers": {"performers": [{"id": row["id"]} for row in rows]}},
        PerformerUrls={"findPerformers": {"performers": rows}},
    )
    assert list(found.addresses()) == [("1", (PAGE,))]


def test_embedded_pictures_are_taken_once_and_addresses_are_not_fetched() -> None:
    other = PICTURE.replace("jpeg", "png")
    page = scrapers(ScrapePerformer=scraped(PICTURE, [PICTURE, other, "https://cdn.example.org/a.jpg"])).read(PAGE)
    assert (page.outcome, page.pictures, page.named) == ("read", (b"picture", b"picture"), 1)


@pytest.mark.parametrize("image", [None, "", "data:image/jpeg;base64,A", "data:image/jpeg,plain"])
def test_a_page_without_a_usable_picture(image: str | None) -> None:
    assert scrapers(ScrapePerformer=scraped(image)).read(PAGE).pictures == ()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"scrapePerformerURL": None}, "failed"),
        (SaidError("Stash says: scraper babepedia: http error 404:Not Found."), "gone"),
        (SaidError("Stash says: http error 403:Forbidden."), "refused"),
        (SaidError("Stash says: http error 429:Too Many Requests."), "refused"),
        (SaidError("Stash says: the page is behind Cloudflare."), "refused"),
        (SaidError("Stash says: could not find title in 40312 bytes."), "failed"),
        (NotFoundError("Something this needs is not in Stash any more (node not found)."), "failed"),
        (UncertainError("Stash did not answer in time."), "failed"),
    ],
)
def test_what_scraping_can_come_to(answer: Any, outcome: str) -> None:
    page = scrapers(ScrapePerformer=answer).read(PAGE)
    assert page.outcome == outcome
    assert "babepedia.com" in str(page.message)


def test_trouble_with_stash_itself_is_no_fault_of_the_site() -> None:
    with pytest.raises(ServerError):
        scrapers(ScrapePerformer=ServerError("Stash does not accept our sign-in.")).read(PAGE)
