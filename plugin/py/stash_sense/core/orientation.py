"""Videos stored sideways or upside down without saying so: noticing it, and looking at their frames the right way up.

A detector of upright faces finds many turned ones, too, but is unsure of them, and half of their vectors are of nobody. Upright it is sure. Measured by
scripts/bench detector (part "scenes"); the constants were chosen on the very people of whom docs/benchmarks.md states figures so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Box, Detection, Face, Image

TURNS = (1, 2, 3)  # quarter turns, anticlockwise
DOUBT_BELOW = 0.7  # share of sure ones among a video's usable faces; from there on it is upright
TRIED_FRAMES = 8  # looked at in every turn where there is doubt
SURE_FACES = 3  # of them, at least, for a turn to be right
CLEARLY = 1.3  # times as many of them as without turning


def doubtful(faces: Sequence[Face], sure_face: float) -> bool:
    """Whether the video might be stored turned: no usable face, or too few that the detector is sure of.

    sure_face: confidence from which it is sure (pack.json, bands).
    """
    usable = sum(face.quality.total > 0 for face in faces)
    return count_sure(faces, sure_face) < DOUBT_BELOW * usable or usable == 0


def count_sure(faces: Sequence[Face], sure_face: float) -> int:
    """How many faces are usable and sure."""
    return sum(face.quality.total > 0 and face.detection.confidence >= sure_face for face in faces)


def telling_seconds(faces: Sequence[Face], seconds: Sequence[float]) -> list[float]:
    """Up to TRIED_FRAMES of the instants looked at, ascending: those with the surest finds, else evenly spread.

    faces: what was found; those without a time do not count. seconds: of all frames.
    """
    best: dict[float, float] = {}
    for face in faces:
        if face.time_s is not None:
            best[face.time_s] = max(best.get(face.time_s, 0.0), face.detection.confidence)
    chosen = sorted(best, key=lambda at: (-best[at], at))[:TRIED_FRAMES]
    others = sorted(set(seconds) - best.keys())
    missing = min(TRIED_FRAMES - len(chosen), len(others))
    chosen += [others[place * len(others) // missing] for place in range(missing)]
    return sorted(chosen)


def right_turn(sure: Mapping[int, int]) -> int:
    """The turn after which faces stand upright; 0 if none is clearly better than leaving the frames as they are.

    sure: for 0 and each of TURNS the number of sure faces in the frames tried.
    """
    best = max(TURNS, key=lambda turn: (sure[turn], -turn))
    return best if sure[best] >= max(SURE_FACES, CLEARLY * sure[0]) else 0


def turn_image(image: Image, turn: int) -> Image:
    """The picture turned anticlockwise by so many quarters; itself for 0."""
    return np.ascontiguousarray(np.rot90(image, turn)) if turn else image


def turn_back(face: Face, turn: int, *, width: int, height: int) -> Face:
    """A face of a turned picture with box and keypoints in pixels of the picture as it was. width, height: of that one."""
    if not turn:
        return face
    box = face.detection.box
    corners = _turned_back(np.array([[box.left, box.top], [box.right, box.bottom]]), turn, width, height)
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    points = _turned_back(face.detection.landmarks, turn, width, height)
    return replace(face, detection=Detection(Box(left, top, right, bottom), points, face.detection.confidence))


def _turned_back(points: NDArray[np.floating], turn: int, width: int, height: int) -> NDArray[np.float32]:
    """(n, 2) points of the turned picture → of the picture as it was."""
    x, y = points[:, 0], points[:, 1]
    across, down = {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[turn]
    return np.stack([across, down], axis=1).astype(np.float32)
