from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fake_stash import jpeg
from tests.unit.usecases.site_worlds import SITE, LooksEncoder, Sites, look
from tests.unit.usecases.worlds import a_world

from stash_sense.core.catalogue.scraped import ScrapedPage
from stash_sense.core.catalogue.site_report import SiteReport
from stash_sense.errors import RequestError
from stash_sense.usecases.validate_sites import SiteCheck


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    with a_world(tmp_path, encoder=LooksEncoder()) as world:
        yield Sites(world)


def checked(sites: Sites) -> SiteReport:
    sites.world.update_gallery()
    sites.check()
    report = sites.world.stores.sites.get(SITE)
    assert report is not None
    return report


def test_a_site_that_shows_the_right_people_may_be_used(sites: Sites) -> None:
    for person in range(1, 7):
        sites.performer(person, look(person, 1), look(person, 2))
    report = checked(sites)
    assert (report.people, report.pages, report.pictures, report.faces, report.matching, report.elsewhere) == (
        6,
        6,
        12,
        12,
        12,
        0,
    )
    assert report.trusted
    assert (
        sites.check()
        == f"{SITE}: 12 faces on 6 pages, 12 match the person, 0 are nearer to somebody else: it may be used."
    )


def test_a_site_that_mixes_people_up_may_not(sites: Sites) -> None:
    for person in range(1, 7):
        sites.performer(person, look(person % 6 + 1, 1), look(person, 2))
    report = checked(sites)
    assert (report.faces, report.matching, report.elsewhere) == (12, 6, 6)
    assert not report.trusted
    assert "It is not used: 6 of 12 faces are nearer to somebody else." in sites.check()


def test_a_check_takes_no_face(sites: Sites) -> None:
    for person in range(1, 7):
        sites.performer(person, look(person, 1), look(person, 2))
    before = checked(sites)
    assert sites.learned() == []
    assert before.trusted
    assert sites.world.stores.gallery.enrolled_origins("site") == set()


def test_pictures_without_a_usable_face_are_counted_by_reason(sites: Sites) -> None:
    url = sites.performer(1, look(1, 1))
    sites.scrapers.pages[url] = ScrapedPage(
        "read", (jpeg(look(1, 1)), jpeg(), b"x", jpeg(look(1, 1), look(2, 1))), named=2
    )
    report = checked(sites)
    assert (report.pictures, report.faces) == (4, 1)
    assert report.outcomes == {"no_face": 1, "only_named": 2, "several_faces": 1, "unreadable": 1}


def test_people_without_a_face_of_their_own_are_not_asked_about(sites: Sites) -> None:
    performer = sites.world.stash.add_performer("Nobody")
    sites.scrapers.urls[performer.id] = (f"https://{SITE}/babe/Nobody",)
    sites.world.update_gallery()
    assert sites.check().startswith(f"{SITE}: nobody whose face is known has a page there")
    assert sites.scrapers.asked == []


def test_at_most_thirty_pages_spread_over_the_library(sites: Sites) -> None:
    for number in range(70):
        sites.performer(number % 39 + 1, look(1, 1), url=f"https://{SITE}/babe/P{number}")
    assert checked(sites).pages == 30
    assert sites.scrapers.asked[1] == f"https://{SITE}/babe/P2"


def test_a_site_that_turns_the_scraper_away_is_asked_once(sites: Sites) -> None:
    for person in range(1, 5):
        sites.scrapers.pages[sites.performer(person)] = ScrapedPage("refused", message="Not let in.")
    report = checked(sites)
    assert (report.pages, report.failed, report.message) == (1, 1, "Not let in.")
    assert not report.trusted


def test_three_failures_in_a_row_end_the_check(sites: Sites) -> None:
    for person in range(1, 9):
        sites.performer(person)
    sites.scrapers.pages.clear()
    assert checked(sites).pages == 3


def test_without_a_site_it_says_where_to_name_one(sites: Sites) -> None:
    check = SiteCheck(sites.world.stores, sites.reader(), sites.witnesses(), sites.world.clock)
    with pytest.raises(RequestError, match="Reference sites"):
        check.run((), sites.world.report())
