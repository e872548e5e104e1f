from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fake_stash import jpeg
from tests.unit.usecases.site_worlds import SITE, LooksEncoder, Sites, look
from tests.unit.usecases.worlds import a_world

from stash_sense.core.catalogue.scraped import ScrapedPage
from stash_sense.core.values import EmbeddingSpace
from stash_sense.errors import ServerError


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    with a_world(tmp_path, encoder=LooksEncoder()) as world:
        yield Sites(world)


def test_faces_that_agree_with_the_persons_own_are_learned(sites: Sites) -> None:
    url = sites.performer(1, look(1, 1), look(1, 2), look(2, 1))
    sites.performer(3, look(3, 1))
    sites.trust()
    assert sites.update(SITE) == f"{SITE}: 3 faces learned from 2 pages."
    assert [(one.origin_id, one.state) for one in sites.learned()][:2] == [(url, "used")] * 2
    assert sites.world.stores.gallery.counts()["references"] == 5


def test_nothing_is_asked_of_a_site_that_is_not_named_or_not_checked(sites: Sites) -> None:
    sites.performer(1, look(1, 1))
    assert "has not been checked" in sites.update(SITE)
    sites.trust()
    assert sites.update() == ""
    assert sites.scrapers.asked == []


@pytest.mark.parametrize("changes", [{"faces": 4, "matching": 4}, {"elsewhere": 5}, {"matching": 5}])
def test_a_site_that_failed_its_check_is_left_out(sites: Sites, changes: dict[str, int]) -> None:
    sites.performer(1, look(1, 1))
    sites.trust(**changes)
    assert sites.update(SITE).startswith(f"{SITE} is left out: ")
    assert sites.scrapers.asked == []


def test_a_check_with_another_pack_does_not_count(sites: Sites) -> None:
    sites.performer(1, look(1, 1))
    sites.trust()
    space = sites.world.encoder.space
    sites.world.encoder.space = EmbeddingSpace(space.pack, "2", space.dims)
    assert "has not been checked with this model pack" in sites.update(SITE)


def test_a_person_without_a_face_of_their_own_gets_none_from_a_site(sites: Sites) -> None:
    performer = sites.world.stash.add_performer("Nobody")
    sites.scrapers.urls[performer.id] = (f"https://{SITE}/babe/Nobody",)
    sites.trust()
    sites.update(SITE)
    assert sites.scrapers.asked == []


def test_each_page_waits_its_turn_and_is_read_once(sites: Sites) -> None:
    sites.performer(1, look(1, 1))
    sites.trust()
    sites.update(SITE)
    sites.update(SITE)
    assert len(sites.scrapers.asked) == 1
    assert sites.turns.taken == [(SITE, 20)]


def test_a_page_that_failed_is_read_again_next_time(sites: Sites) -> None:
    url = sites.performer(1, look(1, 1))
    page, sites.scrapers.pages = sites.scrapers.pages, {}
    sites.trust()
    sites.update(SITE)
    assert sites.outcome(url) == "unreadable"
    sites.scrapers.pages = page
    assert sites.update(SITE) == f"{SITE}: 1 face learned from 1 page."


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        (ScrapedPage("read", (jpeg(look(1, 1)),)), "enrolled"),
        (ScrapedPage("read", (jpeg(look(2, 1)),)), "disagrees"),
        (ScrapedPage("read", (jpeg(),)), "no_face"),
        (ScrapedPage("read", (b"nothing",)), "no_image"),
        (ScrapedPage("read", (), named=3), "no_image"),
        (ScrapedPage("gone", message="gone"), "no_image"),
        (ScrapedPage("failed", message="failed"), "unreadable"),
    ],
)
def test_what_a_page_came_to_is_remembered(sites: Sites, page: ScrapedPage, outcome: str) -> None:
    url = sites.performer(1)
    sites.scrapers.pages[url] = page
    sites.trust()
    sites.update(SITE)
    assert sites.outcome(url) == outcome


def test_a_site_that_turns_the_scraper_away_is_left_alone_at_once(sites: Sites) -> None:
    for person in range(1, 6):
        url = sites.performer(person, look(person, 1))
        sites.scrapers.pages[url] = ScrapedPage(
            "refused", message=f"{SITE} does not let Stash's scraper in, so it is left alone."
        )
    sites.trust()
    said = sites.update(SITE)
    assert len(sites.scrapers.asked) == 1
    assert said.endswith("5 pages of it wait for the next “Update gallery”.")


def test_three_failures_in_a_row_end_the_site_for_this_run(sites: Sites) -> None:
    for person in range(1, 7):
        sites.performer(person, look(person, 1))
    sites.scrapers.pages.clear()
    sites.trust()
    assert "3 pages in a row failed" in sites.update(SITE)
    assert len(sites.scrapers.asked) == 3


def test_a_page_that_two_performers_have_says_nothing(sites: Sites) -> None:
    url = sites.performer(1, look(1, 1))
    sites.performer(2, look(1, 1), url=url.replace("https://www.", "http://"))
    sites.trust()
    sites.update(SITE)
    assert sites.scrapers.asked == []


@pytest.mark.parametrize("url", [f"https://{SITE}/gallery/1", "https://iafd.com/person.rme/perfid=a"])
def test_addresses_that_no_scraper_reads_or_elsewhere_are_not_asked(sites: Sites, url: str) -> None:
    sites.performer(1, look(1, 1), url=url)
    sites.trust()
    sites.update(SITE)
    assert sites.scrapers.asked == []


@pytest.mark.parametrize("how", ["the site is named no more", "the address is gone"])
def test_faces_whose_ground_is_gone_are_forgotten(sites: Sites, how: str) -> None:
    sites.performer(1, look(1, 1))
    sites.trust()
    sites.update(SITE)
    build = sites.world.stores.gallery.build()
    if how == "the address is gone":
        sites.scrapers.urls.clear()
    sites.update(*([] if how == "the site is named no more" else [SITE]))
    assert sites.learned() == []
    assert sites.world.stores.gallery.enrolled_origins("site") == set()
    assert sites.world.stores.gallery.build() > build


def test_faces_stay_while_the_scraper_is_away(sites: Sites) -> None:
    sites.performer(1, look(1, 1))
    sites.trust()
    sites.update(SITE)
    sites.scrapers.parts = ()
    sites.update(SITE)
    assert len(sites.learned()) == 1


def test_faces_of_a_site_are_no_witnesses_for_the_next(sites: Sites) -> None:
    sites.performer(1, look(1, 1))
    sites.trust()
    sites.update(SITE)
    (person,) = [person.id for person in sites.world.stores.gallery.people()]
    assert len(sites.witnesses().own(person)) == 1


def test_one_page_brings_no_more_than_five_faces(sites: Sites) -> None:
    sites.performer(1, *(look(1, number) for number in range(1, 6)), look(1, 0))
    sites.trust()
    sites.update(SITE)
    assert len(sites.learned()) == 5


def test_stash_gone_in_mid_run_keeps_what_was_done(sites: Sites) -> None:
    sites.performer(1, look(1, 1))
    second = sites.performer(2, look(2, 1))
    sites.trust()
    read = sites.scrapers.read

    def gone(url: str) -> ScrapedPage:
        if url == second:
            raise ServerError("Stash is away.")
        return read(url)

    sites.scrapers.read = gone  # type: ignore[method-assign]
    with pytest.raises(ServerError):
        sites.update(SITE)
    assert len(sites.learned()) == 1
    sites.scrapers.read = read  # type: ignore[method-assign]
    assert sites.update(SITE) == f"{SITE}: 1 face learned from 1 page."


def test_a_page_given_to_another_performer_follows(sites: Sites) -> None:
    url = sites.performer(1, look(2, 1))
    other = sites.world.stash.add_performer("Person 2", image=jpeg(look(2)))
    sites.trust()
    sites.update(SITE)
    assert sites.learned() == []
    sites.scrapers.urls = {other.id: (url,)}
    sites.update(SITE)
    assert [one.person_id for one in sites.learned()] == [f"performer:{other.id}"]


def test_a_report_is_kept_as_it_was_written(sites: Sites) -> None:
    sites.trust(outcomes={"no_face": 2}, message="why")
    report = sites.world.stores.sites.get(SITE)
    assert report is not None
    assert (report.outcomes, report.message) == ({"no_face": 2}, "why")
    assert sites.world.stores.sites.all() == [report]
    assert replace(report, host="x") != report
