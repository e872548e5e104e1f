"""Counting: names right and wrong, curves, intervals over people or scenes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RECALLS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97)


@dataclass(frozen=True, slots=True)
class Count:
    """Names of some scenes. right: shown and on a track of that person. wrong: shown names of anybody else. cast: who could be named."""

    right: int
    wrong: int
    cast: int

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.wrong + other.wrong, self.cast + other.cast)

    @property
    def precision(self) -> float:
        """1 where nobody is named: no name is wrong."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.cast if self.cast else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.right + self.wrong + self.cast) if self.right + self.wrong + self.cast else 0.0


def total(counts: Iterable[Count]) -> Count:
    return sum(counts, Count(0, 0, 0))


def count_names(shown: Iterable[tuple[Hashable, Hashable]], cast: frozenset[str]) -> Count:
    """shown: (name, who is really on that track). A person named twice counts once, right if one of the two is."""
    pairs = list(shown)
    right = {name for name, truth in pairs if name == truth and name in cast}
    return Count(len(right), len({name for name, _ in pairs} - right), len(cast))


def fewest_wrong(points: Iterable[Count], recalls: Sequence[float] = RECALLS) -> dict[str, int | None]:
    """At each recall the fewest wrong names of any setting that reaches it; None where none does."""
    known = list(points)
    result: dict[str, int | None] = {}
    for recall in recalls:
        result[str(recall)] = min((one.wrong for one in known if one.recall >= recall - 1e-12), default=None)
    return result


def best(points: Iterable[Count]) -> Count:
    """The setting of the best F1."""
    return max(points, key=lambda one: (one.f1, -one.wrong))


def interval(
    groups: int, statistic: Callable[[NDArray[np.int64]], float], *, seed: int, rounds: int = 400
) -> tuple[float, float]:
    """95 % percentile interval of `statistic`, which gets the numbers of `groups` groups (people, scenes) drawn with replacement."""
    rng = np.random.default_rng(seed)
    if groups < 1:
        return 0.0, 1.0
    values = [statistic(rng.integers(0, groups, groups)) for _ in range(rounds)]
    low, high = np.quantile(values, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)


def count_interval(counts: Sequence[Count], measure: Callable[[Count], float], *, seed: int) -> tuple[float, float]:
    """The interval of a measure of the sum, over scenes."""
    table = np.array([[one.right, one.wrong, one.cast] for one in counts]).reshape(-1, 3)

    def of(rows: NDArray[np.int64]) -> float:
        return measure(Count(*(int(value) for value in table[rows].sum(axis=0))))

    return interval(len(table), of, seed=seed)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Probes and their best person. value: score or probability. right, known: (n,). person: whose probe each is (for intervals)."""

    value: Floats
    right: NDArray[np.bool_]
    known: NDArray[np.bool_]
    person: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> Answers:
        return Answers(self.value[rows], self.right[rows], self.known[rows], self.person[rows])


def dir_at(answers: Answers, fpir: float) -> tuple[float, float]:
    """(DIR, threshold): share of known probes named rightly where at most `fpir` of the strangers' probes get a name."""
    strangers = np.sort(answers.value[~answers.known])[::-1]
    allowed = int(np.floor(fpir * len(strangers) + 1e-9))
    threshold = float(np.nextafter(strangers[allowed], np.inf)) if allowed < len(strangers) else -1.0
    named = answers.known & answers.right & (answers.value >= threshold)
    return float(named.sum()) / max(int(answers.known.sum()), 1), threshold


def dir_interval(answers: Answers, fpir: float, *, seed: int, rounds: int = 200) -> tuple[float, float]:
    """Interval of dir_at over people: those of the gallery and the strangers are drawn apart."""
    known = _by_person(answers, answers.known)
    strangers = _by_person(answers, ~answers.known)
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(rounds):
        rows = [part[i] for part in (known, strangers) for i in rng.integers(0, len(part), len(part))]
        values.append(dir_at(answers.take(np.concatenate(rows)), fpir)[0])
    low, high = np.quantile(values, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)


def _by_person(answers: Answers, mask: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    rows = np.flatnonzero(mask)
    order = rows[np.argsort(answers.person[rows], kind="stable")]
    _, starts = np.unique(answers.person[order], return_index=True)
    return list(np.split(order, starts[1:]))


def tar_at_far(genuine: Floats, impostor: Floats, far: float) -> float:
    """Share of genuine pairs above the threshold that at most `far` of the impostor pairs pass."""
    allowed = int(np.floor(far * len(impostor) + 1e-9))
    ranked = -np.sort(-impostor)
    if allowed >= len(ranked):
        return 1.0
    return float((genuine > ranked[allowed]).mean())


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairwise agreement of a grouping with the truth. precision: of pairs put together; recall: of pairs that belong together."""

    precision: float
    recall: float
    groups: int


def pairs(groups: Iterable[Sequence[Hashable]]) -> Pairs:
    """groups: the truth of each member."""
    both = together = count = 0
    totals: dict[Hashable, int] = {}
    for members in groups:
        count += 1
        together += len(members) * (len(members) - 1) // 2
        for name in set(members):
            many = sum(member == name for member in members)
            both += many * (many - 1) // 2
            totals[name] = totals.get(name, 0) + many
    same = sum(many * (many - 1) // 2 for many in totals.values())
    return Pairs(both / together if together else 1.0, both / same if same else 1.0, count)
