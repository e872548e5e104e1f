"""Pairs of like faces: as if everybody had been compared with everybody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stash_sense.core.curation import alike_faces
from stash_sense.core.curation.alike_faces import Templates, alike


def people(count: int, dims: int, seed: int, *, spread: float) -> np.ndarray:
    """Unit vectors whose energy lies mostly in a few directions if `spread` is small."""
    rng = np.random.default_rng(seed)
    scale = np.exp(-np.arange(dims) / (spread * dims))
    vectors = rng.normal(size=(count, dims)) * scale
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def by_hand(vectors: np.ndarray, least: float, group: np.ndarray) -> set[tuple[int, int]]:
    cosines = vectors.astype(np.float64) @ vectors.T
    return {
        (one, other)
        for one in range(len(vectors))
        for other in range(one + 1, len(vectors))
        if cosines[one, other] >= least and (group[one] == group[other] or min(group[one], group[other]) < 0)
    }


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 999), spread=st.sampled_from([0.1, 0.4, 9.0]), groups=st.sampled_from([1, 2, 3]))
def test_the_short_way_finds_what_the_long_way_finds(seed: int, spread: float, groups: int) -> None:
    vectors = people(90, 16, seed, spread=spread)
    group = np.random.default_rng(seed).integers(-1, groups, 90)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike_faces, "BLOCK", 16)
        found = {(one, other) for one, other, _ in alike(vectors, 0.6, group)}
    near = by_hand(vectors, 0.6 - 1e-5, group) - by_hand(vectors, 0.6 + 1e-5, group)  # rounding may decide these
    assert found - near == by_hand(vectors, 0.6, group) - near


def test_each_pair_comes_once_with_its_cosine() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.8, 0.6]], np.float32)
    assert [(one, other, round(cosine, 3)) for one, other, cosine in alike(vectors, 0.5, np.full(3, -1))] == [
        (0, 2, 0.8),
        (1, 2, 0.6),
    ]


def test_nobody_is_like_nobody() -> None:
    assert list(alike(np.empty((0, 8), np.float32), 0.5, np.empty(0, np.int64))) == []


def test_ids_vectors_and_counts_have_to_fit() -> None:
    with pytest.raises(ValueError, match="2 ids for 1 vectors of 2"):
        Templates(["1", "2"], np.ones((1, 4), np.float32), [1, 1])
