from __future__ import annotations

import pytest

from stash_sense.core.catalogue.site_addresses import hosts_of, is_covered, pages_on


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("", []),
        ("babepedia.com", ["babepedia.com"]),
        ("Babepedia.com, www.freeones.com;iafd.com  iafd.com", ["babepedia.com", "freeones.com", "iafd.com"]),
        ("https://www.babepedia.com/babe/Jane_Doe", ["babepedia.com"]),
        ("babepedia, ,", []),
    ],
)
def test_the_setting_names_hosts(text: str, hosts: list[str]) -> None:
    assert hosts_of(text) == hosts


def test_pages_on_a_host_and_below_it() -> None:
    urls = [
        "https://www.babepedia.com/babe/A",
        "https://de.babepedia.com/babe/A",
        "https://notbabepedia.com/babe/A",
        "https://example.org/?u=babepedia.com",
        "?",
    ]
    assert pages_on("babepedia.com", urls) == urls[:2]


def test_a_scraper_reads_what_holds_a_part_of_its_own() -> None:
    assert is_covered("https://www.babepedia.com/babe/A", {"babepedia.com/babe"})
    assert not is_covered("https://www.babepedia.com/babe/A", {"iafd.com", "babepedia.com/gallery"})
    assert not is_covered("https://www.babepedia.com/babe/A", ())
