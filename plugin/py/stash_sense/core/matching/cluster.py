"""Faces of one scene → tracks, before anybody is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.matching.linkage import group
from stash_sense.core.matching.template import build_template
from stash_sense.core.values import Face, Track, Vectors

NOBODY = 1.01  # a cosine that no pair reaches


@dataclass(frozen=True, slots=True)
class ClusterRules:
    """Block "clustering" of pack.json.

    same_person: average cosine from which two groups of faces are one person. time_bonus: added to the cosine of two faces at the same
    instant, falling by 1/e every time_scale_steps sampling steps. weight_power: a face's weight is its quality to this power.
    gap_steps: instants closer than this many sampling steps belong to one segment. reference_agree: see witnesses.judge.
    reference_copy: see witnesses.worth_adding; a pack that does not say (1) takes every face.
    same_in_pictures: same_person for pictures, which nothing but likeness joins: no instants, and often one face of somebody (None: same_person).
    unknown_person: average cosine from which unnamed tracks of several scenes are one person (unknown.agglomerate); a pack without it groups nobody.
    """

    same_person: float
    time_bonus: float
    time_scale_steps: float
    weight_power: float
    gap_steps: float
    reference_agree: float
    reference_copy: float = 1.0
    unknown_person: float = NOBODY
    same_in_pictures: float | None = None

    @classmethod
    def from_pack(cls, block: Mapping[str, Any]) -> ClusterRules:
        """Raises KeyError for a missing value."""
        return cls(
            same_person=float(block["same_person"]),
            time_bonus=float(block["time_bonus"]),
            time_scale_steps=float(block["time_scale_steps"]),
            weight_power=float(block["weight_power"]),
            gap_steps=float(block["gap_steps"]),
            reference_agree=float(block["reference_agree"]),
            reference_copy=float(block.get("reference_copy", 1.0)),
            unknown_person=float(block.get("unknown_person", NOBODY)),
            same_in_pictures=float(block.get("same_in_pictures", block["same_person"])),
        )

    def for_pictures(self) -> ClusterRules:
        """The rules for the faces of several pictures."""
        return self if self.same_in_pictures is None else replace(self, same_person=self.same_in_pictures)


def usable(faces: Sequence[Face]) -> list[Face]:
    """The faces that may be matched; the rest (quality.total 0) is counted only."""
    return [face for face in faces if face.quality.total > 0]


def cluster_faces(faces: Sequence[Face], *, rules: ClusterRules) -> list[list[int]]:
    """Indexes into `faces`, one list per person, each ascending, lists by their first index.

    Quality-weighted average linkage on cosine with a mild bonus for closeness in time; two faces of one frame never share a list.
    The order of `faces` does not matter.
    """
    if not faces:
        return []
    order = sorted(range(len(faces)), key=lambda index: _identity(faces[index]))
    sorted_faces = [faces[index] for index in order]
    vectors = np.stack([face.vector for face in sorted_faces]).astype(np.float64)
    frames = np.array([face.frame for face in sorted_faces])
    similarity = vectors @ vectors.T + _time_bonus(sorted_faces, rules)
    groups = group(similarity, frames[:, None] == frames, _weights(sorted_faces, rules), join_from=rules.same_person)
    return sorted(sorted(order[row] for row in rows) for rows in groups)


def make_tracks(faces: Sequence[Face], rules: ClusterRules, *, step_s: float | None = None) -> list[Track]:
    """One track per person, longest screen time first; unusable faces (quality.total 0) take no part.

    step_s: distance of the sampled instants; derived from the faces' own times if None. A person seen at a single instant has the
    segment (t, t); faces without a time (pictures, covers) belong to no segment.
    """
    good = usable(faces)
    step = sampling_step(good) if step_s is None else step_s
    tracks = [
        track_of([good[index] for index in rows], rules, step_s=step) for rows in cluster_faces(good, rules=rules)
    ]
    return sorted(tracks, key=lambda track: _rank(track, step))


def merge_tracks(
    tracks: Sequence[Track], groups: Sequence[Sequence[int]], rules: ClusterRules, *, step_s: float
) -> list[Track]:
    """The tracks with each group of indexes (Outcome.merges) made one, longest screen time first."""
    merged = [
        track_of([face for index in rows for face in tracks[index].faces], rules, step_s=step_s) for rows in groups
    ]
    gone = {index for rows in groups for index in rows}
    kept = [track for index, track in enumerate(tracks) if index not in gone]
    return sorted([*kept, *merged], key=lambda track: _rank(track, step_s))


def track_of(faces: Sequence[Face], rules: ClusterRules, *, step_s: float) -> Track:
    """The track of faces that are known to be one person. Raises ValueError without faces."""
    ranked = sorted(faces, key=lambda face: (-face.quality.total, _identity(face)))
    vectors: Vectors = np.stack([face.vector for face in ranked])
    weights = _weights(ranked, rules)
    quality = np.array([face.quality.total for face in ranked])
    return Track(
        template=build_template(vectors, weights),
        faces=tuple(ranked),
        quality=float(weights @ quality / weights.sum()),
        segments=segments([face.time_s for face in ranked if face.time_s is not None], gap_s=rules.gap_steps * step_s),
    )


def sampling_step(faces: Sequence[Face]) -> float:
    """Seconds between the instants that were looked at, as far as the faces tell: the median gap; 0 with fewer than two instants."""
    times = sorted({face.time_s for face in faces if face.time_s is not None})
    return float(np.median(np.diff(times))) if len(times) > 1 else 0.0


def segments(times_s: Sequence[float], *, gap_s: float) -> tuple[tuple[float, float], ...]:
    """Spans (start, end), ascending: instants no farther apart than `gap_s` are joined."""
    spans: list[tuple[float, float]] = []
    for time_s in sorted(times_s):
        if spans and time_s - spans[-1][1] <= gap_s:
            spans[-1] = (spans[-1][0], time_s)
        else:
            spans.append((time_s, time_s))
    return tuple(spans)


def screen_time(track: Track, step_s: float) -> float:
    """Seconds the person is taken to be on screen: the segments, each longer by one sampling step."""
    return sum(end - start + step_s for start, end in track.segments)


def _rank(track: Track, step_s: float) -> tuple[float, int, float, bytes]:
    return -screen_time(track, step_s), -len(track.faces), -track.quality, track.template.tobytes()


def _identity(face: Face) -> tuple[int, float, float, bytes]:
    """A sort key that depends on the face alone, so that results do not depend on the order of arrival."""
    return face.frame, face.detection.box.left, face.detection.box.top, face.vector.tobytes()


def _weights(faces: Sequence[Face], rules: ClusterRules) -> NDArray[np.float64]:
    quality = np.array([face.quality.total for face in faces], dtype=np.float64)
    return np.maximum(quality, 1e-3) ** rules.weight_power  # a weight of 0 would divide by 0 in a group of its own


def _time_bonus(faces: Sequence[Face], rules: ClusterRules) -> NDArray[np.float64]:
    times = np.array([np.nan if face.time_s is None else face.time_s for face in faces], dtype=np.float64)
    scale = rules.time_scale_steps * sampling_step(faces)
    if scale <= 0:
        return np.zeros((len(faces), len(faces)))
    return np.nan_to_num(rules.time_bonus * np.exp(-np.abs(times[:, None] - times) / scale), nan=0.0)
