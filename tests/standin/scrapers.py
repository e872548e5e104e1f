"""Scrapers as Stash has them: an address is read by the first one that finds a part of its own in it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from tests.standin.store import StashError


@dataclass
class ScraperRow:
    """A scraper for performers. urls: parts of addresses it reads. pages: address → pictures, or the words it fails with. asked: every address."""

    id: str
    urls: list[str]
    pages: dict[str, list[bytes] | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def listed(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.id,
            "performer": {"urls": self.urls, "supported_scrapes": ["URL"]},
        }

    def scrape(self, url: str) -> dict[str, Any]:
        self.asked.append(url)
        found = self.pages.get(url, f"scraper {self.id}: http error 404:Not Found")
        if isinstance(found, str):
            raise StashError(found)
        pictures = [f"data:image/jpeg;base64,{base64.b64encode(data).decode()}" for data in found]
        return {"image": next(iter(pictures), None), "images": pictures or None}


def scrape_performer(scrapers: list[ScraperRow], url: str) -> dict[str, Any] | None:
    for scraper in scrapers:
        if any(part in url for part in scraper.urls):
            return scraper.scrape(url)
    return None
