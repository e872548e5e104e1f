"""The words' thresholds, each read off the tune part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calibration.dataset import Data, Person
from calibration.study import Table
from stash_sense.core.matching.calibrate import Bands

GOOD, SINGLE = (
    0.90,
    0.97,
)  # share of people found (any rank-1 answer right) from which on faces are good, one frame is enough
CLEAR = 0.995  # share of right answers from which on a margin is clear


def choose_bands(tuned: Table, base: Bands, *, spread: float, merge_from: float) -> Bands:
    """spread: of the best stranger's score in the largest gallery; within it a margin means nothing. merge_from: see strangers_alike."""
    known = tuned.known
    quality = np.array([answer.features.quality for answer in tuned.answers])
    margin = np.array([answer.features.margin for answer in tuned.answers])
    return Bands(
        good_quality=_first(quality[known], tuned.right[known], GOOD),
        good_frames=base.good_frames,
        single_quality=_first(quality[known], tuned.right[known], SINGLE),
        clear_margin=_first(margin, tuned.right, CLEAR),
        narrow_margin=spread,
        few_references=base.few_references,
        merge_from=merge_from,
        show_from=base.show_from,
    )


def strangers_alike(
    data: Data, people: Sequence[Person], rng: np.random.Generator, *, share: float, least_quality: float
) -> float:
    """Cosine that only `share` of the pairs of two different people's clean photos exceed."""
    rows = [person.photos[0][0] for person in people if data.quality[person.photos[0][0]] >= least_quality]
    vectors = data.vector[rng.permutation(rows)[:1500]]
    cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
    return round(float(np.quantile(cosines, 1 - share)), 3)


def _first(values: NDArray[np.float64], right: NDArray[np.float64], wanted: float) -> float:
    """Lowest value from which on each stretch of 1/10 of the answers is right often enough (the highest stretch's start if none is)."""
    order = np.argsort(values)
    blocks = np.array_split(order, 10)
    start = len(blocks) - 1
    while start > 0 and right[blocks[start - 1]].mean() >= wanted:
        start -= 1
    return round(float(values[blocks[start]].min()), 3)
