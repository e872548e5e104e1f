from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from stash_sense.usecases.ahead import ahead


def test_items_come_in_order() -> None:
    assert list(ahead(range(50), 3)) == list(range(50))


def test_an_error_of_the_source_comes_after_what_it_gave() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    taken = ahead(failing(), 2)
    assert next(taken) == 1
    with pytest.raises(ValueError, match="broken"):
        next(taken)


def test_leaving_early_ends_the_thread() -> None:
    before = threading.active_count()
    taken = ahead(iter(range(1000)), 2)
    next(taken)
    taken.close()
    assert threading.active_count() == before


def test_it_needs_room_for_one() -> None:
    with pytest.raises(ValueError, match="needs 1 or more"):
        next(ahead([1], 0))
