from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stash_sense.core.vision.sampling import near, pick_seconds

DURATIONS = st.floats(0.01, 1e5)


def test_instants_are_even_from_5_to_95_per_cent() -> None:
    assert pick_seconds(100, 4) == pytest.approx([5, 35, 65, 95])
    assert pick_seconds(100, 1) == pytest.approx([50])


def test_the_second_grid_lies_between_the_first() -> None:
    assert pick_seconds(100, 4, shift=0.5) == pytest.approx([20, 50, 80])


@pytest.mark.parametrize("duration_s", [None, 0, -3, float("nan"), float("inf")])
def test_without_a_duration_only_the_start_is_asked_for(duration_s: float | None) -> None:
    assert pick_seconds(duration_s, 40) == [0.0]
    assert near([1.0], duration_s, 3, []) == []


@pytest.mark.parametrize(("count", "shift"), [(0, 0.0), (4, -0.1), (4, 1.5)])
def test_impossible_wishes_are_refused(count: int, shift: float) -> None:
    with pytest.raises(ValueError, match=r"count|shift"):
        pick_seconds(10, count, shift=shift)


@given(duration_s=DURATIONS, count=st.integers(1, 200), shift=st.floats(0, 1))
def test_instants_ascend_inside_the_video(duration_s: float, count: int, shift: float) -> None:
    seconds = pick_seconds(duration_s, count, shift=shift)
    assert seconds == sorted(seconds)
    assert all(0 <= at <= duration_s * 0.95 + 1e-6 for at in seconds)
    assert len(seconds) <= count


def test_new_instants_surround_the_sightings_nearest_first() -> None:
    looked_at = [10.0, 20.0, 30.0, 40.0]
    assert near([20.0], 100, 2, looked_at) == pytest.approx([17.5, 22.5])
    assert near([20.0], 100, 4, looked_at) == pytest.approx([15, 17.5, 22.5, 25])


@given(
    duration_s=st.floats(5, 5000),
    count=st.integers(1, 40),
    places=st.lists(st.floats(0.05, 0.95), min_size=1, max_size=8),
)
def test_new_instants_are_new_and_inside(duration_s: float, count: int, places: list[float]) -> None:
    grid = pick_seconds(duration_s, 20)
    seen = [place * duration_s for place in places]
    extra = near(seen, duration_s, count, grid)
    assert len(extra) <= count
    assert extra == sorted(extra)
    assert all(0 <= at <= duration_s for at in extra)
    assert not {*extra} & {*grid, *seen}


def test_nobody_seen_means_nowhere_to_look() -> None:
    assert near([], 100, 5, [1.0]) == []
    assert near([1.0], 100, 0, []) == []
