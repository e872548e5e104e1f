"""A photo of a frontal face → the same head turned aside: the photo is laid on an ellipsoid with a nose, which is turned and seen from the front.

What the photo does not show (the far cheek, the back of the head) is the nearest colour that it shows. Right to look at up to about 60°; beyond, the
near cheek is a stretched ear. It is a model of a head, not that person's head.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FINER = 3  # times as many points as pixels, so that stretched parts have no holes
HALF = (0.66, 0.92, 0.78)  # half axes of the head, in widths of the face's box: across, down, towards the viewer
MIDDLE = 0.45  # how far before the head's axis the middle of the face's box lies, in the same: it stays in the middle of the photo
NOSE = (0.16, 0.085, 0.17)  # how far the nose stands out, its width and its height (standard deviations), in the same


def turned(photo: NDArray[np.uint8], face_px: float, degrees: float) -> NDArray[np.uint8]:
    """(height, width, 3): the head in the photo's middle, turned by so many degrees to the viewer's right (negative: left), the face in the middle again.

    face_px: width of the face's box. Sight from afar, without perspective.
    """
    if degrees == 0:
        return photo
    height, width = photo.shape[:2]
    down, across = np.mgrid[: height * FINER, : width * FINER].astype(np.float32) / FINER
    x, y = (across - width / 2) / face_px, (down - height / 2) / face_px
    depth, head = _depth(x, y)
    angle = np.radians(degrees)
    to_x = x * np.cos(angle) + (depth - MIDDLE) * np.sin(angle)
    near = depth * np.cos(angle) - x * np.sin(angle)
    order = np.flatnonzero(head)
    order = order[np.argsort(near.ravel()[order], kind="stable")]  # the nearest is written last
    column = np.round(to_x.ravel()[order] * face_px + width / 2).astype(int)
    row = np.round(down.ravel()[order]).astype(int)
    inside = (column >= 0) & (column < width) & (row < height)
    colours = cv2.resize(photo, (width * FINER, height * FINER), interpolation=cv2.INTER_LINEAR).reshape(-1, 3)
    out = np.zeros_like(photo)
    seen = np.zeros((height, width), np.uint8)
    out[row[inside], column[inside]] = colours[order[inside]]
    seen[row[inside], column[inside]] = 1
    return _filled(out, seen)


def _depth(x: NDArray[np.float32], y: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """How far each point of the photo stands out, and whether it belongs to the head."""
    away = (x / HALF[0]) ** 2 + (y / HALF[1]) ** 2
    round_ = HALF[2] * np.sqrt(np.maximum(1 - away, 0))
    ridge = NOSE[0] * np.exp(-((x / NOSE[1]) ** 2 + ((y - 0.08) / NOSE[2]) ** 2) / 2)
    return (round_ + ridge).astype(np.float32), away < 1


def _filled(out: NDArray[np.uint8], seen: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels that nothing fell on get the colour of the nearest one that something did."""
    _, nearest = cv2.distanceTransformWithLabels(1 - seen, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    colour = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
    colour[nearest[seen > 0]] = out[seen > 0]
    return colour[nearest]
