"""Weighted average linkage with pairs that must stay apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def group(
    similarity: NDArray[np.float64], apart: NDArray[np.bool_], weights: NDArray[np.float64], *, join_from: float
) -> list[list[int]]:
    """Groups of rows: merges the closest two groups as long as their average similarity reaches `join_from`.

    similarity: (n, n), symmetric. apart: (n, n), symmetric, pairs that may not share a group. weights: (n,), above 0; the average over
    the pairs of two groups is weighted with the product of both weights. Groups and their members are in ascending order.
    Keeps each row's nearest neighbour, so n = 2,000 takes about a second instead of n³ steps.
    """
    count = len(weights)
    work = np.where(apart, -np.inf, similarity)
    np.fill_diagonal(work, -np.inf)
    mass = np.array(weights, dtype=np.float64)
    members = [[index] for index in range(count)]
    if count < 2:
        return members
    nearest = work.argmax(axis=1)
    best = work[np.arange(count), nearest]
    while True:
        one = int(best.argmax())
        if not best[one] >= join_from or np.isneginf(best[one]):
            break
        keep, gone = sorted((one, int(nearest[one])))
        merged = (mass[keep] * work[keep] + mass[gone] * work[gone]) / (mass[keep] + mass[gone])
        mass[keep] += mass[gone]
        members[keep] += members[gone]
        members[gone] = []
        work[keep] = work[:, keep] = merged
        work[gone] = work[:, gone] = -np.inf
        # An average never exceeds both of its parts, so only rows that pointed at one of the two can have a new nearest.
        stale = np.flatnonzero((nearest == keep) | (nearest == gone))
        stale = np.unique(np.append(stale, keep))
        nearest[stale] = work[stale].argmax(axis=1)
        best[stale] = work[stale, nearest[stale]]
        best[gone] = -np.inf
    return [sorted(rows) for rows in members if rows]
