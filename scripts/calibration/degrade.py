"""Photos made worse the way video frames are: small, blurred, dark, compressed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stash_sense.core.values import Box, Detection, Image


@dataclass(frozen=True, slots=True)
class Condition:
    """face_px: width of the face. blur: sigma in pixels of the small picture. light: factor. noise: levels. jpeg: quality."""

    face_px: float
    blur: float
    light: float
    noise: float
    jpeg: int


def random_condition(rng: np.random.Generator) -> Condition:
    """One scene's condition: sizes 24 to 112 px evenly in the logarithm; half of the scenes are neither blurred nor dark."""
    return Condition(
        face_px=float(np.exp(rng.uniform(np.log(24), np.log(112)))),
        blur=float(rng.choice([0.0, 0.0, rng.uniform(0.4, 1.8)])),
        light=float(rng.choice([1.0, 1.0, rng.uniform(0.25, 0.8)])),
        noise=float(rng.uniform(0, 5)),
        jpeg=int(rng.integers(35, 92)),
    )


def jitter(condition: Condition, rng: np.random.Generator) -> Condition:
    """The next frame of the same scene: nearly the same condition."""
    return Condition(
        face_px=float(np.clip(condition.face_px * np.exp(rng.normal(0, 0.12)), 22, 120)),
        blur=max(0.0, condition.blur * float(np.exp(rng.normal(0, 0.3)))),
        light=float(np.clip(condition.light * np.exp(rng.normal(0, 0.08)), 0.15, 1.0)),
        noise=condition.noise,
        jpeg=condition.jpeg,
    )


def degrade(image: Image, face: Detection, condition: Condition, rng: np.random.Generator) -> tuple[Image, Detection]:
    """The photo as the condition shows it, and where the face is in it."""
    scale = min(1.0, condition.face_px / max(face.box.width, 1.0))
    height, width = (max(16, round(side * scale)) for side in image.shape[:2])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    if condition.blur > 0:
        small = cv2.GaussianBlur(small, (0, 0), condition.blur)
    noisy = small * condition.light + rng.normal(0, condition.noise, small.shape)
    levels = np.clip(noisy, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", levels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, condition.jpeg])
    back = np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])
    across, down = width / image.shape[1], height / image.shape[0]
    box = Box(face.box.left * across, face.box.top * down, face.box.right * across, face.box.bottom * down)
    landmarks = (face.landmarks * np.array([across, down])).astype(np.float32)
    return back, Detection(box, landmarks, face.confidence)
