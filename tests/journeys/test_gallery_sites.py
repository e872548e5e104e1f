"""Reference sites: checked first, then used for people whose face is known, forgotten when they are switched off."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageOps
from tests.journeys.conftest import MakeBeside
from tests.journeys.world import World, assert_plain_words
from tests.standin.scenery import photo_bytes
from tests.standin.scrapers import ScraperRow

pytestmark = pytest.mark.journey

HOST = "babepedia.com"
PHOTOS = ("obama-2012", "obama-2009", "obama-2010", "biden-2010", "collins-1992", "hopper-1984")
SITE_FACES = "SELECT COUNT(*) FROM reference WHERE origin = 'site' AND state = 'used'"


def variant(photo: str, tone: float) -> bytes:
    """The photo mirrored and lighter or darker: another picture of the same face."""
    image = ImageOps.mirror(Image.open(io.BytesIO(photo_bytes(photo))).convert("RGB"))
    target = io.BytesIO()
    image.point([min(round(value * tone), 255) for value in range(256)] * 3).save(target, "JPEG", quality=90)
    return target.getvalue()


def page(number: int) -> str:
    return f"https://www.{HOST}/babe/Person_{number}"


@pytest.fixture
def visited(linked: World, make_beside: MakeBeside) -> World:
    """Six people with an image each, and a site where each of them has a page with two pictures."""
    stash = linked.stash
    for number, photo in enumerate(PHOTOS):
        stash.add_performer(f"Person {number}", image=photo_bytes(photo), urls=[page(number)])
    pages: dict[str, list[bytes] | str] = {
        page(number): [variant(photo, 0.9), variant(photo, 1.1)] for number, photo in enumerate(PHOTOS)
    }
    stash.scrapers.append(ScraperRow("pages", [HOST], pages))
    linked.run("Update gallery")
    return linked


def choose(world: World, hosts: str) -> None:
    world.stash.operation({"mode": "settings", "values": {"reference_sites": hosts}})


def faces(world: World) -> int:
    ((count,),) = world.rows(SITE_FACES)
    return int(count)


def report(world: World) -> dict[str, Any]:
    ((people, found, matching),) = world.rows("SELECT people, faces, matching FROM site_report WHERE host = ?", HOST)
    return {"people": people, "faces": found, "matching": matching}


def test_checked_used_forgotten(visited: World) -> None:
    assert "No reference site is named" in visited.fail("Check reference sites")
    choose(visited, HOST)
    said = visited.run("Update gallery")
    assert f"{HOST} is left out: it has not been checked with this model pack" in said
    (scraper,) = visited.stash.scrapers
    assert (faces(visited), scraper.asked) == (0, [])

    said = visited.run("Check reference sites")
    assert said == f"{HOST}: 12 faces on 6 pages, 12 match the person, 0 are nearer to somebody else: it may be used."
    assert report(visited) == {"people": 6, "faces": 12, "matching": 12}
    assert faces(visited) == 0, "the check keeps no face"

    said = visited.run("Update gallery")
    assert_plain_words(said)
    assert faces(visited) >= 6
    assert f"{HOST}: {faces(visited)} faces learned from 6 pages." in said
    asked = len(scraper.asked)
    visited.run("Update gallery")
    assert len(scraper.asked) == asked, "a page is not read twice"

    choose(visited, "")
    visited.run("Update gallery")
    assert faces(visited) == 0
    assert visited.rows("SELECT COUNT(*) FROM reference WHERE origin = 'performer'") == [(6,)]


def test_a_site_that_shows_others_or_turns_us_away_is_not_used(visited: World) -> None:
    (scraper,) = visited.stash.scrapers
    for number in range(len(PHOTOS)):  # the pages of the wrong people
        scraper.pages[page(number)] = [variant(PHOTOS[(number + 3) % 6], 0.9), variant(PHOTOS[(number + 3) % 6], 1.1)]
    said = visited.run("validate_sites", {"hosts": HOST})
    assert "It is not used: " in said
    choose(visited, HOST)
    assert f"{HOST} is left out: " in visited.run("Update gallery")
    for number in range(len(PHOTOS)):
        scraper.pages[page(number)] = "scraper pages: http error 403:Forbidden"
    assert "was found, so it is not used" in visited.run("validate_sites", {"hosts": HOST})
    assert faces(visited) == 0
