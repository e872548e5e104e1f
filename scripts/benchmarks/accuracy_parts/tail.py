"""How often strangers would get a name in galleries larger than any we have.

Method: of all scores of a stranger's probe against a person of the gallery the largest are kept (peaks over a threshold) and a generalised
Pareto distribution is fitted to what they exceed it by (probability-weighted moments, Hosking & Wallis 1987). The expected number of
persons of N who pass t is N · rate(t); as the share of probes that get a name it is an upper bound, since one probe may pass several.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHARE = 2e-4  # of all pairs that make up the tail


@dataclass(frozen=True, slots=True)
class Tail:
    """from_score: where the tail starts. share: of the pairs in it. scale, shape: of the Pareto distribution (shape 0: exponential)."""

    from_score: float
    share: float
    scale: float
    shape: float

    def rate(self, score: float) -> float:
        """Share of pairs of stranger and person that score more, for scores in the tail."""
        over = max(score - self.from_score, 0.0)
        if abs(self.shape) < 1e-9:
            return self.share * float(np.exp(-over / self.scale))
        inner = 1 + self.shape * over / self.scale
        return self.share * float(inner ** (-1 / self.shape)) if inner > 0 else 0.0

    def score_at(self, rate: float) -> float:
        """The score that this share of the pairs pass."""
        if rate >= self.share:
            return self.from_score
        ratio = rate / self.share
        if abs(self.shape) < 1e-9:
            return self.from_score - self.scale * float(np.log(ratio))
        return self.from_score + self.scale / self.shape * (ratio**-self.shape - 1)

    def named(self, score: float, people: int) -> float:
        """Share of strangers' probes that some of `people` pass at `score`, at most."""
        return min(1.0, people * self.rate(score))


def fit_tail(scores: NDArray[np.floating], pairs: int, *, share: float = SHARE) -> Tail:
    """scores: the largest of `pairs` scores, at least share · pairs of them."""
    count = max(int(share * pairs), 20)
    ranked = np.sort(np.asarray(scores, np.float64))[::-1][: count + 1]
    start = float(ranked[-1])
    over = np.sort(ranked[:-1] - start)
    places = np.arange(1, len(over) + 1)
    first = float(over.mean())
    second = float((over * (1 - (places - 0.35) / len(over))).mean())
    shape = 2 - first / (first - 2 * second)
    scale = 2 * first * second / (first - 2 * second)
    return Tail(start, len(over) / pairs, scale, shape)


def largest(blocks: list[NDArray[np.floating]], keep: int) -> Floats:
    """The `keep` largest of all numbers in the blocks."""
    kept = np.zeros(0)
    for block in blocks:
        kept = np.concatenate([kept, block.ravel()])
        if len(kept) > keep:
            kept = np.partition(kept, len(kept) - keep)[len(kept) - keep :]
    return kept
