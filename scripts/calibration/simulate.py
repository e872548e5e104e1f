"""Galleries and tracks made of LFW faces: people of the gallery and strangers, asked about like tracks of a video."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.dataset import Data, Person
from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.core.matching.calibrate import Features
from stash_sense.core.matching.probe import pick_exemplars
from stash_sense.core.matching.score import ArrayGallery, PersonScore, Scoring
from stash_sense.core.matching.template import build_template
from stash_sense.core.values import Vectors
from stash_sense.usecases.matching import score_all
from stash_sense.usecases.ports import Neighbour

USUAL_LEAST_PX = 36.0  # default of the setting min_face_px; a fifth of the worlds looks at smaller faces too
STRANGERS = 0.5  # share of tracks of people who are not in the gallery
TRACKS = 24  # per gallery


@dataclass(frozen=True, slots=True)
class Shape:
    """How tracks are built: see pack.json clustering.weight_power."""

    weight_power: float


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One track. views: Probe.views. truth: name of the person if the gallery holds it, else None. size_px: median of its faces."""

    views: Vectors
    frames: int
    quality: float
    size_px: float
    truth: str | None


class ExactGallery(ArrayGallery):
    """An ArrayGallery that is searched exactly: what the matcher needs of a Union."""

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        return ExactIndex(self.vectors).nearest(probes, k)

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class World:
    gallery: ExactGallery
    asked: list[Asked]


@dataclass(frozen=True, slots=True)
class Answer:
    """The best person of one track. right: it is the right one. size_px: of the track. held: references of whom it shows; 0: a stranger."""

    features: Features
    right: bool
    size_px: float
    held: int

    @property
    def known(self) -> bool:
        return self.held > 0


def worlds(
    data: Data,
    people: Sequence[Person],
    shape: Shape,
    rng: np.random.Generator,
    *,
    count: int,
    sizes: Sequence[int] | None = None,
) -> Iterator[World]:
    """Galleries of 2 people up to as many as there are, evenly in the logarithm (or of the given sizes in turn)."""
    several = [person for person in people if len(person.photos) > 1]
    for number in range(count):
        most = int(0.8 * len(people))  # somebody has to stay a stranger
        size = sizes[number % len(sizes)] if sizes else int(np.exp(rng.uniform(np.log(2), np.log(most))))
        order = rng.permutation(len(people))
        probed = [several[index] for index in rng.permutation(len(several))[: min(TRACKS, size)]]
        chosen = {person.name for person in probed}
        others = [people[index] for index in order if people[index].name not in chosen]
        fill = max(size - len(probed), 0)
        world = _world(data, probed, others[:fill], others[fill:], shape, rng)
        if world.asked:
            yield world


def answers(world: World, scoring: Scoring) -> Iterator[tuple[Asked, list[PersonScore]]]:
    """Each track with its scored persons."""
    yield from zip(world.asked, score_all([asked.views for asked in world.asked], world.gallery, scoring), strict=True)


def best_answers(world: World, scoring: Scoring) -> Iterator[Answer]:
    """The best person of each track."""
    held = Counter(world.gallery.persons)
    for asked, scores in answers(world, scoring):
        first = scores[0]
        features = Features.of(first, frames=asked.frames, quality=asked.quality)
        mine = held[asked.truth] if asked.truth is not None else 0
        yield Answer(features, first.person_id == asked.truth, asked.size_px, mine)


def ask(data: Data, rows: NDArray[np.int64], shape: Shape, truth: str | None) -> Asked:
    """The track that these faces make. rows: of usable faces, one or more; the same face again stands for one more frame."""
    quality = data.quality[rows].astype(np.float64)
    weights = np.maximum(quality, 1e-3) ** shape.weight_power
    template = build_template(data.vector[rows], weights)
    views = np.concatenate([template[None], pick_exemplars(data.vector[rows], quality)])
    mean = float(weights @ quality / weights.sum())
    return Asked(views, len(rows), mean, float(np.median(data.size[rows])), truth)


def _world(
    data: Data,
    probed: Sequence[Person],
    distractors: Sequence[Person],
    outside: Sequence[Person],
    shape: Shape,
    rng: np.random.Generator,
) -> World:
    persons: list[str] = []
    rows: list[int] = []
    asked: list[Asked] = []
    least = USUAL_LEAST_PX if rng.random() < 0.8 else 0.0
    for person in probed:
        photos = rng.permutation(len(person.photos))
        count = min(int(rng.integers(1, 6)), len(photos) - 1)
        _enrol(data, person, photos[:count], persons, rows, rng)
        track = _track(data, person, photos[count:], rng, least)
        if track is not None:
            asked.append(ask(data, track, shape, person.name))
    for person in distractors:
        photos = rng.permutation(len(person.photos))[: int(rng.integers(1, 6))]
        _enrol(data, person, photos, persons, rows, rng)
    wanted = max(1, round(len(asked) * STRANGERS / (1 - STRANGERS)))
    for person in outside[: 2 * wanted]:
        track = _track(data, person, rng.permutation(len(person.photos)), rng, least)
        if track is not None and wanted > 0:
            asked.append(ask(data, track, shape, None))
            wanted -= 1
    vectors = data.vector[rows]
    return World(ExactGallery(persons, vectors), asked)


def _enrol(
    data: Data,
    person: Person,
    photos: Sequence[int] | NDArray[np.int64],
    persons: list[str],
    rows: list[int],
    rng: np.random.Generator,
) -> None:
    """References are photos as they are; one in ten is a poor one."""
    for photo in photos:
        variants = person.photos[photo]
        poor = rng.random() < 0.1 and 1 in variants and data.quality[variants[1]] > 0
        persons.append(person.name)
        rows.append(variants[1] if poor else variants[0])


def _track(
    data: Data,
    person: Person,
    photos: Sequence[int] | NDArray[np.int64],
    rng: np.random.Generator,
    least: float,
) -> NDArray[np.int64] | None:
    """The rows of a track of 1 to 12 frames, or None if no face is usable.

    Half of the tracks are cut from different photos (another look in each shot), half from one photo in its variants (one long shot);
    each face then stands in 1 to 3 frames, as a face that hardly moves does. So a frame more is not always news, and the calibration
    has to find out how much it is worth.
    """
    if rng.random() < 0.5:
        scene = int(rng.choice([0, 1, 1, 2, 2]))
        picked = [
            person.photos[photo].get(scene, person.photos[photo][0]) for photo in photos[: int(rng.integers(1, 9))]
        ]
    else:
        picked = list(person.photos[photos[0]].values())[: int(rng.integers(1, 4))]
    usable = [row for row in picked if data.quality[row] > 0 and data.size[row] >= least]
    if not usable:
        return None
    return np.array([row for row in usable for _ in range(int(rng.integers(1, 4)))][:12])
