"""LFW at large: who is it, among thousands, and is it anybody at all. Probes are people of the report part only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration import simulate
from calibration.dataset import Data, Person
from calibration.simulate import Answer, Asked, ExactGallery, Shape, World, best_answers
from scripts.benchmarks.accuracy_parts import metrics
from scripts.benchmarks.accuracy_parts.metrics import Answers
from scripts.benchmarks.accuracy_parts.tail import SHARE, Tail, fit_tail, largest
from stash_sense.core.matching.calibrate import Calibration

FPIRS = (0.001, 0.01, 0.1)
FARS = (1e-2, 1e-3, 1e-4, 1e-5)
KINDS = (
    "photo",
    "track",
    "poor track",
)  # one photo; up to 6 photos; up to 6 photos made worse as frames of one scene are
MOST = 6
LEAST_PX = 36  # as the setting min_face_px is at first
KNOWN_SHARE = 0.8  # of a small gallery may be people who are asked about
AT_FPIR = 0.01  # at which larger galleries are extrapolated


@dataclass(frozen=True, slots=True)
class Run:
    """One gallery. references: most a person has."""

    people: int
    references: int


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One turn: who is enrolled with which rows, and who is asked about."""

    persons: list[str]
    rows: list[int]
    known: list[tuple[Person, tuple[int, ...]]]  # with the places of the photos that are not references
    strangers: list[Person]


def parts(data: Data, run: Run, *, turns: int, seed: int) -> Iterator[Part]:
    """In each turn another share of the report people stays outside, so that everybody is a stranger once."""
    rng = np.random.default_rng(seed)
    report = [data.people["report"][i] for i in rng.permutation(len(data.people["report"]))]
    others = [*data.people["fit"], *data.people["tune"]]
    for turn in range(turns):
        outside = report[turn::turns]
        inside = [person for place, person in enumerate(report) if place % turns != turn]
        asked = [person for person in inside if len(person.photos) > 1][: int(KNOWN_SHARE * run.people)]
        names = {person.name for person in asked}
        spare = [person for person in inside if person.name not in names]
        rest = [others[i] for i in rng.permutation(len(others))] + spare
        part = Part([], [], [], outside)
        for person in asked:
            order = rng.permutation(len(person.photos))
            count = min(run.references, len(order) - 1)
            _enrol(part, person, order[:count])
            part.known.append((person, tuple(int(i) for i in order[count:])))
        for person in rest[: run.people - len(asked)]:
            _enrol(part, person, rng.permutation(len(person.photos))[: run.references])
        yield part


def _enrol(part: Part, person: Person, places: NDArray[np.int64]) -> None:
    part.persons.extend([person.name] * len(places))
    part.rows.extend(person.photos[place][0] for place in places)


def probe(
    data: Data, person: Person, places: Sequence[int], kind: str, truth: str | None, power: float
) -> Asked | None:
    """What is asked about a person; None if no face is usable."""
    if kind == "photo":
        rows = [person.photos[places[0]][0]]
    else:
        variant = 0 if kind == "track" else 1 + places[0] % 2
        rows = [person.photos[place].get(variant, person.photos[place][0]) for place in places[:MOST]]
    usable = np.array([row for row in rows if data.quality[row] > 0 and data.size[row] >= LEAST_PX], dtype=int)
    if len(usable) == 0:
        return None
    return simulate.ask(data, usable, Shape(power), truth)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """All turns of one run and kind. missed: probes of enrolled people without a usable face; they count as not named."""

    answers: list[Answer]
    person: list[int]
    missed: int

    def by(self, value: NDArray[np.float64]) -> Answers:
        known = np.array([answer.known for answer in self.answers] + [True] * self.missed)
        right = np.array([answer.right for answer in self.answers] + [False] * self.missed)
        person = np.array(self.person + [-1 - i for i in range(self.missed)])
        return Answers(np.concatenate([value, np.zeros(self.missed)]), right, known, person)


def ask(data: Data, made: Sequence[Part], kind: str, calibration: Calibration, power: float) -> Found:
    numbers = {person.name: i for i, person in enumerate(data.people["report"])}
    found = Found([], [], 0)
    missed = 0
    for part in made:
        people = [(person, places, person.name) for person, places in part.known]
        people += [(person, tuple(range(len(person.photos))), None) for person in part.strangers]  # type: ignore[misc]
        asked, who = [], []
        for person, places, truth in people:
            one = probe(data, person, places, kind, truth, power)
            if one is not None:
                asked.append(one)
                who.append(numbers[person.name])
            elif truth is not None:
                missed += 1
        vectors = data.vector[part.rows]
        world = World(ExactGallery(part.persons, vectors), asked)
        found.answers.extend(best_answers(world, calibration.scoring))
        found.person.extend(who)
    return Found(found.answers, found.person, missed)


def figures(found: Found, calibration: Calibration, *, seed: int) -> dict[str, Any]:
    """DIR by stated probability and by raw score, with intervals over people."""
    score = np.array([answer.features.score for answer in found.answers])
    logit = np.array([calibration.logit(answer.features) for answer in found.answers])
    stated = np.array([calibration.probability(answer.features) for answer in found.answers])
    result: dict[str, Any] = {"missed": found.missed}
    for name, value in (("dir_at_fpir", logit), ("by_score", score)):
        answers = found.by(value)
        result[name] = {str(fpir): round(metrics.dir_at(answers, fpir)[0], 4) for fpir in FPIRS}
        result[f"{name}_interval"] = {
            str(fpir): metrics.dir_interval(answers, fpir, seed=seed) for fpir in FPIRS if fpir >= 0.01
        }
    answers = found.by(stated)
    shown = answers.value >= 0.5
    result["rank1"] = round(float(answers.right[answers.known].mean()), 4)
    result["probes"] = int(answers.known.sum())
    result["strangers"] = int((~answers.known).sum())
    result["from_0.5"] = {
        "right": round(float(answers.right[shown].mean()), 4) if shown.any() else 1.0,
        "found": round(float((answers.right & shown).sum() / max(answers.known.sum(), 1)), 4),
        "strangers_named": round(float(shown[~answers.known].mean()), 5),
    }
    return result


def verification(data: Data) -> dict[str, Any]:
    """Pairs of single photos of report people."""
    people = data.people["report"]
    rows = np.array([variants[0] for person in people for variants in person.photos])
    owner = np.array([i for i, person in enumerate(people) for _ in person.photos])
    genuine: list[NDArray[np.float32]] = []
    impostor: list[NDArray[np.float32]] = []
    for start in range(0, len(rows), 500):
        block = data.vector[rows[start : start + 500]] @ data.vector[rows].T
        same = owner[start : start + 500, None] == owner
        later = np.arange(start, start + len(block))[:, None] < np.arange(len(rows))
        genuine.append(block[same & later])
        impostor.append(block[~same & later])
    alike, other = np.concatenate(genuine).astype(np.float64), np.concatenate(impostor).astype(np.float64)
    rates = {f"{far:g}": round(metrics.tar_at_far(alike, other, far), 4) for far in FARS}
    return {"genuine": len(alike), "impostor": len(other), "tar_at_far": rates}


def stranger_scores(data: Data, made: Sequence[Part], kind: str, power: float) -> Tail:
    """The tail of all scores of strangers against persons.

    A person's score is the cosine to the mean of the references; with one or two of them that is what the product scores by.
    """
    blocks, pairs = [], 0
    for part in made:
        asked = [probe(data, person, range(len(person.photos)), kind, None, power) for person in part.strangers]
        templates = np.stack([one.views[0] for one in asked if one is not None])
        starts = np.flatnonzero([i == 0 or part.persons[i] != part.persons[i - 1] for i in range(len(part.persons))])
        means = np.add.reduceat(data.vector[part.rows], starts, axis=0)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        scores = templates @ means.T
        pairs += scores.size
        blocks.append(largest([scores], max(int(4 * SHARE * scores.size), 40)))
    return fit_tail(np.concatenate(blocks), pairs)


def extrapolate(tail: Tail, found: Found, sizes: Sequence[int], strangers_per_hour: float) -> dict[str, Any]:
    """What larger galleries mean, by raw score: at the threshold that suits the measured gallery, and at one that suits each.

    sizes: the measured one first, so that the fit can be held against what was measured. strangers_per_hour: tracks of people who are not in the
    gallery, in an hour of video.
    """
    answers = found.by(np.array([answer.features.score for answer in found.answers]))
    measured, threshold = metrics.dir_at(answers, AT_FPIR)
    genuine = np.where(answers.known & answers.right, answers.value, -1.0)[answers.known]
    rows = []
    for people in sizes:
        own, named = tail.score_at(AT_FPIR / people), tail.named(threshold, people)
        rows.append(
            {
                "people": people,
                "fpir_at_measured_threshold": round(named, 5),
                "false_names_per_hour_at_measured_threshold": round(named * strangers_per_hour, 3),
                "threshold_at_fpir_0.01": round(own, 4),
                "dir_at_fpir_0.01": round(float((genuine >= own).mean()), 4),
            }
        )
    return {
        "measured_dir": round(measured, 4),
        "measured_threshold": round(threshold, 4),
        "strangers_per_hour": strangers_per_hour,
        "false_names_per_hour_at_fpir_0.01": round(AT_FPIR * strangers_per_hour, 3),
        "by_people": rows,
    }
