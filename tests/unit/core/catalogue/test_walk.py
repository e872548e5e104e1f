"""Reading a list whose pages cannot be trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stash_sense.core.catalogue.values import Ask, Listed, Page, Part
from stash_sense.core.catalogue.walk import Walk, ask_of, is_whole, moment, next_size, same_name_part, smaller, step

WALK = Walk("NAME", "ASC", 3, 1, groups=True)


def page(count: int, *names: str, updated: str | None = None) -> Page:
    return Page(count, tuple(Listed(f"{name}{number}", name, updated) for number, name in enumerate(names)))


def test_pages_follow_until_the_count_is_reached() -> None:
    walk = step(WALK, page(5, "a", "b", "c")).walk
    assert (ask_of(walk).page, walk.ended) == (2, False)
    assert step(walk, page(5, "d", "e")).walk.ended


def test_an_empty_page_is_the_end() -> None:
    assert step(replace(WALK, page=2, count=9), page(9)).walk.ended


def test_fewer_rows_than_asked_for_are_a_cap_and_set_the_size() -> None:
    walk = step(replace(WALK, size=100), page(90, *"abcdefg")).walk
    assert (walk.size, walk.page) == (7, 2)


def test_a_cap_on_a_later_page_leaves_no_row_out() -> None:
    walk = step(replace(WALK, size=10, page=3, count=90), page(90, *"abcdefg")).walk
    assert (walk.page - 1) * walk.size <= 27
    assert walk.size == 7


def test_a_name_on_both_sides_of_an_edge_is_handed_out_once() -> None:
    first = step(WALK, page(9, "a", "b", "Jane"))
    assert first.group == ""
    second = step(first.walk, page(9, "jane ", "jane", "Jane"))
    assert second.group == "jane "
    assert step(second.walk, page(9, "Jane", "k", "l")).group == ""


def test_another_count_lets_the_page_before_be_read_again() -> None:
    second = step(step(WALK, page(9, "a", "b", "c")).walk, page(8, "e", "f", "g")).walk
    assert (ask_of(second).page, second.page) == (1, 3)
    third = step(second, page(8, "a", "c", "d")).walk
    assert (ask_of(third).page, third.again, third.ended) == (3, 0, False)


def test_the_last_page_too() -> None:
    walk = step(replace(WALK, page=2, count=6), page(5, "e", "f")).walk
    assert (ask_of(walk).page, walk.ended) == (1, False)
    assert step(walk, page(5, "a", "b", "c")).walk.ended


def test_changes_are_read_back_to_the_watermark_and_over_its_ties() -> None:
    walk = replace(WALK, sort="UPDATED_AT", direction="DESC", groups=False, until="2026-01-01T00:00:00.5Z")
    assert not step(walk, page(99, "a", "b", "c", updated="2026-01-01T00:00:00.500Z")).walk.ended
    assert step(walk, page(99, "a", "b", "c", updated="2026-01-01T00:00:00.4999Z")).walk.ended
    assert step(walk, page(99, "a", "b", "c", updated="yesterday")).walk.ended


@pytest.mark.parametrize(("size", "smaller_size", "page_no"), [(1000, 100, 21), (100, 25, 9), (1000, 333, 7)])
def test_smaller_pages_begin_at_the_same_row_or_before(size: int, smaller_size: int, page_no: int) -> None:
    walk = smaller(replace(WALK, size=size, page=3), smaller_size)
    assert walk.page == page_no
    assert 0 <= 2 * size - (walk.page - 1) * smaller_size < smaller_size


def test_sizes_go_down_to_ten() -> None:
    assert [next_size(200_000), next_size(100_000), next_size(900), next_size(100), next_size(25), next_size(10)] == [
        100_000, 10_000, 100, 25, 10, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "per_page", "whole"),
    [
        (page(2, "a", "b"), 3, True),
        (page(2, "a", "b"), 2, False),  # no room for somebody who came between count and rows
        (page(3, "a", "b"), 4, False),
        (page(1, "a", "b"), 4, False),
        (Page(2, (Listed("a", "a", None),) * 2), 4, False),  # one person twice
        (page(0), 1, True),
    ],
)
def test_a_page_holds_everybody(answer: Page, per_page: int, whole: bool) -> None:
    assert is_whole(Ask(1, per_page), answer) is whole
    assert not is_whole(Ask(2, per_page), answer)


def test_instants_compare_however_they_are_written() -> None:
    texts = [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000039Z",
        "2026-01-01T00:00:00.5Z",
        "2026-01-01T02:00:01+02:00",
    ]
    moments = [moment(text) for text in texts]
    assert None not in moments
    assert moments == sorted(moments)  # type: ignore[type-var] # none of them is None
    assert moment("2026-01-01T00:00:00.500000Z") == moment("2026-01-01T00:00:00.5+0000")
    assert [moment(text) for text in (None, "", "soon", "2026-13-01T00:00:00Z")] == [None] * 4


def test_a_backslash_in_a_name_does_not_quote_what_follows() -> None:
    assert same_name_part("Cleo\\x") == Part(name="Cleo_x")
