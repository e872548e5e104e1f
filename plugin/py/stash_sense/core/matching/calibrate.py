"""Evidence → probability: a logistic model with coefficients of sane sign, its fit, and how honest it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.matching.adjust import NONE, Adjustment
from stash_sense.core.matching.probe import Probe
from stash_sense.core.matching.score import PersonScore, Scoring

Floats = NDArray[np.float64]

# Name of each coefficient and the sign it may have (0: any). A higher score, z or margin never makes a person less likely, a larger gallery
# never more. Frames, quality and references may go either way: they raise the score itself, and a good template of many faces that still
# scores low speaks against the person, where a blurred single face leaves it open (measured: docs/calibration.md).
SIGNS: Mapping[str, int] = {
    "score": 1,
    "z": 1,
    "margin": 1,
    "score_quality": 1,
    "frames": 0,
    "quality": 0,
    "poor": -1,
    "references": 0,
    "gallery": -1,
    "single": -1,
}


@dataclass(frozen=True, slots=True)
class Features:
    """What is known about one person held against one track. frames: in which the track was seen. people: size of the gallery."""

    score: float
    z: float
    margin: float
    frames: int
    quality: float
    references: int
    people: int

    @classmethod
    def of(cls, score: PersonScore, *, frames: int, quality: float) -> Features:
        """Of a person's score and the track it was reached with."""
        return cls(score.score, score.z, score.margin, frames, quality, score.references, score.people)


@dataclass(frozen=True, slots=True)
class Caps:
    """Where more stops to count. z, margin: largest absolute value. frames, references: largest number.

    poor_below: quality below which what is missing counts extra.
    """

    z: float
    margin: float
    frames: int
    references: int
    poor_below: float

    def row(self, features: Features) -> list[float]:
        """The inputs of the model in the order of SIGNS; frames and references as natural logarithm, people as decimal one.

        score_quality is the product of both: the better the faces, the more a difference in score means. poor is what quality lacks.
        single: seen in one frame only, where nothing bears the one face out.
        """
        return [
            features.score,
            float(np.clip(features.z, -self.z, self.z)),
            float(np.clip(features.margin, -self.margin, self.margin)),
            features.score * features.quality,
            float(np.log(min(max(features.frames, 1), self.frames))),
            features.quality,
            max(self.poor_below - features.quality, 0.0),
            float(np.log(min(max(features.references, 1), self.references))),
            float(np.log10(max(features.people, 1))),
            1.0 if features.frames <= 1 else 0.0,
        ]


@dataclass(frozen=True, slots=True)
class Bands:
    """Block "calibration.bands": what a track has to be for which words.

    good_quality: from here on faces are called good. good_frames, single_quality, sure_face: see `sees`. clear_margin, narrow_margin: of the
    score. few_references: up to here they are mentioned as lacking. merge_from: cosine from which two tracks that win the same person are
    one. show_from: least probability of a candidate worth showing.
    """

    good_quality: float
    good_frames: int
    single_quality: float
    sure_face: float
    clear_margin: float
    narrow_margin: float
    few_references: int
    merge_from: float
    show_from: float

    def sees(self, probe: Probe) -> bool:
        """Whether a track is seen well: without a name it is an unknown person, else too little evidence.

        In so many good frames or one better one, and with one face of which the detector was sure, since hands and cloth make good crops too.
        """
        good = probe.quality >= self.good_quality and probe.frames >= self.good_frames
        return probe.confidence >= self.sure_face and (good or probe.quality >= self.single_quality)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Block "calibration" of pack.json.

    ceiling: the most that the data behind the fit can vouch for; poor_ceiling: the same for tracks of a quality below poor_quality,
    where names that look probable were wrong more often than right. cast, costar: logits added for people on the scene and those who
    appear with them. adjustment: what the user's own library has taught (task “Calibrate on my library”); nothing in the pack itself.
    """

    intercept: float
    weights: tuple[float, ...]
    caps: Caps
    ceiling: float
    poor_quality: float
    poor_ceiling: float
    cast: float
    costar: float
    bands: Bands
    scoring: Scoring
    adjustment: Adjustment = NONE

    @classmethod
    def from_pack(cls, block: Mapping[str, Any]) -> Calibration:
        """Raises KeyError for a missing value, TypeError for an unknown one, ValueError for a coefficient of the wrong sign."""
        coefficients = block["coefficients"]
        weights = tuple(float(coefficients[name]) for name in SIGNS)
        for (name, sign), weight in zip(SIGNS.items(), weights, strict=True):
            if weight * sign < 0:
                raise ValueError(f"the coefficient of {name} is {weight}, its sign should be {sign:+d}")
        return cls(
            intercept=float(coefficients["intercept"]),
            weights=weights,
            caps=Caps(**block["caps"]),
            ceiling=float(block["ceiling"]),
            poor_quality=float(block["poor"]["quality"]),
            poor_ceiling=float(block["poor"]["ceiling"]),
            cast=float(block["prior"]["cast"]),
            costar=float(block["prior"]["costar"]),
            bands=Bands(**block["bands"]),
            scoring=Scoring.from_pack(block["scoring"]),
        )

    def logit(self, features: Features) -> float:
        """Log odds that the person is the right one, adjusted, not limited."""
        return self.adjustment.applied(self.intercept + float(np.dot(self.weights, self.caps.row(features))))

    def adjusted(self, adjustment: Adjustment) -> Calibration:
        """The pack's model with this adjustment in place of the present one; its ceilings stay."""
        return replace(self, adjustment=adjustment)

    def probability(self, features: Features, *, offset: float = 0.0) -> float:
        """Probability that the person is the right one, at most `ceiling` (`poor_ceiling` for a poor track, whatever the prior).

        offset: logits of a prior.
        """
        most = self.ceiling if features.quality >= self.poor_quality else min(self.ceiling, self.poor_ceiling)
        return min(most, sigmoid(self.logit(features) + offset))


def sigmoid(logit: float) -> float:
    """1 / (1 + e^-logit), safe for any size."""
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -60.0, 60.0))))


@dataclass(frozen=True, slots=True)
class Fit:
    """intercept and weights, one per column, for inputs as they were given."""

    intercept: float
    weights: tuple[float, ...]

    def probabilities(self, rows: Floats) -> Floats:
        logits = np.clip(self.intercept + rows @ np.array(self.weights), -60.0, 60.0)
        return np.asarray(1.0 / (1.0 + np.exp(-logits)))


def fit(
    rows: Floats, labels: Floats, *, l2: float, signs: Sequence[int] | None = None, importance: Floats | None = None
) -> Fit:
    """Logistic regression by Newton's method.

    rows: (n, d). labels: (n,) of 0 and 1, both present. l2: penalty on the weights of the standardised columns, in observations.
    signs: allowed sign of each weight (0 = any); a column that comes out with the wrong sign is left out and the rest fitted again.
    importance: (n,) weight of each row.
    """
    if not 0 < labels.sum() < len(labels):
        raise ValueError("a fit needs examples of both kinds")
    share = np.ones(len(labels)) if importance is None else importance
    centre, scale = rows.mean(axis=0), rows.std(axis=0)
    used = scale > 1e-9
    wanted = np.zeros(rows.shape[1], dtype=int) if signs is None else np.asarray(signs)
    while True:
        inputs = (rows[:, used] - centre[used]) / scale[used]
        solution = _newton(np.column_stack([np.ones(len(rows)), inputs]), labels, share, l2)
        wrong = np.flatnonzero(used)[solution[1:] * wanted[used] < 0]
        if len(wrong) == 0:
            break
        worst = wrong[np.argmin((solution[1:] * wanted[used])[solution[1:] * wanted[used] < 0])]
        used[worst] = False
    weights = np.zeros(rows.shape[1])
    weights[used] = solution[1:] / scale[used]
    return Fit(float(solution[0] - weights @ centre), tuple(float(weight) for weight in weights))


def _newton(inputs: Floats, labels: Floats, share: Floats, l2: float) -> Floats:
    penalty = np.full(inputs.shape[1], l2)
    penalty[0] = 1e-9  # the base rate is not pulled to one half
    solution = np.zeros(inputs.shape[1])
    for _ in range(100):
        chance = 1.0 / (1.0 + np.exp(-np.clip(inputs @ solution, -60.0, 60.0)))
        slope = inputs.T @ (share * (labels - chance)) - penalty * solution
        bend = (inputs * (share * chance * (1.0 - chance))[:, None]).T @ inputs + np.diag(penalty + 1e-9)
        step = np.linalg.solve(bend, slope)
        # No wild first steps where classes are nearly separate.
        step *= min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        solution = solution + step
        if np.abs(step).max() < 1e-9:
            break
    return solution


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: how often those who were given about `stated` were right."""

    low: float
    high: float
    count: int
    stated: float
    right: float


def reliability(stated: Floats, labels: Floats, *, bins: int = 10) -> list[Bin]:
    """Equal-width bins over 0..1, empty ones left out."""
    place = np.minimum((stated * bins).astype(int), bins - 1)
    parts = [(index, place == index) for index in range(bins)]
    return [
        Bin(index / bins, (index + 1) / bins, int(here.sum()), float(stated[here].mean()), float(labels[here].mean()))
        for index, here in parts
        if here.any()
    ]


def ece(stated: Floats, labels: Floats, *, bins: int = 10) -> float:
    """Expected calibration error: mean distance of stated and true share over the bins, weighted by their size; 0 without data."""
    parts = reliability(stated, labels, bins=bins)
    total = sum(part.count for part in parts)
    return sum(part.count * abs(part.stated - part.right) for part in parts) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """fpir: wanted share of strangers that get a name. threshold: name from here on. dir: share of enrolled people named rightly."""

    fpir: float
    threshold: float
    dir: float


def operating_point(right: Floats, strangers: Floats, *, enrolled: int, fpir: float) -> OperatingPoint:
    """Threshold at which at most `fpir` of the strangers get a name, and the detection and identification rate there.

    right: score (or probability) of each enrolled probe whose best person is the right one. strangers: best score of each probe of
    somebody who is not in the gallery. enrolled: number of enrolled probes, also those whose best person is wrong.
    """
    if len(strangers) == 0 or enrolled < 1:
        raise ValueError("an operating point needs strangers and enrolled people")
    allowed = int(np.floor(fpir * len(strangers) + 1e-9))
    ranked = np.sort(strangers)[::-1]
    threshold = float(np.nextafter(ranked[allowed], np.inf)) if allowed < len(ranked) else float(ranked[-1])
    return OperatingPoint(fpir, threshold, float((right >= threshold).sum()) / enrolled)


def bootstrap(
    count: int,
    statistic: Callable[[NDArray[np.int64]], float],
    *,
    rng: np.random.Generator,
    rounds: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Percentile interval of `statistic`, which is given `count` row numbers drawn with replacement in each round."""
    values = [statistic(rng.integers(0, count, count)) for _ in range(rounds)]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
