"""Where the detector is made to look; with a detector that sees discs of one colour, the larger the surer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from stash_sense.core.values import Box, Detection, Image
from stash_sense.core.vision import search
from stash_sense.core.vision.detect import DetectorSpec, Run

SPEC = DetectorSpec()
Blob = NDArray[np.float32]


def a_picture(width: int, height: int, faces: list[tuple[int, int, int]]) -> Image:
    """Gray with bright squares (left, top, edge) for faces."""
    image = np.full((height, width, 3), 60, np.uint8)
    for left, top, edge in faces:
        image[top : top + edge, left : left + edge] = 255
    return image


def square_detector(runs: list[int]) -> Run:
    """Sees each bright square (they must not touch): a hint from 5 pixels on, a face from 14."""

    def run(blob: Blob) -> list[Blob]:
        runs.append(1)
        bright = blob[0, 0] > 0.2
        coords, logits = np.zeros((1, 2304, 16), np.float32), np.full((1, 2304, 1), -20, np.float32)
        while bright.any():
            row, column = np.argwhere(bright)[0]
            wide = int(np.argmin(np.append(bright[row, column:], False)))
            tall = int(np.argmin(np.append(bright[row:, column], False)))
            bright[row : row + tall, max(column - 1, 0) : column + wide + 1] = False
            x, y, edge = column + wide / 2, row + tall / 2, min(wide, tall)
            at = min(int(y // 4), 47) * 48 + min(int(x // 4), 47)
            middle = np.array([at % 48, at // 48]) * 4 + 2
            coords[0, at, :4] = [x - middle[0], y - middle[1], wide, tall]
            points = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.5, 0.8], [0.1, 0.5], [0.9, 0.5]]) - 0.5
            coords[0, at, 4:] = (points * [wide, tall] + [x, y] - middle).ravel()
            logits[0, at] = 3.0 if edge >= 14 else -2.0 if edge >= 5 else -20
        return [coords, logits]

    return run


def boxes(found: list[Detection]) -> list[tuple[int, int, int]]:
    return sorted((round(one.box.left), round(one.box.top), round(one.box.width)) for one in found)


def close(found: list[tuple[int, int, int]], wanted: list[tuple[int, int, int]]) -> bool:
    return len(found) == len(wanted) and np.allclose(found, sorted(wanted), atol=12)


FACES = [(200, 300, 60), (1500, 800, 60), (900, 100, 300)]


@pytest.mark.parametrize("look", [search.detect_everywhere, search.detect_adaptively, search.detect_thoroughly])
def test_small_and_large_faces_are_found_once_each(look: Callable[..., list[Detection]]) -> None:
    found = look(a_picture(1920, 1080, FACES), square_detector([]), SPEC, min_face_px=36)
    assert close(boxes(found), FACES)


@pytest.mark.parametrize(("faces", "most"), [([], 3), ([FACES[2]], 3), (FACES, 4), (FACES[:1] * 1, 4)])
def test_adaptive_looks_take_few_runs(faces: list[tuple[int, int, int]], most: int) -> None:
    runs: list[int] = []
    search.detect_adaptively(a_picture(1920, 1080, faces), square_detector(runs), SPEC, min_face_px=36)
    assert 3 <= len(runs) <= most


def test_looking_everywhere_takes_nine() -> None:
    runs: list[int] = []
    search.detect_everywhere(a_picture(1920, 1080, []), square_detector(runs), SPEC, min_face_px=36)
    assert len(runs) == 9


def test_many_hints_are_looked_at_nine_in_a_run_and_no_more_than_allowed() -> None:
    faces = [(100 + 230 * column, 60 + 250 * row, 60) for row in range(4) for column in range(8)]
    runs: list[int] = []
    found = search.detect_adaptively(
        a_picture(1920, 1080, faces), square_detector(runs), replace(SPEC, mosaics=2), min_face_px=36
    )
    assert len(runs) == 3 + 2
    assert len(found) == 18
    runs.clear()
    more = replace(SPEC, mosaics=4)
    assert close(
        boxes(search.detect_adaptively(a_picture(1920, 1080, faces), square_detector(runs), more, min_face_px=36)),
        faces,
    )
    assert len(runs) == 3 + 4


def test_a_face_at_the_corner_of_the_picture_is_seen_closer_too() -> None:
    faces = [(0, 0, 60), (1860, 1020, 60)]
    assert close(
        boxes(search.detect_adaptively(a_picture(1920, 1080, faces), square_detector([]), SPEC, min_face_px=36)), faces
    )


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3, 2), (200, 1)])
@pytest.mark.parametrize("look", [search.detect_everywhere, search.detect_adaptively, search.detect_thoroughly])
def test_tiny_pictures_have_no_face_and_do_no_harm(look: Callable[..., list[Detection]], size: tuple[int, int]) -> None:
    assert look(np.full((*size, 3), 60, np.uint8), square_detector([]), SPEC, min_face_px=36) == []


def test_a_huge_picture_takes_no_more_runs() -> None:
    faces = [(2400, 1200, 240), (6000, 3000, 1200)]
    runs: list[int] = []
    found = search.detect_adaptively(a_picture(7680, 4320, faces), square_detector(runs), SPEC, min_face_px=36)
    assert len(found) == 2
    assert len(runs) <= 4


def test_refining_finds_the_edges_that_the_first_look_missed() -> None:
    image = a_picture(1000, 800, [(400, 300, 100)])
    rough = Detection(Box(390, 290, 485, 385), np.array([[420.0, 330], [450, 330], *[[430, 350]] * 4], np.float32), 0.6)
    refined = search.refine(image, rough, square_detector([]), SPEC)
    assert boxes([refined]) == [(400, 300, 100)]
    assert refined.landmarks[0] == pytest.approx([430, 340], abs=1.5)
    assert refined.confidence == pytest.approx(0.9526, abs=1e-3)


def test_refining_keeps_the_first_look_where_nothing_is_seen() -> None:
    rough = Detection(Box(10, 10, 60, 60), np.array([[20.0, 30], [50, 30], *[[35, 40]] * 4], np.float32), 0.6)
    assert search.refine(a_picture(200, 200, []), rough, square_detector([]), SPEC) is rough
    far = a_picture(400, 200, [(100, 20, 30)])
    assert search.refine(far, rough, square_detector([]), SPEC) is rough
