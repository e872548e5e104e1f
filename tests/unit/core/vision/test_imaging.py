"""What every image library has to do; that they agree is in tests/contract/test_imaging.py."""

from __future__ import annotations

import numpy as np
import pytest

from stash_sense.core.vision import imaging
from stash_sense.errors import SetupError


def test_a_missing_library_names_the_task_that_repairs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "PIL.Image", None)
    with pytest.raises(SetupError, match="Set up or repair"):
        imaging.use("pillow")


def test_shrinking_averages_blocks() -> None:
    image = np.zeros((4, 6, 3), np.uint8)
    image[:2, :2] = [[[0] * 3, [100] * 3], [[100] * 3, [200] * 3]]
    assert imaging.resize(image, 3, 2)[0, 0].tolist() == [100, 100, 100]
    assert imaging.resize(image, 3, 2)[1, 2].tolist() == [0, 0, 0]


def test_the_same_size_is_the_same_picture() -> None:
    image = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    assert np.array_equal(imaging.resize(image, 4, 3), image)


def test_warping_moves_pixels_and_fills_with_black() -> None:
    image = np.full((5, 5, 3), 90, np.uint8)
    image[1, 2] = 250
    moved = imaging.warp_affine(image, np.array([[1, 0, 3], [0, 1, 1]]), 8, 7)
    assert moved[2, 5].tolist() == [250, 250, 250]
    assert moved[0].max() == 0
    assert moved[:, :3].max() == 0


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 1), (3, 4, 4)])
def test_any_number_of_channels_becomes_three(shape: tuple[int, ...]) -> None:
    image = imaging.to_rgb(np.full(shape, 7, np.uint8))
    assert image.shape == (3, 4, 3)
    assert image.max() == image.min() == 7


def test_green_is_brighter_than_blue() -> None:
    gray = imaging.to_gray(np.array([[[0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8))[0]
    assert gray[0] > 4 * gray[1]
    assert gray[2] == pytest.approx(255, abs=0.01)
