"""What poor faces have in common is taken off, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from stash_sense.core.vision.bias import Bias, measure_bias

DIMS = 32


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def some_faces(count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Faces of different people; the worse, the nearer to one place."""
    rng = np.random.default_rng(1)
    quality = rng.uniform(0.3, 1.0, count)
    own, common = unit(rng.normal(size=(count, DIMS))), np.eye(DIMS)[0]
    return unit(own + 1.5 * (1 - quality)[:, None] * common), quality


def test_strangers_of_poor_quality_are_no_longer_alike() -> None:
    vectors, quality = some_faces()
    bias = measure_bias(vectors, quality, np.linspace(0.3, 1.0, 8))
    poor = quality < 0.5
    before = (vectors[poor] @ vectors[poor].T)[np.triu_indices(poor.sum(), 1)].mean()
    rest = bias.taken_off(vectors, quality)[poor]
    after = (rest @ rest.T)[np.triu_indices(poor.sum(), 1)].mean()
    assert before > 0.2
    assert abs(after) < 0.02


def test_vectors_keep_length_one_and_zeros_stay_zeros() -> None:
    vectors, quality = some_faces(1500)
    vectors[3] = 0
    rest = measure_bias(vectors, quality, np.linspace(0.3, 1.0, 4)).taken_off(vectors, quality)
    assert np.allclose(np.delete(np.linalg.norm(rest, axis=1), 3), 1, atol=1e-5)
    assert not rest[3].any()


def test_between_two_knots_the_mean_is_read_off_and_beyond_them_it_stays() -> None:
    means = np.array([[0.4, 0, 0], [0, 0.2, 0]], np.float32)
    bias, face = Bias(np.array([0.4, 0.8], np.float32), means), np.array([[0.0, 0.0, 1.0]], np.float32)
    (half,) = bias.taken_off(face, np.array([0.6]))
    assert half[:2] / half[2] == pytest.approx([-0.2, -0.1])
    assert np.array_equal(bias.taken_off(face, np.array([0.1])), bias.taken_off(face, np.array([0.4])))
    assert np.array_equal(bias.taken_off(face, np.array([1.0])), bias.taken_off(face, np.array([0.8])))


def test_a_block_comes_back_as_it_was_written() -> None:
    bias = measure_bias(*some_faces(), np.linspace(0.3, 1.0, 5))
    again = Bias.from_pack(bias.to_pack(), DIMS)
    assert again is not None
    assert np.allclose(again.means, bias.means, atol=1e-3)
    assert np.allclose(again.quality, bias.quality, atol=1e-4)
    assert Bias.from_pack({}, DIMS) is None


@pytest.mark.parametrize(
    "block",
    [
        {"quality": [0.3, 0.5], "means": ""},
        {"quality": [0.5, 0.3], "means": "AAAAAAAAAAA="},
        {"quality": [0.5], "means": "!"},
        {"quality": [], "means": ""},
    ],
)
def test_a_block_that_makes_no_sense_is_refused(block: dict) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # numpy and base64 have messages of their own
        Bias.from_pack(block, 2)


def test_a_knot_of_few_faces_is_left_out() -> None:
    vectors, quality = some_faces(300)
    assert len(measure_bias(vectors, quality, np.array([0.3, 0.31, 1.0])).quality) == 1
    with pytest.raises(ValueError, match="0 qualities"):
        measure_bias(vectors, quality, np.array([0.3, 0.31]))
