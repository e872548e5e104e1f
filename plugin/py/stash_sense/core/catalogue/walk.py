"""Reading one list of a box page by page without trusting its pages.

A server may return fewer rows than asked for, rows move between pages while others write, and rows with equal sort keys may swap at every page edge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from stash_sense.core.catalogue.values import Ask, Direction, Page, Part, SortKey

EVERYBODY = Part()
SIZES = (100_000, 10_000, 1_000, 100, 25, 10)  # steps down when a server refuses a page of a size
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk stands: `page` comes next, unless `again` names one to be re-read first.

    began: number of the sweep's request that was its first. until: the walk may end at people not changed since (UPDATED_AT, DESC).
    groups: names that lie across a page edge are handed out, to be read on their own. count: as the server last said, -1 at the start.
    """

    sort: SortKey
    direction: Direction
    size: int
    began: int
    part: Part = EVERYBODY
    until: str | None = None
    groups: bool = False
    page: int = 1
    again: int = 0
    ended: bool = False
    count: int = -1
    last_name: str = ""
    last_group: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a page led to. group: the name whose holders may have been lost at the page's edge; "" for none."""

    walk: Walk
    group: str = ""


def ask_of(walk: Walk) -> Ask:
    return Ask(walk.again or walk.page, walk.size, walk.sort, walk.direction, walk.part)


def step(walk: Walk, page: Page) -> Step:
    """The walk after `page`; its `ended` says that there is nothing more to ask."""
    if walk.again:  # the page before the one that showed another count
        return Step(replace(walk, again=0, count=page.count, ended=walk.page == 0))
    reached = (walk.page - 1) * walk.size + len(page.rows)
    after = replace(
        walk, page=walk.page + 1, count=page.count, last_name=page.rows[-1].name if page.rows else walk.last_name
    )
    if not page.rows or reached >= page.count or _is_old_enough(walk, page):
        after = replace(after, page=0)
    elif (
        len(page.rows) < walk.size
    ):  # a cap: go on in pages of that size; some rows may be read twice, none is left out
        after = replace(after, size=len(page.rows), page=reached // len(page.rows) + 1)
    if walk.page > 1 and page.count != walk.count:  # rows moved: some may now stand on the page before
        again = walk.page - 1 if after.size == walk.size else 0
        after = replace(after, again=again)
    group = _split_name(walk, page)
    return Step(replace(after, ended=after.page == 0 and not after.again, last_group=group or walk.last_group), group)


def smaller(walk: Walk, size: int) -> Walk:
    """The same walk in pages of `size`, from the same row or a little before."""
    position = (walk.page - 1) * walk.size
    return replace(walk, size=size, page=position // size + 1, again=0, ended=False)


def next_size(size: int) -> int | None:
    """The next smaller page size to try; None at the end."""
    return next((smaller_size for smaller_size in SIZES if smaller_size < size), None)


def is_whole(ask: Ask, page: Page) -> bool:
    """Whether the page itself holds everybody: as many different people as the server counts, and room for more.

    Without room it proves nothing: somebody may have arrived between the count and the rows.
    """
    return ask.page == 1 and len({row.box_id for row in page.rows}) == len(page.rows) == page.count < ask.per_page


def same_name_part(name: str) -> Part:
    """The part that holds everybody of this name. "_" stands for any sign: a backslash would quote what follows it in the server's pattern."""
    return Part(name=name.replace("\\", "_"))


def moment(text: str | None) -> tuple[int, int] | None:
    """RFC 3339 text as seconds and nanoseconds, to be compared; None if it is none. Servers cut trailing zeros, so texts do not compare."""
    match = _INSTANT.fullmatch(text or "")
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    zone = "+00:00" if zone in (None, "Z", "z") else zone
    offset = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        at = datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return int(at.timestamp()), int((fraction or "").ljust(9, "0")[:9])


def _split_name(walk: Walk, page: Page) -> str:
    if not walk.groups or walk.page < 2 or not page.rows:
        return ""
    first = page.rows[0].name
    is_split = _folded(first) == _folded(walk.last_name) and _folded(first) != _folded(walk.last_group)
    return first if is_split else ""


def _folded(name: str) -> str:
    return name.strip().casefold()


def _is_old_enough(walk: Walk, page: Page) -> bool:
    if walk.until is None:
        return False
    last, until = moment(page.rows[-1].updated), moment(walk.until)
    return last is None or until is None or last < until
