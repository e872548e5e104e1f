from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import a_face

from stash_sense.core import orientation
from stash_sense.core.values import Box, Detection, Face


def sure_of(confidence: float, *, time_s: float | None = 0.0, quality: float = 0.8) -> Face:
    face = a_face(time_s=time_s, quality=quality)
    return replace(face, detection=replace(face.detection, confidence=confidence))


@pytest.mark.parametrize(
    ("confidences", "doubt"),
    [((), True), ((0.9,), False), ((0.6,), True), ((0.9,) * 7 + (0.6,) * 3, False), ((0.9,) * 6 + (0.6,) * 4, True)],
)
def test_doubt_where_the_detector_is_sure_of_too_few(confidences: tuple[float, ...], doubt: bool) -> None:
    assert orientation.doubtful([sure_of(confidence) for confidence in confidences], 0.7) is doubt


def test_unusable_faces_neither_raise_nor_remove_doubt() -> None:
    assert orientation.doubtful([sure_of(0.95, quality=0.0)], 0.7)
    assert not orientation.doubtful([sure_of(0.9), *[sure_of(0.55, quality=0.0)] * 20], 0.7)


def test_the_instants_tried_are_those_with_the_surest_finds() -> None:
    faces = [sure_of(0.5 + at / 100, time_s=float(at)) for at in range(20)] + [sure_of(0.99, time_s=None)]
    assert orientation.telling_seconds(faces, [float(at) for at in range(40)]) == [float(at) for at in range(12, 20)]


def test_instants_without_finds_fill_up_evenly() -> None:
    assert orientation.telling_seconds([sure_of(0.6, time_s=3.0)], [float(at) for at in range(15)]) == [
        0.0, 2.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0,
    ]  # fmt: skip
    assert orientation.telling_seconds([], [1.0, 2.0]) == [1.0, 2.0]
    assert orientation.telling_seconds([], []) == []


@pytest.mark.parametrize(
    ("sure", "turn"),
    [
        ({0: 0, 1: 0, 2: 0, 3: 0}, 0),
        ({0: 0, 1: 2, 2: 0, 3: 0}, 0),  # too few to tell
        ({0: 0, 1: 2, 2: 3, 3: 1}, 2),
        ({0: 5, 1: 6, 2: 0, 3: 0}, 0),  # not clearly more
        ({0: 5, 1: 0, 2: 0, 3: 7}, 3),
        ({0: 0, 1: 4, 2: 0, 3: 4}, 1),
    ],
)
def test_a_turn_has_to_be_clearly_right(sure: dict[int, int], turn: int) -> None:
    assert orientation.right_turn(sure) == turn


@given(turn=st.sampled_from([0, 1, 2, 3]), left=st.integers(0, 20), top=st.integers(0, 10))
def test_what_is_found_in_a_turned_picture_lies_there_in_the_stored_one(turn: int, left: int, top: int) -> None:
    image = np.zeros((16, 30, 3), np.uint8)
    image[top : top + 4, left : left + 7] = 255
    turned = orientation.turn_image(image, turn)
    rows, columns = np.nonzero(turned[..., 0])
    box = Box(float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
    corner = np.array([[box.left, box.top]], np.float32)
    face = replace(a_face(), detection=Detection(box, corner, 0.9))
    back = orientation.turn_back(face, turn, width=30, height=16).detection
    assert (back.box.left, back.box.top, back.box.right, back.box.bottom) == (left, top, left + 7, top + 4)
    wanted = {0: (left, top), 1: (left + 7, top), 2: (left + 7, top + 4), 3: (left, top + 4)}[turn]
    assert tuple(back.landmarks[0]) == wanted
