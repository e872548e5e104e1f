from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stash_sense.core.values import Box, Detection
from stash_sense.core.vision import detect
from stash_sense.core.vision.detect import DetectorSpec, Found, Raw
from stash_sense.core.vision.tiles import Pyramid, Tile

SPEC = DetectorSpec()
CELLS = 48


def outputs(faces: dict[tuple[int, int], tuple[float, list[float]]]) -> list[NDArray[np.float32]]:
    """Detector output with a logit and the first coordinates at some (row, column)."""
    coords, logits = np.zeros((1, CELLS**2, 16), np.float32), np.full((1, CELLS**2, 1), -9, np.float32)
    for (row, column), (logit, values) in faces.items():
        logits[0, row * CELLS + column] = logit
        coords[0, row * CELLS + column, : len(values)] = values
    return [coords, logits]


def a_face(left: float, top: float, edge: float, confidence: float, *, cut: bool = False) -> Found:
    return Found(Detection(Box(left, top, left + edge, top + edge), np.zeros((6, 2), np.float32), confidence), cut)


def test_anchors_are_the_middles_of_a_48_by_48_grid() -> None:
    anchors = detect.anchors(192, 4)
    assert anchors.shape == (2304, 2)
    assert anchors[0].tolist() == [2, 2]
    assert anchors[1].tolist() == [6, 2]
    assert anchors[-1].tolist() == [190, 190]


def test_the_blob_spans_minus_one_to_one_channels_first() -> None:
    window = np.zeros((192, 192, 3), np.uint8)
    window[0, 1] = [255, 0, 127]
    blob = detect.blob(window, SPEC)
    assert blob.shape == (1, 3, 192, 192)
    assert blob[0, :, 0, 1] == pytest.approx([1, -1, -0.0039], abs=1e-3)


@pytest.mark.parametrize("order", [1, -1])
def test_offsets_count_from_the_anchor_whatever_the_order_of_outputs(order: int) -> None:
    raw = detect.decode(outputs({(10, 20): (2.0, [1, -2, 30, 40, 5, 6])})[::order], SPEC, least=0.5)
    assert raw.boxes.tolist() == [[83 - 15, 40 - 20, 83 + 15, 40 + 20]]
    assert raw.landmarks[0, 0].tolist() == [87, 48]
    assert raw.landmarks[0, 1].tolist() == [82, 42]
    assert raw.confidence == pytest.approx([0.8808], abs=1e-4)


def test_the_surest_comes_first_and_the_unsure_not_at_all() -> None:
    raw = detect.decode(outputs({(1, 1): (0.5, []), (30, 30): (3, []), (40, 2): (-0.5, [])}), SPEC, least=0.5)
    assert raw.confidence == pytest.approx([0.9526, 0.6225], abs=1e-4)


def test_of_hints_only_peaks_are_kept() -> None:
    hints = {(5, 5): (-2.0, []), (5, 6): (-2.5, []), (20, 20): (-2.5, [])}
    assert len(detect.decode(outputs(hints), SPEC, least=0.02).confidence) == 2


def test_broken_numbers_give_no_face() -> None:
    broken = outputs({(3, 3): (np.nan, [1, 1, 9, 9]), (9, 9): (5.0, [np.inf, 1, 9, 9]), (0, 0): (500.0, [1, 1, 9, 9])})
    raw = detect.decode(broken, SPEC, least=0.5)
    assert raw.confidence.tolist() == [1.0]
    assert detect.thin(detect.decode(outputs({}), SPEC, least=0.5), 0.3).boxes.shape == (0, 4)


def test_neighbouring_anchors_are_averaged_by_confidence() -> None:
    boxes = np.array([[0, 0, 10, 10], [2, 0, 12, 10], [50, 50, 60, 60]], np.float32)
    raw = Raw(boxes, np.zeros((3, 6, 2), np.float32), np.array([0.9, 0.3, 0.6], np.float32))
    thin = detect.thin(raw, 0.3)
    assert thin.boxes == pytest.approx(np.array([[0.5, 0, 10.5, 10], [50, 50, 60, 60]]), abs=1e-5)
    assert thin.confidence == pytest.approx([0.9, 0.6])


@given(st.lists(st.tuples(*[st.floats(0, 500)] * 2, st.floats(1, 200), st.floats(0.5, 1), st.booleans()), max_size=25))
def test_kept_boxes_are_apart_and_the_best_of_all_is_among_them(
    faces: list[tuple[float, float, float, float, bool]],
) -> None:
    found = [a_face(left, top, edge, confidence, cut=cut) for left, top, edge, confidence, cut in faces]
    kept = detect.suppress(found, 0.3)
    assert bool(kept) == bool(found)
    if found:
        assert kept[0].rank == max(one.rank for one in found)
    assert [one.rank for one in kept] == sorted((one.rank for one in kept), reverse=True)
    for index, one in enumerate(kept):
        for other in kept[:index]:
            row = np.array([[b.left, b.top, b.right, b.bottom] for b in (one.detection.box, other.detection.box)])
            assert detect.iou(row[:1], row[1])[0] <= 0.3 + 1e-5


def test_a_box_cut_by_a_tile_loses_against_the_whole_one_though_it_is_surer() -> None:
    cut, complete = a_face(0, 0, 50, 0.99, cut=True), a_face(0, 0, 60, 0.6)
    assert detect.suppress([cut, complete], 0.3) == [complete]


def test_a_part_inside_a_face_goes_and_boxes_without_area_too() -> None:
    face, part = a_face(0, 0, 100, 0.9), a_face(10, 10, 30, 0.8)
    assert detect.suppress([part, face, a_face(5, 5, 0, 1.0)], 0.3) == [face]


def test_a_look_reports_source_pixels_and_what_the_tile_cut() -> None:
    image = np.zeros((600, 1200, 3), np.uint8)
    answer = outputs({(24, 24): (4, [0, 0, 20, 20]), (24, 47): (4, [0, 0, 12, 12])})
    found = detect.look(Pyramid(image, 192), Tile(0, 0, 600), lambda _: answer, SPEC, least=0.5)
    whole, cut = sorted(found, key=lambda one: one.cut)
    scale = 600 / 192
    assert whole.detection.box.left == pytest.approx((98 - 10) * scale, abs=1e-3)
    assert whole.detection.box.width == pytest.approx(20 * scale, abs=1e-3)
    assert (whole.cut, cut.cut) == (False, True)


def test_at_the_edge_of_the_picture_nothing_is_cut() -> None:
    image = np.zeros((600, 600, 3), np.uint8)
    answer = outputs({(24, 47): (4, [0, 0, 12, 12])})
    found = detect.look(Pyramid(image, 192), Tile(0, 0, 600), lambda _: answer, SPEC, least=0.5)
    assert [one.cut for one in found] == [False]
