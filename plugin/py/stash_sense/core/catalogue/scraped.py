"""What a scraper of the user's brings of a person's page on a reference site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PageOutcome = Literal[
    "read",
    "gone",  # the site has the page no more
    "refused",  # the site does not let the scraper in: it is left alone
    "failed",  # the scraper had trouble; perhaps next time
]


@dataclass(frozen=True, slots=True)
class ScrapedPage:
    """What a scraper of the user's brought of a person's page. pictures: their bytes. message: one sentence, unless it was read.

    named: pictures of which the scraper only gave the address; they are not fetched.
    """

    outcome: PageOutcome
    pictures: tuple[bytes, ...] = ()
    named: int = 0
    message: str | None = None
