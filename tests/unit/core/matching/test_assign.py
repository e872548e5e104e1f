from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stash_sense.core.matching.assign import best_assignment


@given(seed=st.integers(0, 10_000), rows=st.integers(0, 4), columns=st.integers(0, 4))
def test_no_other_assignment_is_better(seed: int, rows: int, columns: int) -> None:
    benefit = np.random.default_rng(seed).normal(size=(rows, columns)).round(2)
    chosen = best_assignment(benefit)
    used = [column for column in chosen if column is not None]
    assert len(used) == len(set(used))
    total = sum(float(benefit[row, column]) for row, column in enumerate(chosen) if column is not None)
    padded = np.hstack([np.maximum(benefit, 0), np.zeros((rows, rows))])
    best = max(
        sum(padded[row, column] for row, column in enumerate(way)) for way in permutations(range(columns + rows), rows)
    )
    assert total == pytest.approx(best)


def test_worthless_pairs_stay_open() -> None:
    assert best_assignment(np.array([[0.0, -1.0], [0.0, 2.0]])) == [None, 1]
