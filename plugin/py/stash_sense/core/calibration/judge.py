"""Labelled names → the adjustment, whether it is worth having, and what may be promised. Everything is judged on scenes left out of the fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.calibration.evidence import LabelledName
from stash_sense.core.calibration.robust_fit import (
    NOISE_EXPECTED,
    Fitted,
    Floats,
    Labels,
    fit_adjustment,
    log_losses,
    noise_under,
)
from stash_sense.core.matching.adjust import NONE, Adjustment
from stash_sense.core.matching.calibrate import Bin, Calibration, ece, reliability

# Two numbers are fitted, and for each of them ten cases of the rarer kind are the rule of thumb for logistic models (Peduzzi et al. 1996).
LEAST_OF_A_KIND = 20
# Five parts to judge by, and six scenes in each, so that no single scene decides what a part says.
FOLDS = 5
LEAST_SCENES = 30
Z_ONE_SIDED = 1.6449  # 95 %, one-sided
AUTO_STRICTER = 4  # a name added without asking may be wrong a quarter as often as one suggested
BOUNDS = (*range(5, 100, 5), 97, 98, 99)  # per cent, of the precision-recall curve


@dataclass(frozen=True, slots=True)
class Point:
    """Names stated from `bound` on (0..1): how many, the share of them that is right, and the share of all right names among them."""

    bound: float
    precision: float
    recall: float
    names: int


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound from which names have been right often enough. per_cent: whole. low: one-sided 95 % confidence bound of `precision`."""

    per_cent: int
    precision: float
    low: float
    names: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How good the stated probabilities are. error: expected calibration error. loss: mean log loss, wrong tags allowed for."""

    bins: tuple[Bin, ...]
    error: float
    loss: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """adjustment: None where the pack's own is as good. before: the pack's own; after: what is in force afterwards, out of fold.

    noise: share of right names that the tags call wrong. suggest, auto: None where no bound is good enough.
    """

    adjustment: Adjustment | None
    noise: float
    before: Reliability
    after: Reliability
    curve: tuple[Point, ...]
    suggest: Bound | None
    auto: Bound | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Labelled names, and of how many scenes. said: by the user of the very track."""

    scenes: int
    right: int
    wrong: int
    said: int

    @property
    def enough(self) -> bool:
        return self.scenes >= LEAST_SCENES and min(self.right, self.wrong) >= LEAST_OF_A_KIND


def count(labelled: Sequence[LabelledName]) -> Counts:
    right = sum(one.right for one in labelled)
    said = sum(one.said for one in labelled)
    return Counts(len({one.scene_id for one in labelled}), right, len(labelled) - right, said)


def judge(labelled: Sequence[LabelledName], calibration: Calibration, *, wanted: float) -> Judgement:
    """calibration: the pack's own. wanted: least share of suggested names that are right, 0..1. Raises ValueError with too few names."""
    if not count(labelled).enough:
        raise ValueError("too few names to judge by")
    ordered = sorted(labelled, key=lambda one: int(one.scene_id))
    labels = labels_of(ordered)
    plain = stated_by(calibration, ordered)
    fitted, out_of_fold, losses = _cross_validate(ordered, labels, calibration)
    noise = noise_under(labels, plain)
    plain_losses = log_losses(labels, plain, noise)
    before = _reliability(plain, labels, plain_losses)
    better = _is_better(ordered, plain_losses - losses)
    stated = out_of_fold if better else plain
    return Judgement(
        adjustment=fitted.adjustment if better else None,
        noise=fitted.noise if better else noise,
        before=before,
        after=_reliability(stated, labels, losses) if better else before,
        curve=curve(stated, labels.right),
        suggest=least_bound(stated, labels.right, wanted=wanted),
        auto=least_bound(stated, labels.right, wanted=1.0 - (1.0 - wanted) / AUTO_STRICTER),
    )


def labels_of(labelled: Sequence[LabelledName]) -> Labels:
    return Labels(
        logits=np.array([one.logit for one in labelled], dtype=np.float64),
        right=np.array([one.right for one in labelled], dtype=np.float64),
        said=np.array([one.said for one in labelled], dtype=np.float64),
        chance=np.array([one.chance for one in labelled], dtype=np.float64),
    )


def stated_by(calibration: Calibration, labelled: Sequence[LabelledName]) -> Floats:
    """(n,) what would be shown, ceilings included."""
    return np.array([calibration.probability(one.features) for one in labelled], dtype=np.float64)


def folds_of(labelled: Sequence[LabelledName]) -> NDArray[np.int64]:
    """(n,) the part each name belongs to; all names of a scene in the same one."""
    scenes = sorted({one.scene_id for one in labelled}, key=int)
    rank = {scene: place for place, scene in enumerate(scenes)}
    return np.array([rank[one.scene_id] % FOLDS for one in labelled], dtype=np.int64)


def curve(stated: Floats, right: Floats) -> tuple[Point, ...]:
    """Precision and recall at every bound from which a name is stated."""
    points = []
    for per_cent in BOUNDS:
        shown = stated >= per_cent / 100
        if shown.any():
            found = float(right[shown].sum())
            points.append(
                Point(per_cent / 100, found / int(shown.sum()), found / max(right.sum(), 1.0), int(shown.sum()))
            )
    return tuple(points)


def least_bound(stated: Floats, right: Floats, *, wanted: float) -> Bound | None:
    """The lowest whole per cent from which names have been right at least as often as `wanted`, with confidence; None if there is none.

    Tested from the top down, and the first failure ends it, so that trying 99 bounds does not find one by luck (fixed-sequence testing).
    Begins where names are many enough to pass at all, which their labels have no part in.
    """
    found: Bound | None = None
    for per_cent in range(99, 0, -1):
        shown = stated >= per_cent / 100
        names = int(shown.sum())
        if wilson_low(names, names) < wanted:
            continue
        rightly = int(right[shown].sum())
        low = wilson_low(rightly, names)
        if low < wanted:
            break
        found = Bound(per_cent, rightly / names, low, names)
    return found


def wilson_low(successes: int, trials: int) -> float:
    """Lower end of Wilson's score interval (1927) for a share, one-sided at 95 %; 0 without trials."""
    if trials == 0:
        return 0.0
    share, z2 = successes / trials, Z_ONE_SIDED**2
    middle = share + z2 / (2 * trials)
    reach = Z_ONE_SIDED * float(np.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)))
    return max(0.0, (middle - reach) / (1 + z2 / trials))


def _cross_validate(
    labelled: Sequence[LabelledName], labels: Labels, calibration: Calibration
) -> tuple[Fitted, Floats, Floats]:
    """The fit on everything, and probabilities and losses of each name by a fit on the other parts."""
    whole = fit_adjustment(labels)
    fold = folds_of(labelled)
    stated, losses = np.zeros(len(labels)), np.zeros(len(labels))
    for part in range(FOLDS):
        inside = fold == part
        rest = labels.of(~inside)
        both_kinds = (
            0 < rest.right.sum() < len(rest)
        )  # else all names of one kind lie in this part: nothing to learn from the others
        fitted = fit_adjustment(rest) if both_kinds else Fitted(NONE, NOISE_EXPECTED)
        adjusted = calibration.adjusted(fitted.adjustment)
        stated[inside] = stated_by(adjusted, [one for one, here in zip(labelled, inside, strict=True) if here])
        losses[inside] = log_losses(labels.of(inside), stated[inside], fitted.noise)
    return whole, stated, losses


def _is_better(labelled: Sequence[LabelledName], gains: Floats) -> bool:
    """Whether the gain, summed by scene, is above its standard error: chance alone gains half of the time."""
    rows = zip(labelled, gains.tolist(), strict=True)
    by_scene = [sum(gain for _, gain in names) for _, names in groupby(rows, key=lambda row: row[0].scene_id)]
    total, error = float(np.sum(by_scene)), float(np.std(by_scene, ddof=1) * np.sqrt(len(by_scene)))
    return total > error


def _reliability(stated: Floats, labels: Labels, losses: Floats) -> Reliability:
    return Reliability(tuple(reliability(stated, labels.right)), ece(stated, labels.right), float(losses.mean()))
