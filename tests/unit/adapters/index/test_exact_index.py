from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import unit

from stash_sense.adapters.index import exact_index
from stash_sense.adapters.index.exact_index import ExactIndex


def some_rows(count: int, dims: int = 16, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(count, dims)))


@given(count=st.integers(1, 60), k=st.integers(1, 80), half=st.booleans())
def test_finds_the_nearest_best_first(count: int, k: int, half: bool) -> None:
    rows = some_rows(count).astype(np.float16 if half else np.float32)
    probe = some_rows(1, seed=9)
    (found,) = ExactIndex(rows).nearest(probe, k)
    scores = rows.astype(np.float32) @ probe[0]
    assert len(found) == min(k, count)
    assert np.allclose([near.score for near in found], np.sort(scores)[::-1][: len(found)], atol=1e-6)
    assert np.allclose([scores[near.row] for near in found], [near.score for near in found], atol=1e-6)


def test_an_empty_gallery_has_no_neighbours() -> None:
    assert ExactIndex(np.zeros((0, 16), np.float32)).nearest(some_rows(2), 5) == [[], []]
    assert len(ExactIndex(np.zeros((0, 16), np.float32))) == 0


def test_no_probes_no_answers() -> None:
    assert ExactIndex(some_rows(3)).nearest(np.zeros((0, 16), np.float32), 5) == []


def test_equal_scores_come_by_row() -> None:
    rows = np.repeat(np.eye(16, dtype=np.float32)[:1], 6, axis=0)  # products of 0 and 1 round to nothing else
    (found,) = ExactIndex(rows).nearest(rows[:1], 4)
    assert [near.row for near in found] == [0, 1, 2, 3]


def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, probes = some_rows(50), some_rows(3, seed=4)
    whole = ExactIndex(rows).nearest(probes, 7)
    monkeypatch.setattr(exact_index, "CHUNK_ROWS", 8)
    monkeypatch.setattr(exact_index, "CHUNK_PROBES", 2)
    parts = ExactIndex(rows).nearest(probes, 7)
    assert [[near.row for near in row] for row in parts] == [[near.row for near in row] for row in whole]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="probes have 8 numbers, the index 16"):
        ExactIndex(some_rows(3)).nearest(some_rows(1, dims=8), 1)
    with pytest.raises(ValueError, match="k is 0"):
        ExactIndex(some_rows(3)).nearest(some_rows(1), 0)
    with pytest.raises(ValueError, match="float64"):
        ExactIndex(some_rows(3).astype(np.float64))
