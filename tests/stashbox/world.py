"""A stash-box as a pure model: rows, paging with its faults, writes in between, pictures. No clock, no network, no GraphQL.

Behaves as shared/docs/stash-box-measured.md says: no tie-break between equal sort keys, so each page may order them anew (but always the same way);
count and rows are two statements; deleted rows are never listed but found by id; hard-deleted ones are unknown; redirects are rewritten to the end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Literal

EPOCH = datetime(2020, 1, 1, tzinfo=timezone.utc)
Ties = Literal["row", "plan", "page"]  # row: never shuffled; plan: two orders, by offset; page: every page has its own


class TooLarge(Exception):  # noqa: N818 — an answer of a server, not a fault of the model
    """The server or its proxy will not answer a page of this size."""


@dataclass(slots=True)
class WorldImage:
    """A picture and what the server answers for it. status 404: the row is there, the file is not."""

    id: str
    data: bytes = b""
    content_type: str = "image/jpeg"
    width: int = 600
    height: int = 900
    status: int = 200


@dataclass(slots=True)
class WorldPerson:
    """A performer row. created, updated: microseconds since EPOCH. urls: (url, name of the site). images: ids, in the database's order."""

    id: str
    name: str
    disambiguation: str | None = None
    aliases: list[str] = field(default_factory=list)
    gender: str | None = None
    urls: list[tuple[str, str]] = field(default_factory=list)
    birth_date: str | None = None
    death_date: str | None = None
    country: str | None = None
    ethnicity: str | None = None
    eye_color: str | None = None
    hair_color: str | None = None
    height: int | None = None
    career_start_year: int | None = None
    career_end_year: int | None = None
    images: list[str] = field(default_factory=list)
    deleted: bool = False
    merged_into_id: str | None = None
    created: int = 0
    updated: int = 0


@dataclass(slots=True)
class WorldScene:
    """A scene with its cast: ids of performers."""

    id: str
    title: str = ""
    performers: list[str] = field(default_factory=list)
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of PerformerQueryInput that the server reads. Empty: no filter. gender "UNKNOWN": those without."""

    name: str = ""
    names: str = ""
    gender: str = ""
    birth_year: int | None = None
    birth_year_modifier: Literal["EQUALS", "NOT_EQUALS", "GREATER_THAN", "LESS_THAN"] = "EQUALS"
    country: str = ""
    url: str = ""


NO_FILTERS = Filters()


@dataclass(slots=True)
class BoxWorld:
    """The database of one stash-box and how its server pages.

    page_cap: rows a page has at most, silently. refuse_rows: a page that would hold more rows raises TooLarge. refuse_per_page: asking for more does.
    before_request, between_statements: called with the world and the number of the list request (from 1); writes go in there.
    """

    seed: int = 0
    people: dict[str, WorldPerson] = field(default_factory=dict)
    images: dict[str, WorldImage] = field(default_factory=dict)
    scenes: dict[str, WorldScene] = field(default_factory=dict)
    page_cap: int | None = None
    refuse_rows: int | None = None
    refuse_per_page: int | None = None
    ties: Ties = "page"
    before_request: Callable[[BoxWorld, int], None] | None = None
    between_statements: Callable[[BoxWorld, int], None] | None = None
    now: int = 10**12  # microseconds since EPOCH; every write moves it on
    requests: int = 0  # list and look-up requests so far; `tick` counts them

    # Reading

    def tick(self) -> None:
        """One HTTP request begins: whoever serves the world calls this once for each; due writes happen here."""
        self.requests += 1
        if self.before_request is not None:
            self.before_request(self, self.requests)

    def live(self) -> set[str]:
        return {person.id for person in self.people.values() if not person.deleted}

    def query_performers(
        self, page: int, per_page: int, sort: str = "CREATED_AT", direction: str = "DESC", filters: Filters = NO_FILTERS
    ) -> tuple[int, list[WorldPerson]]:
        """Count of the live rows that match, and a page of them. Raises TooLarge."""
        limit = per_page if per_page > 0 else 25
        if self.refuse_per_page is not None and limit > self.refuse_per_page:
            raise TooLarge
        if self.page_cap is not None:
            limit = min(limit, self.page_cap)
        count = len(self._matching(filters))
        if self.between_statements is not None:
            self.between_statements(self, self.requests)
        offset = (max(page, 1) - 1) * limit
        rows = self._matching(filters)
        if self.refuse_rows is not None and len(rows[offset : offset + limit]) > self.refuse_rows:
            raise TooLarge
        return count, self._ordered(rows, sort, direction, offset, limit)[offset : offset + limit]

    def find_performer(self, performer_id: str) -> WorldPerson | None:
        """The row, deleted or not; None for unknown and hard-deleted ids. It does not redirect."""
        return self.people.get(performer_id)

    def merged_ids(self, performer_id: str) -> list[str]:
        return [person.id for person in self.people.values() if person.merged_into_id == performer_id]

    def scene_count(self, performer_id: str) -> int:
        return sum(performer_id in scene.performers and not scene.deleted for scene in self.scenes.values())

    def find_scene(self, scene_id: str) -> WorldScene | None:
        return self.scenes.get(scene_id)

    def image(self, image_id: str) -> WorldImage | None:
        return self.images.get(image_id)

    def _matching(self, filters: Filters) -> list[WorldPerson]:
        takes = matcher(filters)
        return [person for person in self.people.values() if not person.deleted and takes(person)]

    def _ordered(
        self, rows: list[WorldPerson], sort: str, direction: str, offset: int, limit: int
    ) -> list[WorldPerson]:
        plan = {"row": "", "plan": str(offset * 3 > len(rows) * 2), "page": f"{offset}+{limit}"}[self.ties]
        if plan:
            rows.sort(key=lambda person: _scatter(f"{self.seed} {sort} {direction} {plan} {person.id}"))
        rows.sort(key=lambda person: _sort_key(self, person, sort), reverse=direction == "DESC")
        return rows

    # Writing, as the server's own edits and mutations do

    def create(self, person: WorldPerson) -> WorldPerson:
        person.created = person.updated = self._moved_on()
        self.people[person.id] = person
        return person

    def rename(self, performer_id: str, name: str) -> None:
        self.people[performer_id].name = name
        self.touch(performer_id)

    def touch(self, performer_id: str) -> None:
        """Any other change: `updated` moves."""
        self.people[performer_id].updated = self._moved_on()

    def hard_delete(self, performer_id: str) -> None:
        """performerDestroy: the row is gone."""
        del self.people[performer_id]
        self._redirect(performer_id, None)

    def soft_delete(self, performer_id: str) -> None:
        """As an applied DESTROY edit does: aliases, URLs and images are cleared. Redirects to it stay and point at a deleted row."""
        self._retire(performer_id)

    def merge(self, source_id: str, target_id: str) -> None:
        """As an applied MERGE edit does: redirects to the source are rewritten to the target."""
        self._retire(source_id)
        self._redirect(source_id, target_id)
        self.people[source_id].merged_into_id = target_id
        self.touch(target_id)

    def destroy_image(self, image_id: str) -> None:
        """imageDestroy: `updated` of its people does not move."""
        self.images.pop(image_id, None)
        for person in self.people.values():
            person.images = [other for other in person.images if other != image_id]

    def _retire(self, performer_id: str) -> None:
        person = self.people[performer_id]
        person.deleted = True
        person.aliases, person.urls, person.images = [], [], []
        self.touch(performer_id)

    def _redirect(self, old: str, new: str | None) -> None:
        for person in self.people.values():
            if person.merged_into_id == old:
                person.merged_into_id = new

    def _moved_on(self) -> int:
        self.now += 1_000_003
        return self.now


def matcher(filters: Filters) -> Callable[[WorldPerson], bool]:
    """The server's WHERE clause."""
    if filters == NO_FILTERS:
        return lambda person: True
    patterns = [_ilike(text) for text in (filters.name, filters.names) if text]

    def matches(person: WorldPerson) -> bool:
        year = int(person.birth_date[:4]) if person.birth_date else None
        return (
            all(pattern.fullmatch(person.name) for pattern in patterns)
            and (not filters.gender or filters.gender == (person.gender or "UNKNOWN"))
            and (filters.birth_year is None or _compares(year, filters.birth_year_modifier, filters.birth_year))
            and (not filters.country or filters.country == person.country)
            and (not filters.url or any(filters.url == url for url, _site in person.urls))
        )

    return matches


def _compares(year: int | None, modifier: str, wanted: int) -> bool:
    if year is None:  # NULL compares with nothing
        return False
    return {
        "EQUALS": year == wanted,
        "NOT_EQUALS": year != wanted,
        "GREATER_THAN": year > wanted,
        "LESS_THAN": year < wanted,
    }[modifier]


def _ilike(part: str) -> re.Pattern[str]:
    """PostgreSQL's text ILIKE '%part%': % and _ are wildcards, a backslash takes the next sign as it is."""
    pattern = ""
    signs = iter(f"%{part}%")
    for sign in signs:
        if sign == "\\":
            pattern += re.escape(next(signs, ""))
        else:
            pattern += {"%": ".*", "_": "."}.get(sign, re.escape(sign))
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _sort_key(world: BoxWorld, person: WorldPerson, sort: str) -> tuple[bool, str | int]:
    """What rows are ordered by; rows without a value stand together (first of all ascending is enough for a model)."""
    value: str | int | None
    if sort in ("SCENE_COUNT", "POPULARITY"):
        value = world.scene_count(person.id)
    else:
        value = {
            "NAME": person.name,
            "BIRTHDATE": person.birth_date,
            "DEATHDATE": person.death_date,
            "CAREER_START_YEAR": person.career_start_year,
            "CREATED_AT": person.created,
            "UPDATED_AT": person.updated,
        }[sort]
    return (value is not None, 0 if value is None else value)


def _scatter(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def as_uuid(digest: str) -> str:
    """The first 32 hexadecimal digits, written as a UUID."""
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


def rfc3339(microseconds: int) -> str:
    """As the server writes an instant: "2020-01-02T02:00:00Z", microseconds with trailing zeros cut."""
    at = EPOCH + timedelta(microseconds=microseconds)
    fraction = f".{at.microsecond:06d}".rstrip("0").rstrip(".")
    return f"{at:%Y-%m-%dT%H:%M:%S}{fraction}Z"
