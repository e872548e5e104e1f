"""The original's decision rules (frequency, cluster), on the same faces with the same vectors: distance is 1 − cosine, confidence 1 − distance.

Written from the specification of its behaviour. Each gets every setting it had and is judged at the best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stash_sense.core.values import Face
from stash_sense.usecases.ports import Neighbour

CANDIDATES = 10  # per face: 2 · top_k
PEOPLE = 10  # per scene in frequency mode


@dataclass(frozen=True, slots=True)
class Hit:
    """One stored photo near one face."""

    face: int
    frame: int
    name: str
    distance: float


@dataclass(frozen=True, slots=True)
class Named:
    """A person the rule returns. confidence: by which it ranks them. frames: in how many."""

    name: str
    confidence: float
    faces: tuple[int, ...]


def hits(faces: Sequence[Face], found: Sequence[Sequence[Neighbour]], persons: Sequence[str]) -> list[Hit]:
    """The nearest stored photos of every face: its candidates, several of them maybe of one person."""
    return [
        Hit(index, face.frame, persons[near.row], 1.0 - near.score)
        for index, (face, row) in enumerate(zip(faces, found, strict=True))
        for near in row[:CANDIDATES]
    ]


def by_frequency(found: Sequence[Hit], max_distance: float, min_frames: int) -> list[Named]:
    """Every pair of face and candidate under max_distance counts: (1 − best distance) · (1 + 0.1 · (frames − 1))."""
    pools: dict[str, list[Hit]] = defaultdict(list)
    for hit in found:
        if hit.distance < max_distance:
            pools[hit.name].append(hit)
    people = []
    for name, own in pools.items():
        frames = {hit.frame for hit in own}
        if len(frames) >= min_frames:
            score = (1 - min(hit.distance for hit in own)) * (1 + 0.1 * (len(frames) - 1))
            people.append(Named(name, score, tuple(hit.face for hit in own)))
    return sorted(people, key=lambda one: -one.confidence)[:PEOPLE]


def group_faces(faces: Sequence[Face], threshold: float) -> list[list[int]]:
    """Greedy: a face joins the group whose mean is nearest if the distance of the vectors is below the threshold."""
    groups: list[list[int]] = []
    sums: list[np.ndarray] = []
    for index, face in enumerate(faces):
        away = [
            float(np.linalg.norm(face.vector - total / len(rows))) for total, rows in zip(sums, groups, strict=True)
        ]
        if away and min(away) < threshold:
            best = int(np.argmin(away))
            groups[best].append(index)
            sums[best] = sums[best] + face.vector
        else:
            groups.append([index])
            sums.append(face.vector.copy())
    return groups


def by_cluster(groups: Sequence[Sequence[int]], found: Sequence[Hit], max_distance: float) -> list[Named]:
    """Per group: mean distance / √(share of the group's faces that list the person); groups of one person merge, a person is named once."""
    of_face: dict[int, list[Hit]] = defaultdict(list)
    for hit in found:
        if hit.distance < max_distance:
            of_face[hit.face].append(hit)
    merged: dict[str, list[int]] = {}
    for number, rows in enumerate(groups):
        ranked = _ranked(rows, of_face)
        if ranked:
            merged.setdefault(ranked[0][1], []).extend(rows)
        else:
            merged[f"nobody {number}"] = list(rows)
    taken: set[str] = set()
    people = []
    for rows in sorted(merged.values(), key=len, reverse=True):
        for score, name in _ranked(rows, of_face):
            if name not in taken:
                taken.add(name)
                people.append(Named(name, 1 - score, tuple(rows)))
                break
    return people


def _ranked(rows: Sequence[int], of_face: dict[int, list[Hit]]) -> list[tuple[float, str]]:
    best: dict[str, dict[int, float]] = defaultdict(dict)
    for row in rows:
        for hit in of_face.get(row, ()):
            own = best[hit.name]
            own[row] = min(own.get(row, 2.0), hit.distance)
    return sorted(
        (float(np.mean(list(own.values()))) / (len(own) / len(rows)) ** 0.5, name) for name, own in best.items()
    )
