from __future__ import annotations

import numpy as np
import pytest
from scripts.benchmarks.accuracy_parts import distractors
from scripts.benchmarks.accuracy_parts.tail import Tail, fit_tail, largest


def test_the_fit_finds_an_exponential_tail() -> None:
    scores = np.random.default_rng(1).exponential(0.05, 1_000_000)
    tail = fit_tail(largest([scores], 5000), len(scores), share=2e-3)
    assert tail.scale == pytest.approx(0.05, rel=0.1)
    assert tail.shape == pytest.approx(0.0, abs=0.08)
    assert tail.rate(0.05 * np.log(1e5)) == pytest.approx(1e-5, rel=0.4)  # a hundredfold beyond where the tail starts


def test_the_fit_finds_a_tail_with_an_end() -> None:
    scores = np.random.default_rng(2).random(500_000)
    tail = fit_tail(largest([scores], 5000), len(scores), share=5e-3)
    assert tail.shape == pytest.approx(-1.0, abs=0.1)
    assert tail.rate(1.01) < 1e-4
    assert tail.rate(1.2) == 0.0


def test_rate_and_score_are_each_others_reverse() -> None:
    for shape in (-0.1, 0.0, 0.2):
        tail = Tail(0.4, 2e-4, 0.03, shape)
        assert tail.rate(tail.score_at(1e-7)) == pytest.approx(1e-7)
    assert tail.score_at(0.5) == 0.4


def test_more_people_name_more_strangers_but_never_more_than_all() -> None:
    tail = Tail(0.4, 2e-4, 0.03, 0.0)
    assert tail.named(0.5, 2000) == pytest.approx(2 * tail.named(0.5, 1000))
    assert tail.named(0.4, 1_000_000) == 1.0


def test_largest_over_blocks() -> None:
    assert sorted(largest([np.array([1.0, 5.0]), np.array([[4.0], [2.0]])], 2)) == [4.0, 5.0]


def people(count: int, seed: int) -> np.ndarray:
    """Look-alikes: 40 groups on a sphere."""
    rng = np.random.default_rng(seed)
    middles = np.random.default_rng(0).normal(size=(40, 32))
    rows = middles[rng.integers(0, 40, count)] + rng.normal(size=(count, 32))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_made_up_people_are_as_dangerous_as_real_ones_where_a_gaussian_is_too_kind() -> None:
    real, probes = people(1500, 1), people(300, 2)
    chosen, table = distractors.choose(real, probes, np.random.default_rng(3))
    made = chosen.draw(1500, np.random.default_rng(4))
    wanted = distractors.tail(probes, real)["p90"]
    plain = np.random.default_rng(5).multivariate_normal(real.mean(0), np.cov(real.T), 1500).astype(np.float32)
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    assert abs(distractors.tail(probes, made)["p90"] - wanted) < 0.02
    assert distractors.tail(probes, plain)["p90"] < wanted - 0.03
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert len(table) == len(distractors.KEPT)
