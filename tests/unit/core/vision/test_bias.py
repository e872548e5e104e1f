"""What poor faces have in common is taken off, and nothing else."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from stash_sense.core.vision.bias import Bias

DIMS = 32


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def some_faces(count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Faces of different people; the worse, the nearer to one place."""
    rng = np.random.default_rng(1)
    quality = rng.uniform(0.3, 1.0, count)
    own, common = unit(rng.normal(size=(count, DIMS))), np.eye(DIMS)[0]
    return unit(own + 1.5 * (1 - quality)[:, None] * common), quality


def measured(vectors: np.ndarray, quality: np.ndarray, knots: int) -> Bias:
    """The mean of the faces of each quality."""
    place = np.minimum(((quality - 0.3) / 0.7 * knots).astype(int), knots - 1)
    rows = [place == knot for knot in range(knots)]
    qualities = np.array([quality[row].mean() for row in rows], np.float32)
    return Bias(qualities, np.array([vectors[row].mean(axis=0) for row in rows], np.float32))


def test_strangers_of_poor_quality_are_no_longer_alike() -> None:
    vectors, quality = some_faces()
    bias = measured(vectors, quality, 7)
    poor = quality < 0.5
    before = (vectors[poor] @ vectors[poor].T)[np.triu_indices(poor.sum(), 1)].mean()
    rest = bias.taken_off(vectors, quality)[poor]
    after = (rest @ rest.T)[np.triu_indices(poor.sum(), 1)].mean()
    assert before > 0.2
    assert abs(after) < 0.02


def test_vectors_keep_length_one_and_zeros_stay_zeros() -> None:
    vectors, quality = some_faces(1500)
    vectors[3] = 0
    rest = measured(vectors, quality, 3).taken_off(vectors, quality)
    assert np.allclose(np.delete(np.linalg.norm(rest, axis=1), 3), 1, atol=1e-5)
    assert not rest[3].any()


def test_between_two_knots_the_mean_is_read_off_and_beyond_them_it_stays() -> None:
    means = np.array([[0.4, 0, 0], [0, 0.2, 0]], np.float32)
    bias, face = Bias(np.array([0.4, 0.8], np.float32), means), np.array([[0.0, 0.0, 1.0]], np.float32)
    (half,) = bias.taken_off(face, np.array([0.6]))
    assert half[:2] / half[2] == pytest.approx([-0.2, -0.1])
    assert np.array_equal(bias.taken_off(face, np.array([0.1])), bias.taken_off(face, np.array([0.4])))
    assert np.array_equal(bias.taken_off(face, np.array([1.0])), bias.taken_off(face, np.array([0.8])))


def test_a_block_is_read_and_an_empty_one_is_none() -> None:
    halves = base64.b64encode(np.array([0.5, -0.25, 0.125, 0], "<f2").tobytes()).decode("ascii")
    bias = Bias.from_pack({"quality": [0.3, 0.6], "means": halves}, 2)
    assert bias is not None
    assert bias.quality == pytest.approx([0.3, 0.6])
    assert np.array_equal(bias.means, [[0.5, -0.25], [0.125, 0]])
    assert Bias.from_pack({}, 2) is None


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
