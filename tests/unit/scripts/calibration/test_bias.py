"""The bias of a pack, measured on faces of many people."""

from __future__ import annotations

import numpy as np
import pytest
from scripts.calibration.bias import block, measure_bias

from stash_sense.core.vision.bias import Bias

DIMS = 8


def some_faces(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Faces of different people; the worse, the nearer to one place."""
    rng = np.random.default_rng(1)
    quality = rng.uniform(0.3, 1.0, count)
    rows = rng.normal(size=(count, DIMS)) + 4 * (1 - quality)[:, None] * np.eye(DIMS)[0]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32), quality


def test_the_mean_of_each_quality_is_measured() -> None:
    vectors, quality = some_faces(2000)
    bias = measure_bias(vectors, quality, np.array([0.3, 0.5, 1.0]))
    poor = quality < 0.5
    assert bias.quality == pytest.approx([quality[poor].mean(), quality[~poor].mean()])
    assert np.allclose(bias.means, [vectors[poor].mean(axis=0), vectors[~poor].mean(axis=0)], atol=1e-6)
    assert bias.means[0, 0] > 1.5 * bias.means[1, 0] > 0


def test_a_block_comes_back_as_it_was_written() -> None:
    bias = measure_bias(*some_faces(2000), np.linspace(0.3, 1.0, 5))
    again = Bias.from_pack(block(bias), DIMS)
    assert again is not None
    assert np.allclose(again.means, bias.means, atol=1e-3)
    assert np.allclose(again.quality, bias.quality, atol=1e-4)


def test_a_knot_of_few_faces_is_left_out() -> None:
    vectors, quality = some_faces(300)
    assert len(measure_bias(vectors, quality, np.array([0.3, 0.31, 1.0])).quality) == 1
    with pytest.raises(ValueError, match="0 qualities"):
        measure_bias(vectors, quality, np.array([0.3, 0.31]))
