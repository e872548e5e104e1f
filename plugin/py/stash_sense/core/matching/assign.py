"""Best one-to-one assignment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_assignment(benefit: NDArray[np.float64]) -> list[int | None]:
    """For each row the column it gets, so that the sum of benefits is largest; None where leaving the row alone is as good.

    benefit: (rows, columns); only entries above 0 are ever assigned.
    Source: shortest augmenting paths with potentials (Jonker & Volgenant 1987), cost −benefit, one free dummy column per row.
    """
    rows, columns = benefit.shape
    cost = np.hstack([-np.maximum(benefit, 0.0), np.zeros((rows, rows))])
    row_price = np.zeros(rows)
    column_price = np.zeros(columns + rows)
    owner = np.full(columns + rows, -1)
    for row in range(rows):
        _augment(row, cost, row_price, column_price, owner)
    result: list[int | None] = [None] * rows
    for column in range(columns):
        if owner[column] >= 0 and benefit[owner[column], column] > 0:
            result[owner[column]] = column
    return result


def _augment(
    start: int,
    cost: NDArray[np.float64],
    row_price: NDArray[np.float64],
    column_price: NDArray[np.float64],
    owner: NDArray[np.int_],
) -> None:
    """Gives `start` a column, moving other rows along the cheapest alternating path; changes prices and owners in place."""
    width = cost.shape[1]
    distance = np.full(width, np.inf)
    before = np.full(width, -1)  # the column from which this one was reached; -1: from `start`
    done = np.zeros(width, dtype=np.bool_)
    row, column, reached = start, -1, 0.0
    while True:
        through = reached + cost[row] - row_price[row] - column_price
        better = ~done & (through < distance)
        distance[better] = through[better]
        before[better] = column
        column = int(np.where(done, np.inf, distance).argmin())
        reached = float(distance[column])
        if owner[column] < 0:
            break
        done[column] = True
        row = int(owner[column])
    row_price[start] += reached
    for visited in np.flatnonzero(done):
        row_price[owner[visited]] += reached - distance[visited]
        column_price[visited] -= reached - distance[visited]
    while column >= 0:
        previous = int(before[column])
        owner[column] = start if previous < 0 else owner[previous]
        column = previous
