"""Probe × gallery: one score per person, seen against how strangers score."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Track, Vector, Vectors


class Near(Protocol):
    """A reference near a probe, as an index returns it (usecases.ports.Neighbour). row: the index's own order. score: cosine."""

    @property
    def row(self) -> int: ...

    @property
    def score(self) -> float: ...


class GalleryView(Protocol):
    """What scoring has to know of the gallery, whether it lies in memory or on disk."""

    @property
    def people(self) -> int:
        """How many persons have at least one reference."""
        ...

    def person_of(self, row: int) -> str:
        """Whose reference stands in this row of the index."""
        ...

    def references(self, person_id: str) -> Vectors:
        """(n, dims) every reference of the person that is in use; n ≥ 1."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ArrayGallery:
    """A gallery in memory. persons: whose reference each row is. vectors: (n, dims), the rows of the index in its order."""

    persons: Sequence[str]
    vectors: Vectors
    rows: Mapping[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        if len(self.persons) != len(self.vectors):
            raise ValueError(f"{len(self.persons)} persons for {len(self.vectors)} vectors")
        rows: dict[str, list[int]] = {}
        for row, person in enumerate(self.persons):
            rows.setdefault(person, []).append(row)
        object.__setattr__(self, "rows", rows)

    @property
    def people(self) -> int:
        return len(self.rows)

    def person_of(self, row: int) -> str:
        return self.persons[row]

    def references(self, person_id: str) -> Vectors:
        return np.asarray(self.vectors[self.rows[person_id]], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Scoring:
    """Block "calibration.scoring" of pack.json.

    best_references: the mean of at most so many best references counts. candidates: persons kept for each probe. cohort: how many other
    persons tell how strangers score against this very probe. trust: how many of them weigh as much as the public measurement.
    people, level, spread: the public measurement: mean and standard deviation of the best stranger's score in galleries of so many
    people (ascending); between them it is read off along log(people), beyond them continued straight.
    """

    best_references: int
    candidates: int
    cohort: int
    trust: float
    people: tuple[float, ...]
    level: tuple[float, ...]
    spread: tuple[float, ...]

    @classmethod
    def from_pack(cls, block: Mapping[str, Any]) -> Scoring:
        """Raises KeyError for a missing value, ValueError for a table that is no table."""
        people, level, spread = (
            tuple(float(x) for x in block["strangers"][key]) for key in ("people", "level", "spread")
        )
        if len(people) < 2 or not len(people) == len(level) == len(spread):
            raise ValueError("the table of strangers' scores needs two columns or more, all of one length")
        return cls(
            best_references=int(block["best_references"]),
            candidates=int(block["candidates"]),
            cohort=int(block["cohort"]),
            trust=float(block["trust"]),
            people=people,
            level=level,
            spread=spread,
        )

    def stranger_level(self, people: float) -> float:
        """Expected score of the best of `people` strangers (1 or more)."""
        return _read(self.people, self.level, people)

    def stranger_spread(self, people: float) -> float:
        """Standard deviation of that score from probe to probe."""
        return max(_read(self.people, self.spread, people), 1e-3)


@dataclass(frozen=True, slots=True)
class PersonScore:
    """A person held against a probe.

    score: cosine, -1..1. z: (score − what the best stranger is expected to reach against this probe) / spread. margin: score minus the
    runner-up's, where a runner-up never counts less than `floor`, the score the best stranger reaches in a gallery of this size:
    winning against two others is not much. references: how many the person has. people: size of the gallery.
    """

    person_id: str
    score: float
    z: float
    margin: float
    references: int
    people: int
    floor: float


def score_track(track: Track, neighbours: Sequence[Near], gallery: GalleryView, scoring: Scoring) -> list[PersonScore]:
    """score_probe for the track's template."""
    return score_probe(track.template, neighbours, gallery, scoring)


def score_probe(
    template: Vector, neighbours: Sequence[Near], gallery: GalleryView, scoring: Scoring
) -> list[PersonScore]:
    """The persons whose references are nearest, best first, at most `scoring.candidates`; empty without neighbours.

    neighbours: of `template`, from an index over the whole gallery; 200 are plenty. Only the persons among them are looked at, so the
    cost does not grow with the gallery.
    """
    persons = _nearest_persons(neighbours, gallery, scoring.candidates + scoring.cohort)
    if not persons:
        return []
    counts, scores = _scores(template, persons, gallery, scoring.best_references)
    order = np.lexsort((np.array(persons), -scores))
    people = max(gallery.people, len(persons))
    ranked = scores[order]
    result = [
        PersonScore(
            person_id=persons[row],
            score=float(scores[row]),
            z=_z(rank, ranked, people, scoring),
            margin=0.0,
            references=counts[row],
            people=people,
            floor=scoring.stranger_level(people),
        )
        for rank, row in enumerate(order[: scoring.candidates])
    ]
    return with_margins(result)


def person_score(template: Vector, references: Vectors, *, best_references: int) -> float:
    """The better of template against template and the mean of the best references.

    Of n references the better half counts, but at least two and at most `best_references`, so that one odd photo cannot win alone; a
    single reference is all there is and counts as it is (the calibration knows how many there were).
    """
    similarity = np.asarray(references, dtype=np.float32) @ np.asarray(template, dtype=np.float32)
    count = len(similarity)
    if count == 0:
        raise ValueError("a person without references has no score")
    kept = min(max((count + 1) // 2, 2), best_references, count)
    best = float(np.sort(similarity)[-kept:].mean())
    length = float(np.linalg.norm(np.asarray(references, dtype=np.float64).sum(axis=0)))
    together = float(similarity.sum()) / length if length > 1e-9 else best  # cosine with the mean of the references
    return min(max(best, together), 1.0)


def without(scores: Sequence[PersonScore], persons: Collection[str]) -> list[PersonScore]:
    """The scores of the others; margins as if `persons` were not in the gallery."""
    return with_margins([score for score in scores if score.person_id not in persons])


def with_margins(scores: Sequence[PersonScore]) -> list[PersonScore]:
    """The scores, best first, each with its lead over the best other one (negative for all but the first)."""
    ranked = sorted(scores, key=lambda score: (-score.score, score.person_id))
    best, second = ([score.score for score in ranked] + [-1.0, -1.0])[:2]
    return [
        replace(score, margin=score.score - max(second if rank == 0 else best, score.floor))
        for rank, score in enumerate(ranked)
    ]


def _nearest_persons(neighbours: Iterable[Near], gallery: GalleryView, count: int) -> list[str]:
    persons: dict[str, None] = {}  # keeps the order of arrival
    for near in neighbours:
        persons.setdefault(gallery.person_of(near.row))
        if len(persons) >= count:
            break
    return list(persons)


def _scores(
    template: Vector, persons: Sequence[str], gallery: GalleryView, best_references: int
) -> tuple[list[int], NDArray[np.float64]]:
    references = [gallery.references(person) for person in persons]
    scores = [person_score(template, rows, best_references=best_references) for rows in references]
    return [len(rows) for rows in references], np.array(scores, dtype=np.float64)


def _z(rank: int, ranked: NDArray[np.float64], people: int, scoring: Scoring) -> float:
    """The score at `rank`, in spreads above what the best stranger is expected to reach against this probe.

    The public measurement says what the r-th best of `people` strangers scores on average; the median difference of the others to it
    says how much more (or less) than others this probe resembles everybody, e.g. because it is blurred. The median is deaf to one
    look-alike. A handful of others says little, so the difference is shrunk by count / (count + trust).
    """
    others = np.delete(ranked, rank)[: scoring.cohort]
    level = scoring.stranger_level(people)
    shift = 0.0
    if len(others):
        expected = np.array([scoring.stranger_level(max(people / place, 1.0)) for place in range(1, len(others) + 1)])
        shift = float(np.median(others - expected)) * len(others) / (len(others) + scoring.trust)
    return (float(ranked[rank]) - level - shift) / scoring.stranger_spread(people)


def _read(people: Sequence[float], values: Sequence[float], at: float) -> float:
    x, y, where = np.log(people), np.asarray(values), float(np.log(max(at, 1.0)))
    if where > x[-1]:
        return float(y[-1] + (where - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2]))
    return float(np.interp(where, x, y))
