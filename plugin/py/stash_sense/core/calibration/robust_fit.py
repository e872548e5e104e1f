"""Slope and offset of the log odds from labels of which some are wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.matching.adjust import NONE, Adjustment

Floats = NDArray[np.float64]

# The prior: a normal one around "the pack is right". A few names move it by next to nothing, a few hundred decide (tests/unit/core/calibration/).
SLOPE_SPREAD = 0.25
OFFSET_SPREAD = 0.75
SLOPES = (0.2, 4.0)  # beyond these nothing is learned any more but how far apart the two kinds lie
# Wrong tags: a beta prior worth 20 names at 3 %. At most a third: with more the tags say nothing.
NOISE_EXPECTED, NOISE_WEIGHT, MOST_NOISE = 0.03, 20.0, 0.33
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Labels:
    """n names. logits: of the pack's model. right: 1 or 0. said: 1 where the user said it of this very track. chance: see LabelledName."""

    logits: Floats
    right: Floats
    said: Floats
    chance: Floats

    def __len__(self) -> int:
        return len(self.logits)

    def of(self, rows: NDArray[np.bool_]) -> Labels:
        """Some of them."""
        return Labels(self.logits[rows], self.right[rows], self.said[rows], self.chance[rows])


@dataclass(frozen=True, slots=True)
class Fitted:
    """noise: share of right names that the tags call wrong."""

    adjustment: Adjustment
    noise: float


def fit_adjustment(labels: Labels) -> Fitted:
    """The most probable slope, offset and noise given the labels and the prior, by expectation maximisation.

    Platt 1999 scales a classifier's output this way. In place of his targets short of 0 and 1, which would tell a model that is sure with
    reason to be less so as long as names are few, the prior keeps names without a single contradiction from driving the slope up. Labels
    may be flipped at two rates, as in Copas 1988: a right person may be missing on the cast (noise, estimated), a wrong one may be on it
    by coincidence (labels.chance, known). Raises ValueError without a label of each kind.
    """
    if not 0 < labels.right.sum() < len(labels):
        raise ValueError("a fit needs names of both kinds")
    fitted = Fitted(NONE, NOISE_EXPECTED)
    for _ in range(ROUNDS):
        truth = believed(labels, probabilities(labels.logits, fitted.adjustment), fitted.noise)
        adjustment = _maximise(labels.logits, truth, fitted.adjustment)
        noise = _noise(labels, truth)
        still = (
            abs(adjustment.slope - fitted.adjustment.slope)
            + abs(adjustment.offset - fitted.adjustment.offset)
            + abs(noise - fitted.noise)
        )
        fitted = Fitted(adjustment, noise)
        if still < 1e-6:
            break
    return fitted


def noise_under(labels: Labels, stated: Floats) -> float:
    """The share of wrong tags if the stated probabilities are right."""
    noise = NOISE_EXPECTED
    for _ in range(ROUNDS):
        before, noise = noise, _noise(labels, believed(labels, stated, noise))
        if abs(noise - before) < 1e-6:
            break
    return noise


def probabilities(logits: Floats, adjustment: Adjustment) -> Floats:
    """Adjusted, not limited."""
    odds = np.clip(adjustment.slope * logits + adjustment.offset, -60.0, 60.0)
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def believed(labels: Labels, stated: Floats, noise: float) -> Floats:
    """(n,) probability that each name is right in truth, given its label."""
    missing, chance = noise * (1.0 - labels.said), labels.chance * (1.0 - labels.said)
    if_right = np.where(labels.right > 0, 1.0 - missing, missing)
    if_wrong = np.where(labels.right > 0, chance, 1.0 - chance)
    return np.asarray(stated * if_right / np.maximum(stated * if_right + (1.0 - stated) * if_wrong, 1e-300))


def log_losses(labels: Labels, stated: Floats, noise: float) -> Floats:
    """(n,) minus the logarithm of the probability with which each label was to be expected, wrong tags allowed for."""
    missing, chance = noise * (1.0 - labels.said), labels.chance * (1.0 - labels.said)
    called_right = np.clip(stated * (1.0 - missing) + (1.0 - stated) * chance, 1e-9, 1.0 - 1e-9)
    return np.asarray(-np.log(np.where(labels.right > 0, called_right, 1.0 - called_right)))


def _noise(labels: Labels, truth: Floats) -> float:
    open_to_it = truth * (1.0 - labels.said)
    flipped = float((open_to_it * (1.0 - labels.right)).sum())
    share = (flipped + NOISE_EXPECTED * NOISE_WEIGHT) / (float(open_to_it.sum()) + NOISE_WEIGHT)
    return min(share, MOST_NOISE)


def _maximise(logits: Floats, targets: Floats, start: Adjustment) -> Adjustment:
    """Newton's method on the penalised likelihood, which is concave."""
    inputs = np.column_stack([logits, np.ones(len(logits))])
    middle, tightness = np.array([1.0, 0.0]), np.array([SLOPE_SPREAD, OFFSET_SPREAD]) ** -2
    at = np.array([start.slope, start.offset])
    for _ in range(50):
        stated = probabilities(logits, Adjustment(float(at[0]), float(at[1])))
        slope = inputs.T @ (targets - stated) - tightness * (at - middle)
        bend = (inputs * (stated * (1.0 - stated))[:, None]).T @ inputs + np.diag(tightness)
        step = np.clip(np.linalg.solve(bend, slope), -1.0, 1.0)
        after = at + step
        after[0] = np.clip(after[0], *SLOPES)
        done = np.abs(after - at).max() < 1e-8
        at = after
        if done:
            break
    return Adjustment(float(at[0]), float(at[1]))
