"""SCRFD with keypoints (det_10g of InsightFace's buffalo_l and its smaller relatives) decoded: three strides, two anchors a grid point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.vision.detect import DetectorSpec, Raw
from stash_sense.core.vision.levels import POINTS, Level, joined, levels


def decode(outputs: Sequence[NDArray[np.float32]], spec: DetectorSpec, *, least: float) -> Raw:
    """Boxes and keypoints in pixels of the window, from confidence `least` on.

    outputs: for each stride the probabilities (n, 1), then for each the boxes (n, 4) as distances from the grid point to left, top, right
    and bottom in strides, then for each the keypoints (n, 10) as offsets in strides: eye, eye, nose, corner, corner of the mouth, left to
    right in the picture. The anchors of one grid point follow each other; a first axis of 1 may stand before the n.
    """
    count = len(spec.strides)
    scores, boxes, points = (outputs[start : start + count] for start in range(0, 3 * count, count))
    confidences = [np.asarray(score, np.float32).reshape(-1) for score in scores]
    return joined([_raw(level) for level in levels(confidences, [boxes, points], spec, least=least)])


def _raw(level: Level) -> Raw:
    distance, points = (part * level.stride for part in level.parts)
    boxes = np.concatenate([level.origin - distance[:, :2], level.origin + distance[:, 2:]], axis=1)
    landmarks = points.reshape(len(points), POINTS, 2) + level.origin[:, None]
    return Raw(boxes, landmarks, level.confidence)
