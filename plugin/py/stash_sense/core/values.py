"""Values shared by two or more core modules: arrays in, values out.

Conventions: images are RGB, uint8, (height, width, 3). Coordinates are pixels of the source picture, x before y. Times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # (height, width, 3), RGB
Points = NDArray[np.float32]  # (n, 2), pixels, x then y
Vector = NDArray[np.float32]  # (dims,), length 1
Vectors = NDArray[np.float32]  # (n, dims), rows of length 1

FrameKind = Literal["frame", "cover", "picture"]


@dataclass(frozen=True, slots=True)
class EmbeddingSpace:
    """Which vectors may be compared: same pack, same revision, same length."""

    pack: str
    revision: str
    dims: int


@dataclass(frozen=True, slots=True)
class Box:
    """Axis-aligned rectangle in pixels of the source picture; may reach over its edge."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture.

    time_s: seconds from the start of the video; None for covers and pictures. index: unique within one scene or image.
    """

    image: Image
    index: int
    time_s: float | None = None
    kind: FrameKind = "frame"


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A box that the detector takes for a face.

    landmarks: (k, 2) pixels in the detector's own order (the pack names which of them align). confidence: of the detector, 0..1.
    """

    box: Box
    landmarks: Points
    confidence: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Fitness of one face for matching, and why. Every part and the total lie in 0..1, higher is better."""

    total: float
    size: float
    sharpness: float
    pose: float
    confidence: float
    exposure: float
    mirror: float = 1.0

    def weakest(self) -> str:
        """Name of the lowest part: 'size', 'sharpness', 'pose', 'confidence', 'exposure' or 'mirror'."""
        parts = {
            name: getattr(self, name) for name in ("size", "sharpness", "pose", "confidence", "exposure", "mirror")
        }
        return min(parts, key=lambda name: parts[name])


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face found in one frame, embedded.

    frame: index of the Frame. size_px: shorter side of the box. vector: (dims,) of length 1.
    crop: JPEG bytes of the face with some surroundings, for showing (≤ 6 KB).
    """

    frame: int
    time_s: float | None
    detection: Detection
    quality: Quality
    vector: Vector
    crop: bytes
    kind: FrameKind = "frame"

    @property
    def size_px(self) -> float:
        return min(self.detection.box.width, self.detection.box.height)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One person as seen in one scene or image; one track is one vote.

    template: (dims,) quality-weighted mean of the usable faces' vectors, length 1. faces: every face, best first.
    segments: [start_s, end_s] spans in which the person was seen. quality: of the template, 0..1.
    """

    template: Vector
    faces: tuple[Face, ...]
    quality: float
    segments: tuple[tuple[float, float], ...] = ()

    @property
    def best(self) -> Face:
        return self.faces[0]

    @property
    def frames(self) -> int:
        return len({face.frame for face in self.faces})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the gallery held against a track.

    score: cosine similarity, -1..1, higher is closer. z: score against the cohort's tail, in its spreads. margin: score minus the runner-up's.
    probability: calibrated, 0..1. references: how many references of the person were compared. rank: 1 is best.
    """

    person_id: str
    score: float
    z: float
    margin: float
    probability: float
    references: int
    rank: int = 1


Verdict = Literal["suggested", "accepted", "rejected", "unknown", "insufficient"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the evidence says about one track: the candidates (best first), the verdict and the reason in words."""

    verdict: Verdict
    why: str
    candidates: tuple[Candidate, ...] = field(default=())
