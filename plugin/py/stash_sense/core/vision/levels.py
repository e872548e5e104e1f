"""What detectors with a grid for each of several strides have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.vision.detect import DetectorSpec, Raw

Values = NDArray[np.float32]

POINTS = 5  # keypoints: left eye, right eye, nose, left and right corner of the mouth, as seen in the picture


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What may be a face on one grid. origin: (n, 2) x and y of each one's grid point in pixels of the window; parts: rows of its outputs."""

    stride: int
    origin: Values
    confidence: Values
    parts: tuple[Values, ...]


def levels(
    confidences: Sequence[Values], parts: Sequence[Sequence[Values]], spec: DetectorSpec, *, least: float
) -> Iterator[Level]:
    """The likely ones of every stride.

    confidences: (n,) for each stride. parts: for each kind of output its array of every stride, n rows (row by row of the grid, a fixed
    number a point). Those below `least` and those that are not finite are left out.
    """
    for place, stride in enumerate(spec.strides):
        confidence, across = confidences[place], spec.input_px // stride
        rows = [np.asarray(part[place], np.float32).reshape(len(confidence), -1) for part in parts]
        keep = np.flatnonzero(confidence >= least)  # NaN compares false
        keep = keep[np.logical_and.reduce([np.isfinite(row[keep]).all(axis=1) for row in rows])]
        point = keep // max(len(confidence) // across**2, 1)
        origin = np.stack([point % across, point // across], axis=1).astype(np.float32) * stride
        yield Level(stride, origin, confidence[keep], tuple(row[keep] for row in rows))


def joined(found: Sequence[Raw]) -> Raw:
    """The finds of all strides, most confident first."""
    confidence = np.concatenate([one.confidence for one in found])
    order = np.argsort(-confidence, kind="stable")
    boxes, landmarks = (
        np.concatenate(arrays) for arrays in zip(*((one.boxes, one.landmarks) for one in found), strict=True)
    )
    return Raw(boxes[order], landmarks[order], np.minimum(confidence[order], 1))
