"""Keypoints to the upright crop that the embedder knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Image, Points
from stash_sense.core.vision import imaging
from stash_sense.errors import DegenerateLandmarksError

Matrix = NDArray[np.float64]  # (2, 3), applied to (x, y, 1)


def similarity_transform(landmarks: NDArray[np.floating], pattern: NDArray[np.floating]) -> Matrix:
    """Rotation, uniform scale and shift that carry `landmarks` closest to `pattern`.

    landmarks, pattern: (n, 2) pixels, the same points in the same order.
    Returns (2, 3). Raises DegenerateLandmarksError if all points coincide or are not finite.
    Source: Umeyama 1991 without reflection, written with complex numbers.
    """
    source, target = landmarks @ np.array([1, 1j]), pattern @ np.array([1, 1j])
    spread = source - source.mean()
    power = np.vdot(spread, spread).real
    if not np.isfinite(power) or power < 1e-6:
        raise DegenerateLandmarksError("The keypoints of a face coincide, so it is left out.")
    turn = np.vdot(spread, target - target.mean()) / power
    shift = target.mean() - turn * source.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def invert(matrix: Matrix) -> Matrix:
    """The (2, 3) transform that undoes `matrix`."""
    turn = np.linalg.inv(matrix[:, :2])
    return np.column_stack([turn, -turn @ matrix[:, 2]])


def apply(matrix: Matrix, points: NDArray[np.floating]) -> Points:
    """(n, 2) points carried by `matrix`."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)


def scale_of(matrix: Matrix) -> float:
    """How much a similarity transform enlarges."""
    return float(np.hypot(matrix[0, 0], matrix[1, 0]))


def warp(image: Image, matrix: Matrix, size: int) -> Image:
    """(size, size, 3) crop; `matrix` maps picture coordinates (pixel corners at whole numbers) to the crop's pixel centres.

    Only the needed part of the picture is touched, and it is first reduced by area where the crop is less than half as large:
    plain bilinear sampling would skip pixels of large faces.
    """
    factor = int(1 / max(scale_of(matrix), 1e-3))
    part, matrix = _region(image, matrix, size, margin=2 + factor)
    width, height = part.shape[1] // factor if factor else 0, part.shape[0] // factor if factor else 0
    if factor > 1 and width and height:  # by a whole number, which both image libraries average alike
        part = imaging.resize(part[: height * factor, : width * factor], width, height)
        matrix = np.column_stack([matrix[:, :2] * factor, matrix[:, 2]])
    centred = matrix.copy()
    centred[:, 2] += matrix[:, :2] @ [0.5, 0.5]  # the picture's pixel centres lie half a pixel inside
    return imaging.warp_affine(part, centred, size, size)


def _region(image: Image, matrix: Matrix, size: int, *, margin: int) -> tuple[Image, Matrix]:
    """The part of the picture under the crop (at least one pixel) and the transform from that part."""
    height, width = image.shape[:2]
    corners = apply(invert(matrix), np.array([[-1, -1], [size, -1], [-1, size], [size, size]], np.float64))
    low = np.clip(np.floor(corners.min(0)) - margin, 0, [width - 1, height - 1]).astype(int)
    high = np.clip(np.ceil(corners.max(0)) + margin, low + 1, [width, height]).astype(int)
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, :2] @ low
    return image[low[1] : high[1], low[0] : high[0]], shifted


def around(
    left: float, top: float, right: float, bottom: float, *, margin: float, size: int, roll: float = 0.0
) -> Matrix:
    """The transform of a square around a box into a crop of `size` pixels.

    margin: surroundings on each side in parts of the box's longer side. roll: radians (clockwise on the screen) by which
    the face is turned; it stands upright in the crop.
    """
    edge = max(right - left, bottom - top, 1.0) * (1 + 2 * margin)
    turn = size / edge * np.exp(-1j * roll)
    shift = complex(size / 2, size / 2) - turn * complex((left + right) / 2, (top + bottom) / 2)
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
