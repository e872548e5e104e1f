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
CLEAR = 0.99  # share of right answers from which on a margin is clear


def choose_bands(tuned: Table, base: Bands, *, spread: float, merge_from: float) -> Bands:
    """spread: of the best stranger's score in the largest gallery; within it a margin means nothing. merge_from: see strangers_alike."""
    known = tuned.known
    quality = np.array([answer.features.quality for answer in tuned.answers])
    margin = np.array([answer.features.margin for answer in tuned.answers])
    return Bands(
        good_quality=_first(quality[known], tuned.right[known], GOOD),
        good_frames=base.good_frames,
        single_quality=_first(quality[known], tuned.right[known], SINGLE),
        sure_face=base.sure_face,
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
    """Lowest value from which on the answers are right often enough: tenths of the answers, smoothed so that the share never falls.

    The start of the highest tenth if none is good enough. Smoothing: neighbours that fall are averaged (pool adjacent violators).
    """
    tenths = np.array_split(np.argsort(values), 10)
    pools: list[tuple[float, int]] = []  # share, tenths in it
    for tenth in tenths:
        pools.append((float(right[tenth].mean()), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, n), (two, m) = pools.pop(-2), pools.pop()
            pools.append(((one * n + two * m) / (n + m), n + m))
    shares = [share for share, count in pools for _ in range(count)]
    start = next((place for place, share in enumerate(shares) if share >= wanted), len(shares) - 1)
    return round(float(values[tenths[start]].min()), 3)
