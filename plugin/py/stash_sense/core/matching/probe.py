"""What a decision needs to know of a track: also of one whose frames were analysed long ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stash_sense.core.values import Face, FrameKind, Track, Vector

STILL_FACES = 6  # so often, at least, are the same pixels seen in the same place
STILL_S = 60.0  # over so long; nobody holds still for a minute
STILL_PLACE = 0.06  # of a face's width: as far may its edges lie from where they mostly are; a poster's lie within 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One track as the question "who is this?".

    template: (dims,) of length 1. faces, frames: counts over the whole track, not only the faces that were kept. quality: of the track.
    size_px: median of the faces' shorter sides. confidence: the detector's, of its surest face.
    weakest: what most faces lack (Quality.weakest). frame_numbers: frames the person is
    known to be in; two tracks that share one are two people. kind: frames of a video, its cover, or pictures. still: see still_share.
    """

    template: Vector
    faces: int
    frames: int
    quality: float
    size_px: float
    confidence: float = 1.0
    weakest: str = "size"
    frame_numbers: frozenset[int] = frozenset()
    kind: FrameKind = "frame"
    still: float = 0.0


def probe_of(track: Track) -> Probe:
    """The track as a probe."""
    lacking = [face.quality.weakest() for face in track.faces]
    return Probe(
        template=track.template,
        faces=len(track.faces),
        frames=track.frames,
        quality=track.quality,
        confidence=max(face.detection.confidence for face in track.faces),
        size_px=float(np.median([face.size_px for face in track.faces])),
        weakest=max(sorted(set(lacking)), key=lacking.count),
        frame_numbers=frozenset(face.frame for face in track.faces),
        kind=track.best.kind,
        still=still_share(track.faces),
    )


def still_share(faces: Sequence[Face]) -> float:
    """Share of the faces that stand still as a picture does: same pixels in the same place, at STILL_FACES instants and more, STILL_S and longer.

    "Same pixels" are told by the vector: one that looks like an earlier one gets that one's (SceneEncoder). A person blinks, talks and sways.
    """
    groups: dict[bytes, list[Face]] = {}
    for face in faces:
        if face.time_s is not None:
            groups.setdefault(face.vector.tobytes(), []).append(face)
    still = 0
    for alike in groups.values():
        boxes = np.array([[one.left, one.top, one.right, one.bottom] for one in (face.detection.box for face in alike)])
        middle = np.median(boxes, axis=0)
        apart = np.abs(boxes - middle).max(axis=1) / max(middle[2] - middle[0], 1e-6)
        times = [float(face.time_s or 0) for face, far in zip(alike, apart, strict=True) if far <= STILL_PLACE]
        if len(times) >= STILL_FACES and max(times) - min(times) >= STILL_S:
            still += len(times)
    return still / max(len(faces), 1)
