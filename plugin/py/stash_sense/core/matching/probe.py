"""What a decision needs to know of a track: also of one whose frames were analysed long ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.matching.template import pick_references
from stash_sense.core.values import FrameKind, Track, Vector, Vectors

WITNESSES = 12  # more find nobody else; each costs 1 KB a track and a search (docs/calibration.md)
WITNESS_POWER = 3.0  # of quality, against difference


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One track as the question "who is this?".

    template: (dims,) of length 1. faces, frames: counts over the whole track, not only the faces that were kept. quality: of the track.
    size_px: median of the faces' shorter sides. confidence: the detector's, of its surest face.
    weakest: what most faces lack (Quality.weakest). frame_numbers: frames the person is
    known to be in; two tracks that share one are two people. kind: frames of a video, its cover, or pictures.
    witnesses: (n, dims) some of its faces by themselves, good and different ones; n may be 0.
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
    witnesses: Vectors | None = None

    @property
    def views(self) -> Vectors:
        """(1 + n, dims): the template, then the witnesses."""
        if self.witnesses is None or not len(self.witnesses):
            return self.template[None]
        return np.concatenate([self.template[None], self.witnesses])


def pick_witnesses(vectors: Vectors, qualities: Sequence[float] | NDArray[np.floating]) -> Vectors:
    """At most WITNESSES of a track's vectors, (n, dims): the better and the more different from each other, the sooner.

    One face that looks as the reference does says more than the mean of all, in which poor and turned ones drown it (docs/calibration.md).
    """
    weights = [float(one) ** WITNESS_POWER for one in qualities]
    return np.asarray(vectors[pick_references(vectors, weights, WITNESSES)], np.float32)


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
        witnesses=pick_witnesses(
            np.stack([face.vector for face in track.faces]), [face.quality.total for face in track.faces]
        ),
    )
