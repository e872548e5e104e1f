"""Fitness of one face for matching, 0..1, in named parts, so that a refusal can say what was lacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Image, Quality
from stash_sense.core.vision import imaging

PARTS = ("size", "sharpness", "pose", "confidence", "exposure", "mirror")


@dataclass(frozen=True, slots=True)
class QualitySpec:
    """How a pack judges faces. least: lowest total that is matched (0: everything).

    ranges: per part the raw measure that counts 0 and the one that counts 1. weights: per part, in the geometric mean.
    """

    least: float = 0.0
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)


DEFAULT_RANGES: Mapping[str, tuple[float, float]] = {
    "size": (16.0, 96.0),
    "sharpness": (0.02, 0.12),
    "pose": (0.75, 0.1),
    "confidence": (0.4, 0.9),
    "exposure": (0.0, 1.0),
    "mirror": (0.2, 0.9),
}


def assess(raw: Mapping[str, float], spec: QualitySpec) -> Quality:
    """Parts and total from raw measures (see `measure`); the total is the weighted geometric mean, so one bad part cannot hide."""
    parts = {name: _graded(raw[name], spec.ranges.get(name, DEFAULT_RANGES[name])) for name in PARTS}
    weights = {name: spec.weights.get(name, 1.0) for name in PARTS}
    whole = sum(weights.values())
    logs = sum(weights[name] * np.log(max(parts[name], 1e-3)) for name in PARTS)
    total = float(np.exp(logs / whole)) if whole > 0 else 0.0
    return Quality(total=total, **parts)


def measure(
    crop: Image, landmarks: NDArray[np.floating], *, size_px: float, confidence: float, mirror: float
) -> dict[str, float]:
    """Raw measures of a face. crop: aligned; landmarks: (4, 2) left eye, right eye, nose, mouth centre, in any upright or rolled frame."""
    gray = imaging.to_gray(crop)
    return {
        "size": size_px,
        "sharpness": sharpness(gray),
        "pose": turn_away(landmarks),
        "confidence": confidence,
        "exposure": exposure(gray),
        "mirror": mirror,
    }


def sharpness(gray: NDArray[np.float32]) -> float:
    """Share of the inner crop's contrast that lies in its finest detail; 0 for a flat crop. Independent of brightness and contrast."""
    height, width = gray.shape
    inner = gray[height // 6 : height - height // 6, width // 6 : width - width // 6]
    if min(inner.shape) < 3:
        return 0.0
    contrast = float(inner.std())
    if contrast < 1.0:
        return 0.0
    rows = inner[:, :-2] + 2 * inner[:, 1:-1] + inner[:, 2:]
    smooth = (rows[:-2] + 2 * rows[1:-1] + rows[2:]) / 16
    return float(np.abs(inner[1:-1, 1:-1] - smooth).mean()) / contrast


def turn_away(landmarks: NDArray[np.floating]) -> float:
    """How far the face is turned from frontal, 0 frontal, about 0.5 half profile, 1 and more profile.

    landmarks: (4, 2) left eye, right eye, nose, mouth centre. Roll and scale do not matter. Measured on the axes between the eyes and
    from the eyes to the mouth: the nose leaves the middle when the head turns, and moves up or down when it nods.
    """
    eyes, mouth = landmarks[:2].mean(0), landmarks[3]
    across, down = landmarks[1] - landmarks[0], mouth - eyes
    wide, tall = float(np.hypot(*across)), float(np.hypot(*down))
    unit = max(
        wide, tall * 0.87, 1e-6
    )  # 0.87: eye distance over eye-mouth distance of a frontal face (ArcFace pattern)
    nose = landmarks[2] - eyes
    axis = down / max(tall, 1e-6)
    aside = abs(float(nose[0] * axis[1] - nose[1] * axis[0])) / unit
    nod = (
        float(nose @ axis) / max(tall, 1e-6) - 0.495
    )  # 0.495: place of the nose between eyes and mouth in that pattern
    narrow = max(0.0, 1 - wide / max(tall * 0.87, 1e-6))
    return float(np.sqrt((2 * aside) ** 2 + (1.5 * nod) ** 2 + narrow**2))


def exposure(gray: NDArray[np.float32]) -> float:
    """0..1: enough contrast, and neither drowned in black nor burnt out."""
    low, high = float(np.mean(gray < 16)), float(np.mean(gray > 245))
    contrast = min(float(gray.std()) / 32, 1.0)
    level = float(gray.mean())
    middle = min(level / 56, (255 - level) / 40, 1.0)
    return max(contrast * max(middle, 0.0) * (1 - min(low, 1.0) ** 2) * (1 - min(2 * high, 1.0) ** 2), 0.0)


def _graded(value: float, bounds: tuple[float, float]) -> float:
    zero, one = bounds
    if not np.isfinite(value):
        return 0.0
    return float(np.clip((value - zero) / (one - zero), 0.0, 1.0))
