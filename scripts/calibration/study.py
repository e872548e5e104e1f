"""Fit on one part of the people, choose on another, report on a third."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.dataset import Data
from calibration.simulate import Answer, Shape, World, best_answers, worlds
from stash_sense.core.matching.calibrate import (
    SIGNS,
    Calibration,
    Caps,
    Fit,
    bootstrap,
    ece,
    fit,
    operating_point,
    reliability,
)
from stash_sense.core.matching.score import Scoring

TABLE_SIZES = (1, 3, 10, 30, 100, 300, 1000, 2000)
WITHOUT: dict[str, tuple[str, ...]] = {
    "all": (),
    "no z": ("z",),
    "no margin": ("margin",),
    "no z, no margin": ("z", "margin"),
    "no score_quality": ("score_quality",),
    "no poor": ("poor",),
    "no quality": ("score_quality", "quality", "poor"),
    "no frames": ("frames",),
    "no references": ("references",),
    "no gallery": ("gallery",),
    "no single": ("single",),
    "score only": tuple(name for name in SIGNS if name != "score"),
}
POWERS = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0)
WORTH = 0.02  # share of the log loss
EARNS = 0.005  # a feature stays if leaving it out costs this share of the log loss on people who were not fitted


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Answers as arrays."""

    rows: NDArray[np.float64]
    right: NDArray[np.float64]
    known: NDArray[np.bool_]
    answers: list[Answer]


def table(found: Iterable[World], scoring: Scoring, caps: Caps) -> Table:
    answers = [answer for world in found for answer in best_answers(world, scoring)]
    return Table(
        np.array([caps.row(answer.features) for answer in answers]),
        np.array([answer.right for answer in answers], dtype=np.float64),
        np.array([answer.known for answer in answers]),
        answers,
    )


def joined(one: Table, other: Table) -> Table:
    """The answers of both; those of the smaller one as often as it takes for both to weigh about alike."""
    times = max(1, round(len(one.right) / max(len(other.right), 1)))
    return Table(
        np.concatenate([one.rows, *[other.rows] * times]),
        np.concatenate([one.right, *[other.right] * times]),
        np.concatenate([one.known, *[other.known] * times]),
        [*one.answers, *other.answers * times],
    )


def stranger_table(data: Data, shape: Shape, base: Scoring, rng: np.random.Generator, *, rounds: int) -> Scoring:
    """What the best stranger scores in galleries of several sizes, measured on the people of the fit."""
    people = data.people["fit"]
    sizes = [size for size in TABLE_SIZES if size <= 0.8 * len(people)]
    level, spread = [], []
    for size in sizes:
        found = worlds(data, people, shape, rng, count=rounds * (20 if size < 10 else 1), sizes=[size])
        best = [answer.features.score for world in found for answer in best_answers(world, base) if not answer.known]
        level.append(round(float(np.mean(best)), 4))
        spread.append(round(float(np.std(best)), 4))
    return replace(base, people=tuple(map(float, sizes)), level=tuple(level), spread=tuple(spread))


def choose_power(
    data: Data, base: Calibration, fresh: Callable[[], np.random.Generator], present: float, *, count: int
) -> tuple[float, dict[str, float]]:
    """How strongly quality should weigh in a template: the power whose scores tell right from wrong best on the fit people.

    `present` stays unless another is better by WORTH: clusters and stored templates hang on it.
    """
    losses = {}
    for power in POWERS:
        made = worlds(data, data.people["fit"], Shape(power), fresh(), count=count)
        found = table(made, base.scoring, base.caps)
        losses[str(power)] = log_loss(fit_without(found, WITHOUT["score only"], l2=1.0), found)
    best = min(losses, key=lambda power: losses[power])
    worth = losses[str(present)] > losses[best] * (1 + WORTH)
    return (float(best) if worth else present), losses


def fit_without(train: Table, dropped: Sequence[str], *, l2: float) -> Fit:
    rows = train.rows.copy()
    rows[:, [list(SIGNS).index(name) for name in dropped]] = 0.0
    return fit(rows, train.right, l2=l2, signs=list(SIGNS.values()))


def log_loss(model: Fit, test: Table) -> float:
    chance = np.clip(model.probabilities(test.rows), 1e-6, 1 - 1e-6)
    return float(-(test.right * np.log(chance) + (1 - test.right) * np.log(1 - chance)).mean())


def ablation(train: Table, test: Table, *, l2: float) -> dict[str, dict[str, float]]:
    """Log loss, ECE and DIR at FPIR 1 % of models without some features, on people who were not fitted."""
    result = {}
    for name, dropped in WITHOUT.items():
        model = fit_without(train, dropped, l2=l2)
        chance = model.probabilities(test.rows)
        result[name] = {
            "log_loss": log_loss(model, test),
            "ece": ece(chance, test.right),
            "dir_at_fpir_0.01": dir_at(chance, test, 0.01),
            "dir_at_fpir_0.001": dir_at(chance, test, 0.001),
        }
    return result


def choose_features(found: dict[str, dict[str, float]]) -> tuple[str, ...]:
    """z stays only where it earns its place. The margin stays: it is what twins and look-alikes have in their way, and LFW has none."""
    whole = found["all"]["log_loss"]
    return tuple(name for name in ("z",) if found[f"no {name}"]["log_loss"] < whole * (1 + EARNS))


def dir_at(chance: NDArray[np.float64], test: Table, fpir: float) -> float:
    right = chance[test.right > 0]
    return operating_point(right, chance[~test.known], enrolled=int(test.known.sum()), fpir=fpir).dir


def thresholds(chance: NDArray[np.float64], test: Table) -> dict[str, float]:
    """Probability from which on a name would have to be shown to name only so many strangers."""
    right, strangers = chance[test.right > 0], chance[~test.known]
    points = [
        operating_point(right, strangers, enrolled=int(test.known.sum()), fpir=fpir) for fpir in (0.001, 0.01, 0.1)
    ]
    return {str(point.fpir): point.threshold for point in points}


def ceiling(chance: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """What the best bin of the tune part vouches for: one error more than it had."""
    sure = chance > 0.99
    errors = int((1 - right[sure]).sum())
    return round(min(0.998, 1 - (errors + 1) / (int(sure.sum()) + 2)), 4)


def poor(chance: NDArray[np.float64], tables: Sequence[Table]) -> dict[str, float]:
    """Quality below which those named (0.5 and more) were wrong more often than right, and how often they were right."""
    quality = np.array([answer.features.quality for test in tables for answer in test.answers])
    right = np.concatenate([test.right for test in tables])
    named = np.flatnonzero(chance >= 0.5)
    order = named[np.argsort(quality[named])]
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    below = np.flatnonzero(share < 0.5)
    last = int(below[-1]) if len(below) else 0
    return {"quality": round(float(quality[order[last]]), 3), "ceiling": round(min(0.49, float(share[last])), 2)}


def stated(model: Fit, test: Table, ceiling: float, poor: dict[str, float]) -> NDArray[np.float64]:
    """The probabilities as Calibration.probability states them."""
    quality = np.array([answer.features.quality for answer in test.answers])
    most = np.where(quality < poor["quality"], poor["ceiling"], ceiling)
    return np.minimum(model.probabilities(test.rows), most)


def report(chance: NDArray[np.float64], test: Table, rng: np.random.Generator) -> dict[str, Any]:
    """The figures of the report part, with 95 % bootstrap intervals over tracks."""
    plain = test.rows[:, list(SIGNS).index("score")]
    known, right = test.known, test.right > 0

    def precision(rows: NDArray[np.int64], bound: float) -> float:
        named = chance[rows] >= bound
        return float(right[rows][named].mean()) if named.any() else 1.0

    def recall(rows: NDArray[np.int64], bound: float) -> float:
        return float((right[rows] & (chance[rows] >= bound)).sum() / max(known[rows].sum(), 1))

    everything = np.arange(len(chance))
    result: dict[str, Any] = {
        "tracks": len(chance),
        "of_people_in_the_gallery": int(known.sum()),
        "ece": ece(chance, test.right),
        "ece_interval": bootstrap(len(chance), lambda rows: ece(chance[rows], test.right[rows]), rng=rng, rounds=300),
        "log_loss": float(-np.log(np.clip(np.where(right, chance, 1 - chance), 1e-6, 1)).mean()),
        "rank1": float(right[known].mean()),
        "dir_at_fpir": {str(level): dir_at(chance, test, level) for level in (0.001, 0.01, 0.1)},
        "score_alone_dir_at_fpir": {str(level): dir_at(plain, test, level) for level in (0.001, 0.01, 0.1)},
        "reliability": [
            {"stated": part.stated, "right": part.right, "tracks": part.count}
            for part in reliability(chance, test.right)
        ],
    }
    for bound in (0.5, 0.9):
        spread = bootstrap(len(chance), lambda rows, bound=bound: precision(rows, bound), rng=rng, rounds=300)
        result[f"at_{bound}"] = {
            "precision": precision(everything, bound),
            "precision_interval": spread,
            "recall": recall(everything, bound),
        }
    result["groups"] = _groups(chance, test, precision, recall)
    return result


def by_references(chance: NDArray[np.float64], test: Table, bound: float) -> dict[str, float]:
    """Share of the tracks of people of the gallery that get their name, stated from `bound` on, by how many references those people have.

    Keys: "1", "2" (2 or 3), "4" (4 and more).
    """
    references = np.array([answer.held for answer in test.answers])
    right = test.right > 0
    result = {}
    for least, most in ((1, 1), (2, 3), (4, 99)):
        rows = test.known & (references >= least) & (references <= most)
        result[str(least)] = round(float((right & (chance >= bound))[rows].sum() / max(int(rows.sum()), 1)), 3)
    return result


def _groups(chance: NDArray[np.float64], test: Table, precision: Any, recall: Any) -> dict[str, dict[str, float]]:
    quality = np.array([answer.features.quality for answer in test.answers])
    people = np.array([answer.features.people for answer in test.answers])
    frames = np.array([answer.features.frames for answer in test.answers])
    references = np.array([answer.features.references for answer in test.answers])
    size = np.array([answer.size_px for answer in test.answers])
    masks = {
        "gallery under 10": people < 10,
        "gallery 10 to 100": (people >= 10) & (people < 100),
        "gallery 100 to 600": (people >= 100) & (people < 600),
        "gallery from 600": people >= 600,
        "faces from 36 px (as set up)": size >= 36,
        "faces under 36 px": size < 36,
        "faces 36 to 64 px": (size >= 36) & (size < 64),
        "faces from 64 px": size >= 64,
        "quality under 0.6": quality < 0.6,
        "quality 0.6 to 0.8": (quality >= 0.6) & (quality < 0.8),
        "quality from 0.8": quality >= 0.8,
        "one frame": frames == 1,
        "2 to 4 frames": (frames > 1) & (frames < 5),
        "5 frames and more": frames >= 5,
        "best person has one reference": references == 1,
        "best person has two or more": references > 1,
    }
    return {
        name: {
            "tracks": int(mask.sum()),
            "ece": ece(chance[mask], test.right[mask]),
            "precision_at_0.5": precision(np.flatnonzero(mask), 0.5),
            "recall_at_0.5": recall(np.flatnonzero(mask), 0.5),
        }
        for name, mask in masks.items()
        if mask.any()
    }
