"""Which people stand in which scene and in which gallery. Probe photos are never reference photos; fitted people are distractors only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import numpy as np

from calibration.dataset import Person
from scripts.benchmarks.accuracy_parts import distractors
from scripts.benchmarks.accuracy_parts.material import Material
from scripts.benchmarks.accuracy_parts.plan import EASY, HARD, Plan, Portrait, Style, draw_up
from stash_sense.core.values import Vectors

REFERENCES = {"easy": (2, 5), "hard": (1, 1)}
MOST_STRANGER_PHOTOS = 4
CAST_SHARE = 0.8  # of the people with several photos; the others are strangers who come back


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything. made_up: synthetic people in the gallery of the hard half."""

    scenes: int
    made_up: int


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """One half: its scenes and the gallery they are held against. persons: whose each vector is. references: of each cast member."""

    name: str
    plans: list[Plan]
    persons: list[str]
    vectors: Vectors
    references: dict[str, int]


def halves(material: Material, part: str, sizes: Sizes, *, seed: int) -> tuple[list[Half], dict[str, object]]:
    """The easy and the hard half for people of `part`, and how the synthetic distractors compare with real people."""
    data = material.data
    rng = np.random.default_rng([seed, 1])
    several = [person for person in data.people[part] if len(person.photos) > 1]
    several = [several[i] for i in rng.permutation(len(several))]
    bound = int(CAST_SHARE * len(several))
    single = [person for person in data.people[part] if len(person.photos) == 1]
    strangers = [*several[bound:], *(single[i] for i in rng.permutation(len(single)))]
    fitted = [person for name in ("fit", "tune") if name != part for person in data.people[name]]
    base_rows = [person.photos[0][0] for person in fitted]
    probes = data.vector[[person.photos[0][0] for person in data.people[part]]]
    quarter = np.arange(len(base_rows)) % 4 == 0  # fitted people hold the choice of the noise against each other
    vectors = data.vector[base_rows]
    _, table = distractors.choose(vectors[~quarter], vectors[quarter], np.random.default_rng([seed, 2]))
    likeness = distractors.fit(vectors, kept=min(table, key=lambda row: row["off"])["kept"])
    made = likeness.draw(sizes.made_up, np.random.default_rng([seed, 3]))
    shown = {
        "chosen": table,
        "real": distractors.tail(probes, vectors),
        "made": distractors.tail(probes, likeness.draw(len(base_rows), np.random.default_rng([seed, 4]))),
        "all_made": {"people": sizes.made_up, **distractors.tail(probes, made)} if sizes.made_up else {},
    }
    result = [
        _half(
            material,
            style,
            several[:bound],
            strangers,
            fitted,
            sizes.scenes,
            part,
            np.random.default_rng([seed, 5 + i]),
        )
        for i, style in enumerate((EASY, HARD))
    ]
    names = [f"made {i}" for i in range(len(made))]
    hard = result[1]
    result[1] = Half(
        hard.name, hard.plans, [*hard.persons, *names], np.concatenate([hard.vectors, made]), hard.references
    )
    return result, shown


def _half(
    material: Material,
    style: Style,
    known: Sequence[Person],
    strangers: Sequence[Person],
    fitted: Sequence[Person],
    scenes: int,
    part: str,
    rng: np.random.Generator,
) -> Half:
    data, (least, most) = material.data, REFERENCES[style.name]
    persons: list[str] = []
    rows: list[int] = []
    references: dict[str, int] = {}
    probes: list[list[Portrait]] = []
    for person in known:
        if len(person.photos) <= least:
            continue
        order = rng.permutation(len(person.photos))
        count = int(rng.integers(least, min(most, len(order) - 1) + 1))
        persons += [person.name] * count
        rows += [person.photos[i][0] for i in order[:count]]
        references[person.name] = count
        probes.append(_portraits(material, person, order[count:], turned=style is HARD))
    for person in fitted:
        places = rng.permutation(len(person.photos))[:5]
        persons += [person.name] * len(places)
        rows += [person.photos[i][0] for i in places]
    outside = [_portraits(material, person, range(len(person.photos)), turned=False) for person in strangers]
    stars, others = _endless(probes, rng), _endless(outside, rng)
    plans = []
    for number in range(scenes):
        cast = list(islice(stars, int(rng.integers(1, 4))))
        extra = list(islice(others, int(rng.integers(1, 3))))[: max(4 - len(cast), 1)]
        plans.append(draw_up(f"{part}-{style.name}-{number}", style, cast, extra, int(rng.integers(1 << 30))))
    return Half(style.name, plans, persons, data.vector[rows], references)


def _portraits(material: Material, person: Person, places: Sequence[int], *, turned: bool) -> list[Portrait]:
    """The photos that may be shown, at most MOST_STRANGER_PHOTOS; turned: those farthest from frontal first."""
    order = [int(place) for place in places]
    if turned:
        order.sort(key=lambda place: float(material.pose[person.photos[place][0]]))
        order = order[: max(len(order) // 2, 1)]
    return [
        Portrait(person.name, material.photo(person, place), float(material.data.size[person.photos[place][0]]))
        for place in order[:MOST_STRANGER_PHOTOS]
    ]


def _endless(items: Sequence[list[Portrait]], rng: np.random.Generator) -> cycle[list[Portrait]]:
    return cycle([items[i] for i in rng.permutation(len(items))])
