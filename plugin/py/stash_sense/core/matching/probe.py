"""What a decision needs to know of a track: also of one whose frames were analysed long ago."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stash_sense.core.values import FrameKind, Track, Vector


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One track as the question "who is this?".

    template: (dims,) of length 1. faces, frames: counts over the whole track, not only the faces that were kept. quality: of the track.
    size_px: median of the faces' shorter sides. confidence: the detector's, of its surest face.
    weakest: what most faces lack (Quality.weakest). frame_numbers: frames the person is
    known to be in; two tracks that share one are two people. kind: frames of a video, its cover, or pictures.
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
    )
