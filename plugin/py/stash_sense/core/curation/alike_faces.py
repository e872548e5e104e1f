"""Faces of the whole library that look alike, found without comparing everybody with everybody in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Vectors

BLOCK = 2048  # rows compared at once: 16 MB of cosines
KEPT = 0.75  # share of the vectors' energy that the short form keeps at least
ROUNDING = 1e-4  # of the short form
SHORT = 0.5  # of the numbers of a vector: where the short form is not shorter than this, it is not worth its trouble


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """The mean face of each performer who has one. ids: performer ids. vectors: (n, dims), rows of length 1. references: behind each."""

    ids: Sequence[str]
    vectors: Vectors
    references: Sequence[int]

    def __post_init__(self) -> None:
        if not len(self.ids) == len(self.vectors) == len(self.references):
            raise ValueError(
                f"{len(self.ids)} ids for {len(self.vectors)} vectors of {len(self.references)} reference counts"
            )


def alike(vectors: Vectors, least: float, group: NDArray[np.int64]) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows (the smaller first) with a cosine of `least` or more, in blocks, never all at once.

    vectors: (n, dims), rows of length 1. group: (n,), −1 for any; rows of two different groups are not compared. A short form is compared
    first: the leading principal components, and the length of what they leave out. By Cauchy and Schwarz the product of two short forms is
    never below the cosine, so nobody is lost.
    """
    order = np.argsort(group, kind="stable")
    rows = vectors[order]
    groups = group[order]
    short = _short(rows)
    for start in range(0, len(rows), BLOCK):
        for other in range(start, len(rows), BLOCK):
            if not _comparable(groups[start : start + BLOCK], groups[other : other + BLOCK]):
                continue
            bound = short[start : start + BLOCK] @ short[other : other + BLOCK].T
            left, right = np.divmod(np.flatnonzero(bound >= least - ROUNDING), bound.shape[1])
            yield from _exact(rows, groups, order, (left + start, right + other), least)


def _exact(
    rows: Vectors,
    groups: NDArray[np.int64],
    order: NDArray[np.int64],
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
    least: float,
) -> Iterator[tuple[int, int, float]]:
    left, right = places
    once = (left < right) & ((groups[left] == groups[right]) | (groups[left] < 0) | (groups[right] < 0))
    left, right = left[once], right[once]
    for start in range(0, len(left), BLOCK):
        mine, theirs = left[start : start + BLOCK], right[start : start + BLOCK]
        cosines = np.einsum("ij,ij->i", rows[mine], rows[theirs])
        for place in np.flatnonzero(cosines >= least):
            one, two = sorted((int(order[mine[place]]), int(order[theirs[place]])))
            yield one, two, float(cosines[place])


def _comparable(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Whether two blocks, sorted by group, have rows to compare."""
    return bool(one[0] < 0 or other[0] < 0 or (one[0] <= other[-1] and other[0] <= one[-1]))


def _short(rows: Vectors) -> Vectors:
    """(n, kept + 1): the short form, or the vectors themselves where it would not be short."""
    if len(rows) <= BLOCK:
        return rows
    energies, axes = np.linalg.eigh(rows.T @ rows)
    share = np.cumsum(energies[::-1]) / max(float(energies.sum()), 1e-12)
    kept = int(np.searchsorted(share, KEPT)) + 1
    if kept > SHORT * rows.shape[1]:
        return rows
    led = rows @ axes[:, ::-1][:, :kept]
    rest = np.sqrt(np.maximum(1.0 - np.einsum("ij,ij->i", led, led), 0.0))
    return np.ascontiguousarray(np.concatenate([led, rest[:, None]], axis=1), dtype=np.float32)
