from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import unit

from stash_sense.core.matching.linkage import group


def plain_linkage(similarity: np.ndarray, apart: np.ndarray, weights: np.ndarray, join_from: float) -> list[list[int]]:
    """The same by definition: looks at every pair of groups in every step."""
    groups = [[row] for row in range(len(weights))]
    while True:
        best, pair = -np.inf, None
        for one in range(len(groups)):
            for two in range(one + 1, len(groups)):
                if apart[np.ix_(groups[one], groups[two])].any():
                    continue
                share = np.outer(weights[groups[one]], weights[groups[two]])
                average = float((share * similarity[np.ix_(groups[one], groups[two])]).sum() / share.sum())
                if average > best:
                    best, pair = average, (one, two)
        if pair is None or best < join_from:
            return sorted(sorted(rows) for rows in groups)
        groups[pair[0]] += groups.pop(pair[1])


@given(seed=st.integers(0, 10_000), count=st.integers(1, 14), join_from=st.floats(-0.5, 0.9))
def test_equals_the_definition(seed: int, count: int, join_from: float) -> None:
    rng = np.random.default_rng(seed)
    vectors = unit(rng.normal(size=(count, 6))).astype(np.float64)
    frames = rng.integers(0, 6, count)
    apart, weights = frames[:, None] == frames, rng.uniform(0.1, 1, count)
    similarity = vectors @ vectors.T
    assert group(similarity, apart, weights, join_from=join_from) == plain_linkage(
        similarity, apart, weights, join_from
    )


def test_nothing_in_nothing_out() -> None:
    assert group(np.zeros((0, 0)), np.zeros((0, 0), np.bool_), np.zeros(0), join_from=0.0) == []
