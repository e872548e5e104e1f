"""Probe × gallery: one score per person, seen against how strangers score."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Vector, Vectors

BEST_VIEWS = 2  # of a track have to speak for a person


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
    rows: Mapping[str, NDArray[np.int64] | slice] = field(init=False)

    def __post_init__(self) -> None:
        if len(self.persons) != len(self.vectors):
            raise ValueError(f"{len(self.persons)} persons for {len(self.vectors)} vectors")
        rows: dict[str, list[int]] = {}
        for row, person in enumerate(self.persons):
            rows.setdefault(person, []).append(row)
        object.__setattr__(self, "rows", {person: _compact(places) for person, places in rows.items()})

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
        return float(self.stranger_levels(np.array([people]))[0])

    def stranger_levels(self, people: NDArray[np.float64]) -> NDArray[np.float64]:
        """stranger_level of several sizes at once."""
        return _read(self.people, self.level, people)

    def stranger_spread(self, people: float) -> float:
        """Standard deviation of that score from probe to probe."""
        return max(float(_read(self.people, self.spread, np.array([people]))[0]), 1e-3)


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


def score_probe(
    views: Vectors, neighbours: Sequence[Sequence[Near]], gallery: GalleryView, scoring: Scoring
) -> list[PersonScore]:
    """The persons whose references are nearest, best first, at most `scoring.candidates`; empty without neighbours.

    views: (n, dims), n ≥ 1, the track's template and then its exemplars (Probe.views); a person scores the mean of the best two, so that
    neither the mean of poor faces nor one odd face decides. neighbours: of each view, from an index over the whole gallery; 200 of the
    template and a dozen of each other view are plenty. Only the persons among them are looked at, so the cost does not grow with the gallery.
    """
    persons = _nearest_persons(neighbours, gallery, scoring)
    if not persons:
        return []
    references = [gallery.references(person) for person in persons]
    by_view = _person_scores(views, references, scoring.best_references)
    scores = np.sort(by_view, axis=0)[-BEST_VIEWS:].mean(axis=0)
    order = np.lexsort((np.array(persons), -scores))
    people = max(gallery.people, len(persons))
    ranked = scores[order]
    level, spread = scoring.stranger_level(people), scoring.stranger_spread(people)
    places = np.arange(1, min(len(ranked) - 1, scoring.cohort) + 1)
    expected = scoring.stranger_levels(people / places)
    result = [
        PersonScore(
            person_id=persons[row],
            score=float(scores[row]),
            z=(float(ranked[rank]) - level - _shift(np.delete(ranked, rank), expected, scoring.trust)) / spread,
            margin=0.0,
            references=len(references[row]),
            people=people,
            floor=level,
        )
        for rank, row in enumerate(order[: scoring.candidates])
    ]
    return with_margins(result)


def person_score(template: Vector, references: Vectors, *, best_references: int) -> float:
    """The better of template against template and the mean of the best references.

    Of n references the better half counts, but at least two and at most `best_references`, so that one odd photo cannot win alone; a
    single reference is all there is and counts as it is (the calibration knows how many there were).
    """
    return float(_person_scores(template[None], [references], best_references)[0, 0])


def _person_scores(views: Vectors, references: Sequence[Vectors], best_references: int) -> NDArray[np.float64]:
    """(views, persons): person_score of each view with each person, in one multiplication."""
    counts = [len(rows) for rows in references]
    if min(counts) == 0:
        raise ValueError("a person without references has no score")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    vectors = np.concatenate(references).astype(np.float32, copy=False)
    lengths = np.linalg.norm(np.add.reduceat(vectors, starts, axis=0), axis=1)
    similarity = (vectors @ np.asarray(views, dtype=np.float32).T).astype(np.float64)
    together = (
        np.add.reduceat(similarity, starts, axis=0) / np.maximum(lengths, 1e-9)[:, None]
    )  # with the references' mean
    best = similarity[starts]
    for count in {one for one in counts if one > 1}:  # persons with as many references go together
        same = np.flatnonzero(np.array(counts) == count)
        kept = min(max((count + 1) // 2, 2), best_references, count)
        own = similarity[starts[same, None] + np.arange(count)]  # (persons, references, views)
        best[same] = np.partition(own, count - kept, axis=1)[:, count - kept :].mean(axis=1)
    best = np.where(lengths[:, None] > 1e-9, np.maximum(best, together), best)
    return np.asarray(np.minimum(best, 1.0).T, dtype=np.float64)


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


def _compact(rows: Sequence[int]) -> NDArray[np.int64] | slice:
    """Rows that follow each other as a slice: no copy is made of them."""
    if rows[-1] - rows[0] + 1 == len(rows):
        return slice(rows[0], rows[-1] + 1)
    return np.array(rows)


def _nearest_persons(neighbours: Sequence[Iterable[Near]], gallery: GalleryView, scoring: Scoring) -> list[str]:
    """Candidates and cohort of the first view, candidates of each other one."""
    found: dict[str, None] = {}  # keeps the order of arrival
    for number, row in enumerate(neighbours):
        persons: dict[str, None] = {}
        for near in row:
            persons.setdefault(gallery.person_of(near.row))
            if len(persons) >= scoring.candidates + (scoring.cohort if number == 0 else 0):
                break
        found.update(persons)
    return list(found)


def _shift(others: NDArray[np.float64], expected: NDArray[np.float64], trust: float) -> float:
    """How much more (or less) than others this probe resembles everybody, e.g. because it is blurred.

    others: scores of the other persons, best first. expected: what the best, second best … of so many strangers score on average. The
    median difference is deaf to one look-alike. A handful of others says little, so it is shrunk by count / (count + trust).
    """
    count = len(expected)
    return float(np.median(others[:count] - expected)) * count / (count + trust) if count else 0.0


def _read(people: Sequence[float], values: Sequence[float], at: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y, where = np.log(people), np.asarray(values), np.log(np.maximum(at, 1.0))
    beyond = y[-1] + (where - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2])
    return np.asarray(np.where(where > x[-1], beyond, np.interp(where, x, y)), dtype=np.float64)
