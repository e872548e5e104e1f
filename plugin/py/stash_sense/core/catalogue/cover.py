"""Finding everybody of a part of a box: in one page, in several orders, or divided into smaller parts, each compared with the server's own count."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stash_sense.core.catalogue.values import Direction, Page, Part, Shortfall, SortKey
from stash_sense.core.catalogue.walk import Walk, ask_of, is_whole, step

Orders = tuple[tuple[SortKey, Direction], ...]
GENDERS = ("FEMALE", "MALE", "TRANSGENDER_FEMALE", "TRANSGENDER_MALE", "INTERSEX", "NON_BINARY", "UNKNOWN")
YEARS = tuple(range(2010, 1899, -1))
# What ties in one order rarely ties in the others, and the two directions cut their ties at other places.
ORDERS: Orders = (
    ("CREATED_AT", "ASC"),
    ("CREATED_AT", "DESC"),
    ("UPDATED_AT", "DESC"),
    ("UPDATED_AT", "ASC"),
)

SHARES = (1.0, 0.83, 0.61)  # of the page size: the same order is cut elsewhere


@dataclass(frozen=True, slots=True)
class Frame:
    """A part being covered. children, orders: how many have been begun. total: sum of the children's counts. missing: of finished children.

    walk: None while it is to be decided what comes next. short: how many parts were known to be incomplete when it began.
    """

    part: Part
    began: int
    walk: Walk | None = None
    count: int = -1
    children: int = 0
    total: int = 0
    orders: int = 0
    missing: int = 0
    short: int = 0


@dataclass(frozen=True, slots=True)
class Cover:
    """Parts within parts, the innermost last. short: parts that stayed incomplete. spend: no request of this number or above is asked."""

    frames: tuple[Frame, ...]
    size: int
    spend: int
    orders: Orders
    short: tuple[Shortfall, ...] = ()


def cover_of(part: Part, *, sorts: tuple[SortKey, ...], size: int, request: int, spend: int) -> Cover:
    """The cover that begins with the sweep's next request, number `request`. sorts: those the server has."""
    orders = tuple(order for order in ORDERS if order[0] in sorts) or (("NAME", "ASC"), ("NAME", "DESC"))
    return Cover((_walking(Frame(part, request), orders, size, request),), size, spend, orders)


def covered(cover: Cover, page: Page) -> Cover:
    """After the page that the innermost frame's walk asked for."""
    *outer, frame = cover.frames
    if frame.walk is None:
        raise ValueError("no page was asked for")
    ask = ask_of(frame.walk)
    walk = step(frame.walk, page).walk
    frame = replace(frame, count=page.count, walk=None if walk.ended else walk)
    if is_whole(ask, page):
        return _closed(replace(cover, frames=(*outer, frame)), 0)
    if ask.page == 1 and frame.orders == 1 and outer and _is_divided_first(frame, cover, walk.size):
        frame = replace(frame, walk=None)
    return replace(cover, frames=(*outer, frame))


def decided(cover: Cover, seen: int, request: int) -> Cover:
    """What comes next for the innermost frame, whose walk is at its end. seen: different people seen since it began."""
    *outer, frame = cover.frames
    is_all_of_it = bool(outer) and frame.count >= outer[-1].count  # perhaps the server does not filter by this
    children = () if is_all_of_it or _filter_is_ignored(frame) else _children(frame.part)
    if seen >= frame.count:
        return _closed(cover, 0)
    if request >= cover.spend:
        return _closed(cover, frame.count - seen)
    is_walked = frame.orders >= len(cover.orders)
    if (is_walked or (outer and _is_divided_first(frame, cover, cover.size))) and frame.children < len(children):
        child = _walking(
            Frame(children[frame.children], request, short=len(cover.short)), cover.orders, cover.size, request
        )
        return replace(cover, frames=(*outer, replace(frame, children=frame.children + 1), child))
    if frame.orders < len(cover.orders) * len(SHARES):
        return replace(cover, frames=(*outer, _walking(frame, cover.orders, cover.size, request)))
    return _closed(cover, frame.count - seen)


def words(part: Part) -> str:
    """The part in words, for the statement."""
    told = [f"named “{part.name}”"] if part.name else []
    if part.gender:
        told.append("without a gender" if part.gender == "UNKNOWN" else part.gender.lower().replace("_", " "))
    if part.birth_year is not None:
        told.append(f"born in {part.birth_year}")
    return ", ".join(told) or "anywhere"


def _walking(frame: Frame, orders: Orders, size: int, request: int) -> Frame:
    sort, direction = orders[frame.orders % len(orders)]
    share = SHARES[frame.orders // len(orders)]
    walk = Walk(sort, direction, max(int(size * share), 1), request, frame.part)
    return replace(frame, orders=frame.orders + 1, walk=walk)


def _closed(cover: Cover, missing: int) -> Cover:
    """Without the innermost frame; what it misses beyond its children is written down."""
    *outer, frame = cover.frames
    is_deceived = _filter_is_ignored(frame)  # then the children were all the same people
    before = cover.short[: frame.short] if is_deceived else cover.short
    own = missing if is_deceived else missing - frame.missing
    short = (*before, Shortfall(words(frame.part), own)) if own > 0 else before
    if outer:
        parent = outer[-1]
        outer[-1] = replace(
            parent, total=parent.total + max(frame.count, 0), missing=parent.missing + max(missing, frame.missing, 0)
        )
    return replace(cover, frames=tuple(outer), short=short)


def _children(part: Part) -> tuple[Part, ...]:
    if not part.gender:
        return tuple(replace(part, gender=gender) for gender in GENDERS)
    if part.birth_year is None:
        return tuple(replace(part, birth_year=year) for year in YEARS)
    return ()


def _is_divided_first(frame: Frame, cover: Cover, size: int) -> bool:
    """Whether asking for a child's children costs less than walking through it in every order. The whole is walked through first: one order more
    shows most of those whom the others have missed.
    """
    children = len(_children(frame.part))
    return 0 < children < len(cover.orders) * frame.count // max(size, 1)


def _filter_is_ignored(frame: Frame) -> bool:
    """Children that together count far more than the whole: the server does not filter by this."""
    return frame.children > 1 and frame.total > 1.5 * frame.count + 1
