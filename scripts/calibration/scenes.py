"""Scenes of several people made of LFW faces, to choose the clustering thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calibration.dataset import Data, Person
from stash_sense.core.matching.cluster import ClusterRules, cluster_faces
from stash_sense.core.values import Box, Detection, Face, Quality

FRAMES, STEP_S = 40, 15.0
LEAST_PURITY = (
    0.99  # a strange face spoils a template; a person split in two is put together again when both get the name
)
LANDMARKS = np.zeros((4, 2), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    faces: list[Face]
    truth: list[str]


def scenes(data: Data, people: Sequence[Person], rng: np.random.Generator, *, count: int) -> list[Scene]:
    """Scenes of 2 to 8 people, each seen in one or two stretches of up to 12 of the 40 frames, from several photos of one condition."""
    several = [person for person in people if len(person.photos) > 2]
    return [
        _scene(data, [several[i] for i in rng.permutation(len(several))[: rng.integers(2, 9)]], rng)
        for _ in range(count)
    ]


def _scene(data: Data, cast: Sequence[Person], rng: np.random.Generator) -> Scene:
    faces, truth = [], []
    for person in cast:
        look = int(rng.integers(1, 3))
        photos = rng.permutation(len(person.photos))[: int(rng.integers(1, 7))]
        start = int(rng.integers(0, FRAMES - 12))
        frames = np.sort(rng.permutation(12)[: int(rng.integers(1, 13))]) + start
        for place, frame in enumerate(frames):
            photo = person.photos[photos[place * len(photos) // len(frames)]]  # one look after the other
            row = photo.get(look, photo[0]) if rng.random() < 0.8 else photo[0]
            if data.quality[row] > 0:
                faces.append(_face(data, row, int(frame)))
                truth.append(person.name)
    return Scene(faces, truth)


def _face(data: Data, row: int, frame: int) -> Face:
    size, quality = float(data.size[row]), float(data.quality[row])
    return Face(
        frame=frame,
        time_s=frame * STEP_S,
        detection=Detection(Box(0.0, 0.0, size, size), LANDMARKS, 1.0),
        quality=Quality(quality, quality, quality, quality, quality, quality),
        vector=data.vector[row],
        crop=b"",
    )


@dataclass(frozen=True, slots=True)
class Purity:
    """f1: of pairs that share a track. purity: faces that belong to their track's majority. split: tracks per person."""

    f1: float
    purity: float
    split: float


def purity(made: Sequence[Scene], rules: ClusterRules) -> Purity:
    both = together = same = pure = faces = tracks = persons = 0
    for scene in made:
        groups = cluster_faces(scene.faces, rules=rules)
        for group in groups:
            names = [scene.truth[index] for index in group]
            counts = [names.count(name) for name in set(names)]
            both += sum(n * (n - 1) // 2 for n in counts)
            together += len(group) * (len(group) - 1) // 2
            pure += max(counts)
        totals = [scene.truth.count(name) for name in set(scene.truth)]
        same += sum(n * (n - 1) // 2 for n in totals)
        faces += len(scene.truth)
        tracks += len(groups)
        persons += len(totals)
    return Purity(2 * both / max(together + same, 1), pure / max(faces, 1), tracks / max(persons, 1))


def choose(made: Sequence[Scene], base: ClusterRules) -> tuple[ClusterRules, list[dict[str, float]]]:
    """The rules of the best pairwise F1 among those with a purity of LEAST_PURITY or more (the purest if none), and the table."""
    table = []
    for bonus in (0.0, 0.03, 0.06):
        for threshold in np.arange(0.14, 0.46, 0.03):
            rules = replace(base, same_person=round(float(threshold), 3), time_bonus=bonus)
            found = purity(made, rules)
            table.append(
                {
                    "same_person": rules.same_person,
                    "time_bonus": bonus,
                    "f1": found.f1,
                    "purity": found.purity,
                    "split": found.split,
                }
            )
    good = [row for row in table if row["purity"] >= LEAST_PURITY] or [max(table, key=lambda row: row["purity"])]
    best = max(good, key=lambda row: row["f1"])
    return replace(base, same_person=best["same_person"], time_bonus=best["time_bonus"]), table
