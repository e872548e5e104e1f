"""YuNet (the 2023mar file of OpenCV's zoo) decoded: three strides, one anchor a grid point, five keypoints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.vision.detect import DetectorSpec, Raw
from stash_sense.core.vision.levels import POINTS, Level, joined, levels

LARGEST = 12.0  # exp of more is no side of a face in any input


def decode(outputs: Sequence[NDArray[np.float32]], spec: DetectorSpec, *, least: float) -> Raw:
    """Boxes and keypoints in pixels of the window, from confidence `least` on.

    outputs: for each stride class probabilities, then for each the probability that there is an object (1, n, 1), the box (1, n, 4) as
    offset of its centre and logarithm of its sides in strides, and the keypoints (1, n, 10) as offsets in strides: eye, eye, nose, corner,
    corner of the mouth, left to right in the picture. Confidence is the geometric mean of the two probabilities.
    """
    count = len(spec.strides)
    classes, objects, boxes, points = (outputs[start : start + count] for start in range(0, 4 * count, count))
    confidences = [
        np.sqrt(np.clip(one.reshape(-1), 0, 1) * np.clip(other.reshape(-1), 0, 1))
        for one, other in zip(classes, objects, strict=True)
    ]
    return joined([_raw(level) for level in levels(confidences, [boxes, points], spec, least=least)])


def _raw(level: Level) -> Raw:
    box, points = level.parts
    middle = level.origin + box[:, :2] * level.stride
    half = np.exp(np.minimum(box[:, 2:], LARGEST)) * np.float32(level.stride / 2)
    landmarks = points.reshape(len(box), POINTS, 2) * level.stride + level.origin[:, None]
    return Raw(np.concatenate([middle - half, middle + half], axis=1), landmarks, level.confidence)
