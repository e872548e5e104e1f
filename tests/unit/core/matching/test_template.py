from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import a_person, looks, unit

from stash_sense.core.matching.template import build_template, outliers, pick_references


@given(seed=st.integers(0, 1000), count=st.integers(1, 12))
def test_a_template_has_length_one_and_does_not_depend_on_order(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, weights = looks(a_person(seed), count, seed=seed), rng.uniform(0, 1, count)
    template = build_template(vectors, weights)
    order = rng.permutation(count)
    assert np.linalg.norm(template) == pytest.approx(1, abs=1e-6)
    assert np.allclose(build_template(vectors[order], weights[order]), template, atol=1e-6)


def test_a_better_face_weighs_more() -> None:
    good, bad = a_person(1), a_person(2)
    template = build_template(np.stack([good, bad]), [0.9, 0.1])
    assert float(template @ good) > 0.95 > float(template @ bad)


def test_without_any_weight_all_count_alike() -> None:
    vectors = looks(a_person(1), 3)
    assert np.allclose(build_template(vectors, [0, 0, 0]), build_template(vectors, [1, 1, 1]))


def test_opposite_vectors_give_the_weightier_one() -> None:
    one = a_person(1)
    assert np.allclose(build_template(np.stack([one, -one]), [0.5, 0.5]), one, atol=1e-6)


@pytest.mark.parametrize("weights", [[1.0], [-1.0, 1.0]])
def test_weights_that_do_not_fit_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="2 vectors need"):
        build_template(looks(a_person(1), 2), weights)


def test_no_vectors_no_template() -> None:
    with pytest.raises(ValueError, match="at least one"):
        build_template(np.zeros((0, 4), np.float32), [])


def test_references_are_chosen_for_difference() -> None:
    one, other = a_person(1), unit(a_person(1) + 0.8 * a_person(2))
    vectors = np.stack([one, one, one, other])
    assert pick_references(vectors, [0.9, 0.8, 0.7, 0.4], 2) == [0, 3]


def test_references_are_chosen_for_quality_where_they_differ_alike() -> None:
    vectors = unit(np.eye(4) + 0.5)
    assert pick_references(vectors, [0.2, 0.9, 0.5, 0.8], 3) == [1, 3, 2]


@given(count=st.integers(0, 8), cap=st.integers(1, 10))
def test_never_more_than_the_cap_and_never_one_twice(count: int, cap: int) -> None:
    chosen = pick_references(looks(a_person(1), count) if count else np.zeros((0, 4), np.float32), [0.5] * count, cap)
    assert len(chosen) == len(set(chosen)) == min(count, cap)


def test_a_stranger_among_the_references_is_marked() -> None:
    vectors = np.concatenate([looks(a_person(1, 128), 4), looks(a_person(2, 128), 1)])
    assert outliers(vectors, agree_from=0.25) == [False, False, False, False, True]


@pytest.mark.parametrize("counts", [(1, 1), (2, 2), (1, 1, 1)])
def test_without_a_majority_nobody_is_marked(counts: tuple[int, ...]) -> None:
    vectors = np.concatenate([looks(a_person(seed, 128), count) for seed, count in enumerate(counts, 1)])
    assert outliers(vectors, agree_from=0.25) == [False] * sum(counts)
