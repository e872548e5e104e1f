from __future__ import annotations

import numpy as np

from stash_sense.core.vision.detect import DetectorSpec, Raw
from stash_sense.core.vision.levels import joined, levels

SPEC = DetectorSpec(input_px=64, strides=(16, 32))


def test_two_anchors_of_one_point_share_its_place() -> None:
    confidences = [np.zeros(32, np.float32), np.zeros(8, np.float32)]
    confidences[0][[10, 11, 31]] = 0.9, 0.8, 0.7
    rows = [np.arange(32 * 4, dtype=np.float32).reshape(32, 4), np.zeros((8, 4), np.float32)]
    fine, coarse = levels(confidences, [rows], SPEC, least=0.5)
    assert fine.origin.tolist() == [[16, 16], [16, 16], [48, 48]], (
        "anchors 10 and 11 stand on point 5, 31 on the last one"
    )
    assert fine.parts[0].tolist() == rows[0][[10, 11, 31]].tolist()
    assert (len(coarse.confidence), coarse.stride) == (0, 32)


def test_broken_numbers_and_the_unsure_are_left_out() -> None:
    confidences = [np.full(16, 0.6, np.float32), np.zeros(4, np.float32)]
    confidences[0][:2] = np.nan, 0.4
    rows = [np.zeros((16, 4), np.float32), np.zeros((4, 4), np.float32)]
    rows[0][3, 2] = np.inf
    fine, _ = levels(confidences, [rows], SPEC, least=0.5)
    assert len(fine.confidence) == 13


def test_the_surest_of_all_grids_comes_first() -> None:
    one = Raw(np.full((2, 4), 1.0, np.float32), np.zeros((2, 5, 2), np.float32), np.array([0.5, 0.9], np.float32))
    other = Raw(np.full((1, 4), 2.0, np.float32), np.ones((1, 5, 2), np.float32), np.array([0.7], np.float32))
    raw = joined([one, other])
    assert np.allclose(raw.confidence, [0.9, 0.7, 0.5])
    assert raw.boxes[:, 0].tolist() == [1, 2, 1]
    assert raw.landmarks[1].tolist() == [[1, 1]] * 5
