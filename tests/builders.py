"""Small builders of values for tests: state what matters, the rest has sensible defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules, track_of
from stash_sense.core.matching.probe import Probe
from stash_sense.core.matching.score import PersonScore
from stash_sense.core.values import Box, Detection, Face, FrameKind, Quality, Track, Vector, Vectors

DIMS = 32

# Round figures of the right size for tests; the real ones are in pack.json.
CLUSTERING: dict[str, Any] = {
    "same_person": 0.35,
    "time_bonus": 0.03,
    "time_scale_steps": 2.0,
    "weight_power": 1.0,
    "gap_steps": 2.5,
    "reference_agree": 0.25,
    "unknown_person": 0.6,
}
CALIBRATION: dict[str, Any] = {
    "coefficients": {
        "intercept": -9.0,
        "score": 14.0,
        "z": 0.5,
        "margin": 8.0,
        "score_quality": 2.0,
        "frames": 0.3,
        "quality": -1.0,
        "poor": -2.0,
        "references": -0.3,
        "gallery": -0.3,
        "single": 0.0,
    },
    "caps": {"z": 12.0, "margin": 0.4, "frames": 8, "references": 5, "poor_below": 0.5},
    "ceiling": 0.995,
    "poor": {"quality": 0.15, "ceiling": 0.4},
    "prior": {"cast": 1.0, "costar": 0.4},
    "bands": {
        "good_quality": 0.4,
        "good_frames": 2,
        "single_quality": 0.6,
        "sure_face": 0.7,
        "clear_margin": 0.15,
        "narrow_margin": 0.05,
        "few_references": 1,
        "merge_from": 0.2,
        "show_from": 0.02,
    },
    "scoring": {
        "best_references": 3,
        "candidates": 5,
        "cohort": 20,
        "trust": 10.0,
        "strangers": {
            "people": [1, 10, 100, 1000, 4000],
            "level": [0.02, 0.14, 0.22, 0.29, 0.33],
            "spread": [0.08, 0.06, 0.05, 0.045, 0.04],
        },
    },
}


def cluster_rules(**changes: float) -> ClusterRules:
    return ClusterRules.from_pack({**CLUSTERING, **changes})


def a_calibration(**changes: Any) -> Calibration:
    return Calibration.from_pack({**CALIBRATION, **changes})


def unit(values: np.ndarray) -> np.ndarray:
    """Rows of length 1, float32."""
    values = np.asarray(values, dtype=np.float64)
    return (values / np.linalg.norm(values, axis=-1, keepdims=True)).astype(np.float32)


def a_person(seed: int, dims: int = DIMS) -> Vector:
    """The centre of a person; two seeds give two people."""
    return unit(np.random.default_rng(seed).normal(size=dims))


def looks(centre: Vector, count: int, *, spread: float = 0.3, seed: int = 0) -> Vectors:
    """Vectors of one person around `centre`; two of them have a cosine of about 1 / (1 + spread²)."""
    noise = np.random.default_rng(seed).normal(size=(count, len(centre))) / np.sqrt(len(centre))
    return unit(centre + spread * noise)


def a_face(
    vector: Vector | None = None,
    *,
    frame: int = 0,
    time_s: float | None = 0.0,
    size_px: float = 120.0,
    quality: float = 0.8,
    left: float = 100.0,
    kind: FrameKind = "frame",
    weakest: str | None = None,
    crop: bytes = b"\xff\xd8jpeg",
) -> Face:
    """A face in one frame. weakest: the part of the quality that is low."""
    parts = dict.fromkeys(("size", "sharpness", "pose", "confidence", "exposure", "mirror"), max(quality, 0.5))
    if weakest is not None:
        parts[weakest] = min(quality, 0.2)
    box = Box(left, 100.0, left + size_px, 100.0 + size_px * 1.1)
    spots = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.5, 0.8]], dtype=np.float32)
    landmarks = (spots * size_px + np.array([left, 100.0], dtype=np.float32)).astype(np.float32)
    return Face(
        frame=frame,
        time_s=time_s,
        detection=Detection(box, landmarks, 0.9),
        quality=Quality(total=quality, **parts),
        vector=a_person(1) if vector is None else vector,
        crop=crop,
        kind=kind,
    )


def faces_of(centre: Vector, count: int, *, first: int = 0, spread: float = 0.3, **common: Any) -> list[Face]:
    """`count` faces of one person, one a frame, ten seconds apart."""
    return [
        a_face(vector, frame=first + index, time_s=10.0 * (first + index), **common)
        for index, vector in enumerate(looks(centre, count, spread=spread, seed=first))
    ]


def a_track(centre: Vector | None = None, *, count: int = 4, step_s: float = 10.0, **common: Any) -> Track:
    return track_of(
        faces_of(a_person(1) if centre is None else centre, count, **common), cluster_rules(), step_s=step_s
    )


def a_probe(template: Vector | None = None, **changes: Any) -> Probe:
    values: dict[str, Any] = {"faces": 6, "frames": 5, "quality": 0.8, "size_px": 120.0, **changes}
    return Probe(template=a_person(1) if template is None else template, **values)


def a_score(person_id: str = "performer:1", score: float = 0.7, **changes: Any) -> PersonScore:
    """A clear win by default; margins are worked out anew where several meet."""
    values: dict[str, Any] = {"z": 8.0, "margin": 0.3, "references": 4, "people": 100, "floor": 0.22, **changes}
    return PersonScore(person_id=person_id, score=score, **values)
