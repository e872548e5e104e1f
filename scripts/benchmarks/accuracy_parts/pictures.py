"""Pictures: each by itself, and sets of pictures whose people are decided together, as a gallery of Stash is (usecases.sweep.GalleryPeople)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from calibration.dataset import Data, Person
from calibration.simulate import ExactGallery
from scripts.benchmarks.accuracy_parts import large, metrics
from scripts.benchmarks.accuracy_parts.metrics import Count
from scripts.benchmarks.accuracy_parts.rules import Ours
from stash_sense.core.matching.cluster import make_tracks
from stash_sense.core.matching.evidence import MatchPolicy, decide
from stash_sense.core.matching.probe import probe_of
from stash_sense.core.values import Box, Detection, Face, Quality
from stash_sense.usecases.matching import score_all

NO_POINTS = np.zeros((4, 2), np.float32)
MOST = 6  # pictures of one person in a set
POOR = 0.3  # share of the pictures that are small, blurred or dark


@dataclass(frozen=True, slots=True, eq=False)
class PictureSet:
    """faces: one a picture. truth: whose each is. cast: who is in the gallery."""

    faces: list[Face]
    truth: dict[int, str]
    cast: frozenset[str]


def figures(data: Data, run: large.Run, ours: Ours, bound: float, *, turns: int, seed: int) -> dict[str, Any]:
    """Names of single pictures and of sets, shown from `bound`, and intervals over sets. ours: its gallery is not used."""
    single: list[Count] = []
    together: list[Count] = []
    pictures = 0
    for number, part in enumerate(large.parts(data, run, turns=turns, seed=seed)):
        gallery = ExactGallery(part.persons, data.vector[part.rows])
        rng = np.random.default_rng([seed, 11, number])
        for one in _sets(data, part, rng):
            pictures += len(one.faces)
            alone = Count(0, 0, 0)
            for face in one.faces:
                alone = alone + _named([face], one, ours, gallery, bound)
            single.append(alone)
            together.append(_named(one.faces, one, ours, gallery, bound))
    return {
        "people": run.people,
        "sets": len(together),
        "pictures": pictures,
        "each_by_itself": _summary(single, seed),
        "together": _summary(together, seed),
    }


def _summary(counts: Sequence[Count], seed: int) -> dict[str, Any]:
    whole = metrics.total(counts)
    return {
        "right": whole.right,
        "wrong": whole.wrong,
        "cast": whole.cast,
        "precision": round(whole.precision, 4),
        "precision_interval": metrics.count_interval(counts, lambda one: one.precision, seed=seed),
        "recall": round(whole.recall, 4),
        "recall_interval": metrics.count_interval(counts, lambda one: one.recall, seed=seed),
    }


def _named(faces: Sequence[Face], one: PictureSet, ours: Ours, gallery: ExactGallery, bound: float) -> Count:
    """Every picture counts: right where it gets the name of whom it shows, wrong where it gets another."""
    tracks = make_tracks(faces, ours.rules.for_pictures())
    probes = [probe_of(track) for track in tracks]
    scores = score_all([probe.views for probe in probes], gallery, ours.calibration.scoring)
    outcome = decide(probes, scores, policy=MatchPolicy(bound), calibration=ours.calibration)
    right = wrong = 0
    for track, decision in zip(tracks, outcome.decisions, strict=True):
        if decision.verdict in ("suggested", "accepted"):
            shown = decision.candidates[0].person_id
            hits = sum(one.truth[id(face)] == shown for face in track.faces)
            right, wrong = right + hits, wrong + len(track.faces) - hits
    return Count(right, wrong, sum(one.truth[id(face)] in one.cast for face in faces))


def _sets(data: Data, part: large.Part, rng: np.random.Generator) -> Iterator[PictureSet]:
    """One or two people of the gallery and as many strangers a set, each in up to MOST pictures; everybody once."""
    known = iter([part.known[i] for i in rng.permutation(len(part.known))])
    strangers = iter([part.strangers[i] for i in rng.permutation(len(part.strangers))])
    while chosen := list(islice(known, int(rng.integers(1, 3)))):
        faces: list[Face] = []
        truth: dict[int, str] = {}
        others = [(person, range(len(person.photos))) for person in islice(strangers, int(rng.integers(1, 3)))]
        for person, places in [*chosen, *others]:
            for place in list(places)[:MOST]:
                face = _face(data, person, place, len(faces), rng)
                faces.append(face)
                truth[id(face)] = person.name
        yield PictureSet(faces, truth, frozenset(person.name for person, _ in chosen))


def _face(data: Data, person: Person, place: int, number: int, rng: np.random.Generator) -> Face:
    variants = person.photos[place]
    row = variants[1] if rng.random() < POOR and 1 in variants else variants[0]
    edge, quality = float(data.size[row]), float(data.quality[row])
    usable = quality if edge >= large.LEAST_PX else 0.0
    box = Detection(Box(0.0, 0.0, edge, edge), NO_POINTS, 0.95)
    return Face(number, None, box, Quality(usable, *[quality] * 5), data.vector[row], b"", "picture")
