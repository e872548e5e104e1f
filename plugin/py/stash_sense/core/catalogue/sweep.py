"""Enumerating a box so that nobody is lost: which request comes next, and when "complete" may be said.

A page that holds everybody is one statement of the server's database and settles it (with an empty page after it). Where the server refuses that,
everybody is read twice in pages, and the claim is proven by a hinge: an instant at which the server counted exactly as many people as were seen both
before and after it. They all were live then, so nobody else was. It needs no trust in page edges, clocks or edits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from stash_sense.core.catalogue.cover import Cover, cover_of, covered, decided
from stash_sense.core.catalogue.values import Ask, Direction, Page, Part, Shortfall, SortKey, Statement
from stash_sense.core.catalogue.walk import Walk, ask_of, is_whole, next_size, same_name_part, smaller, step

ROUNDS = 6  # readings of everybody, at most; on a box that stays quiet for one of them the second proves it
USUAL_SIZE = 100
HOPELESS = 4  # the round in which it is given up if the last one has changed nothing
GROUP_REQUESTS = 60  # for the holders of one name; more would mean hundreds of namesakes no order tells apart
Stage = Literal["open", "pass", "catch_up", "hinge", "confirm", "look_up", "settle", "parts", "done"]


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask by id for people not seen after request `since`: are they gone, or has the second reading missed them? after: the last id asked for."""

    since: int
    after: str = ""


@dataclass(frozen=True, slots=True)
class CountUp:
    """Count among the people seen: see Tally. since: a request number."""

    hinges: tuple[int, ...]
    since: int


@dataclass(frozen=True, slots=True)
class Tally:
    """witnessed: for each hinge, how many people were seen before and after it. live: seen and not known to be gone. seen: live ones since the request."""

    witnessed: tuple[int, ...]
    live: int
    seen: int


@dataclass(frozen=True, slots=True)
class Hinge:
    """A count of everybody, and the number of the request and the instant at which the server gave it."""

    request: int
    count: int
    at: str


Need = Ask | LookUp | CountUp


@dataclass(frozen=True, slots=True)
class Sweep:
    """Where an enumeration stands. sorts: those the server has. requests: sent so far; their numbers count from 1. size: of pages, 0 before the first.

    in_one_page: whether a page of everybody may be asked for. after: the last person looked up by id.
    whole: the count of a page that held everybody, while it is made sure that nobody comes after it. is_divided: parts were looked through one by one.
    found: people and count when the last reading was settled; another that changes neither is the last.
    """

    sorts: tuple[SortKey, ...]
    in_one_page: bool = True
    stage: Stage = "open"
    requests: int = 0
    round: int = 1
    size: int = 0
    count: int = 0
    watermark: str | None = None
    hinges: tuple[Hinge, ...] = ()
    whole: Hinge | None = None
    after: str = ""
    walk: Walk | None = None
    cover: Cover | None = None
    short: tuple[Shortfall, ...] = ()
    is_divided: bool = False
    found: tuple[int, int] = (0, 0)
    statement: Statement | None = None


def need(sweep: Sweep) -> Need | None:
    """What the sweep wants to know next; None: it is finished and has its statement."""
    if sweep.cover is not None:
        frame = sweep.cover.frames[-1]
        return ask_of(frame.walk) if frame.walk else CountUp((), frame.began)
    if sweep.walk is not None:
        return ask_of(sweep.walk)
    if sweep.stage == "open":
        return Ask(1, 1, "UPDATED_AT" if "UPDATED_AT" in sweep.sorts else "NAME", "DESC")
    if sweep.stage == "hinge":
        return Ask(1, 1)
    if sweep.stage == "look_up":
        return LookUp(sweep.hinges[-1].request, sweep.after)
    if sweep.stage == "settle":
        return CountUp(tuple(hinge.request for hinge in sweep.hinges), 0)
    return None


def absorb_page(sweep: Sweep, page: Page, at: str) -> Sweep:
    """After the answer to an Ask. at: the present instant, UTC."""
    sweep = replace(sweep, requests=sweep.requests + 1)
    if sweep.cover is not None:
        return _absorb_cover(sweep, covered(sweep.cover, page))
    sweep = replace(sweep, count=page.count)
    if sweep.stage == "open":
        sweep = replace(sweep, watermark=page.rows[0].updated if page.rows else None)
        return _pass(sweep) if page.count else _done(sweep, Hinge(sweep.requests, 0, at), "snapshot")
    if sweep.stage == "hinge":
        return _confirm(replace(sweep, hinges=(*sweep.hinges, Hinge(sweep.requests, page.count, at))))
    if sweep.walk is None:
        raise ValueError("no page was asked for")
    if sweep.whole is not None:
        return _absorb_end(sweep, sweep.walk, sweep.whole, page)
    if is_whole(ask_of(sweep.walk), page):
        walk = replace(sweep.walk, page=2, last_name=page.rows[-1].name if page.rows else "")
        return replace(sweep, whole=Hinge(sweep.requests, page.count, at), walk=walk)
    return _absorb_walk(sweep, sweep.walk, page)


def absorb_refusal(sweep: Sweep) -> Sweep | None:
    """After a refused Ask: the same in smaller pages; None if there is no smaller one."""
    sweep = replace(sweep, requests=sweep.requests + 1)
    walk = sweep.cover.frames[-1].walk if sweep.cover else sweep.walk
    size = next_size(walk.size) if walk else None
    if walk is None or size is None:
        return None
    walk = smaller(walk, size)
    if sweep.cover is None:
        return replace(sweep, size=size, walk=walk)
    *outer, frame = sweep.cover.frames
    return replace(sweep, size=size, cover=replace(sweep.cover, size=size, frames=(*outer, replace(frame, walk=walk))))


def absorb_lookup(sweep: Sweep, last: str, *, requests: int) -> Sweep:
    """After some people, `last` the last of them, were looked up in `requests` requests; 0: there were none left."""
    if requests == 0:
        return replace(sweep, stage="settle", after="")
    return replace(sweep, requests=sweep.requests + requests, after=last)


def absorb_tally(sweep: Sweep, tally: Tally) -> Sweep:
    """After people were counted up."""
    if sweep.cover is not None and sweep.stage == "parts" and tally.live >= sweep.count:
        return _absorb_cover(sweep, replace(sweep.cover, frames=()))
    if sweep.cover is not None:
        return _absorb_cover(sweep, decided(sweep.cover, tally.seen, sweep.requests + 1))
    for hinge, witnessed in zip(reversed(sweep.hinges), reversed(tally.witnessed), strict=True):
        if witnessed == hinge.count:
            return _done(sweep, hinge, "pages")
    found = (tally.live, sweep.hinges[-1].count)
    if sweep.round >= ROUNDS or (sweep.is_divided and found == sweep.found and sweep.round >= HOPELESS):
        return _given_up(sweep, tally)
    again = replace(sweep, round=sweep.round + 1, found=found)
    if (
        tally.live < sweep.count and sweep.sorts and not sweep.is_divided
    ):  # two readings have not found everybody: look part by part
        spend = sweep.requests + 200 + 8 * sweep.count // max(sweep.size, 1)
        return replace(again, stage="parts", short=(), is_divided=True, cover=_cover(again, Part(), spend))
    return _catch_up(again)


def progress(sweep: Sweep) -> tuple[int, int]:
    """People read and to be read; a second reading to prove the first counts too."""
    if sweep.stage in ("open", "done"):
        return (sweep.count, max(sweep.count, 1)) if sweep.stage == "done" else (0, 1)
    walked = min(max(sweep.walk.page - 1, 0) * sweep.walk.size, sweep.count) if sweep.walk else sweep.count
    before = 0 if sweep.stage == "pass" else sweep.count
    return before + (walked if sweep.stage in ("pass", "confirm") else 0), 2 * sweep.count


def _absorb_end(sweep: Sweep, walk: Walk, whole: Hinge, page: Page) -> Sweep:
    """After the page that follows one with everybody: an empty one shows that the first was not cut off by a cap that happens to equal the count."""
    if not page.rows:
        return _done(sweep, whole, "snapshot")
    return _absorb_walk(replace(sweep, whole=None, size=whole.count), replace(walk, size=whole.count), page)


def _absorb_walk(sweep: Sweep, walk: Walk, page: Page) -> Sweep:
    after = step(walk, page)
    learned = after.walk.size if walk.page == 1 else sweep.size
    sweep = replace(sweep, walk=None if after.walk.ended else after.walk, size=learned)
    if after.group:
        spend = sweep.requests + GROUP_REQUESTS
        return replace(sweep, cover=_cover(sweep, same_name_part(after.group), spend))
    return sweep if sweep.walk else _next_stage(sweep)


def _absorb_cover(sweep: Sweep, cover: Cover) -> Sweep:
    if cover.frames:
        return replace(sweep, cover=cover)
    sweep = replace(sweep, cover=None, short=(*sweep.short, *cover.short))
    return sweep if sweep.walk else _next_stage(sweep)


def _next_stage(sweep: Sweep) -> Sweep:
    """After the end of a walk, or of the search part by part."""
    if sweep.stage == "catch_up":
        return replace(sweep, stage="hinge")
    return replace(sweep, stage="look_up") if sweep.stage == "confirm" else _catch_up(sweep)


def _pass(sweep: Sweep) -> Sweep:
    # With room for those who arrive meanwhile, one page may hold everybody.
    size = sweep.count + sweep.count // 10 + 100 if sweep.in_one_page else USUAL_SIZE
    return replace(sweep, stage="pass", size=size, walk=Walk("NAME", "ASC", size, sweep.requests + 1, groups=True))


def _catch_up(sweep: Sweep) -> Sweep:
    """Those who changed since the sweep began, however often they moved across pages."""
    if sweep.watermark is None or "UPDATED_AT" not in sweep.sorts:
        return replace(sweep, stage="hinge")
    walk = Walk("UPDATED_AT", "DESC", sweep.size, sweep.requests + 1, until=sweep.watermark)
    return replace(sweep, stage="catch_up", walk=walk)


def _confirm(sweep: Sweep) -> Sweep:
    direction: Direction = "DESC" if sweep.round % 2 else "ASC"
    return replace(sweep, stage="confirm", walk=Walk("NAME", direction, sweep.size, sweep.requests + 1))


def _cover(sweep: Sweep, part: Part, spend: int) -> Cover:
    return cover_of(part, sorts=sweep.sorts, size=sweep.size, request=sweep.requests + 1, spend=spend)


def _done(sweep: Sweep, hinge: Hinge, method: str) -> Sweep:
    statement = Statement(True, hinge.count, hinge.count, hinge.at, method, sweep.requests)
    return replace(sweep, stage="done", count=hinge.count, walk=None, short=(), statement=statement)


def _given_up(sweep: Sweep, tally: Tally) -> Sweep:
    """It cannot be proven: say by how many, and where as far as that is known."""
    hinge = sweep.hinges[-1]
    missing = max(hinge.count - tally.live, 0)
    if missing:
        short = _placed(sweep.short, missing)
    else:
        unproven = max(hinge.count - tally.witnessed[-1], 0)
        short = (Shortfall("who came, went or moved while everybody was read", unproven),)
    statement = Statement(False, tally.live, hinge.count, hinge.at, "pages", sweep.requests, short)
    return replace(sweep, stage="done", walk=None, statement=statement)


def _placed(short: tuple[Shortfall, ...], missing: int) -> tuple[Shortfall, ...]:
    """`missing` people, in the parts that stayed short; a part may have missed people whom another has shown."""
    placed = []
    for part in short:
        if (here := min(part.missing, missing)) > 0:
            placed.append(replace(part, missing=here))
            missing -= here
    return (*placed, Shortfall("somewhere", missing)) if missing else tuple(placed)
