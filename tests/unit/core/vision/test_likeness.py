from __future__ import annotations

import numpy as np
import pytest

from stash_sense.core.values import Box
from stash_sense.core.vision import likeness

RNG = np.random.default_rng(2)
FRAME = np.kron(RNG.integers(0, 255, (18, 32, 3)), np.ones((10, 10, 1))).astype(np.uint8)
CROP = np.kron(RNG.integers(0, 255, (14, 14, 3)), np.ones((8, 8, 1))).astype(np.uint8)


def noisy(image: np.ndarray, level: float) -> np.ndarray:
    return np.clip(image + np.random.default_rng(3).normal(0, level, image.shape), 0, 255).astype(np.uint8)


def test_coding_noise_is_the_same_view() -> None:
    assert likeness.same_view(likeness.thumbnail(FRAME), likeness.thumbnail(noisy(FRAME, 6)))


def test_something_small_that_moved_is_another_view() -> None:
    moved = FRAME.copy()
    moved[60:90, 100:130] = 255 - moved[60:90, 100:130]
    assert not likeness.same_view(likeness.thumbnail(FRAME), likeness.thumbnail(moved))


def test_the_same_face_with_noise_and_more_light_is_the_same() -> None:
    brighter = np.clip(noisy(CROP, 5) * 0.8 + 20, 0, 255).astype(np.uint8)
    assert likeness.same_face(likeness.signature(CROP), likeness.signature(brighter))


def test_another_face_and_a_flat_crop_are_not() -> None:
    assert not likeness.same_face(likeness.signature(CROP), likeness.signature(CROP[:, ::-1]))
    flat = likeness.signature(np.full((112, 112, 3), 90, np.uint8))
    assert not flat.any()
    assert not likeness.same_face(flat, flat)


@pytest.mark.parametrize(("shift", "same"), [(0, True), (20, True), (60, False), (500, False)])
def test_the_same_place_overlaps_by_half(shift: float, same: bool) -> None:
    assert likeness.same_place(Box(0, 0, 100, 100), Box(shift, 0, 100 + shift, 100)) is same
