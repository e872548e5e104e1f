from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stash_sense.core.vision import align
from stash_sense.errors import DegenerateLandmarksError

PATTERN = np.array([[38.3, 51.7], [73.5, 51.5], [56.0, 71.7], [56.1, 92.3]])


def rotation(turn: float) -> np.ndarray:
    return np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])


@given(
    turn=st.floats(-3, 3),
    scale=st.floats(0.2, 8),
    x=st.floats(-500, 500),
    y=st.floats(-500, 500),
)
def test_a_moved_pattern_maps_back_onto_itself(turn: float, scale: float, x: float, y: float) -> None:
    moved = scale * PATTERN @ rotation(turn) + [x, y]
    back = align.similarity_transform(moved, PATTERN)
    assert np.allclose(align.apply(back, moved), PATTERN, atol=1e-2)
    assert align.scale_of(back) == pytest.approx(1 / scale, rel=1e-6)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=4, max_size=4))
def test_no_other_transform_fits_better(points: list[tuple[float, float]]) -> None:
    landmarks = np.array(points)
    if np.ptp(landmarks, axis=0).max() < 1:
        return
    best = align.similarity_transform(landmarks, PATTERN)

    def error(matrix: np.ndarray) -> float:
        return float(((landmarks @ matrix[:, :2].T + matrix[:, 2] - PATTERN) ** 2).sum())

    for change in ([[0.01, 0, 0], [0, 0.01, 0]], [[0, -0.01, 0], [0.01, 0, 0]], [[0, 0, 1], [0, 0, 0]]):
        assert error(best) <= error(best + change) + 1e-6
        assert error(best) <= error(best - np.array(change)) + 1e-6


@pytest.mark.parametrize("value", [5.0, float("nan"), float("inf")])
def test_coinciding_or_broken_keypoints_are_refused(value: float) -> None:
    with pytest.raises(DegenerateLandmarksError), np.errstate(invalid="ignore"):
        align.similarity_transform(np.full((4, 2), value), PATTERN)


def test_inverting_undoes() -> None:
    matrix = align.around(10, 20, 50, 80, margin=0.4, size=160, roll=0.7)
    points = np.array([[3.0, 4], [50, -6]])
    assert np.allclose(align.apply(align.invert(matrix), align.apply(matrix, points)), points, atol=1e-3)


def test_around_puts_the_middle_of_the_box_into_the_middle_and_levels_the_eyes() -> None:
    matrix = align.around(100, 100, 200, 200, margin=0.5, size=80, roll=np.pi / 2)
    middle, below = align.apply(matrix, np.array([[150.0, 150], [150, 190]]))
    assert middle.tolist() == [40, 40]
    assert below == pytest.approx([40 + 40 * 0.4, 40], abs=1e-3)  # what hung below now lies to the right


def test_a_crop_at_whole_scale_is_a_cut() -> None:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 255, (40, 50, 3), dtype=np.uint8)
    matrix = np.array([[1.0, 0, -10 - 0.5], [0, 1, -5 - 0.5]])  # picture corners to crop centres
    assert np.abs(align.warp(image, matrix, 16).astype(int) - image[5:21, 10:26]).max() <= 1


def test_large_faces_are_averaged_not_sampled() -> None:
    checks = np.indices((400, 400)).sum(0) % 2 * 255
    image = np.repeat(checks[:, :, None], 3, axis=2).astype(np.uint8)
    matrix = align.around(0, 0, 400, 400, margin=0, size=50)
    assert np.abs(align.warp(image, matrix, 50)[5:-5, 5:-5].astype(int) - 127).max() <= 2


@pytest.mark.parametrize("place", [(-500, -500, -400, -400), (38, 38, 60, 60), (900, 2, 950, 60), (0, 0, 0, 0)])
def test_a_crop_over_the_edge_is_black_there_and_never_fails(place: tuple[int, int, int, int]) -> None:
    image = np.full((40, 40, 3), 200, np.uint8)
    crop = align.warp(image, align.around(*place, margin=0.3, size=32), 32)
    assert crop.shape == (32, 32, 3)
    if place[0] < 0 or place[0] > 100:
        assert crop.max() == 0


def test_a_crop_of_a_single_pixel_works() -> None:
    assert align.warp(np.full((1, 1, 3), 9, np.uint8), align.around(0, 0, 1, 1, margin=0.0, size=8), 8).max() == 9
