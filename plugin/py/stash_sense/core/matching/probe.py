"""What a decision needs to know of a track: also of one whose frames were analysed long ago."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.matching.template import pick_references
from stash_sense.core.values import Face, FrameKind, Track, Vector, Vectors

EXEMPLARS = 12  # more find nobody else; each costs 1 KB a track and a search (docs/calibration.md)
EXEMPLAR_POWER = 3.0  # of quality, against difference
SAME_PIXELS = 0.99  # cosine; vectors of the same pixels differ by the bias of their qualities (core/vision/bias.py), far less than this
STILL_FACES = 6  # so often, at least, are the same pixels seen in the same place
STILL_S = 60.0  # over so long; nobody holds still for a minute
STILL_PLACE = 0.06  # of a face's width: as far may its edges lie from where they mostly are; a poster's lie within 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """One track as the question "who is this?".

    template: (dims,) of length 1. faces, frames: counts over the whole track, not only the faces that were kept. quality: of the track.
    size_px: median of the faces' shorter sides. confidence: the detector's, of its surest face.
    weakest: what most faces lack (Quality.weakest). frame_numbers: frames the person is
    known to be in; two tracks that share one are two people. kind: frames of a video, its cover, or pictures.
    exemplars: (n, dims) some of its faces by themselves, good and different ones; n may be 0. still: see still_share.
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
    exemplars: Vectors | None = None
    still: float = 0.0

    @property
    def views(self) -> Vectors:
        """(1 + n, dims): the template, then the exemplars."""
        if self.exemplars is None or not len(self.exemplars):
            return self.template[None]
        return np.concatenate([self.template[None], self.exemplars])


def pick_exemplars(vectors: Vectors, qualities: Sequence[float] | NDArray[np.floating]) -> Vectors:
    """At most EXEMPLARS of a track's vectors, (n, dims): the better and the more different from each other, the sooner.

    One face that looks as the reference does says more than the mean of all, in which poor and turned ones drown it (docs/calibration.md).
    """
    weights = [float(one) ** EXEMPLAR_POWER for one in qualities]
    return np.asarray(vectors[pick_references(vectors, weights, EXEMPLARS)], np.float32)


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
        exemplars=pick_exemplars(
            np.stack([face.vector for face in track.faces]), [face.quality.total for face in track.faces]
        ),
        still=still_share(track.faces),
    )


def still_share(faces: Sequence[Face]) -> float:
    """Share of the faces that stand still as a picture does: same pixels in the same place, at STILL_FACES instants and more, STILL_S and longer.

    "Same pixels" are told by the vector: one that looks like an earlier one gets that one's (SceneEncoder). A person blinks, talks and sways.
    """
    still = 0
    for alike in _same_pixels([face for face in faces if face.time_s is not None]):
        boxes = np.array([[one.left, one.top, one.right, one.bottom] for one in (face.detection.box for face in alike)])
        middle = np.median(boxes, axis=0)
        apart = np.abs(boxes - middle).max(axis=1) / max(middle[2] - middle[0], 1e-6)
        times = [float(face.time_s or 0) for face, far in zip(alike, apart, strict=True) if far <= STILL_PLACE]
        if len(times) >= STILL_FACES and max(times) - min(times) >= STILL_S:
            still += len(times)
    return still / max(len(faces), 1)


def _same_pixels(faces: Sequence[Face]) -> Iterator[list[Face]]:
    """The faces in groups, each of those that look like its first."""
    if not faces:
        return
    vectors = np.stack([face.vector for face in faces])
    left = np.ones(len(faces), bool)
    while left.any():
        lead = int(left.argmax())
        mine = left & (vectors @ vectors[lead] >= SAME_PIXELS)
        mine[lead] = True
        left &= ~mine
        yield [face for face, in_it in zip(faces, mine, strict=True) if in_it]
