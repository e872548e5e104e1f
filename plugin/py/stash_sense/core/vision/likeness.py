"""Which frames and faces are near-identical to earlier ones of the same scene, by pixels alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Box, Image
from stash_sense.core.vision import imaging

THUMB = (64, 36)
CELL_LEVELS = (
    3.0  # mean difference of brightness (0..255) inside any cell of 8 × 6 thumbnail pixels; coding noise stays below 2
)
SAME_FACE = (
    0.95  # correlation of aligned crops; of 123,000 pairs of different people (LFW) 0.01 % reach 0.91, one reaches this
)
SAME_PLACE = 0.5  # intersection over union of the boxes


def thumbnail(image: Image) -> NDArray[np.float32]:
    """(36, 64) brightness of a whole frame."""
    return imaging.to_gray(imaging.resize(image, *THUMB))


def same_view(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Whether two thumbnails show the same still shot: nothing moved anywhere."""
    cells = np.abs(one - other).reshape(6, 6, 8, 8).mean(axis=(1, 3))
    return bool(cells.max() <= CELL_LEVELS)


def signature(crop: Image) -> NDArray[np.float32]:
    """(576,) the aligned crop as 24 × 24 brightness, mean 0, length 1; zeros for a flat one."""
    edge = crop.shape[0] // 8
    small = imaging.to_gray(imaging.resize(np.ascontiguousarray(crop[edge:-edge, edge:-edge]), 24, 24)).ravel()
    centred = small - small.mean()
    length = float(np.linalg.norm(centred))
    return centred / np.float32(length) if length > 24.0 else np.zeros_like(centred)


def same_face(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Whether two signatures are of the same face in the same light and expression."""
    return float(one @ other) >= SAME_FACE


def same_place(one: Box, other: Box) -> bool:
    """Whether two boxes of one scene cover the same part of the picture."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    tall = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(wide, 0.0) * max(tall, 0.0)
    union = one.width * one.height + other.width * other.height - shared
    return shared > SAME_PLACE * union
