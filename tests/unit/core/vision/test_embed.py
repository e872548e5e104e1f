from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stash_sense.core.vision.embed import EmbedderSpec, embed

SPEC = EmbedderSpec(dims=4, batch=2)


def corners(blob: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """An embedder that returns the corner pixel's channels, and 1."""
    return [np.column_stack([blob[:, :, 0, 0], np.ones(len(blob), np.float32)])]


def a_crop(left: tuple[int, int, int], right: tuple[int, int, int]) -> NDArray[np.uint8]:
    crop = np.zeros((8, 8, 3), np.uint8)
    crop[:, :4], crop[:, 4:] = left, right
    return crop


def test_channels_are_swapped_scaled_and_the_vector_has_length_one() -> None:
    crop = a_crop((255, 0, 0), (255, 0, 0))
    vectors, mirrors = embed([crop], corners, SPEC)
    assert vectors[0] == pytest.approx([-0.5, -0.5, 0.5, 0.5])  # blue, green, red, one
    assert mirrors == pytest.approx([1])


def test_crop_and_mirror_are_averaged_and_their_agreement_is_told() -> None:
    vectors, mirrors = embed([a_crop((255, 255, 255), (0, 0, 0))], corners, SPEC)
    assert vectors[0] == pytest.approx([0, 0, 0, 1], abs=1e-6)
    assert mirrors == pytest.approx([-0.5])


def test_without_the_flip_each_crop_is_run_once() -> None:
    runs: list[int] = []

    def run(blob: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        runs.append(len(blob))
        return corners(blob)

    crops = [a_crop((9, 9, 9), (0, 0, 0))] * 5
    vectors, mirrors = embed(crops, run, EmbedderSpec(dims=4, batch=2, flip=False))
    assert runs == [2, 2, 1]
    assert vectors.shape == (5, 4)
    assert mirrors.tolist() == [1] * 5


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_broken_run_gives_zeros_not_nan(value: float) -> None:
    vectors, mirrors = embed(
        [a_crop((1, 2, 3), (4, 5, 6))], lambda blob: [np.full((len(blob), 4), value, np.float32)], SPEC
    )
    assert vectors.tolist() == [[0] * 4]
    assert mirrors.tolist() == [0]


def test_no_crops_no_run() -> None:
    vectors, mirrors = embed([], lambda _: [], SPEC)
    assert vectors.shape == (0, 4)
    assert mirrors.shape == (0,)
