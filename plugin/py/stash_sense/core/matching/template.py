"""Vectors of one person → the vectors that stand for the person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.matching.linkage import group
from stash_sense.core.values import Vector, Vectors


def build_template(vectors: Vectors, weights: Sequence[float] | NDArray[np.float64]) -> Vector:
    """Weighted mean of `vectors`, normalised: (dims,) of length 1.

    weights: one per row, 0 or more; if they are all 0 every row counts alike. Raises ValueError without vectors. Vectors that cancel
    each other out (never seen with real faces) give the one of greatest weight.
    """
    if len(vectors) == 0:
        raise ValueError("a template needs at least one vector")
    share = np.asarray(weights, dtype=np.float64)
    if share.shape != (len(vectors),) or (share < 0).any():
        raise ValueError(f"{len(vectors)} vectors need as many weights of 0 or more")
    if not share.any():
        share = np.ones(len(vectors))
    mean = share @ np.asarray(vectors, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    if length < 1e-9:
        mean = np.asarray(vectors[int(share.argmax())], dtype=np.float64)
        length = float(np.linalg.norm(mean)) or 1.0
    return (mean / length).astype(np.float32)


def pick_references(vectors: Vectors, qualities: Sequence[float], cap: int, *, first: Sequence[int] = ()) -> list[int]:
    """Indexes of at most `cap` references, chosen for difference and quality, in order of choice.

    Starts with the best face; then takes, one by one, the face with the greatest quality × distance to its nearest chosen one, so that
    ten copies of one photo fill one place as long as others are there. first: chosen already, before all others.
    """
    if cap < 1:
        raise ValueError(f"cap is {cap}, needs 1 or more")
    if len(vectors) == 0:
        return []
    quality = np.asarray(qualities, dtype=np.float64)
    similarity = np.asarray(vectors, dtype=np.float64) @ np.asarray(vectors, dtype=np.float64).T
    chosen = list(first) or [int(quality.argmax())]
    nearest = similarity[chosen].max(axis=0)
    while len(chosen) < min(cap, len(vectors)):
        gain = np.maximum(quality, 1e-3) * np.maximum(1.0 - nearest, 1e-6)
        gain[chosen] = -1.0
        chosen.append(int(gain.argmax()))
        nearest = np.maximum(nearest, similarity[chosen[-1]])
    return chosen


def outliers(vectors: Vectors, *, agree_from: float) -> list[bool]:
    """Which vectors disagree with the others: True for those outside the one group that most of them form. Every vector counts alike;
    where several come from one place, or the user has spoken, witnesses.judge is asked instead.

    agree_from: average cosine from which two groups of references are taken for the same person (pack.json, clustering.reference_agree).
    With fewer than three references, or where no single group is larger than every other, nobody can tell and none is marked.
    """
    count = len(vectors)
    if count < 3:
        return [False] * count
    similarity = np.asarray(vectors, dtype=np.float64) @ np.asarray(vectors, dtype=np.float64).T
    groups = group(similarity, np.zeros((count, count), dtype=np.bool_), np.ones(count), join_from=agree_from)
    groups.sort(key=len, reverse=True)
    if len(groups[0]) < 2 or (len(groups) > 1 and len(groups[1]) == len(groups[0])):
        return [False] * count
    kept = set(groups[0])
    return [index not in kept for index in range(count)]
