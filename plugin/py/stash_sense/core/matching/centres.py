"""The means of all groups of unknown people, in one matrix that grows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from stash_sense.core.values import Vector, Vectors

FIRST = 256  # rows to begin with
BLOCK = 8192  # groups compared at once


class Centres:
    """Group id → mean of its tracks' templates. 512 numbers take 2 KB a group: 100,000 groups 200 MB."""

    def __init__(self, dims: int) -> None:
        self._matrix: Vectors = np.zeros((FIRST, dims), dtype=np.float32)
        self._ids = np.zeros(FIRST, dtype=np.int64)
        self._rows: dict[int, int] = {}
        self._free: list[int] = []
        self._used = 0

    def put(self, group: int, mean: Vector) -> None:
        row = self._rows.get(group)
        if row is None:
            row = self._rows[group] = self._free.pop() if self._free else self._next()
            self._ids[row] = group
        self._matrix[row] = mean

    def drop(self, groups: Iterable[int]) -> None:
        """Groups that are not there are passed over."""
        for group in groups:
            if (row := self._rows.pop(group, None)) is not None:
                self._matrix[row] = 0.0
                self._free.append(row)

    def mean(self, group: int) -> Vector:
        """Raises KeyError."""
        mean: Vector = self._matrix[self._rows[group]].copy()
        return mean

    def near(self, probes: Vectors, *, join_from: float) -> list[int]:
        """Groups whose mean has a product of `join_from` (above 0) or more with one of the probes, ascending."""
        found: list[int] = []
        for left in range(0, self._used, BLOCK):
            right = min(left + BLOCK, self._used)
            close = (probes @ self._matrix[left:right].T >= join_from).any(axis=0)
            found += self._ids[left:right][close].tolist()
        return sorted(found)

    def _next(self) -> int:
        if self._used == len(self._matrix):
            self._matrix = np.concatenate([self._matrix, np.zeros_like(self._matrix)])
            self._ids = np.concatenate([self._ids, np.zeros_like(self._ids)])
        self._used += 1
        return self._used - 1
