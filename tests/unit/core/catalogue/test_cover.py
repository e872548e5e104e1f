"""Parts of a box, each compared with the server's own count."""

from __future__ import annotations

from collections.abc import Callable

from stash_sense.core.catalogue.cover import GENDERS, ORDERS, Cover, cover_of, covered, decided, words
from stash_sense.core.catalogue.values import Ask, Listed, Page, Part, Shortfall
from stash_sense.core.catalogue.walk import ask_of

SORTS = ("NAME", "CREATED_AT", "UPDATED_AT")
Server = Callable[[Ask], Page]


def run(cover: Cover, server: Server, *, seen: int = 0) -> tuple[Cover, list[Ask]]:
    """Answers every request; `seen` is what every count of people seen says."""
    asks: list[Ask] = []
    while cover.frames:
        frame = cover.frames[-1]
        if frame.walk is None:
            cover = decided(cover, seen, len(asks) + 1)
        else:
            asks.append(ask_of(frame.walk))
            cover = covered(cover, server(asks[-1]))
    return cover, asks


def counting(counts: dict[str, int], cap: int) -> Server:
    """A server whose parts have these counts by gender ("": everybody) and whose pages hold `cap` rows, always the same."""

    def answer(ask: Ask) -> Page:
        count = counts.get(ask.part.gender, 0) if ask.part.birth_year is None else 0
        return Page(count, tuple(Listed(f"{ask.part.gender}{row}", "x", None) for row in range(min(count, cap))))

    return answer


def cover(part: Part, *, size: int, spend: int = 10_000, sorts: tuple[str, ...] = SORTS) -> Cover:
    return cover_of(part, sorts=sorts, size=size, request=1, spend=spend)  # type: ignore[arg-type] # names of sorts


def test_a_part_that_fits_into_one_page_needs_one_request() -> None:
    done, asks = run(cover(Part(name="Jane"), size=10), counting({"": 9}, 10))
    assert (len(asks), done.short) == (1, ())
    assert asks[0].part == Part(name="Jane")


def test_a_full_page_does_not_settle_it_but_the_people_seen_do() -> None:
    done, asks = run(cover(Part(name="Jane"), size=10), counting({"": 10}, 10), seen=10)
    assert (len(asks), done.short) == (1, ())


def test_namesakes_are_read_in_every_order_before_they_are_divided() -> None:
    _done, asks = run(cover(Part(name="Jane"), size=10), counting({"": 15, "MALE": 1}, 10), seen=14)
    orders = list(dict.fromkeys((ask.sort, ask.direction) for ask in asks if not ask.part.gender))
    assert orders == list(ORDERS)
    assert [ask.part.gender for ask in asks if ask.part.gender][: len(GENDERS)] == list(GENDERS)


def test_only_orders_the_server_has_are_used() -> None:
    _done, asks = run(cover(Part(name="Jane"), size=10, sorts=("NAME", "UPDATED_AT")), counting({"": 15}, 10), seen=14)
    assert {ask.sort for ask in asks} == {"UPDATED_AT"}


def test_the_whole_is_walked_through_and_a_large_part_of_it_divided() -> None:
    def answer(ask: Ask) -> Page:
        count = {"": 60, "FEMALE": 59}.get(ask.part.gender, 1) if ask.part.birth_year is None else 0
        return Page(count, tuple(Listed(f"{ask.page} {row}", "x", None) for row in range(min(count, 1))))

    _done, asks = run(cover(Part(), size=1), answer, seen=1)
    parts = list(dict.fromkeys((ask.part.gender, ask.part.birth_year) for ask in asks))
    assert parts[:4] == [("", None), ("FEMALE", None), ("FEMALE", 2010), ("FEMALE", 2009)]
    assert sum(ask.part == Part() for ask in asks) >= 4 * 60
    assert [(ask.page, ask.part.birth_year) for ask in asks if ask.part.gender == "FEMALE"][:2] == [
        (1, None),
        (1, 2010),
    ]


def test_what_is_missing_is_said_of_the_innermost_part() -> None:
    def answer(ask: Ask) -> Page:
        if ask.part.gender == "FEMALE" and ask.part.birth_year == 1990:
            return Page(3, (Listed("a", "a", None),))
        return Page({"": 8, "FEMALE": 5}.get(ask.part.gender, 0) if ask.part.birth_year is None else 0, ())

    done, _asks = run(cover(Part(), size=1), answer, seen=1)
    assert done.short[0] == Shortfall("female, born in 1990", 2)


def test_a_filter_that_does_nothing_makes_no_part() -> None:
    done, asks = run(cover(Part(), size=10), counting(dict.fromkeys(("", *GENDERS), 100), 10), seen=97)
    assert done.short == (Shortfall("anywhere", 3),)
    assert {ask.part.gender for ask in asks} == {"", "FEMALE", "MALE"}


def test_the_search_ends_when_its_requests_are_spent() -> None:
    _done, asks = run(cover(Part(), size=10, spend=20), counting({"": 5000, "FEMALE": 4000}, 10), seen=7)
    assert len(asks) < 20 + 500  # the walk under way is finished


def test_parts_in_words() -> None:
    assert words(Part(gender="TRANSGENDER_FEMALE", birth_year=1990)) == "transgender female, born in 1990"
    assert words(Part(gender="UNKNOWN", name="Jane")) == "named “Jane”, without a gender"
