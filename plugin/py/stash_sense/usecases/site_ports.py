"""What the reference sites need from the outside."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Protocol

from stash_sense.core.catalogue.scraped import ScrapedPage

if TYPE_CHECKING:
    from stash_sense.core.values import Vector, Vectors


class Scrapers(Protocol):
    """The scrapers that the user has installed in Stash. Raises ServerError where Stash itself has trouble."""

    def readable(self) -> Collection[str]:
        """Parts of addresses that some scraper reads performers from."""
        ...

    def addresses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Performer id and addresses, of every performer that has any, by ascending id."""
        ...

    def read(self, url: str) -> ScrapedPage:
        """Has Stash scrape one page. Never sent twice."""
        ...


class Turns(Protocol):
    """Waits until a host may be asked again (adapters/stashbox/limiter.py)."""

    def turn(self, host: str, per_minute: int) -> float: ...


class Witnesses(Protocol):
    """Faces known to be right. Never those of reference sites, or a wrong one would bring in the next."""

    def own(self, person_id: str) -> Vectors:
        """(n, dims) of the person; n may be 0."""
        ...

    def nearest_other(self, vector: Vector, person_id: str) -> float:
        """How well the face goes with whoever else it goes with best; −1 if there is nobody else."""
        ...
